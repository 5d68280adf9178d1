import { type ExceptionName, Fault, type GatewayResponseType } from "../../errors.ts";
import type { CheckBody } from "../../sigv4/verify.ts";
import { phaseOf } from "../access-phase.ts";
import { fixedResponses, Refusal, responseOf, responseWith } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { methodArn } from "../method-arn.ts";
import { CONTINUE, type Outcome, type PipelineStep, WAIT } from "../step.ts";
import { readWhole, WholeBody } from "../whole-body.ts";

const noBody = Buffer.alloc(0);

/** Exceptions with a gateway response of their own; what else is wrong with a signature is INVALID_SIGNATURE. */
const responseTypes: Readonly<Partial<Record<ExceptionName, GatewayResponseType>>> = {
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
  ExpiredTokenException: "EXPIRED_TOKEN",
};

/** What a client is told of its signature: the error keeps its own name (facts/stage.md 1.5, facts/runtime.md 13). */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof Fault)) return error;
  const type = responseTypes[error.code] ?? "INVALID_SIGNATURE";
  const catalogued = responseOf[type];
  if (catalogued.message === error.message) return new Refusal(catalogued);
  return new Refusal(responseWith(type, error.message, error.code));
}

/** The signature is right: the account's own key may call everything that no policy denies it. */
function accept(invocation: Invocation, startedAt: number): void {
  invocation.authenticate = phaseOf(startedAt, invocation.services.now());
  invocation.caller = invocation.services.signatures.caller;
  invocation.authorize = phaseOf(0, 0);
}

function check(invocation: Invocation, checkBody: CheckBody, body: Buffer, startedAt: number): void {
  try {
    checkBody(body);
  } catch (error) {
    throw refused(invocation, startedAt, error);
  }
  accept(invocation, startedAt);
}

function refused(invocation: Invocation, startedAt: number, error: unknown): unknown {
  const refusal = refusalOf(error);
  invocation.authenticate = phaseOf(startedAt, invocation.services.now(), refusal);
  return refusal;
}

/** The signature covers the body: none of it goes on before all of it is there. */
function checkWhole(invocation: Invocation, checkBody: CheckBody, startedAt: number): Outcome {
  const { body } = invocation.exchange;
  if (body === undefined) {
    check(invocation, checkBody, noBody, startedAt);
    return CONTINUE;
  }
  readWhole(body, "client-too-large", {
    onBody: (bytes) => {
      try {
        check(invocation, checkBody, bytes, startedAt);
        invocation.requestBody = new WholeBody(bytes, fixedResponses.invalidJson);
      } catch (error) {
        invocation.fail(error);
        return;
      }
      invocation.advance();
    },
    onFailure: (failure) => invocation.onFailure(failure),
  });
  return WAIT;
}

/** Methods with AWS_IAM: who calls has signed the request, in a header or in the query (facts/runtime.md 18). */
export const iamAuthorization: PipelineStep = {
  name: "iamAuthorization",
  needed: ({ method }) => method.document.authorizationType === "AWS_IAM",
  run: (exchange, invocation) => {
    const { now, signatures } = invocation.services;
    const startedAt = now();
    let checkBody: CheckBody | undefined;
    try {
      checkBody = signatures.verify(exchange, startedAt);
    } catch (error) {
      throw refused(invocation, startedAt, error);
    }
    methodArn(invocation); // or 414
    if (checkBody !== undefined) return checkWhole(invocation, checkBody, startedAt);
    accept(invocation, startedAt);
    return CONTINUE;
  },
};
