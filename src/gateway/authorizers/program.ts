/** Authorizers as a variant of a stage has them: documents with its stage variables filled in, ready to be asked. */
import type { AuthorizerDocument, MethodDocument, StageDocument } from "../../model/documents.ts";
import { parseIdentityExpression, parseTokenHeader, splitIdentitySource } from "../../model/identity-source.ts";
import type { MappingSource } from "../../model/mapping-expression.ts";
import { entryOf, type StringMap } from "../../model/record.ts";
import { compileSelectionPattern, type SelectionPattern } from "../../model/selection-pattern.ts";
import { parseUserPool, type UserPool } from "../../model/user-pool.ts";
import { contextVariable } from "../context.ts";
import { headerOf } from "../exchange.ts";
import { fromHeaderValue } from "../headers.ts";
import { withStageVariables } from "../integrate/uri.ts";
import type { Invocation } from "../invocation.ts";
import { parseInvocationUri } from "../lambda/invocation-uri.ts";

/** One part of a caller's identity; undefined or empty where the request lacks it. */
export type ReadIdentity = (invocation: Invocation) => string | undefined;

interface AuthorizerBase {
  readonly id: string;
  readonly identity: readonly ReadIdentity[];
  /** Milliseconds for which a result is kept; 0: it is not. */
  readonly ttl: number;
  /** `{api}/{stage}`: whose results they are. */
  readonly stageKey: string;
  /** What keys begin with: all that a result depends on beside the identity. */
  readonly keyPrefix: string;
}

export interface LambdaAuthorizer extends AuthorizerBase {
  readonly kind: "LAMBDA";
  readonly type: "TOKEN" | "REQUEST";
  readonly functionName: string;
  readonly region: string;
  /** What a token must look like for the function to be asked at all. */
  readonly pattern: SelectionPattern | undefined;
}

export interface CognitoAuthorizer extends AuthorizerBase {
  readonly kind: "COGNITO";
  readonly pools: readonly UserPool[];
  /** What a token's audience must look like. */
  readonly pattern: SelectionPattern | undefined;
}

/** One that cannot be asked: nobody gets through. */
export interface RefusedAuthorizer {
  readonly kind: "REFUSED";
  readonly id: string;
  readonly reason: string;
}

export type AuthorizerProgram = LambdaAuthorizer | CognitoAuthorizer | RefusedAuthorizer;

/** Headers' names are the same in capital and small letters: clients of HTTP/2 have no choice. */
function readerOf(source: MappingSource, { context }: AuthorizerPlace): ReadIdentity {
  if (source.kind === "stageVariable") return ({ variant }) => entryOf(variant.variables, source.name);
  if (source.kind === "context") {
    const given = entryOf(context, source.path);
    return given === undefined ? (contextVariable(source.path) ?? (() => undefined)) : () => given;
  }
  if (source.kind !== "parameter") return () => undefined;
  const { location, name } = source.parameter;
  return location === "header" ? headerReader(name) : ({ query }) => query.get(name)?.at(-1);
}

function headerReader(name: string): ReadIdentity {
  const lowerName = name.toLowerCase();
  return ({ exchange }) => {
    const value = headerOf(exchange.headers, lowerName);
    return value === undefined ? undefined : fromHeaderValue(value);
  };
}

/** Of the Authorizer's own type; undefined for an expression that cannot be read. */
function identityOf(
  { type, identitySource }: AuthorizerDocument,
  place: AuthorizerPlace,
): readonly ReadIdentity[] | undefined {
  if (type !== "REQUEST") {
    const header = parseTokenHeader(identitySource);
    return header === undefined ? undefined : [headerReader(header)];
  }
  const sources = splitIdentitySource(identitySource).map(parseIdentityExpression);
  return sources.some((source) => source === undefined)
    ? undefined
    : sources.filter((source) => source !== undefined).map((source) => readerOf(source, place));
}

const defaultTtlSeconds = 300;

/** What a stage adds to an Authorizer. */
export interface AuthorizerPlace {
  readonly apiId: string;
  readonly stage: StageDocument;
  readonly deploymentId: string;
  readonly isCanary: boolean;
  readonly variables: StringMap;
  /** Values of context variables in the place of the request's own: in a test, which may name them. */
  readonly context?: StringMap;
}

function baseOf(
  document: AuthorizerDocument,
  identity: readonly ReadIdentity[],
  place: AuthorizerPlace,
  asks: readonly string[],
): AuthorizerBase {
  const { apiId, stage, deploymentId, isCanary } = place;
  const { id, authorizerResultTtlInSeconds = defaultTtlSeconds } = document;
  return {
    id,
    identity,
    ttl: authorizerResultTtlInSeconds * 1_000,
    stageKey: `${apiId}/${stage.stageName}`,
    keyPrefix: JSON.stringify([id, deploymentId, isCanary, stage.authorizerFlushes ?? 0, ...asks]),
  };
}

const refused = (id: string, reason: string): RefusedAuthorizer => ({ kind: "REFUSED", id, reason });

function patternOf(expression: string | undefined): SelectionPattern | "refused" | undefined {
  return expression === undefined ? undefined : (compileSelectionPattern(expression) ?? "refused");
}

function compileCognito(
  document: AuthorizerDocument,
  identity: readonly ReadIdentity[],
  place: AuthorizerPlace,
): AuthorizerProgram {
  const arns = (document.providerARNs ?? []).map((arn) => withStageVariables(arn, place.variables));
  const pools = arns.map(parseUserPool).filter((pool) => pool !== undefined);
  if (pools.length < arns.length || pools.length === 0) return refused(document.id, "Invalid Cognito User Pool ARN");
  const pattern = patternOf(document.identityValidationExpression);
  if (pattern === "refused") return refused(document.id, "Invalid identity validation expression");
  return { kind: "COGNITO", pools, pattern, ...baseOf(document, identity, place, arns) };
}

/** The Authorizer of a stage's variant. What is wrong with one is told request by request. */
export function compileAuthorizer(document: AuthorizerDocument, place: AuthorizerPlace): AuthorizerProgram {
  const { id, type } = document;
  const identity = identityOf(document, place);
  if (identity === undefined) return refused(id, "Invalid identity source");
  if (type === "COGNITO_USER_POOLS") return compileCognito(document, identity, place);
  const uri = withStageVariables(document.authorizerUri ?? "", place.variables);
  const parsed = parseInvocationUri(uri);
  if (parsed === undefined) return refused(id, "Invalid endpoint address");
  // The expression is about tokens: it says nothing of requests (facts/runtime.md 18).
  const pattern = type === "TOKEN" ? patternOf(document.identityValidationExpression) : undefined;
  if (pattern === "refused") return refused(id, "Invalid identity validation expression");
  return { kind: "LAMBDA", type, ...parsed, pattern, ...baseOf(document, identity, place, [uri]) };
}

/** Asks the variant's compiled Authorizers for the one that a method names; undefined where the method names none. */
export function authorizerOf(
  { authorizationType, authorizerId = "" }: MethodDocument,
  find: (id: string) => AuthorizerProgram | undefined,
): AuthorizerProgram | undefined {
  if (authorizationType !== "CUSTOM" && authorizationType !== "COGNITO_USER_POOLS") return undefined;
  const program = find(authorizerId);
  if (program === undefined) return refused(authorizerId, "the deployment has no such authorizer");
  const suits = program.kind === "REFUSED" || (program.kind === "COGNITO") === (authorizationType !== "CUSTOM");
  return suits ? program : refused(authorizerId, `the authorizer is not one for ${authorizationType}`);
}
