/** The events of one request's execution log, in the service's order and wording (facts/runtime.md 5). */
import type { GatewayResponseType } from "../../errors.ts";
import { traceRootOf } from "../context.ts";
import { type GatewayResponse, Refusal } from "../gateway-response.ts";
import { withoutIds } from "../headers.ts";
import type { Invocation } from "../invocation.ts";
import { parameterNames } from "../route.ts";
import { UpstreamFailure, type UpstreamFailureKind } from "../transport.ts";
import { decodePercent } from "../url.ts";
import { authorizerEvents } from "./authorizer-events.ts";
import { bodyText, type ExecutionEvent, Events, headersText, mapText } from "./event-text.ts";
import { mask, secretParameters, secretsOf } from "./secrets.ts";
import { apiKeyEvents, usagePlanEvents } from "./usage-plan-events.ts";

/** How far a request came that one of the gates refused (facts/runtime.md 1); all others were executed. */
const refusedAtStart = 0;
const refusedByPlan = 1;
const refusedByLimit = 2;
const executed = 3;

const refusedBy: Readonly<Partial<Record<string, number>>> = {
  WAF_FILTERED: refusedAtStart,
  ACCESS_DENIED: refusedAtStart,
  AUTHORIZER_CONFIGURATION_ERROR: refusedAtStart,
  AUTHORIZER_FAILURE: refusedAtStart,
  EXPIRED_TOKEN: refusedAtStart,
  INVALID_SIGNATURE: refusedAtStart,
  MISSING_AUTHENTICATION_TOKEN: refusedAtStart,
  UNAUTHORIZED: refusedAtStart,
  INVALID_API_KEY: refusedByPlan,
  QUOTA_EXCEEDED: refusedByLimit,
  THROTTLED: refusedByLimit,
} satisfies Partial<Record<GatewayResponseType, number>>;

function methodRequest(events: Events, { exchange, method, captures, query, requestBody }: Invocation): void {
  const { secrets } = events;
  const names = parameterNames(method.resource.path);
  const pathParameters = captures.map((value, index) => {
    return [names[index] ?? "", secrets.maskedText(decodePercent(value))] as const;
  });
  const queryParameters = [...query].map(([name, values]) => {
    const shown = values.map((value) => (secretParameters.has(name) ? mask(value) : secrets.maskedValue(value)));
    return [secrets.maskedText(name), shown.join(",")] as const;
  });
  events.add(`Method request path: ${mapText(pathParameters)}`);
  events.add(`Method request query string: ${mapText(queryParameters)}`);
  events.add(`Method request headers: ${headersText(exchange.headers, secrets)}`);
  events.add(`Method request body before transformations: ${bodyText(requestBody?.bytes, secrets)}`);
}

function endpointRequest(events: Events, invocation: Invocation, withData: boolean): void {
  const { method, endpointTarget, endpointHeaders, endpointBody } = invocation;
  const { endpoint } = method;
  const { secrets } = events;
  const target = secrets.maskedTarget(endpointTarget);
  const uri = endpoint === undefined ? "" : `${endpoint.origin.protocol}//${endpoint.authority}${target}`;
  if (withData) {
    events.add(`Endpoint request URI: ${uri}`);
    events.add(`Endpoint request headers: ${headersText(endpointHeaders, secrets)}`);
    events.add(`Endpoint request body after transformations: ${bodyText(endpointBody, secrets)}`);
  }
  events.add(`Sending request to ${uri}`);
}

function endpointResponse(events: Events, invocation: Invocation, withData: boolean): void {
  const { endpointStatus, endpointCalledAt, endpointAnsweredAt, endpointResponseHeaders, endpointBodyRead } =
    invocation;
  const latency = Math.max(0, endpointAnsweredAt - endpointCalledAt);
  events.add(`Received response. Status: ${endpointStatus}, Integration latency: ${latency} ms`);
  if (!withData) return;
  events.add(`Endpoint response headers: ${headersText(endpointResponseHeaders, events.secrets)}`);
  events.add(`Endpoint response body before transformations: ${bodyText(endpointBodyRead?.bytes, events.secrets)}`);
}

/** Why the endpoint's answer is not there (facts/runtime.md 5; where that is silent, words of our own). */
const causeOfFailure: Readonly<Record<Exclude<UpstreamFailureKind, "untrusted">, string | undefined>> = {
  refused: "a network error communicating with endpoint",
  reset: "a network error communicating with endpoint",
  timeout: "a timeout error",
  malformed: "configuration error: Malformed endpoint response",
  "too-large": "configuration error: Endpoint response is too large",
  overloaded: "an internal error: Too many requests wait for the endpoint",
  invalid: "configuration error: Invalid endpoint request",
  "client-gone": undefined,
  "client-incomplete": undefined,
  "client-slow": undefined,
  "client-malformed": undefined,
  "client-too-large": undefined,
};

