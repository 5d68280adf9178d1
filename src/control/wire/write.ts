/**
 * Writers of values: one closure a shape, compiled once from the SDK's schemas. Only modelled members are written, so
 * nothing that a document keeps for itself can leak.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { toMap } from "../../model/record.ts";
import { isoDate } from "../../model/time.ts";
import { wireName } from "./values.ts";

export type Json = Record<string, unknown>;
export type WriteValue = (value: unknown) => unknown;

/** How dates look: epoch seconds in plain JSON, ISO texts in HAL (facts/stage.md 1.1, 1.2). */
export type DateForm = "epoch" | "iso";

/** Compiles the writer of values of a schema. Members come out sorted by name. */
export function valueWriter(schema: NormalizedSchema, dates: DateForm): WriteValue {
  if (schema.isStructSchema()) return structureWriter(schema, dates);
  if (schema.isListSchema()) {
    const element = remembered(valueWriter(schema.getValueSchema(), dates));
    return (value) => (value as readonly unknown[]).map(element);
  }
  if (schema.isMapSchema()) return mapWriter(valueWriter(schema.getValueSchema(), dates));
  if (schema.isTimestampSchema() && dates === "iso") return (seconds) => isoDate(Number(seconds));
  if (schema.isBlobSchema()) return (value) => Buffer.from(value as Uint8Array).toString("base64");
  return (value) => value;
}

/**
 * Keeps the written form of what is frozen with it: documents of the store are, all the way down, and long lists are asked
 * for again and again.
 */
function remembered(write: WriteValue): WriteValue {
  const known = new WeakMap<object, unknown>();
  return (value) => {
    if (typeof value !== "object" || value === null || !Object.isFrozen(value)) return write(value);
    const present = known.get(value);
    if (present !== undefined) return present;
    const written = write(value);
    known.set(value, written);
    return written;
  };
}

/** A null stays a null (facts/control.md 0.3). Keys are the caller's, so none may reach the prototype. */
function mapWriter(entry: WriteValue): WriteValue {
  return (value) =>
    toMap(Object.entries(value as Json).map(([key, item]) => [key, item === null ? null : entry(item)] as const));
}

interface MemberWriter {
  readonly name: string;
  readonly wire: string;
  readonly write: WriteValue;
}

/**
 * Only these bind a member of an output elsewhere than in the body. Shapes that are inputs too carry bindings of requests
 * as well (`position` is a query there), which say nothing here.
 */
const outputBindings = ["httpHeader", "httpPayload"];

const isBound = (schema: NormalizedSchema): boolean =>
  outputBindings.some((trait) => trait in schema.getMergedTraits());

function memberWriters(schema: NormalizedSchema, dates: DateForm): readonly MemberWriter[] {
  return [...schema.structIterator()]
    .filter(([, member]) => !isBound(member))
    .map(([name, member]) => ({ name, wire: wireName(name, member), write: valueWriter(member, dates) }))
    .sort((a, b) => (a.wire < b.wire ? -1 : 1));
}

/** As `valueWriter` for a structure, without some of its members. */
export function structureWriter(
  schema: NormalizedSchema,
  dates: DateForm,
  without: readonly string[] = [],
): (value: unknown) => Json {
  const members = memberWriters(schema, dates).filter(({ name }) => !without.includes(name));
  return (value) => {
    const source = value as Json;
    const target: Json = {};
    for (const { name, wire, write } of members) {
      const given = source[name];
      if (given !== undefined && given !== null) target[wire] = write(given);
    }
    return target;
  };
}
