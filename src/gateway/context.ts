/** The variables of `$context`, as data: name → where its value comes from (facts/runtime.md 4.1). */
import { headerOf } from "./exchange.ts";
import type { Invocation } from "./invocation.ts";

type ContextVariable = (invocation: Invocation) => string | undefined;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const two = (value: number): string => String(value).padStart(2, "0");

/** `dd/MMM/yyyy:HH:mm:ss +0000` */
export function requestTime(epochMilliseconds: number): string {
  const date = new Date(epochMilliseconds);
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

function domainPrefix(host: string): string {
  const end = host.indexOf(".");
  return end < 0 ? host : host.slice(0, end);
}

/** `path` has the stage in it, as on the default host. */
const contextVariables: Readonly<Record<string, ContextVariable>> = {
  accountId: ({ services }) => services.accountId,
  apiId: ({ stage }) => stage.apiId,
  deploymentId: ({ variant }) => variant.deploymentId,
  domainName: ({ exchange }) => exchange.host,
  domainPrefix: ({ exchange }) => domainPrefix(exchange.host),
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ method }) => method.verb,
  "identity.sourceIp": ({ exchange }) => exchange.remoteAddress,
  "identity.userAgent": ({ exchange }) => headerOf(exchange.headers, "user-agent"),
  isCanaryRequest: ({ stage, variant }) => (stage.canary === undefined ? undefined : String(variant.isCanary)),
  path: ({ stage, path }) => `/${stage.stageName}${path}`,
  protocol: () => "HTTP/1.1",
  requestId: ({ exchange }) => exchange.identify(),
  requestTime: ({ exchange }) => requestTime(exchange.startedAt),
  requestTimeEpoch: ({ exchange }) => String(exchange.startedAt),
  resourceId: ({ method }) => method.resource.id,
  resourcePath: ({ method }) => method.resource.path,
  stage: ({ stage }) => stage.stageName,
};

/** The variable of this name (without `context.`), or undefined when there is none. */
export function contextVariable(name: string): ContextVariable | undefined {
  return Object.hasOwn(contextVariables, name) ? contextVariables[name] : undefined;
}
