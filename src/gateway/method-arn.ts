/** What policies call a method of a stage: the ARN of the request that is made of it. */
import { fixedResponses, Refusal } from "./gateway-response.ts";
import type { Invocation } from "./invocation.ts";
import { limits } from "../limits.ts";
import { decodePercent } from "./url.ts";

/** What is asked for when a client calls a method. */
export const invokeAction = "execute-api:Invoke";

const isPlain = (path: string): boolean => !path.includes("%") && !path.includes("//") && !path.endsWith("/");

/**
 * The path as routing sees it: decoded, without empty segments, so that no other spelling of a path gets past a policy that
 * names it. The slash at the end is kept where `{proxy+}` keeps it for the endpoint.
 */
function pathOf({ path, method }: Invocation): string {
  if (isPlain(path)) return path.slice(1);
  const segments = path.split("/").filter((segment) => segment !== "");
  const slash = segments.length > 0 && path.endsWith("/") && method.resource.path.endsWith("+}") ? "/" : "";
  return segments.map(decodePercent).join("/") + slash;
}

function arnOf(invocation: Invocation, accountId: string): string {
  const { services, stage, method, exchange } = invocation;
  const verb = method.verb || exchange.method;
  const place = `arn:aws:execute-api:${services.region}:${accountId}:${stage.apiId}/${stage.stageName}`;
  return `${place}/${verb}/${pathOf(invocation)}`;
}

/**
 * `arn:aws:execute-api:{region}:{account}:{api}/{stage}/{VERB}/{path}`. Throws the 414 of a request whose ARN is over the
 * service's quota (facts/runtime.md 13).
 */
export function methodArn(invocation: Invocation): string {
  const arn = arnOf(invocation, invocation.services.accountId);
  // Characters have several bytes, or one.
  if (arn.length > limits.methodArn || Buffer.byteLength(arn) > limits.methodArn) {
    throw new Refusal(fixedResponses.uriTooLong);
  }
  return arn;
}

const shownOfAccount = 4;

/** As clients are shown it: with the last digits of the account alone. */
export function maskedMethodArn(invocation: Invocation): string {
  const { accountId } = invocation.services;
  return arnOf(invocation, accountId.slice(-shownOfAccount).padStart(accountId.length, "*"));
}
