/**
 * An Authorizer's identitySource (facts/runtime.md 18): what a request must carry to be asked about at all, and what a
 * kept answer of the authorizer is found again by.
 */
import { type MappingSource, parseMappingSource } from "./mapping-expression.ts";

/** The expressions of a list, without the blanks around them. */
export const splitIdentitySource = (identitySource: string | undefined): readonly string[] =>
  (identitySource ?? "")
    .split(",")
    .map((expression) => expression.trim())
    .filter((expression) => expression !== "");

/**
 * One expression: a header, a query parameter, a stage variable or a context variable of the request; undefined when it
 * is none of them. A path parameter is none: the service takes no identity from the path.
 */
export function parseIdentityExpression(expression: string): MappingSource | undefined {
  const source = parseMappingSource(expression, "request");
  if (source === undefined || source.kind === "body" || source.kind === "literal") return undefined;
  if (source.kind === "parameter" && (source.multiValue || source.parameter.location === "path")) return undefined;
  return source;
}

/** The name of the one header that a token is taken from; undefined when the expression names anything else. */
export function parseTokenHeader(identitySource: string | undefined): string | undefined {
  const source = parseIdentityExpression(identitySource?.trim() ?? "");
  return source?.kind === "parameter" && source.parameter.location === "header" ? source.parameter.name : undefined;
}
