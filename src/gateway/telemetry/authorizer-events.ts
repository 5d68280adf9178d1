/** An authorizer's events in the execution log, before those of the usage plan (facts/runtime.md 5). */
import type { AuthorizerCall, AuthorizerRun } from "../authorizers/result.ts";
import { bodyText, type Events, headersText } from "./event-text.ts";
import { mask, type Secrets } from "./secrets.ts";

/** The API key that the function chose, as it stands in its answer. */
const chosenKey = /("usageIdentifierKey"\s*:\s*")((?:[^"\\]|\\.)*)/g;

const resultText = (body: Buffer, secrets: Secrets): string =>
  bodyText(body, secrets).replaceAll(chosenKey, (_all, before: string, key: string) => before + mask(key));

function called(events: Events, call: AuthorizerCall, withData: boolean): void {
  const { url, headers, shownEvent, body, calledAt, answeredAt } = call;
  if (calledAt === 0) return;
  events.time = calledAt;
  if (withData) {
    events.add(`Endpoint request URI: ${url}`);
    events.add(`Endpoint request headers: ${headersText(headers, events.secrets)}`);
    events.add(`Endpoint request body after transformations: ${shownEvent()}`);
  }
  events.add(`Sending request to ${url}`);
  if (answeredAt !== 0) events.time = answeredAt;
  if (withData && body !== undefined)
    events.add(`Authorizer result body before parsing: ${resultText(body, events.secrets)}`);
}

/** `requestId`: the request's. `denied`: whether the caller may not do what he asked for. */
export function authorizerEvents(
  events: Events,
  run: AuthorizerRun,
  requestId: string,
  denied: boolean,
  withData: boolean,
): void {
  const { authorizerId, identity, outcome, startedAt, endedAt } = run;
  events.time = startedAt;
  events.add(`Starting authorizer: ${authorizerId} for request: ${requestId}`);
  const shown = identity.join(",");
  if (shown !== "") events.add(`Incoming identity: ${mask(shown)}`);
  if (outcome?.call !== undefined) called(events, outcome.call, withData);
  // A client that went away while the authorizer was asked.
  if (endedAt === 0 || outcome === undefined) return;
  events.time = endedAt;
  const { result, failure } = outcome;
  for (const line of failure?.lines ?? []) events.add(events.secrets.maskedText(line));
  if (failure?.response.type === "UNAUTHORIZED") events.add(`Unauthorized request: ${requestId}`);
  if (result === undefined) return;
  events.add(`Using valid authorizer policy for principal: ${mask(result.principalId ?? "")}`);
  events.add(
    denied ? "The client is not authorized to perform this operation." : "Successfully completed authorizer execution",
  );
}
