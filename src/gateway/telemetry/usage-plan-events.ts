/** What an execution log says of API keys, usage plans and limits (facts/runtime.md 5). */
import type { ThrottleProgram } from "../../snapshot/program.ts";
import { sentApiKey } from "../api-key.ts";
import { headerOf } from "../exchange.ts";
import type { Invocation } from "../invocation.ts";
import type { Events } from "./event-text.ts";
import { mask } from "./secrets.ts";

/** The key that a request came with, masked; empty when it came without. */
const maskedKey = (invocation: Invocation): string => {
  const { apiKeyRequired } = invocation.method.method.document;
  // Where none is required the header is all that there is to show.
  const key = apiKeyRequired ? sentApiKey(invocation) : headerOf(invocation.exchange.headers, "x-api-key");
  return mask(key ?? "");
};

/** As the API has it: `ANY` for the verbs that it stands for. */
const methodName = ({ method: { method, resource } }: Invocation): string =>
  `${method.document.httpMethod} ${resource.path}`;

const notFound = (invocation: Invocation, key: string, apiStage: string): string =>
  `API Key ${key} not authorized because method '${methodName(invocation)}' requires API Key and API Key is not ` +
  `associated with a Usage Plan for API Stage ${apiStage}: No Usage Plan found for key and API Stage`;

const notRequired = (invocation: Invocation, key: string): string =>
  `API Key ${key} authorized because method '${methodName(invocation)}' does not require API Key. ` +
  "Request will not contribute to throttle or quota limits";

function throttled({ rate, burst, owner, ofMethod }: ThrottleProgram, invocation: Invocation): string {
  const { stage, method, apiKey } = invocation;
  const ends = `Limit: ${rate.toFixed(2)} Burst: ${burst}`;
  if (owner === "account") return `Account throttle limit exceeded. ${ends}`;
  const ofPlan = owner === "plan" ? [`Usage Plan ID ${apiKey?.usagePlanId}`] : [];
  const ofStage = ofMethod || owner === "stage" ? [`RestApi ${stage.apiId}`, `Stage ${stage.stageName}`] : [];
  const place = ofMethod ? [`Resource ${method.resource.id}`, `HttpMethod ${method.verb}`] : [];
  return `Key throttle limit exceeded for ${[...ofPlan, ...ofStage, ...place].join(", ")}. ${ends}`;
}

const quotaUsedUp = ({ apiKey }: Invocation): string =>
  `Key quota exhausted for Usage Plan ID ${apiKey?.usagePlanId}. ` +
  `Quota Limit: ${apiKey?.quota?.limit ?? 0} Period: ${apiKey?.quota?.period ?? ""}`;

/** Which limit was used up; undefined when it was none. The plan's are told of with the key. */
function exceeded(invocation: Invocation, key: string, apiStage: string): string | undefined {
  const { exceededLimit: limit } = invocation;
  if (limit === undefined) return undefined;
  const ofKey = (what: string): string => `API Key ${key} exceeded ${what} limit for API Stage ${apiStage}: `;
  if (limit === "quota") return ofKey("quota") + quotaUsedUp(invocation);
  return (limit.owner === "plan" ? ofKey("throttle") : "") + throttled(limit, invocation);
}

/** `isRefused`: for its key. */
export function usagePlanEvents(events: Events, invocation: Invocation, isRefused: boolean): void {
  const { exchange, method, stage } = invocation;
  const apiStage = `${stage.apiId}/${stage.stageName}`;
  const key = maskedKey(invocation);
  events.add(`Verifying Usage Plan for request: ${exchange.identify()}. API Key: ${key} API Stage: ${apiStage}`);
  const limit = exceeded(invocation, key, apiStage);
  if (isRefused) events.add(notFound(invocation, key, apiStage));
  else if (limit !== undefined) events.add(limit);
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
