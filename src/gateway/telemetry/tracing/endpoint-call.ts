/** The call of the endpoint, as traces tell it. */
import { limits } from "../../../limits.ts";
import type { Invocation } from "../../invocation.ts";
import { isHttp } from "../../integrate/http.ts";
import { UpstreamFailure } from "../../transport.ts";
import { cutText } from "../utf8.ts";

export interface EndpointCall {
  /** Host of the endpoint. */
  readonly host: string;
  readonly port: number;
  /** Without its query, which may hold secrets. */
  readonly url: string;
  readonly method: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** 0 when it gave no answer. */
  readonly status: number;
  /** Its answer came to no end. */
  readonly brokeOff: boolean;
}

/** Of the endpoint; what breaks off because of the client does not count. */
const isFailure = (cause: unknown): cause is UpstreamFailure =>
  cause instanceof UpstreamFailure && !cause.kind.startsWith("client-");

/** Why the answer to the client ended before it was whole, behind a head that says nothing of that. */
export const breakOf = ({ exchange, refusal, cause }: Invocation): UpstreamFailure | undefined =>
  exchange.reply.status !== 0 && refusal === undefined && isFailure(cause) ? cause : undefined;

const pathOf = (target: string): string => {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
};

/** Undefined when the endpoint was not called. */
export function endpointCallOf(invocation: Invocation): EndpointCall | undefined {
  const { endpoint, method, verb } = invocation.method;
  const { endpointCalledAt, endpointAnsweredAt, endedAt } = invocation;
  if (endpoint === undefined || endpointCalledAt === 0 || !isHttp(method.integration)) return undefined;
  const { protocol, host, port } = endpoint.origin;
  return {
    host,
    port,
    url: `${protocol}//${endpoint.authority}${pathOf(invocation.endpointTarget)}`,
    method: method.integration.verb ?? verb,
    startedAt: endpointCalledAt,
    // A client that went away ends the call.
    endedAt: endpointAnsweredAt || endedAt,
    status: invocation.endpointStatus,
    brokeOff: invocation.endpointStatus !== 0 && isFailure(invocation.cause),
  };
}

/** As much of a text as a trace has. */
export const short = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : cutText(text, limits.segmentText);

/** The URL that the client called, without its query. */
export function urlOf({ exchange }: Invocation, hostHeader: string | undefined): string {
  return `http://${hostHeader ?? exchange.host}${exchange.path}`;
}
