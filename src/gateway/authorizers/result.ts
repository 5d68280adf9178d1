/** What an authorizer said about one request's caller, and what is told of how it came to that. */
import type { GatewayResponse } from "../gateway-response.ts";
import type { HeaderList } from "../transport.ts";
import type { Policy } from "../policy/policy.ts";

/** Who calls, and what they may. Kept for others with the same identity. */
export interface AuthorizerResult {
  readonly principalId: string | undefined;
  /** Undefined where being known is enough: then the method's scopes decide. */
  readonly policy: Policy | undefined;
  /** As `$context.authorizer.{name}` has it. */
  readonly context: ReadonlyMap<string, string>;
  /** As `$context.authorizer.claims.{name}` has it: of a user pool's token. */
  readonly claims: ReadonlyMap<string, string> | undefined;
  /** The API key that the authorizer chose for its caller (apiKeySource AUTHORIZER). */
  readonly usageIdentifierKey: string | undefined;
  /** Epoch milliseconds: does not hold from then on, whatever the TTL. */
  readonly expiresAt: number;
  /** Bytes that keeping it takes, about. */
  readonly size: number;
}

/** Why there is no result. */
export interface AuthorizerFailure {
  readonly response: GatewayResponse;
  /** For the operator's log and the execution log: what was wrong; empty when it was the client's doing. */
  readonly reason: string;
  /** Lines of the execution log, in the service's words. */
  readonly lines: readonly string[];
}

/** One call of an authorizer's function, as logs tell of it. */
export interface AuthorizerCall {
  readonly url: string;
  readonly headers: HeaderList;
  /** With secrets masked. */
  readonly shownEvent: () => string;
  /** Epoch milliseconds; 0: not answered. */
  readonly calledAt: number;
  readonly answeredAt: number;
  /** 0: not answered. */
  readonly status: number;
  readonly requestId: string | undefined;
  readonly body: Buffer | undefined;
}

/** What an authorizer comes to when it is asked: a result or a failure. */
export interface AuthorizerOutcome {
  readonly result: AuthorizerResult | undefined;
  readonly failure: AuthorizerFailure | undefined;
  /** Undefined where no function was called. */
  readonly call: AuthorizerCall | undefined;
}

/** An authorizer's part in one request. */
export interface AuthorizerRun {
  readonly authorizerId: string;
  /** What the caller showed, as it came: a secret wherever it stands. Empty where something is missing. */
  identity: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** 0 as long as it is not known. */
  endedAt: number;
  outcome: AuthorizerOutcome | undefined;
}
