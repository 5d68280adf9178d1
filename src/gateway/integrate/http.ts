/** The HTTP and HTTP_PROXY integrations: what is compiled once, and what a request to the endpoint is made of. */
import type { IntegrationDocument } from "../../model/documents.ts";
import { type Parameter, parseIntegrationParameter } from "../../model/mapping-expression.ts";
import type { IntegrationProgram } from "../../snapshot/program.ts";
import { Refusal, responseOf } from "../gateway-response.ts";
import { connectionOptions, type HeaderRule, headerRuleOf, isHeaderName, toHeaderValue } from "../headers.ts";
import type { Invocation } from "../invocation.ts";
import { type OverriddenHeader, overriddenQuery, requestHeaders } from "../overrides.ts";
import { compileSource, type Read, type Source, single } from "../parameters.ts";
import { encodeQueryComponent, nameOfPair, splitQuery } from "../url.ts";
import { IntegrationRefused } from "./refused.ts";
import { compileRequestTemplates, type RequestTemplates } from "./request-template.ts";
import { compileResponses, type ResponsePrograms } from "./responses.ts";
import type { Endpoint } from "./uri.ts";

interface MappedParameter {
  readonly name: string;
  readonly read: Read;
}

/** An HTTP or HTTP_PROXY integration, compiled without what a stage adds. */
export interface HttpProgram {
  readonly type: "HTTP" | "HTTP_PROXY";
  /** With `${stageVariables.x}` still in it. */
  readonly uri: string;
  /** The verb to the endpoint; undefined for ANY, which keeps the client's. */
  readonly verb: string | undefined;
  readonly timeout: number;
  readonly insecureSkipVerification: boolean;
  /** By placeholder's name. */
  readonly path: ReadonlyMap<string, Source>;
  readonly query: readonly MappedParameter[];
  readonly queryNames: ReadonlySet<string>;
  readonly headers: readonly MappedParameter[];
  /** Lower-case. */
  readonly headerNames: ReadonlySet<string>;
  readonly readsBody: boolean;
  readonly templates: RequestTemplates;
  readonly responses: ResponsePrograms;
}

/** Whether an integration calls an HTTP endpoint. */
export const isHttp = (program: IntegrationProgram): program is HttpProgram =>
  program.type === "HTTP" || program.type === "HTTP_PROXY";

interface Mappings {
  readonly path: Map<string, Source>;
  readonly query: MappedParameter[];
  readonly headers: MappedParameter[];
  readsBody: boolean;
}

const noNames: ReadonlySet<string> = new Set();

const namesOf = (parameters: readonly MappedParameter[], form: (name: string) => string): ReadonlySet<string> =>
  parameters.length === 0 ? noNames : new Set(parameters.map(({ name }) => form(name)));

function compileMapping(mappings: Mappings, { location, name }: Parameter, source: Source): void {
  switch (location) {
    case "path":
      mappings.path.set(name, source);
      break;
    case "querystring":
      mappings.query.push({ name, read: source.read });
      break;
    case "header": {
      const rule = headerRuleOf(name);
      if (rule?.mapRequest === "fail") throw new IntegrationRefused(`the header ${name} cannot be mapped`);
      if (rule?.mapRequest === "drop" || !isHeaderName(name)) return;
      mappings.headers.push({ name, read: source.read });
    }
  }
  mappings.readsBody ||= source.needsBody;
}

/**
 * `pathNames`: the parameters of the resource's path, in order. Throws an `IntegrationRefused` for mappings that make every
 * call fail (facts/runtime.md 12.1).
 */
