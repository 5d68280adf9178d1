/** Where an AWS service is that requests need on their way: named by the SDK's own variables. */
import type { Environment } from "../settings.ts";
import { compileEndpoint } from "./integrate/uri.ts";
import type { Source } from "./parameters.ts";
import type { Origin } from "./transport.ts";

export interface ServiceEndpoint {
  readonly origin: Origin;
  /** As the Host header has it. */
  readonly authority: string;
  /** Before every path; empty at the root. */
  readonly basePath: string;
  /** As it was set, without a slash at its end. */
  readonly url: string;
}

/** What is there to reach a service by; a reason, for the operator, where there is nothing. */
export type FoundEndpoint = { readonly endpoint: ServiceEndpoint } | { readonly reason: string };

const noPlaceholders: ReadonlyMap<string, Source> = new Map();
const plainTls = { insecureSkipVerification: false, certificate: undefined, privateKey: undefined };

/** The endpoint that a URL names, without placeholders and query; undefined when it cannot be called. */
export function endpointOf(url: string): ServiceEndpoint | undefined {
  const compiled = URL.canParse(url) ? compileEndpoint(url, noPlaceholders, plainTls) : undefined;
  if (compiled === undefined || compiled.placeholders.length > 0 || compiled.hasQuery) return undefined;
  const { origin, authority, pieces } = compiled;
  return { origin, authority, basePath: (pieces[0] ?? "").replace(/\/+$/, ""), url: url.replace(/\/+$/, "") };
}

/** `service`: as the variables spell it, e.g. `LAMBDA`. The service's own variable comes before the common one. */
export function findServiceEndpoint(env: Environment, service: string): FoundEndpoint {
  const own = `AWS_ENDPOINT_URL_${service}`;
  const name = env[own] ? own : "AWS_ENDPOINT_URL";
  const url = env[name];
  if (!url) return { reason: `there is no endpoint for it: set ${own}, e.g. to http://127.0.0.1:9001` };
  const endpoint = endpointOf(url);
  return endpoint === undefined ? { reason: `${name} is no URL that can be called` } : { endpoint };
}
