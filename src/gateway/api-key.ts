/** Where a request has its API key (facts/runtime.md 19). */
import { headerOf } from "./exchange.ts";
import type { Invocation } from "./invocation.ts";

/** The header of callers; the authorizer's word for it where the RestApi's `apiKeySource` is AUTHORIZER. */
export function sentApiKey({ exchange, variant, authorizer }: Invocation): string | undefined {
  return variant.deployment.restApi.apiKeySource === "AUTHORIZER"
    ? authorizer?.outcome?.result?.usageIdentifierKey
    : headerOf(exchange.headers, "x-api-key");
}
