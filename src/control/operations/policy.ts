/** A RestApi's resource policy: checked, its short resources made whole, and spelt as the service spells it. */
import { badRequest } from "../../errors.ts";
import { compilePolicy } from "../../gateway/policy/policy.ts";
import { limits } from "../../limits.ts";

/** Where the RestApi lives: what a short resource such as `execute-api:/*` leaves out. */
export interface PolicyPlace {
  readonly region: string;
  readonly accountId: string;
  readonly restApiId: string;
}

/** `execute-api:/*` names this API: the full ARN takes its place (facts/control.md 1). */
function expandResource(resource: string, { region, accountId, restApiId }: PolicyPlace): string {
  const short = /^execute-api:\/(.*)$/s.exec(resource);
  return short === null ? resource : `arn:aws:execute-api:${region}:${accountId}:${restApiId}/${short[1] ?? ""}`;
}

/**
 * The policy as compact JSON with full resources; undefined for none or an empty text. Without a place, as a DomainName's
 * policy is, resources stay as they are. Throws a BadRequestException for what is not a policy document or too large.
 */
export function checkedPolicy(text: string | undefined, place: PolicyPlace | undefined): string | undefined {
  if (text === undefined || text === "") return undefined;
  const expand = (value: unknown): unknown =>
    typeof value === "string" && place !== undefined ? expandResource(value, place) : value;
  try {
    if (text.length > limits.resourcePolicy) throw new RangeError("too large");
    const policy: unknown = JSON.parse(text, (key, value: unknown) => {
      if (key !== "Resource" && key !== "NotResource") return value;
      return Array.isArray(value) ? value.map(expand) : expand(value);
    });
    compilePolicy(policy, { principals: true }); // or it is none
    return JSON.stringify(policy);
  } catch {
    throw badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
  }
}

/** As replies show it: with its quotes escaped, so that on the wire it is escaped twice (facts/control.md 1). */
export const shownPolicy = (policy: string): string => JSON.stringify(policy).slice(1, -1);
