/** A client's wish for a fresh answer: `Cache-Control: max-age=0`, and who may have it (facts/runtime.md 2.1). */
import { Fault } from "../../errors.ts";
import type { MethodSettingDocument } from "../../model/documents.ts";
import type { Invocation } from "../invocation.ts";
import type { Caller } from "../caller.ts";
import { resourcePolicyVerdict } from "../policy/resource-policy.ts";
import type { HeaderList } from "../transport.ts";

const cacheControl = "cache-control";
const noBody = Buffer.alloc(0);
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

/** Who signed the request, also where its method does not ask for that. With a body that is still to come, nobody has. */
function signerOf({ caller, exchange, requestBody, services }: Invocation): Caller | undefined {
  if (caller !== undefined) return caller;
  try {
    const checkBody = services.signatures.verify(exchange, services.now());
    const body = exchange.body === undefined ? noBody : requestBody?.bytes;
    if (checkBody !== undefined && body === undefined) return undefined;
    checkBody?.(body ?? noBody);
    return services.signatures.caller;
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/**
 * Whether the caller is allowed `execute-api:InvalidateCache`: signed, and not denied it by the RestApi's policy. The
 * account's own key is allowed everything else.
 */
function mayInvalidateCache(invocation: Invocation): boolean {
  const signer = signerOf(invocation);
  if (signer === undefined) return false;
  return resourcePolicyVerdict(invocation, "execute-api:InvalidateCache", signer) !== "explicit deny";
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
