/** The call of the endpoint, as traces tell it. */
import type { Invocation } from "../../invocation.ts";
import { isHttp } from "../../integrate/http.ts";

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
}

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
  };
}

/** The URL that the client called, without its query. */
export function urlOf({ exchange }: Invocation, hostHeader: string | undefined): string {
  return `http://${hostHeader ?? exchange.host}${exchange.path}`;
}
