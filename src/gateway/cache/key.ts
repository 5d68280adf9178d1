/** Under which key an answer is kept: the namespace and the values of cacheKeyParameters (facts/runtime.md 2.1). */
import type { IntegrationDocument } from "../../model/documents.ts";
import { type Parameter, parseMappingSource } from "../../model/mapping-expression.ts";
import { entryOf } from "../../model/record.ts";
import type { Invocation } from "../invocation.ts";
import { compileSource, type Read } from "../parameters.ts";

/**
 * All values of a parameter of the request, whether or not it is listed as a multi-value one: an endpoint that is called
 * sees them all, so an answer must not be found under a part of them. For the same reason header names are compared
 * without regard to case, unlike in mappings.
 */
function readParameter({ location, name }: Parameter, pathNames: readonly string[]): Read {
  if (location === "path") {
    const place = pathNames.indexOf(name);
    return ({ captures }) => captures[place];
  }
  if (location === "querystring") return (invocation) => queryValues(invocation, name);
  const lowerName = name.toLowerCase();
  return ({ exchange: { headers } }) => {
    const values: string[] = [];
    for (let i = 0; i < headers.length; i += 2) {
      const sent = headers[i] as string;
      if (sent.length === lowerName.length && sent.toLowerCase() === lowerName) values.push(headers[i + 1] as string);
    }
    return values.length === 0 ? undefined : values;
  };
}

const escaped = /[%+;]/;
const equals = 0x3d;

/** All values of a query parameter. A query without escapes is not taken apart: most hits need nothing more of it. */
function queryValues(invocation: Invocation, name: string): readonly string[] | undefined {
  const { query } = invocation.exchange;
  if (escaped.test(query)) return invocation.query.get(name);
  let values: string[] | undefined;
  for (let at = 0, end: number; at < query.length; at = end + 1) {
    const mark = query.indexOf("&", at);
    end = mark < 0 ? query.length : mark;
    if (!query.startsWith(name, at)) continue;
    const behind = at + name.length;
    if (behind === end) (values ??= []).push("");
    else if (behind < end && query.charCodeAt(behind) === equals) (values ??= []).push(query.slice(behind + 1, end));
  }
  return values;
}

/** What one of cacheKeyParameters reads; undefined when it names nothing. */
function compileKeyParameter(
  parameter: string,
  { requestParameters }: IntegrationDocument,
  pathNames: readonly string[],
): Read | undefined {
  const source = parseMappingSource(parameter, "request");
  if (source?.kind === "parameter") return readParameter(source.parameter, pathNames);
  const expression = entryOf(requestParameters ?? {}, parameter);
  return expression === undefined ? undefined : compileSource(expression, "request", pathNames)?.read;
}

/** In the order of their names, so that two methods with one namespace need not list them in the same order. */
export function compileKeyParameters(integration: IntegrationDocument, pathNames: readonly string[]): readonly Read[] {
  return integration.cacheKeyParameters
    .toSorted()
    .map((parameter) => compileKeyParameter(parameter, integration, pathNames))
    .filter((read) => read !== undefined);
}

/** No two lists of values have one text: each tells its length first, and an absent value is unlike an empty one. */
function keyPart(value: string | readonly string[] | undefined): string {
  if (value === undefined) return "-";
  if (typeof value === "string") return `${value.length}:${value}`;
  if (value.length === 1) return keyPart(value[0]);
  return `*${value.length}${value.map(keyPart).join("")}`;
}

export function cacheKey(prefix: string, parameters: readonly Read[], invocation: Invocation): string {
  let key = prefix;
  for (const read of parameters) key += keyPart(read(invocation));
  return key;
}
