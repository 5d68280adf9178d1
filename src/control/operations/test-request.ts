/** What tests of methods and of authorizers have in common: the request that is made up, and how many there may be. */
import { badRequest } from "../../errors.ts";
import { isHeaderName, toHeaderValue } from "../../gateway/headers.ts";
import { limits } from "../../limits.ts";
import type { ResourceDocument } from "../../model/documents.ts";
import type { Input } from "../../model/service.ts";
import { Turns } from "../turns.ts";

/** Nobody waits for a turn: who tests sees at once that too many do. */
export const testTurns = new Turns(limits.testInvocations, 0);

/**
 * As a browser would write a target: what cannot be in one is escaped, and a fragment is not sent. Braces stay, as they
 * are in the path of a template.
 */
const toTarget = (text: string): string =>
  text
    .replace(/#.*$/s, "")
    .toWellFormed()
    .replaceAll(/[^\u{21}-\u{7e}]+/gu, (part) => encodeURIComponent(part));

/** Without one, the resource's own path stands for it, placeholders and all (facts/control.md 3.1). */
export function testTarget(given: string | undefined, { path }: Pick<ResourceDocument, "path">): string {
  const target = toTarget(given || path);
  if (target.length > limits.requestTarget) {
    throw badRequest(`The path and query of a test can be at most ${limits.requestTarget} bytes`);
  }
  return target.startsWith("/") ? target : `/${target}`;
}

const isPair = (pair: readonly [string, string | null]): pair is [string, string] => pair[1] !== null;

type GivenHeaders = Pick<Input<"TestInvokeMethod">, "headers" | "multiValueHeaders">;

/** As a flat list; a header that has several values is not taken from the single ones too. A null counts as absent. */
export function testHeaders({ headers = {}, multiValueHeaders = {} }: GivenHeaders): string[] {
  const several = new Set(Object.keys(multiValueHeaders).map((name) => name.toLowerCase()));
  const pairs = [
    ...Object.entries(headers).filter(([name]) => !several.has(name.toLowerCase())),
    ...Object.entries(multiValueHeaders).flatMap(([name, values]) =>
      (values ?? []).map((value) => [name, value] as const),
    ),
  ].filter(isPair);
  const invalid = pairs.find(([name]) => !isHeaderName(name));
  if (invalid !== undefined) throw badRequest(`Invalid header name specified: ${invalid[0]}`);
  const values = pairs.map(([, value]) => toHeaderValue(value));
  if (values.reduce((sum, { length }) => sum + length, 0) > limits.headerValues) {
    throw badRequest(`The header values of a test can be at most ${limits.headerValues} bytes together`);
  }
  return pairs.flatMap(([name], index) => [name, values[index] ?? ""]);
}
