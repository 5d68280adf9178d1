/** A traced request as an X-Ray segment document, with a subsegment for the endpoint (facts/runtime.md 7). */
import { limits } from "../../../limits.ts";
import type { Settings } from "../../../settings.ts";
import { headerOf } from "../../exchange.ts";
import type { Invocation } from "../../invocation.ts";
import { newSpanId } from "../../request-ids.ts";
import { cutText } from "../utf8.ts";
import { breakOf, type EndpointCall, endpointCallOf, short, urlOf } from "./endpoint-call.ts";
import type { Trace } from "./trace.ts";

/** A segment document as JSON: members that are undefined are left out. */
export type SegmentDocument = Readonly<Record<string, unknown>>;

const seconds = (epochMilliseconds: number): number => epochMilliseconds / 1_000;

/** Characters that names of segments may have; others are left out. */
const otherCharacters = /[^\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]/gu;

const nameOf = (text: string): string => cutText(text.replaceAll(otherCharacters, ""), limits.segmentName) || "-";

/** Whose fault a status was, in X-Ray's words: the caller's, in particular for asking too often, or the callee's. */
const outcomeOf = (status: number): SegmentDocument => ({
  error: (status >= 400 && status < 500) || undefined,
  throttle: status === 429 || undefined,
  fault: status >= 500 || undefined,
});

function integrationSegment(trace: Trace, call: EndpointCall): SegmentDocument {
  const { status } = call;
  return {
    id: trace.integrationId,
    name: nameOf(call.host),
    namespace: "remote",
    start_time: seconds(call.startedAt),
    end_time: seconds(Math.max(call.startedAt, call.endedAt)),
    http: {
      request: { method: call.method, url: short(call.url) },
      response: status === 0 ? undefined : { status },
    },
    ...(status === 0 || call.brokeOff ? { fault: true } : outcomeOf(status)),
  };
}

/** What went wrong, where the gateway itself answered or an answer broke off. */
function causeOf(invocation: Invocation): SegmentDocument | undefined {
  const { type, message } = invocation.refusal ?? { type: breakOf(invocation)?.kind, message: "the answer broke off" };
  if (type === undefined) return undefined;
  return { exceptions: [{ id: newSpanId(), type, message: short(message ?? undefined) }] };
}

export function segmentDocument(
  invocation: Invocation,
  trace: Trace,
  { accountId, region }: Pick<Settings, "accountId" | "region">,
): SegmentDocument {
  const { exchange, stage, variant, endedAt, extendedRequestId } = invocation;
  const { reply, headers } = exchange;
  const { apiId, stageName } = stage;
  const call = endpointCallOf(invocation);
  const requestId = exchange.identify();
  return {
    id: trace.id,
    trace_id: trace.root,
    parent_id: trace.parent,
    name: nameOf(`${variant.deployment.restApi.name}/${stageName}`),
    start_time: seconds(exchange.startedAt),
    end_time: seconds(Math.max(exchange.startedAt, endedAt)),
    origin: "AWS::ApiGateway::Stage",
    resource_arn: `arn:aws:apigateway:${region}::/restapis/${apiId}/stages/${stageName}`,
    http: {
      request: {
        method: short(exchange.method),
        url: short(urlOf(invocation, headerOf(headers, "host"))),
        client_ip: exchange.remoteAddress,
        // The address is the connection's own, never what a header says.
        x_forwarded_for: false,
        user_agent: short(headerOf(headers, "user-agent")),
      },
      response: reply.status === 0 ? undefined : { status: reply.status, content_length: reply.sentBytes },
    },
    ...(breakOf(invocation) !== undefined ? { fault: true } : outcomeOf(reply.status === 0 ? 499 : reply.status)),
    cause: causeOf(invocation),
    aws: {
      xray: trace.samplingRule === undefined ? undefined : { sampling_rule_name: trace.samplingRule },
      api_gateway: { account_id: accountId, rest_api_id: apiId, stage: stageName, request_id: requestId },
    },
    annotations: { "aws:api_id": apiId, "aws:api_stage": stageName },
    metadata: { default: { extended_request_id: extendedRequestId, request_id: requestId } },
    subsegments: call === undefined ? undefined : [integrationSegment(trace, call)],
  };
}
