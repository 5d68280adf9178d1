/** A traced request as OpenTelemetry spans, in the JSON encoding of OTLP: one for the request, one for the endpoint. */
import { methodSettingVerbs } from "../../../model/method-settings.ts";
import { headerOf } from "../../exchange.ts";
import type { Invocation } from "../../invocation.ts";
import { attributesOf, nanoseconds, type OtlpAttribute } from "../otlp/encoding.ts";
import { breakOf, type EndpointCall, endpointCallOf, short, urlOf } from "./endpoint-call.ts";
import type { Trace } from "./trace.ts";

/** `Span` of opentelemetry/proto/trace/v1, as JSON. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly status: { readonly code?: number };
}

const kindServer = 2;
const kindClient = 3;
const statusError = 2;

/** An X-Ray root without its version and hyphens is the trace id that OpenTelemetry knows it by. */
const traceIdOf = ({ root }: Trace): string => root.slice("1-".length).replace("-", "");

function serverSpan(invocation: Invocation, trace: Trace): Span {
  const { exchange, stage, variant, method, endedAt, refusal } = invocation;
  const { reply, headers, startedAt } = exchange;
  const { status } = reply;
  // A client can name any verb and have the method of another (facts/runtime.md 1): values of an attribute are few.
  const isKnown = methodSettingVerbs.has(exchange.method);
  const route = short(method.resource.path);
  const failure = breakOf(invocation)?.kind ?? (status >= 500 ? (refusal?.type ?? String(status)) : undefined);
  return {
    traceId: traceIdOf(trace),
    spanId: trace.id,
    parentSpanId: trace.parent,
    name: `${method.verb} ${route}`,
    kind: kindServer,
    startTimeUnixNano: nanoseconds(startedAt),
    endTimeUnixNano: nanoseconds(Math.max(startedAt, endedAt)),
    attributes: attributesOf({
      "http.request.method": isKnown ? exchange.method : "_OTHER",
      "http.request.method_original": isKnown ? undefined : short(exchange.method),
      "http.route": route,
      "http.response.status_code": status === 0 ? undefined : status,
      "http.response.body.size": status === 0 ? undefined : reply.sentBytes,
      "url.full": short(urlOf(invocation, headerOf(headers, "host"))),
      "url.path": short(exchange.path),
      "url.scheme": "http",
      "server.address": exchange.host,
      "client.address": exchange.remoteAddress,
      "user_agent.original": short(headerOf(headers, "user-agent")),
      "error.type": failure,
      "aws.request_id": exchange.identify(),
      "aws.api_gateway.rest_api_id": stage.apiId,
      "aws.api_gateway.rest_api_name": variant.deployment.restApi.name,
      "aws.api_gateway.stage": stage.stageName,
      "aws.api_gateway.is_canary": variant.isCanary,
    }),
    status: failure === undefined ? {} : { code: statusError },
  };
}

function clientSpan(trace: Trace, call: EndpointCall): Span {
  const { status } = call;
  const failed = status === 0 || status >= 400 || call.brokeOff;
  return {
    traceId: traceIdOf(trace),
    spanId: trace.integrationId,
    parentSpanId: trace.id,
    name: call.method,
    kind: kindClient,
    startTimeUnixNano: nanoseconds(call.startedAt),
    endTimeUnixNano: nanoseconds(Math.max(call.startedAt, call.endedAt)),
    attributes: attributesOf({
      "http.request.method": call.method,
      "http.response.status_code": status === 0 ? undefined : status,
      "url.full": short(call.url),
      "server.address": call.host,
      "server.port": call.port,
      "error.type": failed ? (status < 400 ? "_OTHER" : String(status)) : undefined,
    }),
    status: failed ? { code: statusError } : {},
  };
}

export function spansOf(invocation: Invocation, trace: Trace): readonly Span[] {
  const call = endpointCallOf(invocation);
  const server = serverSpan(invocation, trace);
  return call === undefined ? [server] : [server, clientSpan(trace, call)];
}
