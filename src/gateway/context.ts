/**
 * The variables of `$context`, as data: name → where its value comes from (facts/runtime.md 4.1). The one table that
 * parameter mappings, templates and access logs read.
 */
import type { AccessPhase } from "./access-phase.ts";
import { sentApiKey } from "./api-key.ts";
import { authorizerLogVariables, authorizerVariable } from "./authorizers/context.ts";
import { headerOf } from "./exchange.ts";
import { fromHeaderValue } from "./headers.ts";
import type { Invocation } from "./invocation.ts";
import { overrideVariable } from "./overrides.ts";
import { isRequestId } from "./request-ids.ts";

/** The value for a request as text; undefined (or empty) where there is none. */
export type ContextVariable = (invocation: Invocation) => string | undefined;
type Variables = Readonly<Record<string, ContextVariable>>;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const two = (value: number): string => String(value).padStart(2, "0");

function timeOf(epochMilliseconds: number): string {
  const date = new Date(epochMilliseconds);
  const day = `${two(date.getUTCDate())}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}`;
  return `${day}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
}

/** The last time that was asked for: many requests begin in one second. */
const lastTime = { second: Number.NaN, text: "" };

/** `dd/MMM/yyyy:HH:mm:ss +0000` */
export function requestTime(epochMilliseconds: number): string {
  const second = Math.floor(epochMilliseconds / 1_000);
  if (second !== lastTime.second) {
    lastTime.second = second;
    lastTime.text = timeOf(epochMilliseconds);
  }
  return lastTime.text;
}

function domainPrefix(host: string): string {
  const end = host.indexOf(".");
  return end < 0 ? host : host.slice(0, end);
}

/** A header of the request as text. */
function requestHeader({ exchange }: Invocation, lowerName: string): string | undefined {
  const value = headerOf(exchange.headers, lowerName);
  return value && fromHeaderValue(value);
}

/** Variables of what is not built or does not occur here: identity pools, mutual TLS, VPCs, firewall, domains. */
const absent: ContextVariable = () => undefined;

const absentOf = (...names: readonly string[]): Variables => Object.fromEntries(names.map((name) => [name, absent]));

/** `path` has the stage in it on the default host alone. A request whose path is no resource's has no resource. */
const everywhere: Variables = {
  accountId: ({ services }) => services.accountId,
  apiId: ({ stage }) => stage.apiId,
  awsEndpointRequestId: ({ endpointResponseHeaders }) => headerOf(endpointResponseHeaders, "x-amzn-requestid"),
  "authorizer.principalId": authorizerVariable("principalId"),
  deploymentId: ({ variant }) => variant.deploymentId,
  domainName: ({ exchange }) => exchange.host,
  domainPrefix: ({ exchange }) => domainPrefix(exchange.host),
  extendedRequestId: ({ extendedRequestId }) => extendedRequestId,
  httpMethod: ({ method, exchange }) => method.verb || exchange.method,
  "identity.accessKey": ({ caller }) => caller?.accessKey,
  "identity.accountId": ({ caller }) => caller?.accountId,
  "identity.apiKey": (invocation) => {
    const key = invocation.method.method.document.apiKeyRequired ? sentApiKey(invocation) : undefined;
    return key && fromHeaderValue(key);
  },
  "identity.apiKeyId": ({ apiKey }) => apiKey?.apiKeyId,
  "identity.caller": ({ caller }) => caller?.caller,
  "identity.sourceIp": ({ exchange }) => exchange.remoteAddress,
  "identity.user": ({ caller }) => caller?.user,
  "identity.userArn": ({ caller }) => caller?.arn,
  "identity.userAgent": (invocation) => requestHeader(invocation, "user-agent"),
  isCanaryRequest: ({ stage, variant }) => (stage.canary === undefined ? undefined : String(variant.isCanary)),
  path: ({ basePath, exchange, stage, path }) =>
    basePath === undefined ? `/${stage.stageName}${path}` : exchange.path,
  protocol: () => "HTTP/1.1",
  requestId: ({ exchange }) => exchange.identify(),
  requestTime: ({ exchange }) => requestTime(exchange.startedAt),
  requestTimeEpoch: ({ exchange }) => String(exchange.startedAt),
  resourceId: ({ method }) => method.resource.id,
  resourcePath: ({ method }) => method.resource.path,
  stage: ({ stage }) => stage.stageName,
  ...absentOf(
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.vpcId",
    "identity.vpceId",
    "wafResponseCode",
    "webaclArn",
  ),
};

/** In gateway responses and access logs alone. */
const ofErrors: Variables = {
  "error.message": ({ refusal }) => refusal?.message ?? undefined,
  "error.messageString": ({ refusal }) => refusal && JSON.stringify(refusal.message),
  "error.responseType": ({ refusal }) => refusal?.type,
  "error.validationErrorString": ({ bodyViolations }) => bodyViolations?.text,
};

/** Milliseconds; clocks may step back. */
const span = (from: number, to: number): string | undefined =>
  from === 0 || to === 0 ? undefined : String(Math.max(0, to - from));

const integrationLatency: ContextVariable = ({ endpointCalledAt, endpointAnsweredAt }) =>
  span(endpointCalledAt, endpointAnsweredAt);

/** The endpoint's own status; a MOCK has none, and neither has a call that failed. */
const integrationStatus: ContextVariable = ({ endpointCalledAt, endpointStatus }) =>
  endpointCalledAt === 0 || endpointStatus === 0 ? undefined : String(endpointStatus);

/** What the gateway said instead of an answer of the endpoint, once it was called. */
const integrationError: ContextVariable = ({ endpointCalledAt, refusal }) =>
  endpointCalledAt === 0 ? undefined : (refusal?.message ?? undefined);

const transferMode: ContextVariable = ({ endpointCalledAt, method: { method } }) =>
  endpointCalledAt === 0 ? undefined : (method.document.methodIntegration?.responseTransferMode ?? "BUFFERED");

/** Of an integration that streams, and that answered. */
const timeToAllHeaders: ContextVariable = (invocation) =>
  invocation.endpointStatus !== 0 && transferMode(invocation) === "STREAM" ? integrationLatency(invocation) : undefined;

const timeToFirstContent: ContextVariable = ({ endpointCalledAt, endpointContentAt }) =>
  span(endpointCalledAt, endpointContentAt);

/** What a client wrote in place of a UUID is not repeated (facts/runtime.md 4). */
const loggedRequestId: ContextVariable = ({ exchange }) => {
  const chosen = headerOf(exchange.headers, "x-amzn-requestid");
  return chosen === undefined || isRequestId(chosen) ? exchange.identify() : "UUID_REPLACED_INVALID_REQUEST_ID";
};

/** What became of one of the questions whether a request may go on. */
const phase = (name: string, phaseOf: (invocation: Invocation) => AccessPhase | undefined): Variables => ({
  [`${name}.error`]: (invocation) => phaseOf(invocation)?.error,
  [`${name}.latency`]: (invocation) => phaseOf(invocation)?.latency.toString(),
  [`${name}.status`]: (invocation) => phaseOf(invocation)?.status.toString(),
});

const traceRoot = /(?:^|;)\s*Root=([^;]+)/i;

/** The id of a request's trace; undefined with tracing off. */
export const traceRootOf = ({ stage, traceId }: Invocation): string | undefined =>
  stage.document.tracingEnabled ? traceRoot.exec(traceId)?.[1] : undefined;

/** In access logs alone: known once the reply is out. */
const ofReplies: Variables = {
  ...phase("authenticate", ({ authenticate }) => authenticate),
  ...phase("authorize", ({ authorize }) => authorize),
  ...authorizerLogVariables,
  "customDomain.basePathMatched": ({ basePath }) => basePath,
  "integration.error": integrationError,
  "integration.integrationStatus": integrationStatus,
  "integration.latency": integrationLatency,
  "integration.requestId": ({ endpointResponseHeaders }) => headerOf(endpointResponseHeaders, "x-amzn-requestid"),
  "integration.responseTransferMode": transferMode,
  "integration.status": integrationStatus,
  "integration.timeToAllHeaders": timeToAllHeaders,
  "integration.timeToFirstContent": timeToFirstContent,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  requestId: loggedRequestId,
  responseLatency: ({ exchange, endedAt }) => span(exchange.startedAt, endedAt),
  responseLength: ({ exchange }) => (exchange.reply.status === 0 ? undefined : String(exchange.reply.sentBytes)),
  status: ({ exchange }) => (exchange.reply.status === 0 ? undefined : String(exchange.reply.status)),
  xrayTraceId: traceRootOf,
  ...absentOf(
    "cipherSuite",
    "customDomain.routingRuleIdMatched",
    "tlsVersion",
    "waf.error",
    "waf.latency",
    "waf.status",
  ),
};

const ofAccessLogs: Variables = { ...everywhere, ...ofErrors, ...ofReplies };

const ofAuthorizer = "authorizer.";

/** What the authorizer says, and what templates set, has names of its own. */
const lookUp =
  (table: Variables) =>
  (name: string): ContextVariable | undefined => {
    if (Object.hasOwn(table, name)) return table[name];
    return name.startsWith(ofAuthorizer) ? authorizerVariable(name.slice(ofAuthorizer.length)) : overrideVariable(name);
  };

/** The variable of this name (without `context.`) in mappings and templates, or undefined when there is none. */
export const contextVariable = lookUp(everywhere);

/** A request's value of one, as templates and events have it: null where there is none. */
export const contextValue = (invocation: Invocation, name: string): string | null =>
  contextVariable(name)?.(invocation) || null;

/** The variables of gateway responses, which have those of errors too. */
export const errorContextVariable = lookUp({ ...everywhere, ...ofErrors });

/** The variables of access logs, which have those of errors and replies too. */
export const accessLogVariable = lookUp(ofAccessLogs);

/** Names of all variables that access logs have. */
export const accessLogVariableNames: readonly string[] = Object.keys(ofAccessLogs);
