/** Asks a method's authorizer who calls: what was kept, or the authorizer itself (facts/runtime.md 18). */
import type { Invocation } from "../invocation.ts";
import { methodArn } from "../method-arn.ts";
import { CONTINUE, type Outcome, WAIT } from "../step.ts";
import { askCognito } from "./ask-cognito.ts";
import { askLambda } from "./ask-lambda.ts";
import { configurationError, failed, failureOf, misconfigured, unauthorized } from "./failures.ts";
import type { AuthorizerProgram, CognitoAuthorizer, LambdaAuthorizer } from "./program.ts";
import type { AuthorizerOutcome, AuthorizerRun } from "./result.ts";

type Askable = LambdaAuthorizer | CognitoAuthorizer;

/** What the caller shows; undefined where something is missing without which nobody is asked. */
function identityOf(program: Askable, invocation: Invocation): readonly string[] | undefined {
  const values = program.identity.map((read) => read(invocation) ?? "");
  // A function that is asked about every request looks for itself what is there.
  const needsAll = program.kind === "COGNITO" || program.type === "TOKEN" || program.ttl > 0;
  if (needsAll && values.includes("")) return undefined;
  if (program.kind === "LAMBDA" && program.pattern?.test(values[0] ?? "") === false) return undefined;
  return values;
}

function keep(program: Askable, invocation: Invocation, key: string, { result }: AuthorizerOutcome): void {
  if (result === undefined) return;
  const { authorizers, now } = invocation.services;
  const until = Math.min(now() + program.ttl, result.expiresAt);
  authorizers.kept.put(program.stageKey, key, result, until);
}

type Settle = (outcome: AuthorizerOutcome) => void;

/** Asks the authorizer itself; returns what gives it up. Never throws: it may be called where nobody would hear of it. */
function askAnew(program: Askable, invocation: Invocation, identity: readonly string[], settle: Settle): () => void {
  try {
    return program.kind === "LAMBDA"
      ? askLambda(program, invocation, identity, settle)
      : askCognito(program, invocation, identity, settle);
  } catch (error) {
    settle(failureOf(failed(`the authorizer could not be asked: ${String(error)}`, [])));
    return () => undefined;
  }
}

/** The same for all who show the same identity meanwhile; what comes of it is kept. The call is told of who made it alone. */
function askOnce(
  program: Askable,
  invocation: Invocation,
  identity: readonly string[],
  key: string,
  settle: Settle,
): () => void {
  let isOwn = false;
  const begin = (settleAll: Settle): (() => void) => {
    isOwn = true;
    return askAnew(program, invocation, identity, (outcome) => {
      keep(program, invocation, key, outcome);
      settleAll(outcome);
    });
  };
  return invocation.services.authorizers.calls.ask(`${program.stageKey} ${key}`, begin, (outcome) =>
    settle(isOwn ? outcome : { ...outcome, call: undefined }),
  );
}

/**
 * `CONTINUE` when the outcome is there at once, in `invocation.authorizer`; else the invocation goes on when it is.
 * Throws the `Refusal` of a method whose ARN is too long.
 */
export function askAuthorizer(program: AuthorizerProgram, invocation: Invocation): Outcome {
  const { services, exchange } = invocation;
  const startedAt = services.now();
  const identity = program.kind === "REFUSED" ? undefined : identityOf(program, invocation);
  const run: AuthorizerRun = {
    authorizerId: program.id,
    identity: identity?.join(",") ?? "",
    startedAt,
    endedAt: 0,
    outcome: undefined,
    isKept: false,
  };
  invocation.authorizer = run;
  let waits = false;
  const settle: Settle = (outcome) => {
    run.outcome = outcome;
    run.endedAt = services.now();
    if (!waits) return;
    exchange.reply.onClose = null;
    invocation.advance();
  };
  if (program.kind === "REFUSED")
    settle(failureOf(misconfigured(program.reason, [configurationError(program.reason)])));
  else if (identity === undefined) settle(failureOf(unauthorized));
  if (program.kind === "REFUSED" || identity === undefined) return CONTINUE;
  methodArn(invocation); // or 414

  if (program.ttl === 0) exchange.reply.onClose = askAnew(program, invocation, identity, settle);
  else {
    const key = program.keyPrefix + JSON.stringify(identity);
    const result = services.authorizers.kept.get(program.stageKey, key, startedAt);
    if (result !== undefined) {
      run.isKept = true;
      settle({ result, failure: undefined, call: undefined });
      return CONTINUE;
    }
    exchange.reply.onClose = askOnce(program, invocation, identity, key, settle);
  }
  waits = run.outcome === undefined;
  if (waits) return WAIT;
  exchange.reply.onClose = null;
  return CONTINUE;
}
