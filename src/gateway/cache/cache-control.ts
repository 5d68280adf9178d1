/** A client's wish for a fresh answer: `Cache-Control: max-age=0`, and who may have it (facts/runtime.md 2.1). */
import type { MethodSettingDocument } from "../../model/documents.ts";
import type { Invocation } from "../invocation.ts";
import type { HeaderList } from "../transport.ts";

const cacheControl = "cache-control";
const maxAgeZero = /(?:^|,)\s*max-age\s*=\s*(?:0+|"0+")\s*(?:,|$)/i;

/** Whether a fresh answer is asked for. Other directives mean nothing to the service's cache. */
export function asksForFresh(headers: HeaderList): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length !== cacheControl.length || name.toLowerCase() !== cacheControl) continue;
    if (maxAgeZero.test(headers[i + 1] as string)) return true;
  }
  return false;
}

/**
 * Whether the caller is allowed `execute-api:InvalidateCache`: signed by IAM, and allowed by a policy. A method that asks
 * for such a signature refuses every call so far, so nobody who gets here has given one.
 */
function mayInvalidateCache(_invocation: Invocation): boolean {
  return false;
}

/** `refresh`: go to the endpoint and replace what is kept. `warn` and `ignore`: as if it had not been asked for. */
export type FreshnessRuling = "refresh" | "warn" | "ignore" | "refuse";

const whenUnauthorized: Readonly<
  Record<MethodSettingDocument["unauthorizedCacheControlHeaderStrategy"], FreshnessRuling>
> = {
  FAIL_WITH_403: "refuse",
  SUCCEED_WITH_RESPONSE_HEADER: "warn",
  SUCCEED_WITHOUT_RESPONSE_HEADER: "ignore",
};

/** What becomes of the wish. */
export function ruleOnFreshness(invocation: Invocation): FreshnessRuling {
  const { requireAuthorizationForCacheControl, unauthorizedCacheControlHeaderStrategy } = invocation.method.setting;
  if (!requireAuthorizationForCacheControl || mayInvalidateCache(invocation)) return "refresh";
  return whenUnauthorized[unauthorizedCacheControlHeaderStrategy];
}

/** On the answer to who was not allowed to ask, by the strategy SUCCEED_WITH_RESPONSE_HEADER. */
export const ignoredWarning = [
  "Warning",
  "199 Cache-control headers were ignored because the caller was unauthorized.",
];
