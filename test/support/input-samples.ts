/** Inputs of the service's operations, made from the SDK's schemas: a whole one of each, and every way to spoil it. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { type Constraint, constraintOf, numberKindOf } from "../../src/model/constraints.ts";
import type { Operation } from "../../src/model/service.ts";
import { requiredMembers, wireName } from "../../src/control/wire/values.ts";

/** Deeper than any input is nested, but for shapes that hold themselves. */
const deepest = 5;

/** A text that fits each pattern of the model. */
const fittingTexts: Readonly<Record<string, string>> = {
  [String.raw`[1-5]\d\d`]: "200",
  [String.raw`^([1-5]\d\d|\*|\s*)$`]: "200",
};

function fittingText(constraint: Constraint | undefined): string {
  if (constraint === undefined) return "text";
  if ("enum" in constraint) return constraint.enum[0] ?? "";
  const text = fittingTexts[constraint.pattern];
  if (text === undefined) throw new Error(`no text is known that fits ${constraint.pattern}`);
  return text;
}

/** A value of a shape, with every member there is. */
function sample(schema: NormalizedSchema, shape: string, member: string, depth = 0): unknown {
  if (schema.isStructSchema()) {
    const name = schema.getName() ?? "";
    const members = depth < deepest ? [...schema.structIterator()] : [];
    return Object.fromEntries(members.map(([inner, of]) => [wireName(inner, of), sample(of, name, inner, depth + 1)]));
  }
  if (schema.isListSchema()) return [sample(schema.getValueSchema(), shape, member, depth + 1)];
  if (schema.isMapSchema()) return { key: sample(schema.getValueSchema(), shape, member, depth + 1) };
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 1;
  if (schema.isBlobSchema()) return "";
  return fittingText(constraintOf(shape, member));
}

type Bindings = Readonly<Record<string, unknown>>;
const bindingsOf = (schema: NormalizedSchema): Bindings => schema.getMergedTraits();
const isInBody = (schema: NormalizedSchema): boolean =>
  Object.keys(bindingsOf(schema)).every((trait) => !trait.startsWith("http"));

/** Members of the input that stand in its JSON body. */
export const bodyMembers = ({ input }: Operation): readonly (readonly [string, NormalizedSchema])[] =>
  input.isStructSchema() ? [...input.structIterator()].filter(([, schema]) => isInBody(schema)) : [];

/** Whether the body is taken as it is, whatever it holds. */
export const hasPayload = ({ input }: Operation): boolean =>
  input.isStructSchema() && [...input.structIterator()].some(([, schema]) => "httpPayload" in bindingsOf(schema));

/** A whole body. */
export const sampleBody = (operation: Operation): Record<string, unknown> =>
  Object.fromEntries(
    bodyMembers(operation).map(([name, schema]) => [
      wireName(name, schema),
      sample(schema, operation.input.getName() ?? "", name),
    ]),
  );

/** The path of the operation with these texts in place of its labels. */
export function samplePath({ path, input }: Operation): string {
  const shape = input.getName() ?? "";
  return path.replaceAll(/\{(\w+)\+?\}/g, (_all, label: string) => fittingText(constraintOf(shape, label)));
}

/** Query parameters that have to be numbers, as the wire names them. */
export function numericQueryNames({ input }: Operation): readonly string[] {
  if (!input.isStructSchema()) return [];
  return [...input.structIterator()].flatMap(([, schema]) => {
    const name = bindingsOf(schema)["httpQuery"];
    return typeof name === "string" && schema.isNumericSchema() ? [name] : [];
  });
}

/** The query that the operation demands, so that nothing else can be what is wrong. */
export function sampleQuery(operation: Operation): Record<string, string> {
  const { input, query } = operation;
  const found: Record<string, string> = Object.fromEntries(new URLSearchParams(query));
  if (!input.isStructSchema()) return found;
  const required = new Set(requiredMembers(input));
  for (const [member, schema] of input.structIterator()) {
    const name = bindingsOf(schema)["httpQuery"];
    if (typeof name === "string" && required.has(member)) found[name] = "text";
  }
  return found;
}