export function compileHttp(document: IntegrationDocument, pathNames: readonly string[]): HttpProgram {
  const mappings: Mappings = { path: new Map(), query: [], headers: [], readsBody: false };
  for (const [target, expression] of Object.entries(document.requestParameters ?? {})) {
    const parameter = parseIntegrationParameter(target);
    const source = compileSource(expression, "request", pathNames);
    if (parameter === undefined || source === undefined) {
      throw new IntegrationRefused(`the mapping of ${target} cannot be read`);
    }
    compileMapping(mappings, parameter, source);
  }
  const templates = compileRequestTemplates(document);
  return {
    type: document.type === "HTTP" ? "HTTP" : "HTTP_PROXY",
    uri: document.uri ?? "",
    verb: document.httpMethod === undefined || document.httpMethod === "ANY" ? undefined : document.httpMethod,
    timeout: document.timeoutInMillis,
    insecureSkipVerification: document.tlsConfig?.insecureSkipVerification === true,
    ...mappings,
    readsBody: mappings.readsBody || (document.type === "HTTP" && templates.readsBody),
    queryNames: namesOf(mappings.query, (name) => name),
    headerNames: namesOf(mappings.headers, (name) => name.toLowerCase()),
    templates,
    responses: compileResponses(document.integrationResponses),
  };
}

function pushPairs(pairs: string[], name: string, value: string | readonly string[] | undefined): void {
  for (const text of typeof value === "string" ? [value] : (value ?? [])) {
    pairs.push(`${encodeQueryComponent(name)}=${encodeQueryComponent(text)}`);
  }
}

/** The parameters that sign a query (AWS, "Authenticating requests: using query parameters"). */
const signingNames: ReadonlySet<string> = new Set(
  ["Algorithm", "Credential", "Date", "Expires", "Security-Token", "Signature", "SignedHeaders"].map(
    (name) => `X-Amz-${name}`,
  ),
);

/** The client's query as it was sent, without what signed it. */
function forwardedQuery({ exchange, caller }: Invocation): string {
  const { query } = exchange;
  if (caller === undefined || !query.includes("X-Amz-Signature=")) return query;
  return splitQuery(query)
    .filter((pair) => !signingNames.has(nameOfPair(pair)))
    .join("&");
}

/**
 * The query to the endpoint, after the URI's own: HTTP_PROXY passes the client's as it was sent, and mapped names
 * replace equal ones; HTTP sends what is mapped alone, and what a template has put in its place (facts/mapping.md 3, 5).
 */
export function queryOf(program: HttpProgram, invocation: Invocation): string {
  const sent = program.type === "HTTP_PROXY" ? forwardedQuery(invocation) : "";
  const overridden = overriddenQuery(invocation);
  if (program.query.length === 0 && overridden.length === 0) return sent;
  const pairs = splitQuery(sent).filter((pair) => !program.queryNames.has(nameOfPair(pair)));
  for (const { name, read } of program.query) {
    if (!overridden.some(([other]) => other === name)) pushPairs(pairs, name, read(invocation));
  }
  for (const [name, values] of overridden) pushPairs(pairs, name, values);
  return pairs.join("&");
}

const forwardedFor = headerRuleOf("X-Forwarded-For");
const host = headerRuleOf("Host");
const contentEncoding = headerRuleOf("Content-Encoding");
const authorization = headerRuleOf("Authorization");

/** The port that the client called, from its Host header. */
export function portOf(hostHeader: string): string {
  const mark = hostHeader.lastIndexOf(":");
  return mark < 0 || hostHeader.endsWith("]") ? "80" : hostHeader.slice(mark + 1);
}

/** What signs a call is for the gateway alone (facts/runtime.md 12.1). */
const isSignature = (value: string, { method }: Invocation): boolean =>
  method.method.document.authorizationType === "AWS_IAM" || value.startsWith("AWS4-");

/** A body that is passed on as it is encoded must keep the header that says so. */
function isForwarded(rule: HeaderRule, value: string, invocation: Invocation): boolean {
  if (rule === authorization) return !isSignature(value, invocation);
  return rule.forward === "pass" || (rule === contentEncoding && invocation.exchange.body !== undefined);
}

