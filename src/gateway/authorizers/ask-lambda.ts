/** Asks a Lambda authorizer's function about one request. */
import { limits } from "../../limits.ts";
import type { Invocation } from "../invocation.ts";
import { type LambdaAnswer, type LambdaCaller, LambdaNotConfigured } from "../lambda/lambda-client.ts";
import { isSecretHeader, mask, secretParameters, type Secrets, secretsOf } from "../telemetry/secrets.ts";
import type { HeaderList, UpstreamFailure } from "../transport.ts";
import { configurationError, failed, failureOf, misconfigured, unauthorized } from "./failures.ts";
import { AnswerRefused, errorMessageOf, readAnswer } from "./lambda-answer.ts";
import { eventOf, type LambdaEvent } from "./lambda-event.ts";
import type { LambdaAuthorizer } from "./program.ts";
import type { AuthorizerCall, AuthorizerFailure, AuthorizerOutcome } from "./result.ts";

const authorizerError = configurationError("Authorizer error");
const invalidAddress = configurationError("Invalid endpoint address");

/** The event as JSON, with stars in the place of secrets. */
function shown(event: LambdaEvent, secrets: Secrets): string {
  return JSON.stringify(event, (key, value: unknown) => {
    const isSecret = isSecretHeader(key) || secretParameters.has(key);
    if (typeof value === "string") return isSecret ? mask(value) : secrets.maskedValue(value);
    return isSecret && Array.isArray(value) ? value.map((one: unknown) => mask(String(one))) : value;
  });
}

/** One question and what becomes of it. */
class Question implements LambdaCaller {
  readonly #invocation: Invocation;
  readonly #settle: (outcome: AuthorizerOutcome) => void;
  readonly #url: string;
  readonly #shownEvent: () => string;
  #headers: HeaderList = [];
  #calledAt = 0;

  constructor(
    invocation: Invocation,
    url: string,
    shownEvent: () => string,
    settle: (outcome: AuthorizerOutcome) => void,
  ) {
    this.#invocation = invocation;
    this.#url = url;
    this.#shownEvent = shownEvent;
    this.#settle = settle;
  }

  onRequest(headers: HeaderList): void {
    this.#headers = headers;
    this.#calledAt = this.#invocation.services.now();
  }

  onAnswer(answer: LambdaAnswer): void {
    const call = this.#call(answer);
    const failure = failureIn(answer);
    if (failure !== undefined) {
      this.#settle(failureOf(failure, call));
      return;
    }
    try {
      this.#settle({ result: readAnswer(answer.body), failure: undefined, call });
    } catch (error) {
      const message = error instanceof AnswerRefused ? error.message : "Could not parse policy";
      const reason = `the authorizer's answer cannot be used: ${String(error)}`;
      this.#settle(failureOf(misconfigured(reason, [configurationError(message)]), call));
    }
  }

  onFailure(failure: UpstreamFailure | LambdaNotConfigured): void {
    this.#settle(failureOf(failureWithoutAnswer(failure), this.#call(undefined)));
  }

  #call(answer: LambdaAnswer | undefined): AuthorizerCall {
    return {
      url: this.#url,
      headers: this.#headers,
      shownEvent: this.#shownEvent,
      calledAt: this.#calledAt,
      answeredAt: this.#calledAt === 0 ? 0 : this.#invocation.services.now(),
      status: answer?.status ?? 0,
      requestId: answer?.requestId,
      body: answer?.body,
    };
  }
}

/** What is wrong where the service answered, but no function did; or where a function failed. */
function failureIn({ status, functionError, requestId = "", body }: LambdaAnswer): AuthorizerFailure | undefined {
  if (status === 200 && functionError === undefined) return undefined;
  const { message, isUnauthorized } = errorMessageOf(body);
  if (status === 200) {
    if (isUnauthorized) return unauthorized;
    const line = `Lambda execution failed with status 200 due to customer function error: ${message}. Lambda request id: ${requestId}`;
    return misconfigured("the authorizer's function failed", [line, authorizerError]);
  }
  const line = `Lambda invocation failed with status: ${status}. Lambda request id: ${requestId}`;
  const reason = `the authorizer's function could not be invoked, Lambda answered ${status}`;
  // What may pass by itself is no mistake in the configuration.
  if (status === 429 || status >= 500) return failed(reason, [line, authorizerError]);
  const cause = status === 403 ? "Invalid permissions on Lambda function" : "Authorizer error";
  return misconfigured(reason, [line, configurationError(cause)]);
}

function failureWithoutAnswer(failure: UpstreamFailure | LambdaNotConfigured): AuthorizerFailure {
  if (failure instanceof LambdaNotConfigured) return misconfigured(failure.message, [invalidAddress, authorizerError]);
  const reason = `the authorizer's function could not be asked: ${failure.message}`;
  if (failure.kind === "timeout") return failed(reason, ["Execution failed due to a timeout error"]);
  if (failure.kind === "refused" || failure.kind === "untrusted")
    return misconfigured(reason, [invalidAddress, authorizerError]);
  return failed(reason, [authorizerError]);
}

/** Returns what gives the question up. Throws the `Refusal` of a method whose ARN is too long. */
export function askLambda(
  program: LambdaAuthorizer,
  invocation: Invocation,
  identity: readonly string[],
  settle: (outcome: AuthorizerOutcome) => void,
): () => void {
  const { functionName, region } = program;
  const { stage, services, exchange } = invocation;
  const event = eventOf(program, invocation, identity[0] ?? "");
  const url = services.lambda.urlOf(functionName, region);
  const question = new Question(invocation, url, () => shown(event, secretsOf(invocation)), settle);
  return services.lambda.invoke(
    {
      functionName,
      region,
      payload: Buffer.from(JSON.stringify(event)),
      headers: {
        "x-amzn-lambda-integration-tag": exchange.identify(),
        "x-amzn-apigateway-api-id": stage.apiId,
        "x-amz-source-arn": `arn:aws:execute-api:${services.region}:${services.accountId}:${stage.apiId}/authorizers/${program.id}`,
        accept: "application/json",
        "user-agent": `AmazonAPIGateway_${stage.apiId}`,
      },
      timeout: limits.authorizerTimeout,
      maximum: limits.authorizerAnswer,
    },
    question,
  );
}
