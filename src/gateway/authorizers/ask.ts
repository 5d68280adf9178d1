/** Asks a method's authorizer who calls: what was kept, or the authorizer itself (facts/runtime.md 18). */
import type { Invocation } from "../invocation.ts";
import { methodArn } from "../method-arn.ts";
import { CONTINUE, type Outcome, WAIT } from "../step.ts";
import { askCognito } from "./ask-cognito.ts";
import { askLambda } from "./ask-lambda.ts";
import { configurationError, failed, failureOf, misconfigured, unauthorized } from "./failures.ts";
import type { AuthorizerProgram, CognitoAuthorizer, LambdaAuthorizer } from "./program.ts";
import type { AuthorizerOutcome, AuthorizerRun } from "./result.ts";
import type { Begin } from "./shared-calls.ts";

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

/** Goes on at once when the outcome is there at once, else when it comes; a client that goes away leaves. */
function awaitOutcome(invocation: Invocation, begin: Begin<AuthorizerOutcome>): Outcome {
  const { reply } = invocation.exchange;
  let isThere = false;
  let waits = false;
  const leave = begin((outcome) => {
    isThere = true;
    finish(invocation, outcome);
    if (!waits) return;
    reply.onClose = null;
    invocation.advance();
  });
  if (isThere) return CONTINUE;
  waits = true;
  reply.onClose = leave;
  return WAIT;
}

function finish({ authorizer, services }: Invocation, outcome: AuthorizerOutcome): typeof CONTINUE {
  if (authorizer !== undefined) {
    authorizer.outcome = outcome;
    authorizer.endedAt = services.now();
  }
  return CONTINUE;
}

/**
 * `CONTINUE` when the outcome is there at once, in `invocation.authorizer`; else the invocation goes on when it is.
 * Throws the `Refusal` of a method whose ARN is too long.
 */
export function askAuthorizer(program: AuthorizerProgram, invocation: Invocation): Outcome {
  const { now, authorizers } = invocation.services;
  const startedAt = now();
  const run: AuthorizerRun = { authorizerId: program.id, identity: [], startedAt, endedAt: 0, outcome: undefined };
  invocation.authorizer = run;
  if (program.kind === "REFUSED") {
    return finish(invocation, failureOf(misconfigured(program.reason, [configurationError(program.reason)])));
  }
  const identity = identityOf(program, invocation);
  if (identity === undefined) return finish(invocation, failureOf(unauthorized));
  run.identity = identity;
  methodArn(invocation); // or 414
  if (program.ttl === 0) return awaitOutcome(invocation, (settle) => askAnew(program, invocation, identity, settle));
  const key = program.keyPrefix + JSON.stringify(identity);
  const result = authorizers.kept.get(program.stageKey, key, startedAt);
  if (result !== undefined) return finish(invocation, { result, failure: undefined, call: undefined });
  return awaitOutcome(invocation, (settle) => askOnce(program, invocation, identity, key, settle));
}