/** The headers of the client on their way to an HTTP_PROXY endpoint, and those that are added to them. */
export function forwardedHeaders(program: HttpProgram, endpoint: Endpoint, invocation: Invocation): string[] {
  const { exchange } = invocation;
  const { headers } = exchange;
  const mapped = program.headerNames;
  const hopByHop = connectionOptions(headers);
  const sent: string[] = [];
  let forwarded = "";
  let hostHeader = "";
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    const rule = headerRuleOf(name);
    if (rule === forwardedFor) forwarded += `${value}, `;
    else if (rule === host) hostHeader = value;
    if (rule !== undefined && !isForwarded(rule, value, invocation)) continue;
    if (mapped.size > 0 && mapped.has(name.toLowerCase())) continue;
    if (hopByHop?.has(name.toLowerCase()) === true) continue;
    sent.push(name, value);
  }
  const own = (name: string, lowerName: string, value: string): void => {
    if (!mapped.has(lowerName)) sent.push(name, value);
  };
  own("X-Forwarded-For", "x-forwarded-for", forwarded + exchange.remoteAddress);
  own("X-Forwarded-Port", "x-forwarded-port", portOf(hostHeader));
  own("X-Forwarded-Proto", "x-forwarded-proto", "http");
  own("X-Amzn-Trace-Id", "x-amzn-trace-id", invocation.traceId);
  appendMapped(sent, program, endpoint, invocation, []);
  return sent;
}

/** The headers to an HTTP endpoint: none of the client's, but defaults, which mapped ones override (facts/runtime.md 12.1). */
export function defaultHeaders(program: HttpProgram, endpoint: Endpoint, invocation: Invocation): string[] {
  const { apiId } = invocation.stage;
  const sent: string[] = [];
  const overridden = overriddenHeaders(invocation);
  const own = (name: string, value: string): void => {
    const isOther = ({ name: other }: OverriddenHeader): boolean => other.toLowerCase() !== name.toLowerCase();
    if (!program.headerNames.has(name.toLowerCase()) && overridden.every(isOther)) sent.push(name, value);
  };
  own("Accept", "application/json");
  own("User-Agent", `AmazonAPIGateway_${apiId}`);
  own("X-Amzn-Apigateway-Api-Id", apiId);
  own("X-Amzn-Trace-Id", invocation.traceId);
  if (invocation.endpointContentType !== undefined) own("Content-Type", invocation.endpointContentType);
  appendMapped(sent, program, endpoint, invocation, overridden);
  return sent;
}

/** What templates set in the place of headers; a header that cannot be mapped cannot be set either. */
function overriddenHeaders(invocation: Invocation): readonly OverriddenHeader[] {
  const overridden = requestHeaders(invocation);
  const refused = overridden.find(({ rule }) => rule?.mapRequest === "fail");
  if (refused === undefined) return overridden.filter(({ rule }) => rule?.mapRequest !== "drop");
  throw new Refusal(responseOf.API_CONFIGURATION_ERROR, `the header ${refused.name} cannot be set by a template`);
}

/** Mapped headers, or what stands in their place, and Host if none of them is it: a request must have one. */
function appendMapped(
  sent: string[],
  program: HttpProgram,
  endpoint: Endpoint,
  invocation: Invocation,
  overridden: readonly OverriddenHeader[],
): void {
  let hasHost = false;
  for (const { name, read } of program.headers) {
    // Names are compared with their case: one in another case is another header (facts/mapping.md 5).
    if (overridden.some(({ name: other }) => other === name)) continue;
    const value = read(invocation);
    if (value === undefined) continue;
    sent.push(name, toHeaderValue(single(value)));
    hasHost ||= headerRuleOf(name) === host;
  }
  for (const { name, value, rule } of overridden) {
    sent.push(name, value);
    hasHost ||= rule === host;
  }
  if (!hasHost) sent.push("Host", endpoint.authority);
}
