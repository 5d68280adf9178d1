/** What the gateway knows about one request, beside its exchange. All fields are initialised at once, in one order. */
import type { Authorizers } from "./authorizers/authorizers.ts";
import type { AuthorizerRun } from "./authorizers/result.ts";
import type { AccessPhase } from "./access-phase.ts";
import type { ApiKeyProgram, ApiKeys } from "../snapshot/api-keys.ts";
import type { BoundMethod, StageProgram, StageVariant, ThrottleProgram } from "../snapshot/program.ts";
import type { AccountLimits } from "../snapshot/throttle.ts";
import type { Buckets } from "./buckets/buckets.ts";
import type { Caching } from "./cache/caching.ts";
import type { Caller, ClientSignatures } from "./caller.ts";
import type { Fill } from "./cache/fill.ts";
import { customised } from "./customised-response.ts";
import { type Exchange, headerOf } from "./exchange.ts";
import { fixedResponses, type GatewayResponse, Refusal, responseOf, sendGatewayResponse } from "./gateway-response.ts";
import type { ResponseProgram } from "./integrate/responses.ts";
import type { LambdaClient } from "./lambda/lambda-client.ts";
import type { Verdict } from "./policy/policy.ts";
import { newExtendedRequestId } from "./request-ids.ts";
import { CONTINUE, type Step } from "./step.ts";
import type { Logs } from "./telemetry/sinks/log-sink.ts";
import { passedTraceHeader } from "./telemetry/tracing/trace-header.ts";
import type { Trace } from "./telemetry/tracing/trace.ts";
import type { Tracer } from "./telemetry/tracing/tracer.ts";
import type {
  BodySource,
  HeaderList,
  Upstream,
  UpstreamFailure,
  UpstreamFailureKind,
  UpstreamHandler,
} from "./transport.ts";
import type { Overrides } from "./template-scope.ts";
import { parseQuery, type Query } from "./url.ts";
import type { Usage } from "./usage/meter.ts";
import type { WholeBody } from "./whole-body.ts";

/** What all requests share. */
export interface GatewayServices {
  readonly upstream: Upstream;
  readonly buckets: Buckets;
  readonly apiKeys: ApiKeys;
  readonly usage: Usage;
  readonly caching: Caching;
  readonly accountId: string;
  readonly region: string;
  readonly signatures: ClientSignatures;
  readonly lambda: LambdaClient;
  readonly authorizers: Authorizers;
  /** Tokens a second and size of the account's bucket. */
  readonly accountLimits: AccountLimits;
  /** The bucket of the whole account. */
  readonly accountThrottle: ThrottleProgram;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: GatewayLog;
  readonly logs: Logs;
  /** Undefined where nothing is traced. */
  readonly tracer: Tracer | undefined;
}

/** Where the operator reads what went wrong; pino's loggers are such. */
export interface GatewayLog {
  error(details: object, message: string): void;
}

export class Invocation implements UpstreamHandler {
  readonly exchange: Exchange;
  readonly services: GatewayServices;
  readonly stage: StageProgram;
  readonly variant: StageVariant;
  readonly method: BoundMethod;
  /** The path below the stage, as sent. */
  readonly path: string;
  /** Values of the resource's path parameters, percent-encoded as sent. */
  readonly captures: readonly string[];
  /** Of the mapping that led to the stage, `(none)` for the root's; undefined on the host that the API has by itself. */
  basePath: string | undefined = undefined;
  readonly extendedRequestId: string = newExtendedRequestId();
  /** Index of the step that runs next. */
  next = 0;

  // --- the request
  /** The whole body, once the step `readBody` has it. */
  requestBody: WholeBody | undefined = undefined;
  /** What is wrong with it by its Model: the type that it was taken for, and a list in one text. */
  bodyViolations: { readonly mediaType: string; readonly text: string } | undefined = undefined;
  #query: Query | undefined = undefined;
  #incomingTrace: string | undefined | null = null;
  #traceId = "";
  /** What is told of the request when it is over, where it is traced. */
  trace: Trace | undefined = undefined;

  // --- who calls
  /** Who signed the request, where the method asks for it. */
  caller: Caller | undefined = undefined;
  /** What the RestApi's resource policy says, where it has one and was asked. */
  policyVerdict: Verdict | undefined = undefined;
  /** Undefined where nobody asked. */
  authenticate: AccessPhase | undefined = undefined;
  authorize: AccessPhase | undefined = undefined;
  /** Undefined where the method has no authorizer, and before it is asked. */
  authorizer: AuthorizerRun | undefined = undefined;
  /** The API key that the request counts for, where the method requires one. */
  apiKey: ApiKeyProgram | undefined = undefined;
  /** Which limit refused the request: of how many come in a time, or the quota of its usage plan. */
  exceededLimit: ThrottleProgram | "quota" | undefined = undefined;

  // --- the templates
  /** Made when a template of either side first asks for `$context`. */
  overrides: Overrides | undefined = undefined;

  // --- the response cache
  /** What this invocation's answer goes into, after a miss. */
  fill: Fill | undefined = undefined;
  /** Undefined where the cache was not asked. */
  cacheResult: "hit" | "miss" | undefined = undefined;
  warnsOfCacheControl = false;

  // --- to and from the endpoint
  endpointTarget = "";
  endpointHeaders: HeaderList = [];
  endpointBody: BodySource | Buffer | undefined = undefined;
  endpointContentType: string | undefined = undefined;
  endpointStatus = 0;
  endpointResponseHeaders: HeaderList = [];
  endpointResponseBody: BodySource | undefined = undefined;
  /** The whole of the endpoint's body, where a mapping reads it. */
  endpointBodyRead: WholeBody | undefined = undefined;
  /** Epoch milliseconds: when the endpoint was called, and when the head of its answer was there, or a failure. 0: never. */
  endpointCalledAt = 0;
  endpointAnsweredAt = 0;
  /** When the first of the body of an integration that streams was there. 0: nobody wants to know, or never. */
  endpointContentAt = 0;

