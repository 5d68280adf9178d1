/**
 * The Models that a definition's schemas become. Schemas with names keep them; one that stands inline, or at any other
 * place that is referred to, becomes a Model of a name of its own. References between them become the service's URLs of
 * Models, so that each Model stands for itself (facts/mapping.md 8.2).
 */
import { createHash } from "node:crypto";
import { builtInModels } from "../../model/built-in-models.ts";
import { limits } from "../../limits.ts";
import { modelsTooLarge } from "../operations/model-checks.ts";
import { parseReference, pointedAt } from "../../model/json-schema/references.ts";
import { withSubschemas } from "../../model/json-schema/subschemas.ts";
import { unescapeSegment } from "../../model/json-pointer.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import type { ModelDraft } from "./definition.ts";
import { pointerOf, referenceOf } from "./local-references.ts";
import type { Problems } from "./problems.ts";

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Models that every RestApi has may be referred to. */
const builtIn: ReadonlySet<string> = new Set(builtInModels.map(({ name }) => name));

/** `MODEL` and some digits that follow from a text. */
const madeName = (text: string): string =>
  `MODEL${createHash("sha1").update(text).digest("hex").slice(0, limits.madeModelName)}`;

export interface SchemaModelsOptions {
  readonly root: JsonObject;
  /** Where the schemas with names are: a JSON pointer. */
  readonly schemas: string;
  readonly restApiId: string;
  readonly problems: Problems;
}

export class SchemaModels {
  readonly #options: SchemaModelsOptions;
  readonly #named: JsonObject;
  readonly #drafts: ModelDraft[] = [];
  readonly #names = new Set<string>();
  /** Schemas that are not read yet: one may lead to many others, however deep. */
  readonly #waiting: (readonly [name: string, schema: unknown])[] = [];
  #size = 0;
  /** The Models of bodies' schemas that were asked for before: many operations share one answer. */
  readonly #known = new Map<JsonObject, string>();
  /** Names of Models made of what stands inline, by its JSON, or by the pointer to it. */
  readonly #made = new Map<string, string>();

  constructor(options: SchemaModelsOptions) {
    this.#options = options;
    const named = pointedAt(options.root, options.schemas);
    this.#named = isObject(named) ? named : {};
    for (const [name, schema] of Object.entries(this.#named)) this.#add(name, schema);
  }

  get drafts(): readonly ModelDraft[] {
    // What is read may refer to more: the list grows while it is walked.
    for (const [name, schema] of this.#waiting) this.#read(name, schema);
    this.#waiting.length = 0;
    return this.#drafts;
  }

  /** The Model of a body's schema; undefined, with a warning, when it refers to one that there is not. */
  modelOf(schema: JsonObject): string | undefined {
    const present = this.#known.get(schema);
    if (present !== undefined) return present;
    const name = this.#find(schema);
    if (name !== undefined) this.#known.set(schema, name);
    return name;
  }

  #find(schema: JsonObject): string | undefined {
    const reference = referenceOf(schema);
    if (reference === undefined) return this.#make(this.#keyOf(schema), schema);
    const { name, rest } = this.#target(reference);
    if (name !== undefined && rest === "") {
      if (this.#exists(name)) return name;
    } else {
      const pointer = pointerOf(reference);
      const pointed = pointedAt(this.#options.root, pointer);
      if (pointed !== undefined) return this.#make(pointer, pointed);
    }
    this.#options.problems.warn(`Reference to model '${name ?? reference}' not found. Ignoring.`);
    return undefined;
  }

  /** The JSON of an inline schema; the same whichever version of OpenAPI its references are spelt for. */
  #keyOf(schema: JsonObject): string {
    return JSON.stringify(schema).replaceAll(`"#${this.#options.schemas}/`, '"#/');
  }

  #exists(name: string): boolean {
    return Object.hasOwn(this.#named, name) || builtIn.has(name);
  }

  #urlOf(name: string): string {
    return `https://apigateway.amazonaws.com/restapis/${this.#options.restApiId}/models/${name}`;
  }

  /** The Model that a reference names, and the pointer within it; no name for another place. */
  #target(reference: string): { readonly name: string | undefined; readonly rest: string } {
    const model = reference.startsWith("#") ? undefined : parseReference(reference);
    if (model?.model !== undefined) return { name: model.model, rest: model.pointer };
    // `$ref: Pet` is short for the definition of that name.
    if (Object.hasOwn(this.#named, reference)) return { name: reference, rest: "" };
    const pointer = pointerOf(reference);
    const { schemas } = this.#options;
    if (!pointer.startsWith(`${schemas}/`)) return { name: undefined, rest: pointer };
    const [name = "", ...rest] = pointer.slice(schemas.length + 1).split("/");
    return { name: unescapeSegment(decoded(name)), rest: rest.map((segment) => `/${segment}`).join("") };
  }

  #add(name: string, schema: unknown): void {
    this.#names.add(name);
    this.#waiting.push([name, schema]);
  }

  #read(name: string, schema: unknown): void {
    const unknown = new Set<string>();
    const text = JSON.stringify(this.#rewritten(schema, unknown), undefined, 2);
    this.#size += text.length;
    if (this.#size > limits.restApiModels) throw modelsTooLarge();
    this.#drafts.push({ name, schema: text, unknown: [...unknown] });
  }

  /** The Model for what stands inline; the same for all of the same key. */
  #make(key: string, schema: unknown): string {
    const present = this.#made.get(key);
    if (present !== undefined) return present;
    let name = madeName(key);
    // Others may have chosen that name; they cannot have chosen all.
    for (let attempt = 1; this.#names.has(name); attempt++) name = madeName(`${attempt} ${key}`);
    this.#made.set(key, name);
    this.#add(name, schema);
    return name;
  }

  #rewritten(schema: unknown, unknown: Set<string>): unknown {
    if (!isObject(schema)) return schema;
    const rewritten = withSubschemas(schema, (subschema) => this.#rewritten(subschema, unknown));
    const reference = referenceOf(schema);
    return reference === undefined ? rewritten : { ...rewritten, $ref: this.#rewrittenReference(reference, unknown) };
  }

  #rewrittenReference(reference: string, unknown: Set<string>): string {
    const { name, rest } = this.#target(reference);
    if (name === undefined) {
      const pointed = pointedAt(this.#options.root, rest);
      if (pointed === undefined) unknown.add(reference);
      return pointed === undefined ? reference : this.#urlOf(this.#make(rest, pointed));
    }
    if (!this.#exists(name)) unknown.add(name);
    return this.#urlOf(name) + (rest === "" ? "" : `#${rest}`);
  }
}
