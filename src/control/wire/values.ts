/**
 * Readers of values: one closure a shape, compiled once from the SDK's schemas. Each takes what JSON.parse made and gives
 * what the operation expects, or throws a SerializationException with the service's words (facts/stage.md 1.4).
 *
 * Only modelled members are read; null members count as absent; a null in a map stays (facts/control.md 0.3).
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { Fault } from "../../errors.ts";
import { type NumberKind, numberKindOf } from "../../model/constraints.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { toMap } from "../../model/record.ts";
import { serializationFault } from "./json.ts";

export type ReadValue = (value: unknown) => unknown;

/** The static schema behind a structure has the number of its required members, which come first, at this index. */
const requiredIndex = 6;

/** The names of a structure's required members. */
export function requiredMembers(schema: NormalizedSchema): readonly string[] {
  const raw = schema.getSchema() as unknown;
  const count: unknown = Array.isArray(raw) ? raw[requiredIndex] : undefined;
  const names = [...schema.structIterator()].map(([name]) => name);
  return names.slice(0, typeof count === "number" ? count : 0);
}

/** The name of a member in JSON. */
export const wireName = (name: string, schema: NormalizedSchema): string =>
  (schema.getMergedTraits() as { jsonName?: string }).jsonName ?? name;

/** Compiles the reader of a schema. `shape` and `member` say where it stands, for the kinds of numbers. */
function valueReader(schema: NormalizedSchema, shape: string, member: string): ReadValue {
  if (schema.isStructSchema()) return structureReader(schema);
  if (schema.isListSchema()) return listReader(valueReader(schema.getValueSchema(), shape, member));
  if (schema.isMapSchema()) return mapReader(valueReader(schema.getValueSchema(), shape, member));
  if (schema.isBooleanSchema()) return readBoolean;
  if (schema.isNumericSchema()) return numberReader(numberKindOf(shape, member));
  if (schema.isStringSchema()) return readString;
  if (schema.isBlobSchema()) return readBlob;
  throw new Error(`${shape}.${member} is of a kind that no request has`);
}

function asObject(value: unknown): JsonObject {
  if (isObject(value)) return value;
  throw Array.isArray(value)
    ? serializationFault("Start of list found where not expected.")
    : serializationFault(`Unrecognized collection type class ${javaClass(value)}`);
}

/** Members in JSON: name there, name here, reader. */
export interface MemberReader {
  readonly wire: string;
  readonly name: string;
  readonly read: ReadValue;
}

export const memberReaders = (
  shape: string,
  members: Iterable<readonly [string, NormalizedSchema]>,
): readonly MemberReader[] =>
  Array.from(members, ([name, schema]) => ({
    wire: wireName(name, schema),
    name,
    read: valueReader(schema, shape, name),
  }));

/** Reads the members of a JSON object into `target`. */
export function readMembers(members: readonly MemberReader[], value: unknown, target: Record<string, unknown>): void {
  if (value === null) return;
  const object = asObject(value);
  for (const { wire, name, read } of members) {
    const given = object[wire];
    if (given !== undefined && given !== null) target[name] = read(given);
  }
}

function structureReader(schema: NormalizedSchema): ReadValue {
  const members = memberReaders(schema.getName() ?? "", schema.structIterator());
  return (value) => {
    const target: Record<string, unknown> = {};
    readMembers(members, value, target);
    return target;
  };
}

function listReader(readElement: ReadValue): ReadValue {
  return (value) => {
    if (!Array.isArray(value)) {
      throw isObject(value)
        ? serializationFault("Start of structure or map found where not expected.")
        : serializationFault(`Unrecognized collection type class ${javaClass(value)}`);
    }
    return value.map((element: unknown) => (element === null ? null : readElement(element)));
  };
}

function mapReader(readEntry: ReadValue): ReadValue {
  return (value) =>
    toMap(
      Object.entries(asObject(value)).map(
        ([key, entry]) => [key.toWellFormed(), entry === null ? null : readEntry(entry)] as const,
      ),
    );
}

/** Lone surrogates cannot be stored or sent as UTF-8; they become U+FFFD. */
function readString(value: unknown): string {
  if (typeof value === "string") return value.isWellFormed() ? value : value.toWellFormed();
  throw conversionFault(value, "String");
}

function readBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw conversionFault(value, "Boolean");
}

const largest: Readonly<Record<NumberKind, number>> = {
  Integer: 2 ** 31 - 1,
  Long: Number.MAX_SAFE_INTEGER,
  Float: Number.MAX_VALUE,
  Double: Number.MAX_VALUE,
};

/** Whole numbers drop a fraction, as the service's number class says by its name: TruncatingBigNumber. */
function numberReader(kind: NumberKind): ReadValue {
  const whole = kind === "Integer" || kind === "Long";
  return (value) => {
    if (typeof value !== "number") throw conversionFault(value, kind);
    const number = whole ? Math.trunc(value) : value;
    if (Math.abs(number) > largest[kind]) throw serializationFault(`${value} is too large for ${kind}`);
    return number;
  };
}

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

function readBlob(value: unknown): Uint8Array {
  if (typeof value !== "string") throw conversionFault(value, "ByteBuffer");
  if (!base64.test(value)) throw serializationFault("A blob must be base64");
  return Buffer.from(value, "base64");
}

function conversionFault(value: unknown, target: string): Fault {
  if (Array.isArray(value)) return serializationFault("Start of list found where not expected.");
  if (isObject(value)) return serializationFault("Start of structure or map found where not expected.");
  return serializationFault(`class ${javaClass(value)} can not be converted to an ${target}`);
}

/** The service's own class for a JSON value, which its texts name. */
function javaClass(value: unknown): string {
  if (typeof value === "boolean") return "java.lang.Boolean";
  if (typeof value === "number") return "com.amazon.coral.value.json.numbers.TruncatingBigNumber";
  return "java.lang.String";
}
