/**
 * Extracts what the SDK's schemas lack from the public service model (API version 2015-07-09, in the form that the AWS
 * SDK for Python distributes): enums, patterns and the kinds of numbers of everything that a caller sends. Where the SDK
 * that is installed knows more values of an enum, they are put behind the model's: callers can send them.
 *
 *     node docs/extract-constraints.ts path/to/service-2.json
 *
 * writes src/model/constraints.json. Lengths and ranges would be taken too, but this service models none, and the script
 * stops if that changes.
 */
import * as sdk from "@aws-sdk/client-api-gateway";
import { readFileSync, writeFileSync } from "node:fs";

interface Shape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

const numbers: Readonly<Record<string, string>> = {
  integer: "Integer",
  long: "Long",
  double: "Double",
  float: "Float",
};

const sorted = <V>(map: Map<string, V>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

/** The values that the SDK has for an enum; none where it has no such enum. */
const sdkValues = (name: string): readonly string[] =>
  Object.values((sdk as Readonly<Record<string, unknown>>)[name] ?? {}).filter((value) => typeof value === "string");

function extract(model: Model) {
  const enums = new Map<string, readonly string[]>();
  const patterns = new Map<string, string>();
  const members = new Map<string, string>();
  const seen = new Set<string>();

  const shapeOf = (name: string): Shape => {
    const shape = model.shapes[name];
    if (shape === undefined) throw new Error(`the model has no shape ${name}`);
    if (shape.min !== undefined || shape.max !== undefined)
      throw new Error(`${name} has a length or a range: add them`);
    return shape;
  };

  /** What a member of this shape must satisfy: a name of an enum or pattern, a kind of number, or those in a list. */
  const constraintOf = (name: string): string | undefined => {
    const shape = shapeOf(name);
    if (shape.member !== undefined) {
      const element = constraintOf(shape.member.shape);
      return element === undefined ? undefined : `${element}[]`;
    }
    if (shape.enum !== undefined) enums.set(name, [...new Set([...shape.enum, ...sdkValues(name)])]);
    if (shape.pattern !== undefined) patterns.set(name, shape.pattern);
    return shape.enum !== undefined || shape.pattern !== undefined ? name : numbers[shape.type];
  };

  const visit = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const shape = shapeOf(name);
    for (const [member, { shape: target }] of Object.entries(shape.members ?? {})) {
      const constraint = constraintOf(target);
      if (constraint !== undefined) members.set(`${name}.${member}`, constraint);
      visit(target);
    }
    for (const inner of [shape.member, shape.value]) if (inner !== undefined) visit(inner.shape);
  };

  for (const { input } of Object.values(model.operations)) if (input !== undefined) visit(input.shape);
  return { enums: sorted(enums), patterns: sorted(patterns), members: sorted(members) };
}

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node docs/extract-constraints.ts path/to/service-2.json");
const data = extract(JSON.parse(readFileSync(file, "utf8")) as Model);
writeFileSync(new URL("../src/model/constraints.json", import.meta.url), `${JSON.stringify(data, undefined, 2)}\n`);
console.log(`${Object.keys(data.members).length} members, ${Object.keys(data.enums).length} enums`);
