/** Parameter mappings: where the value of a mapped parameter comes from, compiled once (facts/mapping.md 3). */
import {
  type MappingSide,
  type MappingSource,
  type Parameter,
  parseMappingSource,
} from "../model/mapping-expression.ts";
import { entryOf } from "../model/record.ts";
import { contextVariable } from "./context.ts";
import { responseOf } from "./gateway-response.ts";
import { headerRuleOf, valuesOf } from "./headers.ts";
import type { Invocation } from "./invocation.ts";
import { compileJsonPath, readForMapping } from "./json-path.ts";
import { decodePercent } from "./url.ts";
import { WholeBody } from "./whole-body.ts";

/** The value for a request; undefined when there is none, and then the target is not sent at all. */
export type Read = (invocation: Invocation) => string | readonly string[] | undefined;

export interface Source {
  readonly read: Read;
  /** The value as it stood in the path, percent-encoded: path parameters keep their encoding into a path. */
  readonly readEncoded: Read | undefined;
  /** Whether the whole body must have been read: the request's, or the endpoint's for a response mapping. */
  readonly needsBody: boolean;
}

const plain = (read: Read): Source => ({ read, readEncoded: undefined, needsBody: false });
const ofBody = (read: Read): Source => ({ read, readEncoded: undefined, needsBody: true });

/** A value where only one can stand. */
export const single = (value: string | readonly string[]): string =>
  typeof value === "string" ? value : value.join(",");

const readNothing: Read = () => undefined;

/** `pathNames`: names of the path's parameters, in order; it gives a parameter's place among the captures. */
function pathSource(name: string, pathNames: readonly string[]): Source {
  const place = pathNames.indexOf(name);
  return {
    read: ({ captures }) => {
      const value = captures[place];
      return value === undefined ? undefined : decodePercent(value);
    },
    readEncoded: ({ captures }) => captures[place],
    needsBody: false,
  };
}

function headerSource(name: string, multiValue: boolean, side: MappingSide): Source {
  // Some of the client's headers are invisible to mappings (facts/runtime.md 12.1).
  if (side === "request" && headerRuleOf(name)?.readable === false) return plain(readNothing);
  return plain(({ exchange, endpointResponseHeaders }) => {
    const values = valuesOf(side === "request" ? exchange.headers : endpointResponseHeaders, name);
    return multiValue && values.length > 0 ? values.join(",") : values.at(-1);
  });
}

function parameterSource(
  { location, name }: Parameter,
  multiValue: boolean,
  side: MappingSide,
  pathNames: readonly string[],
): Source {
  if (location === "path") return pathSource(name, pathNames);
  if (location === "header") return headerSource(name, multiValue, side);
  return plain(({ query }) => (multiValue ? query.get(name) : query.get(name)?.at(-1)));
}

/** A body that is not there reads as an empty one. */
const noBody = new WholeBody(Buffer.alloc(0), responseOf.API_CONFIGURATION_ERROR);

function bodySource(jsonPath: string | undefined, side: MappingSide): Source | undefined {
  const bodyOf = ({ requestBody, endpointBodyRead }: Invocation): WholeBody =>
    (side === "request" ? requestBody : endpointBodyRead) ?? noBody;
  if (jsonPath === undefined) return ofBody((invocation) => bodyOf(invocation).text);
  const path = compileJsonPath(jsonPath);
  if (path === undefined) return undefined;
  return ofBody((invocation) => {
    const { json } = bodyOf(invocation);
    return json === undefined ? undefined : readForMapping(path, json);
  });
}

function compile(source: MappingSource, side: MappingSide, pathNames: readonly string[]): Source | undefined {
  if (source.kind === "parameter") return parameterSource(source.parameter, source.multiValue, side, pathNames);
  if (source.kind === "body") return bodySource(source.jsonPath, side);
  if (source.kind === "stageVariable") return plain(({ variant }) => entryOf(variant.variables, source.name));
  if (source.kind === "context") return plain(contextVariable(source.path) ?? readNothing);
  return plain(() => source.text);
}

/** What the right side of a mapping reads; undefined when it is none, or has a JSON path that cannot be read. */
export function compileSource(
  expression: string,
  side: MappingSide,
  pathNames: readonly string[] = [],
): Source | undefined {
  const source = parseMappingSource(expression, side);
  return source && compile(source, side, pathNames);
}
