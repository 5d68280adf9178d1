/**
 * Models as JSON Schemas (facts/mapping.md 8.2): read, checked and compiled. References go to a place of the same schema
 * or, by the service's URL, to another Model of the RestApi; they are followed when a value first needs them, so schemas
 * may be recursive.
 */
import { limits } from "../../limits.ts";
import { keywords } from "./keywords.ts";
import { parseReference, parseSchema, valueAt } from "./references.ts";
import { Run } from "./run.ts";
import { isObject, isText, type JsonObject } from "../json.ts";
import { type Check, type SchemaProgram, SchemaRefused } from "./syntax.ts";

export { SchemaRefused };

/** Finds the schema of another Model by name. */
type FindProgram = (model: string, pointer: string) => SchemaProgram;

/** Compiles one document's schemas, each once. */
class Compiler {
  readonly #root: JsonObject;
  readonly #find: FindProgram;
  readonly #programs = new Map<JsonObject, SchemaProgram>();
  #depth = 0;

  constructor(root: JsonObject, find: FindProgram) {
    this.#root = root;
    this.#find = find;
  }

  readonly compile = (schema: unknown): SchemaProgram => {
    if (!isObject(schema)) throw new SchemaRefused("a schema is not an object");
    const present = this.#programs.get(schema);
    if (present !== undefined) return present;
    if (++this.#depth > limits.modelSchemaDepth) throw new SchemaRefused("the schema is nested too deep");
    const program: SchemaProgram = { checks: this.#checksOf(schema) };
    this.#depth--;
    this.#programs.set(schema, program);
    return program;
  };

  at(pointer: string): SchemaProgram {
    const depth = this.#depth;
    this.#depth = 0;
    const program = this.compile(valueAt(this.#root, pointer));
    this.#depth = depth;
    return program;
  }

  #checksOf(schema: JsonObject): readonly Check[] {
    const { $ref } = schema;
    // What stands beside a reference says nothing in draft 4, but others may refer to it.
    if (isText($ref)) return [this.#reference($ref)];
    const checks: Check[] = [];
    for (const [name, argument] of Object.entries(schema)) {
      const check = keywords.get(name)?.(argument, { schema, compile: this.compile });
      if (check !== undefined) checks.push(check);
    }
    return checks;
  }

  #reference(text: string): Check {
    const reference = parseReference(text);
    if (reference === undefined) throw new SchemaRefused(`${text} is no reference to a model`);
    const { model, pointer } = reference;
    if (model === undefined && !isObject(valueAt(this.#root, pointer))) {
      throw new SchemaRefused(`${text} leads to no schema`);
    }
    let program: SchemaProgram | undefined;
    return (value, run) => {
      program ??= model === undefined ? this.at(pointer) : this.#find(model, pointer);
      run.validate(program, value);
    };
  }
}

/** Throws `SchemaRefused` when a Model's text is not a schema. Whether other Models that it refers to exist is not asked. */
export function checkSchema(text: string): void {
  new Compiler(parseSchema(text), () => ({ checks: [] })).at("");
}

/** The Models of a RestApi as schemas. Each is read and compiled when it is first asked for. */
export class Schemas {
  readonly #textOf: (model: string) => string | undefined;
  readonly #compilers = new Map<string, Compiler>();

  /** `textOf`: a Model's schema; undefined when there is no such Model. */
  constructor(textOf: (model: string) => string | undefined) {
    this.#textOf = textOf;
  }

  /** What is wrong with a value; empty when it is valid. Throws `SchemaRefused` when the Model cannot be used. */
  violationsOf(model: string, value: unknown): readonly string[] {
    return new Run().violationsOf(this.#program(model, ""), value);
  }

  readonly #program: FindProgram = (model, pointer) => {
    const present = this.#compilers.get(model);
    if (present !== undefined) return present.at(pointer);
    const text = this.#textOf(model);
    if (text === undefined) throw new SchemaRefused(`there is no model ${model} with a schema`);
    const compiler = new Compiler(parseSchema(text), this.#program);
    this.#compilers.set(model, compiler);
    return compiler.at(pointer);
  };
}
