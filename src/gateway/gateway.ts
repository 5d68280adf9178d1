/** The gateway: from an exchange to the stage, resource and method that serve it. */
import { limits } from "../limits.ts";
import type { Environment, Settings } from "../settings.ts";
import { type ApiKeys, noApiKeys } from "../snapshot/api-keys.ts";
import { isReserved } from "../snapshot/domains.ts";
import type { GatewayTable } from "../snapshot/table.ts";
import type { StageProgram, StageVariant } from "../snapshot/program.ts";
import { accountThrottle } from "../snapshot/throttle.ts";
import { type Address, addressOf } from "./address.ts";
import { boundedLog } from "../bounded-log.ts";
import { createAuthorizers } from "./authorizers/authorizers.ts";
import type { Buckets } from "./buckets/buckets.ts";
import type { Caching } from "./cache/caching.ts";
import { clientSignatures, type SigningSettings } from "./caller.ts";
import { type Exchange, headerOf, type Serve } from "./exchange.ts";
import { fixedResponses, type GatewayResponse, responseOf, sendGatewayResponse } from "./gateway-response.ts";
import { type GatewayLog, type GatewayServices, Invocation } from "./invocation.ts";
import { LambdaClient } from "./lambda/lambda-client.ts";
import { isRequestId } from "./request-ids.ts";
import { type Logs, noLogs } from "./telemetry/sinks/log-sink.ts";
import type { Tracer } from "./telemetry/tracing/tracer.ts";
import type { Upstream } from "./transport.ts";
import { noUsage, type Usage } from "./usage/meter.ts";
import { silentLog } from "../operator-log.ts";

export { isInvocation } from "./address.ts";

export interface ServicesOptions {
  readonly upstream: Upstream;
  readonly buckets: Buckets;
  /** Without them no key is known, and no use counted. */
  readonly apiKeys?: ApiKeys;
  readonly usage?: Usage;
  readonly caching: Caching;
  /** `accountRateLimit` and `accountBurstLimit`: tokens a second and size of the account's bucket. */
  readonly settings: SigningSettings & Pick<Settings, "accountRateLimit" | "accountBurstLimit">;
  readonly log?: GatewayLog;
  readonly logs?: Logs;
  readonly tracer?: Tracer;
  /** Names the AWS services that requests need on their way; none without it. */
  readonly env?: Environment;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** What the requests of one thread share, with what is not given filled in. */
export function createServices(options: ServicesOptions): GatewayServices {
  const { upstream, buckets, caching, settings, tracer, env = {}, now = Date.now } = options;
  return {
    upstream,
    buckets,
    apiKeys: options.apiKeys ?? noApiKeys,
    usage: options.usage ?? noUsage,
    caching,
    accountId: settings.accountId,
    region: settings.region,
    signatures: clientSignatures(settings),
    lambda: new LambdaClient({ upstream, env, now }),
    authorizers: createAuthorizers({ upstream, env, now }),
    accountLimits: { accountRateLimit: settings.accountRateLimit, accountBurstLimit: settings.accountBurstLimit },
    accountThrottle: accountThrottle(settings),
    now,
    log: boundedLog(options.log ?? silentLog, now),
    logs: options.logs ?? noLogs,
    tracer,
  };
}

export interface GatewayOptions {
  readonly table: GatewayTable;
  readonly services: GatewayServices;
  /** From 0 up to, but not, 1: the canary's draw. */
  readonly random?: () => number;
}

/** The answer to a request that is over one of the service's quotas (facts/runtime.md 14). */
function excessOf({ target, headers, body }: Exchange): GatewayResponse | undefined {
  if (target.length > limits.requestTarget) return fixedResponses.uriTooLong;
  let values = 0;
  for (let i = 1; i < headers.length; i += 2) values += (headers[i] as string).length;
  if (values > limits.headerValues) return fixedResponses.headersTooLarge;
  return body !== undefined && body.length > limits.payload ? fixedResponses.payloadTooLarge : undefined;
}

/** What the service takes in a query only when it is escaped (facts/runtime.md 1). */
const unescaped = /[{|}]/;

/** An answer that is no invocation's. */
type Answer = Pick<GatewayResponse, "status" | "body" | "headers">;

/** What a custom domain name answers for itself. */
const healthy: Answer = { status: 200, body: Buffer.from("healthy"), headers: ["Content-Type", "text/plain"] };

/** The part of the gateway that finds the method for an exchange. */
class Gateway {
  readonly #table: GatewayTable;
  readonly #services: GatewayServices;
  readonly #random: () => number;

  constructor(options: GatewayOptions) {
    this.#table = options.table;
    this.#random = options.random ?? Math.random;
    this.#services = options.services;
  }

  serve(exchange: Exchange): void {
    try {
      const answer = this.#begin(exchange);
      if (answer !== undefined) sendGatewayResponse(exchange, answer);
    } catch (error) {
      this.#services.log.error({ err: error, requestId: exchange.identify() }, "a stage could not be compiled");
      sendGatewayResponse(exchange, responseOf.API_CONFIGURATION_ERROR);
    }
  }

  /** Starts an invocation; what it returns is the answer to a request that reaches no method. */
  #begin(exchange: Exchange): Answer | undefined {
    const chosenId = headerOf(exchange.headers, "x-amzn-requestid");
    if (isRequestId(chosenId)) exchange.requestId = chosenId;
    const excess = excessOf(exchange);
    if (excess !== undefined) return excess;
    if (exchange.query !== "" && unescaped.test(exchange.query)) return fixedResponses.badRequest;
    const address = addressOf(exchange) ?? this.#table.domains.find(exchange.host)?.addressOf(exchange.path);
    if (address === undefined) return this.#nowhere(exchange);
    const stage = this.#table.lookup(address.apiId, address.stageName);
    if (stage === undefined) return fixedResponses.forbidden;
    return this.#route(exchange, address, stage, this.#draw(stage));
  }

  /** The answer to a request that names no stage. */
  #nowhere({ host, path }: Exchange): Answer {
    return isReserved(path) && this.#table.domains.find(host) !== undefined ? healthy : fixedResponses.forbidden;
  }

  /** Each request goes to the canary with its own probability; nothing sticks (facts/runtime.md 3). */
  #draw({ base, canary }: StageProgram): StageVariant {
    return canary !== undefined && canary.percent > 0 && this.#random() * 100 < canary.percent ? canary.variant : base;
  }

  #route(
    exchange: Exchange,
    { path, basePath }: Address,
    stage: StageProgram,
    variant: StageVariant,
  ): GatewayResponse | undefined {
    const { restApi, routes } = variant.deployment;
    if (restApi.disableExecuteApiEndpoint && basePath === undefined) return fixedResponses.forbidden;
    const routed = routes.find(path);
    const verb = headerOf(exchange.headers, "x-http-method-override")?.toUpperCase() ?? exchange.method;
    const method = (routed && variant.method(routed.resource, verb)) ?? variant.unrouted;
    const captures = routed?.captures ?? [];
    const invocation = new Invocation(exchange, this.#services, stage, variant, method, path, captures);
    invocation.basePath = basePath;
    exchange.state = invocation;
    invocation.advance();
    return undefined;
  }
}

/** Serves invocations from the stages in the table. Never throws. */
export function createGateway(options: GatewayOptions): Serve {
  const gateway = new Gateway(options);
  return (exchange) => gateway.serve(exchange);
}
