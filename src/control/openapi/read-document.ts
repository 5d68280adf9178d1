/** The bytes of a definition to a plain value: JSON, or YAML, told apart by what they are; bounded in depth and in values. */
import { isUtf8 } from "node:buffer";
import { limits } from "../../limits.ts";
import { exceededBound } from "../wire/json.ts";
import { notYaml, tooDeep, TooManyValues } from "./document-refused.ts";
import { parseYaml } from "./yaml-document.ts";

/** Whether the bytes begin as JSON does. */
export const looksLikeJson = (bytes: Uint8Array): boolean =>
  /^\s*[[{]/.test(new TextDecoder().decode(bytes.subarray(0, 1_024)));

/** What can begin or end a token of YAML: its indicators (YAML 1.2.2, 5.3) and the end of a line. */
const marks: ReadonlySet<number> = new Set(Buffer.from("-?:,[]{}#&*!|>'\"%@`\n\r"));

/** Whether there may be more tokens than are read at once: what YAML costs goes by them, not by its length. */
function hasManyTokens(bytes: Uint8Array): boolean {
  let seen = 0;
  for (const byte of bytes) if (marks.has(byte) && ++seen > limits.importInlineTokens) return true;
  return false;
}

/**
 * What the bytes say, with plain objects, arrays and scalars as of JSON. Throws a `DocumentRefused` for what is neither
 * JSON nor YAML in UTF-8, or exceeds a bound; `TooManyValues` for more than `maximum`, YAML's aliases written out.
 */
export function readDocument(bytes: Uint8Array, maximum: number): unknown {
  if (!isUtf8(bytes)) throw notYaml("It is no text in UTF-8");
  // A byte order mark is no part of the text.
  const text = new TextDecoder().decode(bytes);
  if (looksLikeJson(bytes)) {
    const exceeded = exceededBound(bytes, { depth: limits.importDepth, values: limits.importValues });
    if (exceeded === "depth") throw tooDeep();
    if (exceeded === "values") throw new TooManyValues();
    try {
      return JSON.parse(text);
    } catch {
      // YAML may begin like JSON; where there is not time for much, only what is short is tried.
      if (maximum < limits.importValues && text.length > maximum) throw new TooManyValues();
    }
  }
  if (maximum < limits.importValues && hasManyTokens(bytes)) throw new TooManyValues();
  return parseYaml(text, maximum);
}