/** A body with one thing wrong. */
export interface SpoiltBody {
  /** What is wrong, and where: `patchOperations[0].op: no such value`. */
  readonly what: string;
  readonly body: Record<string, unknown>;
  readonly code: "SerializationException" | "ValidationException";
}

interface Spoilt {
  readonly where: string;
  readonly why: string;
  readonly value: unknown;
  readonly code: SpoiltBody["code"];
}

/** The same failure, with its value inside another. */
const inside = ({ where, why, code }: Spoilt, value: unknown): Spoilt => ({ where, why, code, value });

const serialization = "SerializationException";
const validation = "ValidationException";

/** Values of another kind than the schema's. */
function wrongKinds(schema: NormalizedSchema, shape: string, member: string): readonly (readonly [string, unknown])[] {
  if (schema.isStructSchema() || schema.isMapSchema())
    return [
      ["a list", []],
      ["a text", "text"],
      ["a number", 1],
    ];
  if (schema.isListSchema())
    return [
      ["an object", {}],
      ["a text", "text"],
      ["true", true],
    ];
  const bothHold = [
    ["an object", {}],
    ["a list", []],
  ] as const;
  if (schema.isBooleanSchema()) return [...bothHold, ["a text", "true"], ["a number", 1]];
  if (schema.isNumericSchema()) {
    const kind = numberKindOf(shape, member);
    const tooLarge = kind === "Integer" ? [["a number too large", 2 ** 40] as const] : [];
    return [...bothHold, ["a text", "1"], ["true", true], ...tooLarge];
  }
  return [...bothHold, ["a number", 1], ["true", true]];
}

/** Every way to spoil a value: by itself, and by each of its parts. */
function spoilt(schema: NormalizedSchema, shape: string, member: string, where: string, depth: number): Spoilt[] {
  const found: Spoilt[] = wrongKinds(schema, shape, member).map(([why, value]) => ({
    where,
    why,
    value,
    code: serialization,
  }));
  const whole = sample(schema, shape, member, depth);
  if (schema.isListSchema()) {
    const element = schema.getValueSchema();
    found.push(...spoilt(element, shape, member, `${where}[0]`, depth + 1).map((one) => inside(one, [one.value])));
    found.push({ where: `${where}[0]`, why: "null", value: [null], code: validation });
  } else if (schema.isMapSchema()) {
    const entry = spoilt(schema.getValueSchema(), shape, member, `${where}.key`, depth + 1);
    found.push(...entry.map((one) => inside(one, { key: one.value })));
  } else if (schema.isStructSchema()) {
    if (depth < deepest) found.push(...spoiltMembers(schema, where, depth, whole as object));
  } else if (!schema.isBooleanSchema() && !schema.isNumericSchema() && constraintOf(shape, member) !== undefined) {
    found.push({ where, why: "no such value", value: "no-such-value", code: validation });
  }
  return found;
}

function spoiltMembers(schema: NormalizedSchema, where: string, depth: number, whole: object): Spoilt[] {
  const required = new Set(requiredMembers(schema));
  const shape = schema.getName() ?? "";
  return [...schema.structIterator()].flatMap(([name, of]) => {
    const wire = wireName(name, of);
    const inner = spoilt(of, shape, name, `${where}.${wire}`, depth + 1);
    if (required.has(name)) inner.push({ where: `${where}.${wire}`, why: "missing", value: null, code: validation });
    return inner.map((one) => inside(one, Object.assign({}, whole, { [wire]: one.value })));
  });
}

/** Every body with one thing wrong that the schemas know of. */
export function spoiltBodies(operation: Operation): SpoiltBody[] {
  const whole = sampleBody(operation);
  const shape = operation.input.getName() ?? "";
  const required = new Set(requiredMembers(operation.input));
  return bodyMembers(operation).flatMap(([name, schema]) => {
    const wire = wireName(name, schema);
    const ways = spoilt(schema, shape, name, wire, 1);
    if (required.has(name)) ways.push({ where: wire, why: "missing", value: undefined, code: validation });
    return ways.map(({ where, why, value, code }) => ({
      what: `${where}: ${why}`,
      body: { ...whole, [wire]: value },
      code,
    }));
  });
}
