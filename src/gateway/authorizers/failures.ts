/** The ways in which an authorizer comes to no result, with what the client and the logs are told (facts/runtime.md 5, 13, 18). */
import { responseOf } from "../gateway-response.ts";
import type { AuthorizerFailure, AuthorizerOutcome, AuthorizerCall } from "./result.ts";

/** The caller showed nothing, or what is worth nothing. */
export const unauthorized: AuthorizerFailure = {
  response: responseOf.UNAUTHORIZED,
  reason: "",
  lines: [],
};

/** The authorizer is set up wrongly, or its function answers what is no answer. */
export const misconfigured = (reason: string, lines: readonly string[]): AuthorizerFailure => ({
  response: responseOf.AUTHORIZER_CONFIGURATION_ERROR,
  reason,
  lines: [...lines, "AuthorizerConfigurationException"],
});

/** `Execution failed due to configuration error: …`, as the service says it. */
export const configurationError = (text: string): string => `Execution failed due to configuration error: ${text}`;

/** The authorizer is set up well, but did not do its work. */
export const failed = (reason: string, lines: readonly string[]): AuthorizerFailure => ({
  response: responseOf.AUTHORIZER_FAILURE,
  reason,
  lines: [...lines, "AuthorizerFailureException"],
});

export const failureOf = (failure: AuthorizerFailure, call?: AuthorizerCall): AuthorizerOutcome => ({
  result: undefined,
  failure,
  call,
});
