/** What templates have set in `$context.requestOverride` and `$context.responseOverride` (facts/mapping.md 5). */
import { Refusal, responseOf } from "./gateway-response.ts";
import { type HeaderRule, headerRuleOf, isHeaderName, toHeaderValue } from "./headers.ts";
import type { Invocation } from "./invocation.ts";
import type { Overrides } from "./template-scope.ts";
import { Fault } from "./vtl/error.ts";
import { textOf } from "./vtl/print.ts";
import { type Key, type Value, VtlList, VtlMap } from "./vtl/value.ts";

type Location = "header" | "path" | "querystring";

/** Values of several, as a list gives them; nothing for null. Throws a `Fault` for what takes too much to print. */
function printed({ printing }: Overrides, value: Value): readonly string[] {
  const values = value instanceof VtlList ? value.items : [value];
  return values.filter((each) => each !== null).map((each) => printing.made(textOf(printing, each)));
}

/** The same for a request or an answer, which is refused then. */
function textsOf(overrides: Overrides, value: Value): readonly string[] {
  try {
    return printed(overrides, value);
  } catch (error) {
    throw error instanceof Fault
      ? new Refusal(responseOf.API_CONFIGURATION_ERROR, `overrides: ${error.message}`)
      : error;
  }
}

const nothing: ReadonlyMap<Key, Value> = new Map();

/** What was set at a location; a template may have put anything else in its place. */
function entriesAt(override: VtlMap, location: Location): ReadonlyMap<Key, Value> {
  const map = override.get(location);
  return map instanceof VtlMap ? map.entries : nothing;
}

/** A path parameter's override, or undefined. */
export function overriddenPath({ overrides }: Invocation, name: string): string | undefined {
  const value = overrides && entriesAt(overrides.request, "path").get(name);
  return overrides === undefined || value === undefined ? undefined : textsOf(overrides, value).join(",");
}

type QueryValues = readonly (readonly [name: string, values: readonly string[]])[];
const noValues: QueryValues = [];

/** The query's overrides: names with their values. */
export function overriddenQuery({ overrides }: Invocation): QueryValues {
  if (overrides === undefined) return noValues;
  const entries = entriesAt(overrides.request, "querystring");
  return Array.from(entries, ([name, value]) => [String(name), textsOf(overrides, value)]);
}

const variable = /^(?:(request)Override\.(header|path|querystring)|(response)Override\.(header))\.(.+)$/s;

/** A value that was set, as one text. None where a template built something that takes more to print than anyone has. */
function read(
  overrides: Overrides | undefined,
  valueIn: (overrides: Overrides) => Value | undefined,
): string | undefined {
  const value = overrides && valueIn(overrides);
  if (overrides === undefined || value === undefined || value === null) return undefined;
  try {
    return printed(overrides, value).join(",");
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** `requestOverride.header.{name}` and its like as variables of `$context`: what was set. Undefined for other names. */
export function overrideVariable(name: string): ((invocation: Invocation) => string | undefined) | undefined {
  if (name === "responseOverride.status")
    return ({ overrides }) => read(overrides, ({ response }) => response.get("status"));
  const [, request, ofRequest, , ofResponse, key = ""] = variable.exec(name) ?? [];
  const side = request === undefined ? "response" : "request";
  const location = (ofRequest ?? ofResponse) as Location | undefined;
  return location && (({ overrides }) => read(overrides, (all) => entriesAt(all[side], location).get(key)));
}

export interface OverriddenHeader {
  readonly name: string;
  readonly value: string;
  readonly rule: HeaderRule | undefined;
}

/** The headers' overrides, ready to be sent; a list's values are joined by commas. What is no header's name is left out. */
function overriddenHeaders(overrides: Overrides, override: VtlMap): readonly OverriddenHeader[] {
  const headers: OverriddenHeader[] = [];
  for (const [key, value] of entriesAt(override, "header")) {
    const name = String(key);
    if (!isHeaderName(name) || value === null) continue;
    headers.push({ name, value: toHeaderValue(textsOf(overrides, value).join(",")), rule: headerRuleOf(name) });
  }
  return headers;
}

const noHeaders: readonly OverriddenHeader[] = [];

export const requestHeaders = ({ overrides }: Invocation): readonly OverriddenHeader[] =>
  overrides === undefined ? noHeaders : overriddenHeaders(overrides, overrides.request);

export const responseHeaders = ({ overrides }: Invocation): readonly OverriddenHeader[] =>
  overrides === undefined ? noHeaders : overriddenHeaders(overrides, overrides.response);

/** The answer's status, when a template set one that an answer can have: one below 200 would announce another answer. */
export function overriddenStatus({ overrides }: Invocation): number | undefined {
  if (overrides === undefined) return undefined;
  const status = Number(textsOf(overrides, overrides.response.get("status"))[0] ?? Number.NaN);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}
