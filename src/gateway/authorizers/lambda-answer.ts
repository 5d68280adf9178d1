/** What a Lambda authorizer's function answers, read strictly: a policy, and what is known of the caller (facts/runtime.md 18). */
import { limits } from "../../limits.ts";
import { isNestedWithin } from "../../model/json-depth.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { compilePolicy, type Policy } from "../policy/policy.ts";
import { PolicyRefused } from "../policy/syntax.ts";
import type { AuthorizerResult } from "./result.ts";

/** An answer that is none. The message is for the logs. */
export class AnswerRefused extends Error {
  override readonly name = "AnswerRefused";
}

/** JSON within the bounds; undefined for anything else. */
export function parseAnswer(body: Buffer): unknown {
  if (!isNestedWithin(body, limits.authorizerAnswerDepth)) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

/** A scalar as text; undefined for nothing. Throws for lists and objects. */
function textOf(value: unknown, what: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new AnswerRefused(`Invalid JSON in response: ${what} is no text, number or boolean`);
}

/** Every value as a text (facts/runtime.md 4.1). */
function contextOf({ context = {} }: JsonObject): ReadonlyMap<string, string> {
  if (context === null) return new Map();
  if (!isObject(context)) throw new AnswerRefused("Invalid JSON in response: the context is no map");
  const entries = new Map<string, string>();
  for (const [name, value] of Object.entries(context)) {
    const text = textOf(value, `the context's ${name}`);
    if (text !== undefined) entries.set(name, text);
  }
  return entries;
}

function policyOf({ policyDocument }: JsonObject): Policy {
  try {
    return compilePolicy(policyDocument, { principals: false });
  } catch (error) {
    if (error instanceof PolicyRefused) throw new AnswerRefused("Could not parse policy", { cause: error });
    throw error;
  }
}

/** How many bytes a compiled policy takes for each one of its text: 11 to 15, measured with one statement and with 500. */
const overhead = 16;

/** Throws an `AnswerRefused` for what is no answer of an authorizer. */
export function readAnswer(body: Buffer): AuthorizerResult {
  const answer = parseAnswer(body);
  if (!isObject(answer)) throw new AnswerRefused("Could not parse policy");
  return {
    principalId: textOf(answer["principalId"], "the principalId"),
    policy: policyOf(answer),
    context: contextOf(answer),
    claims: undefined,
    usageIdentifierKey: textOf(answer["usageIdentifierKey"], "the usageIdentifierKey"),
    expiresAt: Number.POSITIVE_INFINITY,
    size: body.length * overhead,
  };
}

const unauthorizedText = "Unauthorized";

/** What a function that failed says of it. `Unauthorized`, to the letter, is no failure: it is an answer (facts/runtime.md 18). */
export function errorMessageOf(body: Buffer): { readonly message: string; readonly isUnauthorized: boolean } {
  const answer = parseAnswer(body);
  const message = isObject(answer) && typeof answer["errorMessage"] === "string" ? answer["errorMessage"] : "";
  return { message, isUnauthorized: message === unauthorizedText };
}
