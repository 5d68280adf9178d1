/**
 * Gateway responses that the RestApi sets itself (facts/runtime.md 13): status, headers and templates of a type, its own or
 * its class's, compiled once a deployment. Types that nobody set are not here, and keep their bytes.
 */
import { gatewayResponses } from "../errors.ts";
import { limits } from "../limits.ts";
import type { GatewayResponseDocument, SnapshotDocument } from "../model/documents.ts";
import { type AnyGatewayResponseType, gatewayResponseFor, gatewayResponseTypes } from "../model/gateway-responses.ts";
import {
  type MappingSource,
  parseGatewayResponseHeader,
  parseGatewayResponseSource,
} from "../model/mapping-expression.ts";
import { errorContextVariable } from "./context.ts";
import { headerOf } from "./exchange.ts";
import type { GatewayResponse } from "./gateway-response.ts";
import { headerRuleOf, isHeaderName, toHeaderValue } from "./headers.ts";
import { chooseTemplate } from "./integrate/responses.ts";
import type { Invocation } from "./invocation.ts";
import { defaultMediaType, typeOfTemplate } from "./media-type.ts";
import { compileSource, single } from "./parameters.ts";
import { parameterNames } from "./route.ts";
import { decodePercent } from "./url.ts";

/** A value for a request as text; undefined when there is none. */
type ReadText = (invocation: Invocation) => string | undefined;

interface CustomisedResponse {
  /** Undefined: the response's own. */
  readonly status: number | undefined;
  readonly headers: readonly { readonly name: string; readonly read: ReadText }[];
  readonly setsContentType: boolean;
  /** By media type, lower-case: texts, and what is read for each request. */
  readonly templates: ReadonlyMap<string, readonly (string | ReadText)[]>;
}

/** What is set, by type. */
export type CustomisedResponses = ReadonlyMap<AnyGatewayResponseType, CustomisedResponse>;

/** One compilation serves all methods: which path parameter is meant is known with the request. */
const pathReader =
  (name: string): ReadText =>
  ({ captures, method }) => {
    const value = captures[parameterNames(method.resource.path).indexOf(name)];
    return value === undefined ? undefined : decodePercent(value);
  };

function readerOf(source: MappingSource, text: string): ReadText {
  if (source.kind === "literal") return () => source.text;
  if (source.kind === "context") return errorContextVariable(source.path) ?? (() => undefined);
  if (source.kind === "parameter" && source.parameter.location === "path") return pathReader(source.parameter.name);
  const read = compileSource(text, "request")?.read;
  return (invocation) => {
    const value = read?.(invocation);
    return value === undefined ? undefined : single(value);
  };
}

/** The text as a request mapping has it, and what it reads; undefined for what is no source. */
function compileReader(text: string): ReadText | undefined {
  const source = parseGatewayResponseSource(text);
  if (source === undefined) return undefined;
  return readerOf(source, text.replace(/^method\.input\.params\./, "method.request.header."));
}

const variable = /\$(?:\{([^{}]{1,1024})\}|((?:context|stageVariables|method)(?:\.[A-Za-z0-9_-]+)+))/g;

/** Plain substitution, not the template language: what is no variable stays as it is. */
function compileTemplate(template: string): readonly (string | ReadText)[] {
  const parts: (string | ReadText)[] = [];
  let end = 0;
  for (const found of template.matchAll(variable)) {
    const read = compileReader(found[1] ?? found[2] ?? "");
    if (read === undefined) continue;
    parts.push(template.slice(end, found.index), read);
    end = found.index + found[0].length;
  }
  return [...parts, template.slice(end)];
}

/** The name that a header has for the client; undefined for one that the gateway alone may set. */
function headerName(name: string): string | undefined {
  const rule = headerRuleOf(name);
  // A client that is not authorized must be asked by this very name.
  if (rule === undefined || rule.name === "WWW-Authenticate") return name;
  if (rule.mapResponse === "pass") return name;
  return rule.mapResponse === "remap" ? rule.remapped : undefined;
}

function compileHeaders(parameters: Readonly<Record<string, string>>): CustomisedResponse["headers"] {
  return Object.entries(parameters).flatMap(([key, source]) => {
    const target = parseGatewayResponseHeader(key);
    const name = target === undefined || !isHeaderName(target) ? undefined : headerName(target);
    const read = compileReader(source);
    return name === undefined || read === undefined ? [] : [{ name, read }];
  });
}

/** A status of a type's own is no change, so that what is told by another one stays so; neither is an interim one. */
function statusOf(type: AnyGatewayResponseType, statusCode: string | undefined): number | undefined {
  const status = Number(statusCode ?? 0);
  const own = type === "DEFAULT_4XX" || type === "DEFAULT_5XX" ? 0 : gatewayResponses[type].status;
  return status < 200 || status === own ? undefined : status;
}

/** Undefined when nothing is set: then refusals have nothing to look up. */
export function compileGatewayResponses({
  gatewayResponses: documents = [],
}: SnapshotDocument): CustomisedResponses | undefined {
  if (documents.length === 0) return undefined;
  const set = new Map<string, GatewayResponseDocument>(documents.map((document) => [document.responseType, document]));
  const responses = new Map<AnyGatewayResponseType, CustomisedResponse>();
  for (const type of gatewayResponseTypes) {
    const document = gatewayResponseFor(type, (each) => set.get(each));
    // What is over the size that the gateway takes is told before anything of the API counts (facts/runtime.md 13).
    if (document === undefined || type === "REQUEST_TOO_LARGE") continue;
    const headers = compileHeaders(document.responseParameters);
    responses.set(type, {
      status: statusOf(type, document.statusCode),
      headers,
      setsContentType: headers.some(({ name }) => name.toLowerCase() === "content-type"),
      templates: new Map(
        Object.entries(document.responseTemplates).map(([key, text]) => [key.toLowerCase(), compileTemplate(text)]),
      ),
    });
  }
  return responses;
}

/** The rendered text; undefined when variables have made it larger than an answer may be. */
function render(parts: readonly (string | ReadText)[], invocation: Invocation): string | undefined {
  let text = "";
  for (const part of parts) {
    text += typeof part === "string" ? part : (part(invocation) ?? "");
    if (text.length > limits.payload) return undefined;
  }
  return text;
}

/** A response as the deployment has it set, or the response itself. `invocation` knows already that it was refused with it. */
export function customised(response: GatewayResponse, invocation: Invocation): GatewayResponse {
  const custom = invocation.variant.deployment.gatewayResponses?.get(response.type);
  if (custom === undefined) return response;
  const chosen = chooseTemplate(custom.templates, headerOf(invocation.exchange.headers, "accept"));
  const text = chosen === undefined ? "" : render(chosen[1], invocation);
  if (text === undefined) return response;
  const headers = custom.setsContentType
    ? []
    : ["Content-Type", chosen === undefined ? defaultMediaType : typeOfTemplate(chosen[0])];
  // Behind its own Content-Type comes the error type.
  headers.push(...response.headers.slice(2));
  for (const { name, read } of custom.headers) {
    const value = read(invocation);
    if (value !== undefined) headers.push(name, toHeaderValue(value));
  }
  return { ...response, status: custom.status ?? response.status, headers, body: Buffer.from(text) };
}