  // --- to the client
  response: ResponseProgram | undefined = undefined;
  status = 0;
  headers: string[] = [];
  /** In place of the endpoint's own body, when not undefined. */
  body: Buffer | undefined = undefined;
  /** The gateway's own answer, where it gave one. */
  refusal: GatewayResponse | undefined = undefined;
  /** Why it did: what a step threw, or what failed on the way to the endpoint and back. */
  cause: unknown = undefined;
  /** Epoch milliseconds: when the reply was out, or the client gone. 0 before. */
  endedAt = 0;

  constructor(
    exchange: Exchange,
    services: GatewayServices,
    stage: StageProgram,
    variant: StageVariant,
    method: BoundMethod,
    path: string,
    captures: readonly string[],
  ) {
    this.exchange = exchange;
    this.services = services;
    this.stage = stage;
    this.variant = variant;
    this.method = method;
    this.path = path;
    this.captures = captures;
  }

  /** Runs the steps that are left, until one waits or has answered. Whoever was waited for calls this again. Never throws. */
  advance(): void {
    const { steps } = this.method;
    try {
      while (this.next < steps.length) {
        const step = steps[this.next++] as Step;
        if (step(this.exchange, this) !== CONTINUE) return;
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Answers to what a step has thrown, or to what was found wrong while it waited. */
  fail(error: unknown): void {
    this.cause = error;
    const refusal = error instanceof Refusal ? error : undefined;
    const response = refusal?.response ?? responseOf.API_CONFIGURATION_ERROR;
    if (refusal?.reason !== "") this.#tellOperator(error, response);
    this.refuse(response);
  }

  /** Of what somebody set up wrongly, or of a mistake of our own. */
  #tellOperator(error: unknown, { type }: GatewayResponse): void {
    const { apiId, stageName } = this.stage;
    const { verb, resource } = this.method;
    const where = { apiId, stageName, method: `${verb} ${resource.path}`, requestId: this.exchange.identify() };
    this.services.log.error({ ...where, responseType: type, err: error }, "a request could not be served");
  }

  /** Decoded query parameters; parsed when first asked for. */
  get query(): Query {
    return (this.#query ??= parseQuery(this.exchange.query));
  }

  /** `X-Amzn-Trace-Id` as it came; looked for once. */
  get incomingTrace(): string | undefined {
    if (this.#incomingTrace === null) this.#incomingTrace = headerOf(this.exchange.headers, "x-amzn-trace-id");
    return this.#incomingTrace;
  }

  /** What `X-Amzn-Trace-Id` says, to the endpoint and to the client. */
  set traceId(text: string) {
    this.#traceId = text;
  }

  get traceId(): string {
    return (this.#traceId ||= passedTraceHeader(this.incomingTrace, this.services.now()));
  }

  onHead(status: number, headers: HeaderList, body: BodySource): void {
    this.endpointAnsweredAt = this.services.now();
    this.endpointStatus = status;
    this.endpointResponseHeaders = headers;
    this.endpointResponseBody = body;
    this.advance();
  }

  onFailure(failure: UpstreamFailure): void {
    const response = responseOfFailure[failure.kind];
    this.cause = failure;
    this.endpointAnsweredAt ||= this.services.now();
    if (response !== undefined) {
      if (failure.kind === "untrusted") this.#tellOperator(failure, response);
      this.refuse(response);
      return;
    }
    this.fill?.settle(undefined);
    this.exchange.reply.destroy();
  }

  /** The reply is out, or the client is gone. */
  ended(): void {
    this.endedAt = this.services.now();
    for (const observe of this.method.observers) observe(this);
    if (this.trace !== undefined) this.services.tracer?.end(this, this.trace);
  }

  /** Answers with a gateway response; what the endpoint still sends is not wanted any more. */
  refuse(response: GatewayResponse): void {
    this.fill?.settle(undefined);
    this.endpointResponseBody?.discard();
    this.refusal = response;
    if (this.exchange.reply.headSent) {
      this.exchange.reply.destroy();
      return;
    }
    this.refusal = customised(response, this);
    sendGatewayResponse(this.exchange, this.refusal, this.extendedRequestId, this.#traceIdOf(response));
  }

  /** Failed calls of an endpoint that is no proxy tell their trace; configuration errors do not (facts/runtime.md 7). */
  #traceIdOf(response: GatewayResponse): string | undefined {
    const called = this.endpointCalledAt !== 0 && this.method.method.integration.type === "HTTP";
    return called && response !== responseOf.API_CONFIGURATION_ERROR ? this.traceId : undefined;
  }
}

/** Why there is no answer of the endpoint → what the client is told (facts/runtime.md 5, 13). */
const responseOfFailure: Readonly<Record<UpstreamFailureKind, GatewayResponse | undefined>> = {
  refused: responseOf.INTEGRATION_FAILURE,
  untrusted: responseOf.API_CONFIGURATION_ERROR,
  reset: responseOf.INTEGRATION_FAILURE,
  timeout: responseOf.INTEGRATION_TIMEOUT,
  malformed: fixedResponses.badGateway,
  "too-large": fixedResponses.badGateway,
  overloaded: fixedResponses.unavailable,
  invalid: responseOf.API_CONFIGURATION_ERROR,
  "client-gone": undefined,
  "client-incomplete": fixedResponses.badRequest,
  "client-slow": fixedResponses.requestTimeout,
  "client-malformed": fixedResponses.badRequest,
  "client-too-large": fixedResponses.payloadTooLarge,
};
