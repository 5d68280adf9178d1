/** The execution log of one test, as TestInvokeMethod answers it: one text (facts/control.md 3.1). */
import type { Invocation } from "../invocation.ts";
import { authorizerEvents } from "./authorizer-events.ts";
import { type ExecutionEvent, Events, javaDate } from "./event-text.ts";
import { testEvents } from "./execution-events.ts";
import { cutEvent } from "./execution-log.ts";
import { secretsOf } from "./secrets.ts";

/** A line for the id, one for each event, and a line end behind the last one. */
const logText = (requestId: string, events: readonly ExecutionEvent[]): string =>
  [`Execution log for request ${requestId}`, ...events.map(({ time, text }) => `${javaDate(time)} : ${cutEvent(text)}`)]
    .map((line) => `${line}\n`)
    .join("");

/** `invocation`: one that is over. */
export const testLog = (invocation: Invocation): string =>
  logText(invocation.exchange.identify(), testEvents(invocation));

/** Of a test of an authorizer: what asking it told, and nothing of what lies behind. */
export function authorizerTestLog(invocation: Invocation): string {
  const { authorizer, exchange, refusal } = invocation;
  const events = new Events(exchange.startedAt, secretsOf(invocation));
  const requestId = exchange.identify();
  if (authorizer !== undefined) authorizerEvents(events, authorizer, requestId, refusal !== undefined, true);
  return logText(requestId, events.list);
}
