/**
 * IAM policies: what a statement says about a principal's action on a resource, compiled once. Resource policies of RestApis
 * and those that Lambda authorizers answer are such; who asks and what of it follows is no business of this file.
 */
import { isObject, type JsonObject } from "../../model/json.ts";
import { compileConditions, type Condition } from "./conditions.ts";
import {
  compileArnPattern,
  compilePattern,
  type ConditionValues,
  Evaluation,
  type Matches,
  PolicyTooCostly,
} from "./pattern.ts";
import { namesOf, PolicyRefused } from "./syntax.ts";

/** A caller whom the gateway knows; who is not known is anonymous. */
export interface PolicyPrincipal {
  /** e.g. `arn:aws:iam::123456789012:root` */
  readonly arn: string;
  readonly accountId: string;
}

export interface PolicyRequest {
  /** e.g. `execute-api:Invoke` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Undefined: anonymous. */
  readonly principal: PolicyPrincipal | undefined;
  readonly valuesOf: ConditionValues;
}

/** `explicit deny` beats `allow`, and `allow` beats `implicit deny`: that no statement is about the request. */
export type Verdict = "allow" | "explicit deny" | "implicit deny";

/** A policy, compiled. */
export interface Policy {
  /** Never throws. Who asks for more work than a request may take is denied. */
  judge(request: PolicyRequest): Verdict;
}

export interface PolicyOptions {
  /** Whether statements name whom they are about: those of a resource's policy do, an authorizer's do not. */
  readonly principals: boolean;
}

type AppliesTo = (request: PolicyRequest, evaluation: Evaluation) => boolean;

interface Statement {
  readonly isDeny: boolean;
  readonly parts: readonly AppliesTo[];
  readonly conditions: readonly Condition[];
}

/** The value of a member or, turned around, of its `Not…` form. Throws a `PolicyRefused` unless there is exactly one of them. */
function oneOf(statement: JsonObject, member: string, compile: (value: unknown) => AppliesTo): AppliesTo {
  const not = `Not${member}`;
  if (Object.hasOwn(statement, member) === Object.hasOwn(statement, not)) {
    throw new PolicyRefused(`a statement has one of ${member} and ${not}`);
  }
  if (Object.hasOwn(statement, member)) return compile(statement[member]);
  const applies = compile(statement[not]);
  return (request, evaluation) => !applies(request, evaluation);
}

const anyMatches =
  (patterns: readonly Matches[], textOf: (request: PolicyRequest) => string): AppliesTo =>
  (request, evaluation) => {
    const text = textOf(request);
    return patterns.some((matches) => matches(text, evaluation));
  };

/** Names of actions are the same in capital and small letters. */
const compileAction = (value: unknown): AppliesTo =>
  anyMatches(
    namesOf(value).map((text) => compilePattern(text, { wildcards: true, variables: false, ignoreCase: true })),
    ({ action }) => action.toLowerCase(),
  );

const compileResource =
  (variables: boolean) =>
  (value: unknown): AppliesTo =>
    anyMatches(
      namesOf(value).map((text) => compileArnPattern(text, { wildcards: true, variables })),
      ({ resource }) => resource,
    );

/** An account is named by its id or by its root's ARN, and that means everyone of it. Other kinds than AWS's own never call here. */
function compilePrincipal(value: unknown): AppliesTo {
  if (value === "*") return () => true;
  if (!isObject(value) || Object.keys(value).length === 0) {
    throw new PolicyRefused("a principal is * or a map of kinds");
  }
  const byKind = new Map(Object.entries(value).map(([kind, names]) => [kind, namesOf(names)]));
  const named = new Set(byKind.get("AWS"));
  if (named.has("*")) return () => true;
  return ({ principal }) =>
    principal !== undefined &&
    (named.has(principal.arn) ||
      named.has(principal.accountId) ||
      named.has(`arn:aws:iam::${principal.accountId}:root`));
}

function compileStatement(statement: unknown, variables: boolean, { principals }: PolicyOptions): Statement {
  if (!isObject(statement)) throw new PolicyRefused("a statement is an object");
  const { Effect: effect, Condition: conditions = {} } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyRefused("a statement's effect is Allow or Deny");
  if (!isObject(conditions)) throw new PolicyRefused("conditions are a map of operators");
  const parts = [
    oneOf(statement, "Action", compileAction),
    oneOf(statement, "Resource", compileResource(variables)),
    ...(principals ? [oneOf(statement, "Principal", compilePrincipal)] : []),
  ];
  return { isDeny: effect === "Deny", parts, conditions: compileConditions(conditions, variables) };
}

const versions: ReadonlySet<unknown> = new Set([undefined, "2008-10-17", "2012-10-17"]);

/** Compiles a policy document, parsed. Throws a `PolicyRefused` for what is none. */
export function compilePolicy(document: unknown, options: PolicyOptions): Policy {
  if (!isObject(document)) throw new PolicyRefused("a policy is an object");
  const { Version: version, Statement: given } = document;
  if (!versions.has(version)) throw new PolicyRefused("a policy's version is 2012-10-17 or 2008-10-17");
  const statements = (Array.isArray(given) ? given : [given]).map((statement: unknown) =>
    compileStatement(statement, version === "2012-10-17", options),
  );
  if (statements.length === 0) throw new PolicyRefused("a policy has statements");
  return {
    judge: (request) => {
      try {
        return judge(statements, request);
      } catch (error) {
        if (error instanceof PolicyTooCostly) return "explicit deny";
        throw error;
      }
    },
  };
}

function judge(statements: readonly Statement[], request: PolicyRequest): Verdict {
  const evaluation = new Evaluation(request.valuesOf);
  let verdict: Verdict = "implicit deny";
  for (const { isDeny, parts, conditions } of statements) {
    if (!isDeny && verdict === "allow") continue;
    if (!parts.every((applies) => applies(request, evaluation))) continue;
    if (!conditions.every((holds) => holds(evaluation))) continue;
    if (isDeny) return "explicit deny";
    verdict = "allow";
  }
  return verdict;
}
