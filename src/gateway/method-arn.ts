/** What policies call a method of a stage: the ARN of the request that is made of it. */
import { fixedResponses, Refusal } from "./gateway-response.ts";
import type { Invocation } from "./invocation.ts";
import { limits } from "../limits.ts";

/** What is asked for when a client calls a method. */
export const invokeAction = "execute-api:Invoke";

/**
 * `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{VERB}/{path}`, with the path as it was sent. Throws the 414 of a
 * request whose ARN is over the service's quota (facts/runtime.md 13).
 */
export function methodArn({ services, stage, method, exchange, path }: Invocation): string {
  const { region, accountId } = services;
  const verb = method.verb || exchange.method;
  const below = path.replace(/^\/+/, "");
  const arn = `arn:aws:execute-api:${region}:${accountId}:${stage.apiId}/${stage.stageName}/${verb}/${below}`;
  if (arn.length > limits.methodArn) throw new Refusal(fixedResponses.uriTooLong);
  return arn;
}
