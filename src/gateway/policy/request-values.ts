/** The condition keys that a request has values for, as data (facts/runtime.md 18). */
import type { Caller } from "../caller.ts";
import { headerOf } from "../exchange.ts";
import { fromHeaderValue } from "../headers.ts";
import type { Invocation } from "../invocation.ts";
import type { ConditionValues } from "./pattern.ts";

/** `caller`: undefined for one who is anonymous. */
type ReadValue = (invocation: Invocation, caller: Caller | undefined) => string | undefined;

const header =
  (lowerName: string): ReadValue =>
  ({ exchange }) => {
    const value = headerOf(exchange.headers, lowerName);
    return value === undefined ? undefined : fromHeaderValue(value);
  };

/**
 * Names in lower case; those of a principal are there for who signed alone. The address is the connection's own, never what
 * a header says; the connection is not encrypted. There is no VPC here, and no service calls in another one's name.
 */
const values: ReadonlyMap<string, ReadValue> = new Map<string, ReadValue>([
  ["aws:currenttime", ({ exchange }) => new Date(exchange.startedAt).toISOString()],
  ["aws:epochtime", ({ exchange }) => String(Math.floor(exchange.startedAt / 1_000))],
  ["aws:principalaccount", (_invocation, caller) => caller?.accountId],
  ["aws:principalarn", (_invocation, caller) => caller?.arn],
  ["aws:principaltype", (_invocation, caller) => caller && "Account"],
  ["aws:referer", header("referer")],
  ["aws:requestedregion", ({ services }) => services.region],
  ["aws:securetransport", () => "false"],
  ["aws:sourceip", ({ exchange }) => exchange.remoteAddress],
  ["aws:useragent", header("user-agent")],
  ["aws:userid", (_invocation, caller) => caller?.user],
]);

/** What a policy may ask of a request. */
export const requestValues =
  (invocation: Invocation, caller: Caller | undefined): ConditionValues =>
  (key) =>
    values.get(key)?.(invocation, caller);
