/** What an execution log says of API keys and usage plans (facts/runtime.md 5). */
import { sentApiKey } from "../api-key.ts";
import { headerOf } from "../exchange.ts";
import type { Invocation } from "../invocation.ts";
import { type Events, mask } from "./event-text.ts";

/** The key that a request came with, masked; empty when it came without. */
const maskedKey = (invocation: Invocation): string => {
  const { apiKeyRequired } = invocation.method.method.document;
  // Where none is required the header is all that there is to show.
  const key = apiKeyRequired ? sentApiKey(invocation) : headerOf(invocation.exchange.headers, "x-api-key");
  return mask(key ?? "");
};

const notFound = ({ method: { verb, resource } }: Invocation, key: string, apiStage: string): string =>
  `API Key ${key} not authorized because method '${verb} ${resource.path}' requires API Key and API Key is not ` +
  `associated with a Usage Plan for API Stage ${apiStage}: No Usage Plan found for key and API Stage`;

const notRequired = ({ method: { verb, resource } }: Invocation, key: string): string =>
  `API Key ${key} authorized because method '${verb} ${resource.path}' does not require API Key. ` +
  "Request will not contribute to throttle or quota limits";

/** Which limit of the plan was used up; undefined when it was none of them. */
function exceeded({ apiKey, exceededLimit, stage, method }: Invocation, apiStage: string): string | undefined {
  if (apiKey === undefined || exceededLimit === undefined) return undefined;
  const plan = `Usage Plan ID ${apiKey.usagePlanId}`;
  if (exceededLimit === "quota") {
    const { limit = 0, period = "" } = apiKey.quota ?? {};
    return (
      `exceeded quota limit for API Stage ${apiStage}: Key quota exhausted for ${plan}. ` +
      `Quota Limit: ${limit} Period: ${period}`
    );
  }
  const { rate, burst, ofMethod } = exceededLimit;
  const place = `RestApi ${stage.apiId}, Stage ${stage.stageName}, Resource ${method.resource.id}, HttpMethod ${method.verb}`;
  return (
    `exceeded throttle limit for API Stage ${apiStage}: Key throttle limit exceeded for ${plan}` +
    `${ofMethod ? `, ${place}` : ""}. Limit: ${rate.toFixed(2)} Burst: ${burst}`
  );
}

/** `isRefused`: for its key. */
export function usagePlanEvents(events: Events, invocation: Invocation, isRefused: boolean): void {
  const { exchange, method, stage } = invocation;
  const apiStage = `${stage.apiId}/${stage.stageName}`;
  const key = maskedKey(invocation);
  events.add(`Verifying Usage Plan for request: ${exchange.identify()}. API Key: ${key} API Stage: ${apiStage}`);
  const limit = exceeded(invocation, apiStage);
  if (isRefused) events.add(notFound(invocation, key, apiStage));
  else if (limit !== undefined) events.add(`API Key ${key} ${limit}`);
  else {
    if (!method.method.document.apiKeyRequired) events.add(notRequired(invocation, key));
    events.add(`Usage Plan check succeeded for API Key ${key} and API Stage ${apiStage}`);
  }
}

/** The key that an execution counts for. */
export function apiKeyEvents(events: Events, invocation: Invocation): void {
  if (invocation.apiKey === undefined) return;
  events.add(`API Key: ${maskedKey(invocation)}`);
  events.add(`API Key ID: ${invocation.apiKey.apiKeyId}`);
}
