/**
 * JSON Schemas of Models as Java types. An object with properties is a class; texts, numbers, truths and lists are Java's
 * own; what a schema leaves open, or says in a way that Java does not, is an Object.
 */
import { limits } from "../../../limits.ts";
import { parseReference, parseSchema, pointedAt, type Reference } from "../../../model/json-schema/references.ts";
import { isObject, type JsonObject } from "../../../model/json.ts";
import { entryOf } from "../../../model/record.ts";
import type { SdkModel } from "../describe.ts";
import type { UniqueNames } from "../names.ts";
import { tooManyClasses } from "../sdk-refused.ts";
import { className } from "./names.ts";

export interface JavaType {
  /** `List<Pet>`. */
  readonly name: string;
  /** An expression that makes one of the JSON value in an expression. */
  readonly read: (value: string) => string;
  /** The same as a function: `Pet::fromJson`. */
  readonly reader: string;
}

export interface JavaProperty {
  /** In JSON. */
  readonly name: string;
  readonly type: JavaType;
}

/** A class that is to be written. */
export interface JavaClass {
  readonly name: string;
  readonly properties: readonly JavaProperty[];
}

const simple = (name: string, reader: string): JavaType => ({
  name,
  reader: `Json::${reader}`,
  read: (value) => `Json.${reader}(${value})`,
});

const anything: JavaType = { name: "Object", reader: "(item) -> item", read: (value) => value };

const scalars: Readonly<Record<string, JavaType>> = {
  string: simple("String", "text"),
  integer: simple("Long", "integer"),
  number: simple("Double", "number"),
  boolean: simple("Boolean", "truth"),
  object: simple("Map<String, Object>", "map"),
};

/** Lambdas of lists in lists need names of their own. */
function listOf(element: JavaType, depth: number): JavaType {
  const read = (value: string): string => `Json.list(${value}, ${element.reader})`;
  const item = `item${depth}`;
  return { name: `List<${element.name}>`, read, reader: `(${item}) -> ${read(item)}` };
}

const classType = (name: string): JavaType => ({
  name,
  reader: `${name}::fromJson`,
  read: (value) => `${name}.fromJson(${value})`,
});

/** The one type that a schema names, null aside. */
function typeWord({ type, properties }: JsonObject): string {
  const words = (Array.isArray(type) ? type : [type]).filter((word) => typeof word === "string" && word !== "null");
  if (words.length === 0 && isObject(properties)) return "object";
  return words.length === 1 ? String(words[0]) : "";
}

/** Javac takes long for lists in lists in lists. */
const listsInLists = 5;

/** Where a schema stands. */
interface Place {
  /** The Model that it is part of. */
  readonly owner: string;
  /** What its class is to be called. */
  readonly wanted: string;
  /** Under which it is known, when it can be referred to. */
  readonly key: string | undefined;
  /** How many lists it is in. */
  readonly lists: number;
}

/** The types of the Models of one API, and the classes that these need. */
export class JavaTypes {
  readonly classes: JavaClass[] = [];
  readonly #schemas = new Map<string, JsonObject>();
  readonly #names: UniqueNames;
  /** By model and pointer: so a schema that refers to itself comes to an end. */
  readonly #known = new Map<string, JavaType>();
  #depth = 0;
  #count = 0;

  constructor(models: readonly SdkModel[], names: UniqueNames) {
    this.#names = names;
    for (const { name, schema } of models) this.#schemas.set(name, parseSchema(schema));
  }

  /** The type of a Model; an Object for one that there is not. */
  ofModel(name: string): JavaType {
    return this.#ofReference({ model: name, pointer: "" }, name);
  }

  #ofReference({ model, pointer }: Reference, within: string): JavaType {
    const owner = model ?? within;
    const key = `${owner}#${pointer}`;
    const present = this.#known.get(key);
    if (present !== undefined) return present;
    const schema = this.#find(owner, pointer);
    if (schema === undefined) return anything;
    const wanted = `${className(owner)}${className(pointer.replace(/^\/definitions\//, ""))}`;
    // An alias of itself, through lists or references, is nothing that Java could name.
    this.#known.set(key, anything);
    const type = this.#of(schema, { owner, wanted, key, lists: 0 });
    this.#known.set(key, type);
    return type;
  }

  #find(model: string, pointer: string): JsonObject | undefined {
    const found = pointedAt(this.#schemas.get(model) ?? {}, pointer);
    return isObject(found) ? found : undefined;
  }

  /** What leads too deep is left open. */
  #of(schema: JsonObject, place: Place): JavaType {
    if (this.#depth >= limits.sdkTypeDepth) return anything;
    this.#depth++;
    const type = this.#typeOf(schema, place);
    this.#depth--;
    return type;
  }

  #typeOf(schema: JsonObject, place: Place): JavaType {
    const { $ref, items, properties } = schema;
    if (typeof $ref === "string") {
      const reference = parseReference($ref);
      return reference === undefined ? anything : this.#ofReference(reference, place.owner);
    }
    const word = typeWord(schema);
    if (word === "array") return this.#listOf(items, place);
    const named = word === "object" && isObject(properties) ? Object.entries(properties) : [];
    if (named.length === 0 || named.length > limits.sdkProperties) return entryOf(scalars, word) ?? anything;
    return this.#classOf(named, place);
  }

  #listOf(items: unknown, { owner, wanted, lists }: Place): JavaType {
    if (!isObject(items) || lists >= listsInLists) return listOf(anything, lists);
    return listOf(this.#of(items, { owner, wanted: `${wanted}Item`, key: undefined, lists: lists + 1 }), lists);
  }

  #classOf(properties: readonly (readonly [string, unknown])[], { owner, wanted, key }: Place): JavaType {
    if (this.#count++ >= limits.sdkClasses) throw tooManyClasses();
    const name = this.#names.take(className(wanted) || "Model");
    const type = classType(name);
    // Its properties may refer to it.
    if (key !== undefined) this.#known.set(key, type);
    const members = properties.map(([property, schema]): JavaProperty => {
      const inner = { owner, wanted: `${name}${className(property)}`, key: undefined, lists: 0 };
      return { name: property, type: isObject(schema) ? this.#of(schema, inner) : anything };
    });
    this.classes.push({ name, properties: members });
    return type;
  }
}
