/** JSON bodies: bytes to a value, under bounds, before anything looks at what they say. */
import { isUtf8 } from "node:buffer";
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";

export const serializationFault = (message: string): Fault => new Fault("SerializationException", message);

/** Parses a body. Throws a SerializationException. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw serializationFault("The request body is not valid UTF-8");
  checkShape(body);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw serializationFault("The request body is not valid JSON");
  }
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;
/** `[` and `{`, `]` and `}` differ in one bit alone. */
const caseBit = 0x20;
const open = 0x7b;
const close = 0x7d;

/** How deep a JSON text may be nested, and how many values it may have. */
export interface JsonBounds {
  readonly depth: number;
  readonly values: number;
}

/**
 * Which bound a JSON text exceeds, at a fraction of what the parser would cost: a small body can hold millions of values.
 * Counts opening brackets and commas outside of strings, at least one a value and at most two. What is not JSON at all has
 * any answer: the parser refuses it.
 */
export function exceededBound(body: Uint8Array, bounds: JsonBounds): keyof JsonBounds | undefined {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (byte === quote) {
      for (i++; i < body.length && body[i] !== quote; i++) if (body[i] === backslash) i++;
    } else if (byte === comma) values++;
    else if ((byte | caseBit) === open) {
      values++;
      if (++depth > bounds.depth) return "depth";
    } else if ((byte | caseBit) === close) depth--;
    if (values > bounds.values) return "values";
  }
  return undefined;
}

function checkShape(body: Buffer): void {
  const exceeded = exceededBound(body, { depth: limits.jsonDepth, values: limits.jsonValues });
  if (exceeded === "depth") {
    throw serializationFault(`The request body is nested deeper than ${limits.jsonDepth} levels`);
  }
  if (exceeded === "values") throw serializationFault(`The request body has more than ${limits.jsonValues} values`);
}