/** Why a request failed, or undefined when it did not, or when a gateway response says all. */
export function causeText({ cause }: Invocation): string | undefined {
  if (cause instanceof UpstreamFailure) {
    return cause.kind === "untrusted" ? `configuration error: ${cause.message}` : causeOfFailure[cause.kind];
  }
  if (cause instanceof Refusal) return cause.reason === "" ? undefined : `configuration error: ${cause.reason}`;
  return cause === undefined ? undefined : "an internal error";
}

function methodResponse(events: Events, { body, headers }: Invocation): void {
  events.add(`Method response body after transformations: ${bodyText(body, events.secrets)}`);
  events.add(`Method response headers: ${headersText(withoutIds(headers), events.secrets)}`);
}

function execution(events: Events, invocation: Invocation, withData: boolean): void {
  const { exchange, method, path, refusal, bodyViolations } = invocation;
  const { endpointCalledAt, endpointAnsweredAt, endpointStatus } = invocation;
  events.add(`Starting execution for request: ${exchange.identify()}`);
  events.add(`HTTP Method: ${method.verb}, Resource Path: ${events.secrets.maskedPath(path)}`);
  apiKeyEvents(events, invocation);
  if (withData) methodRequest(events, invocation);
  if (bodyViolations !== undefined) {
    const { mediaType, text } = bodyViolations;
    const shown = events.secrets.maskedExcerpt(text);
    events.add(`Request body does not match model schema for content type ${mediaType}: ${shown}`);
  }
  if (endpointCalledAt !== 0) {
    events.time = endpointCalledAt;
    endpointRequest(events, invocation, withData);
    events.time = endpointAnsweredAt || invocation.endedAt;
    if (endpointStatus !== 0) endpointResponse(events, invocation, withData);
  }
  events.time = invocation.endedAt;
  const failure = causeText(invocation);
  if (failure !== undefined) events.add(`Execution failed due to ${events.secrets.maskedText(failure)}`);
  // A client that was gone before it was told anything leaves an execution without an end.
  if (refusal !== undefined || failure !== undefined || exchange.reply.status === 0) return;
  if (withData) methodResponse(events, invocation);
  events.add("Successfully completed execution");
}

/** One that the RestApi sets itself. */
function gatewayResponse(events: Events, refusal: GatewayResponse, withData: boolean): void {
  events.add(`Gateway response type: ${refusal.type} with status code: ${refusal.status}`);
  if (!withData) return;
  events.add(`Gateway response body: ${bodyText(refusal.body, events.secrets)}`);
  events.add(`Gateway response headers: ${headersText(refusal.headers, events.secrets)}`);
}

function completion(events: Events, invocation: Invocation, withData: boolean): void {
  const { exchange, refusal, variant } = invocation;
  const { status } = exchange.reply;
  events.time = invocation.endedAt;
  // A client that went away was told nothing.
  if (status !== 0) {
    const isSet = refusal !== undefined && variant.deployment.gatewayResponses?.has(refusal.type) === true;
    if (isSet) gatewayResponse(events, refusal, withData);
    events.add(`Method completed with status: ${status}`);
  }
  const trace = traceRootOf(invocation);
  if (trace !== undefined) events.add(`X-ray Tracing ID : Root=${trace}`);
}

/** `withData`: with parameters, headers and bodies. Not cut and without the request id yet. */
export function executionEvents(invocation: Invocation, withData: boolean): readonly ExecutionEvent[] {
  const { exchange, refusal } = invocation;
  const events = new Events(exchange.startedAt, secretsOf(invocation));
  const phase = (refusal && refusedBy[refusal.type]) ?? executed;
  events.add(`Extended Request Id: ${invocation.extendedRequestId}`);
  if (invocation.authorizer !== undefined) {
    const denied = refusal?.type === "ACCESS_DENIED" || refusal?.type === "UNAUTHORIZED";
    authorizerEvents(events, invocation.authorizer, exchange.identify(), denied, withData);
  }
  if (phase >= refusedByPlan) usagePlanEvents(events, invocation, phase === refusedByPlan);
  if (phase === executed) execution(events, invocation, withData);
  completion(events, invocation, withData);
  return events.list;
}

/** Those of a test, with data: no gate looks at it, so it begins with the execution (facts/control.md 3.1). */
export function testEvents(invocation: Invocation): readonly ExecutionEvent[] {
  const events = new Events(invocation.exchange.startedAt, secretsOf(invocation));
  execution(events, invocation, true);
  completion(events, invocation, true);
  return events.list;
}
