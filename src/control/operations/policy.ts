/** A RestApi's resource policy: checked, its short resources made whole, and spelt as the service spells it. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** Where the RestApi lives: what a short resource such as `execute-api:/*` leaves out. */
export interface PolicyPlace {
  readonly region: string;
  readonly accountId: string;
  readonly restApiId: string;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isTextOrTexts = (value: unknown): boolean =>
  typeof value === "string" ||
  (Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === "string"));

const isPrincipal = (value: unknown): boolean =>
  value === "*" || (isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isTextOrTexts));

/** Exactly one of a member and its `Not…` form, of the right shape. */
function hasOne(statement: Json, member: string, accept: (value: unknown) => boolean): boolean {
  const [value, ...more] = [member, `Not${member}`].filter((name) => Object.hasOwn(statement, name));
  return value !== undefined && more.length === 0 && accept(statement[value]);
}

const isStatement = (value: unknown): boolean =>
  isObject(value) &&
  (value["Effect"] === "Allow" || value["Effect"] === "Deny") &&
  hasOne(value, "Principal", isPrincipal) &&
  hasOne(value, "Action", isTextOrTexts) &&
  hasOne(value, "Resource", isTextOrTexts) &&
  (value["Condition"] === undefined || isObject(value["Condition"]));

const versions: ReadonlySet<unknown> = new Set([undefined, "2008-10-17", "2012-10-17"]);

function isPolicy(value: unknown): boolean {
  if (!isObject(value) || !versions.has(value["Version"])) return false;
  const statements = Array.isArray(value["Statement"]) ? value["Statement"] : [value["Statement"]];
  return statements.length > 0 && statements.every(isStatement);
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
    if (!isPolicy(policy)) throw new SyntaxError("not a policy");
    return JSON.stringify(policy);
  } catch {
    throw badRequest("Invalid policy document. Please check the policy syntax and ensure that Principals are valid.");
  }
}

/** As replies show it: with its quotes escaped, so that on the wire it is escaped twice (facts/control.md 1). */
export const shownPolicy = (policy: string): string => JSON.stringify(policy).slice(1, -1);
