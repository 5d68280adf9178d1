/**
 * The URI of an HTTP integration: stage variables are filled in when a stage is compiled, `{name}` placeholders for each
 * request (facts/mapping.md 1, 3; facts/runtime.md 11).
 */
import { entryOf, type StringMap } from "../../model/record.ts";
import { fixedResponses, Refusal } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { overriddenPath } from "../overrides.ts";
import { type Read, type Source, single } from "../parameters.ts";
import type { Origin } from "../transport.ts";
import { encodePath, encodePathValue, encodeQuery, encodeQueryComponent, hasDotSegment } from "../url.ts";

/** What the stage and the integration say about TLS. */
export interface EndpointTls {
  readonly insecureSkipVerification: boolean;
  /** PEM of the stage's client certificate and its key. */
  readonly certificate: string | undefined;
  readonly privateKey: string | undefined;
}

interface Placeholder {
  readonly name: string;
  readonly read: (invocation: Invocation) => string | undefined;
  /** Makes a value of a template's legal. */
  readonly encode: (text: string) => string;
  /** What stays when there is no value: the placeholder itself, made legal. */
  readonly literal: string;
}

/** Where a request goes: an origin, and a target with placeholders. */
export interface Endpoint {
  readonly origin: Origin;
  /** As the Host header has it. */
  readonly authority: string;
  /** Literal pieces of the target; one more than there are placeholders. */
  readonly pieces: readonly string[];
  readonly placeholders: readonly Placeholder[];
  /** Whether the target has a query of its own. */
  readonly hasQuery: boolean;
}

/** `${stageVariables.x}` alone is a reference; any other `${…}` is left untouched (facts/runtime.md 11). */
const stageVariable = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;

/** The URI with its stage variables; one that is not set leaves nothing. */
export const withStageVariables = (uri: string, variables: StringMap): string =>
  uri.replaceAll(stageVariable, (_reference, name: string) => entryOf(variables, name) ?? "");

const uriForm = /^(https?):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/i;
/** A host name or address, bracketed for IPv6, and perhaps a port; no user, no placeholder. */
const authorityForm = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;
const placeholder = /(?<!\$)\{([A-Za-z0-9._$-]+)\}/;

function compileOrigin(
  protocol: Origin["protocol"],
  authority: string,
  tls: EndpointTls,
): { origin: Origin; authority: string } | undefined {
  const parts = authorityForm.exec(authority);
  if (parts === null) return undefined;
  const [, name = "", portText] = parts;
  const host = name.startsWith("[") ? name.slice(1, -1) : name.toLowerCase();
  const port = portText === undefined ? (protocol === "https:" ? 443 : 80) : Number(portText);
  if (port < 1 || port > 65_535 || !URL.canParse(`http://${name}/`)) return undefined;
  const secure = protocol === "https:" && {
    serverName: host,
    rejectUnauthorized: !tls.insecureSkipVerification,
    ...(tls.certificate !== undefined && { certificate: tls.certificate }),
    ...(tls.privateKey !== undefined && { privateKey: tls.privateKey }),
  };
  return { origin: { protocol, host, port, tls: secure || undefined }, authority: authority.toLowerCase() };
}

function encodeInPath(text: string): string {
  if (hasDotSegment(text)) throw new Refusal(fixedResponses.badRequest);
  return encodePathValue(text);
}

/** Reads a value and makes it legal. */
const encoded =
  (read: Read, encode: (text: string) => string): Placeholder["read"] =>
  (invocation) => {
    const value = read(invocation);
    return value === undefined ? undefined : encode(single(value));
  };

type MakePlaceholder = (name: string, source: Source | undefined, literal: string) => Placeholder;

const nothing = (): undefined => undefined;

/** A captured path keeps its encoding, and cannot climb: the routes refuse dot segments. */
const pathPlaceholder: MakePlaceholder = (name, source, literal) => ({
  name,
  literal,
  encode: encodeInPath,
  read:
    source === undefined
      ? nothing
      : source.readEncoded === undefined
        ? encoded(source.read, encodeInPath)
        : encoded(source.readEncoded, encodePath),
});

const queryPlaceholder: MakePlaceholder = (name, source, literal) => ({
  name,
  literal,
  encode: encodeQueryComponent,
  read: source === undefined ? nothing : encoded(source.read, encodeQueryComponent),
});

/**
 * The endpoint of a URI whose stage variables are filled in, or undefined when it is none that can be called.
 * `sources` has the mapped path parameters by name.
 */
export function compileEndpoint(
  uri: string,
  sources: ReadonlyMap<string, Source>,
  tls: EndpointTls,
): Endpoint | undefined {
  const parts = uriForm.exec(uri);
  if (parts === null) return undefined;
  const [, scheme = "", authorityText = "", path = "", query] = parts;
  const place = compileOrigin(`${scheme.toLowerCase()}:` as Origin["protocol"], authorityText, tls);
  if (place === undefined) return undefined;
  const pieces: string[] = [""];
  const placeholders: Placeholder[] = [];
  const append = (text: string): void => void (pieces[pieces.length - 1] += text);
  const compilePart = (text: string, encode: (text: string) => string, make: MakePlaceholder): void => {
    for (const [index, piece] of text.split(placeholder).entries()) {
      // Splitting by a pattern with one group gives text and name in turn.
      if (index % 2 === 0) append(encode(piece));
      else {
        placeholders.push(make(piece, sources.get(piece), encode(`{${piece}}`)));
        pieces.push("");
      }
    }
  };
  compilePart(path.startsWith("/") ? path : `/${path}`, encodePath, pathPlaceholder);
  if (query !== undefined) {
    append("?");
    compilePart(query, encodeQuery, queryPlaceholder);
  }
  return { ...place, pieces, placeholders, hasQuery: query !== undefined };
}

/** The target for a request: path, and the URI's own query. What a template set stands in the place of what is mapped. */
export function targetOf({ pieces, placeholders }: Endpoint, invocation: Invocation): string {
  let target = pieces[0] as string;
  for (let i = 0; i < placeholders.length; i++) {
    const { name, read, literal, encode } = placeholders[i] as Placeholder;
    const overridden = overriddenPath(invocation, name);
    target +=
      (overridden === undefined ? (read(invocation) ?? literal) : encode(overridden)) + (pieces[i + 1] as string);
  }
  return target;
}
