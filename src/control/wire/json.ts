/** JSON bodies: bytes to a value, under bounds, before anything looks at what they say. */
import { isUtf8 } from "node:buffer";
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";

export const serializationFault = (message: string): Fault => new Fault("SerializationException", message);

/** Parses a body. Throws a SerializationException. */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw serializationFault("The request body is not valid UTF-8");
  if (isTooDeep(body)) throw serializationFault(`The request body is nested deeper than ${limits.jsonDepth} levels`);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw serializationFault("The request body is not valid JSON");
  }
}

const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{`, `]` and `}` differ in one bit alone. */
const caseBit = 0x20;
const open = 0x7b;
const close = 0x7d;

/** Looks at brackets outside of strings. What is not JSON at all may pass here: the parser refuses it. */
function isTooDeep(body: Buffer): boolean {
  let depth = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (byte === quote) {
      for (i++; i < body.length && body[i] !== quote; i++) if (body[i] === backslash) i++;
    } else if ((byte | caseBit) === open) {
      if (++depth > limits.jsonDepth) return true;
    } else if ((byte | caseBit) === close) depth--;
  }
  return false;
}
