/** `$context.authorizer`: what the authorizer said of the caller, and how asking it went (facts/runtime.md 4.1). */
import type { Invocation } from "../invocation.ts";
import type { AuthorizerCall, AuthorizerResult } from "./result.ts";

type Variable = (invocation: Invocation) => string | undefined;

const resultOf = ({ authorizer }: Invocation): AuthorizerResult | undefined => authorizer?.outcome?.result;

const claims = "claims.";

/** `authorizer.principalId`, a claim of a token, or an entry of the context that the function answered. */
export function authorizerVariable(member: string): Variable {
  if (member === "principalId") return (invocation) => resultOf(invocation)?.principalId;
  if (member.startsWith(claims)) {
    const name = member.slice(claims.length);
    return (invocation) => resultOf(invocation)?.claims?.get(name);
  }
  return (invocation) => resultOf(invocation)?.context.get(member);
}

const callOf = ({ authorizer }: Invocation): AuthorizerCall | undefined => authorizer?.outcome?.call;

const span = (from: number, to: number): string | undefined =>
  from === 0 || to === 0 ? undefined : String(Math.max(0, to - from));

/** How long the function took, milliseconds; undefined where none was called. */
export const authorizerLatency: Variable = (invocation) => {
  const call = callOf(invocation);
  return call && span(call.calledAt, call.answeredAt);
};

const statusOf: Variable = ({ authorizer }) => {
  const { result, failure } = authorizer?.outcome ?? {};
  return result === undefined ? failure?.response.status.toString() : "200";
};

const errorOf: Variable = ({ authorizer }) => {
  const failure = authorizer?.outcome?.failure;
  return failure && (failure.reason || (failure.response.message ?? undefined));
};

/** In access logs alone. They come before entries of the same names in the context. */
export const authorizerLogVariables: Readonly<Record<string, Variable>> = {
  "authorizer.error": errorOf,
  "authorizer.integrationLatency": authorizerLatency,
  "authorizer.integrationStatus": (invocation) => callOf(invocation)?.status.toString().replace(/^0$/, ""),
  "authorizer.latency": ({ authorizer }) => authorizer && span(authorizer.startedAt, authorizer.endedAt),
  "authorizer.requestId": (invocation) => callOf(invocation)?.requestId,
  "authorizer.status": statusOf,
};
