/** A mapping template that has the shape of a Model: GetModelTemplate (facts/mapping.md 12). */
import { limits } from "../../limits.ts";
import { parseReference, parseSchema, valueAt } from "./references.ts";
import { isList, isObject, isText, type JsonObject } from "../json.ts";

/** Finds the schema of a Model by name; undefined when there is none. */
type TextOf = (model: string) => string | undefined;

interface Place {
  readonly schema: JsonObject;
  /** The Model that the schema stands in. */
  readonly model: string;
}

const plainName = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** A member of a Velocity reference. */
const memberOf = (reference: string, name: string): string =>
  plainName.test(name) ? `${reference}.${name}` : `${reference}['${name.replaceAll("'", "''")}']`;

class Writer {
  readonly #textOf: TextOf;
  /** Parts that may still be written: references can make a small schema's shape large without end. */
  #partsLeft: number = limits.sampleTemplateParts;

  constructor(textOf: TextOf) {
    this.#textOf = textOf;
  }

  /** `reference`: what the value is called; `around`: the schemas that this one stands in. */
  write(place: Place, reference: string, indent: string, around: readonly JsonObject[]): string {
    const found = this.#followed(place, around);
    if (found === undefined || --this.#partsLeft < 0) return "{}";
    const { schema } = found;
    const within = [...around, schema];
    const type = isList(schema["type"]) ? schema["type"][0] : schema["type"];
    if (type === "array" || (type === undefined && Object.hasOwn(schema, "items"))) {
      return this.#array(found, reference, indent, within);
    }
    if (type === "object" || (type === undefined && Object.hasOwn(schema, "properties"))) {
      return this.#object(found, reference, indent, within);
    }
    return type === "integer" || type === "number" || type === "boolean" ? reference : `"${reference}"`;
  }

  #object({ schema, model }: Place, reference: string, indent: string, around: readonly JsonObject[]): string {
    const { properties } = schema;
    const inner = `${indent}  `;
    const lines: string[] = [];
    for (const [name, below] of Object.entries(isObject(properties) ? properties : {})) {
      if (this.#partsLeft <= 0) break;
      const value = this.write(
        { schema: isObject(below) ? below : {}, model },
        memberOf(reference, name),
        inner,
        around,
      );
      lines.push(`${inner}${JSON.stringify(name)} : ${value}`);
    }
    return lines.length === 0 ? "{ }" : `{\n${lines.join(",\n")}\n${indent}}`;
  }

  #array({ schema, model }: Place, reference: string, indent: string, around: readonly JsonObject[]): string {
    const { items } = schema;
    const item = isList(items) ? items[0] : items;
    const depth = around.filter((each) => Object.hasOwn(each, "items")).length;
    const name = depth > 1 ? `$elem${depth}` : "$elem";
    const value = this.write({ schema: isObject(item) ? item : {}, model }, name, `${indent}  `, around);
    return `[\n#foreach(${name} in ${reference})\n${indent}  ${value}#if($foreach.hasNext),#end\n\n#end\n${indent}]`;
  }

  /** The schema behind all references; undefined when one leads nowhere, or back to a schema around it. */
  #followed(place: Place, around: readonly JsonObject[]): Place | undefined {
    let { schema, model } = place;
    const seen = new Set(around);
    while (isText(schema["$ref"])) {
      const reference = seen.has(schema) ? undefined : parseReference(schema["$ref"]);
      if (reference === undefined || --this.#partsLeft < 0) return undefined;
      seen.add(schema);
      model = reference.model ?? model;
      const found = valueAt(this.#rootOf(model), reference.pointer);
      if (!isObject(found)) return undefined;
      schema = found;
    }
    return seen.has(schema) ? undefined : { schema, model };
  }

  readonly #roots = new Map<string, JsonObject>();

  /** Each read once, so that a schema that is met again is known to be the same. */
  #rootOf(model: string): JsonObject {
    const root = this.#roots.get(model) ?? parseSchema(this.#textOf(model) ?? "{}");
    this.#roots.set(model, root);
    return root;
  }

  ofModel(model: string): string {
    return this.write({ schema: this.#rootOf(model), model }, "$inputRoot", "", []);
  }
}

/** The template for a Model. Throws `SchemaRefused` when a text is no schema. */
export const sampleTemplate = (model: string, textOf: TextOf): string =>
  `#set($inputRoot = $input.path('$'))\n${new Writer(textOf).ofModel(model)}`;
