/**
 * The management API: an exchange comes in, is signed, routed, read, validated, handled in one transaction of the store,
 * and answered. Whatever goes wrong is answered in the service's envelope; nothing here throws.
 */
import { boundedLog } from "../bounded-log.ts";
import { Fault } from "../errors.ts";
import { type Exchange, headerOf, type Serve } from "../gateway/exchange.ts";
import type { GatewayServices } from "../gateway/invocation.ts";
import { newExtendedRequestId } from "../gateway/request-ids.ts";
import { log } from "../log.ts";
import type { Settings } from "../settings.ts";
import { createVerifier } from "../sigv4/verify.ts";
import { type Store, StoreUnavailable } from "../store/store.ts";
import type { Answer } from "./answer.ts";
import { collectBody } from "./body.ts";
import { type Handler, type Handlers, type OperationContext } from "./operation.ts";
import { type ControlMetrics, createProbe, isProbePath } from "./probes.ts";
import { findRoute, type Route } from "./route.ts";
import { wireOf } from "./wire.ts";
import { json } from "./wire/reply.ts";

export interface ControlOptions {
  readonly store: Store;
  readonly handlers: Handlers;
  readonly settings: Pick<
    Settings,
    | "accountId"
    | "region"
    | "accessKeyId"
    | "secretAccessKey"
    | "cacheClusterDuration"
    | "accountRateLimit"
    | "accountBurstLimit"
  >;
  /** Seals secrets at rest. */
  readonly masterKey: Buffer;
  /** Where clients find the gateway: `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string;
  /** Of the main thread's gateway, which operations call endpoints with. */
  readonly gatewayServices: GatewayServices;
  /** Stores what ApiKeys used up to now; nothing when not given. */
  readonly flushUsage?: () => Promise<void>;
  /** Epoch milliseconds; the clock of the machine when not given. */
  readonly now?: () => number;
  /** Told of every failure that is not the caller's, with the request it happened in. Writes to stderr when not given. */
  readonly onFailure?: (error: unknown, requestId: string) => void;
  readonly metrics?: ControlMetrics;
}

const scope = /\/apigateway\/aws4_request|%2Fapigateway%2Faws4_request/i;

/**
 * Whether a request is the management API's by its own account, signed for it or at a path for everyone: where its host is
 * a custom domain name too, that does not shut anybody out.
 */
export const isManagement = ({ path, query, headers }: Pick<Exchange, "path" | "query" | "headers">): boolean =>
  isProbePath(path) || scope.test(headerOf(headers, "authorization") ?? query);

/** The management API's half of the control port. */
export function createControl(options: ControlOptions): Serve {
  const verify = createVerifier({ ...options.settings, service: "apigateway" });
  const run = createRunner(options);
  const now = options.now ?? Date.now;
  const onFailure = options.onFailure ?? logFailure;
  const probe = createProbe(options);

  const answer = async (exchange: Exchange, work: () => Promise<Answer>): Promise<void> => {
    try {
      send(exchange, await work());
    } catch (error) {
      refuse(exchange, error);
    }
  };

  const refuse = (exchange: Exchange, error: unknown): void => {
    try {
      if (!(error instanceof Fault)) onFailure(error, exchange.identify());
      if (!exchange.reply.headSent) send(exchange, faultAnswer(asFault(error)));
    } catch (failure) {
      onFailure(failure, exchange.requestId);
      exchange.reply.destroy();
    }
  };

  return (exchange) => {
    try {
      const time = now();
      const probed = probe(exchange.path, time);
      if (probed !== undefined) {
        exchange.body?.discard();
        void answer(exchange, async () => probed);
        return;
      }
      const checkBody = verify(exchange, time);
      collectBody(exchange.body, {
        onBody: (body) =>
          void answer(exchange, () => {
            checkBody?.(body);
            return run(exchange, body, time);
          }),
        onRefused: (fault) => refuse(exchange, fault),
        // The listener, which saw it, answers or closes.
        onBroken: () => undefined,
      });
    } catch (error) {
      exchange.body?.discard();
      refuse(exchange, error);
    }
  };
}

/** Sees to an operation from its route to its answer, and counts it. */
function createRunner(options: ControlOptions) {
  const handle = createHandling(options);
  const { metrics } = options;
  return async (exchange: Exchange, body: Buffer, now: number): Promise<Answer> => {
    const route = findRoute(exchange.method, exchange.path, exchange.query);
    try {
      const answer = await handle(route, exchange, body, now);
      metrics?.countOperation(route.operation.name, answer.status);
      return answer;
    } catch (error) {
      metrics?.countOperation(route.operation.name, asFault(error).status);
      throw error;
    }
  };
}

function createHandling({ store, handlers, settings, masterKey, gatewayServices, ...options }: ControlOptions) {
  const { accountId, region, cacheClusterDuration, accountRateLimit, accountBurstLimit } = settings;
  const flushUsage = options.flushUsage ?? (() => Promise.resolve());
  const ofAccount = { accountId, region, cacheClusterDuration, accountRateLimit, accountBurstLimit };
  const fixed = { ...ofAccount, gatewayUrl: options.gatewayUrl, masterKey, flushUsage };
  return async ({ operation, labels }: Route, exchange: Exchange, body: Buffer, now: number): Promise<Answer> => {
    const wire = wireOf(operation.name);
    const handler = handlers[operation.name] as Handler<never>;
    const input = wire.readInput({ labels, query: exchange.query, headers: exchange.headers, body }) as never;
    const context: Omit<OperationContext, "tx"> = { ...fixed, now };
    let output: unknown;
    if (typeof handler === "function") output = await store.transact((tx) => handler(input, { ...context, tx }));
    else if ("perform" in handler) {
      const plan = await store.transact((tx) => handler.read(input, { ...context, tx }));
      output = await handler.perform(plan, gatewayServices, signalOfLeaving(exchange));
    } else {
      const { find } = handler;
      if (find !== undefined) await store.transact((tx) => find(input, { ...context, tx }));
      const prepared = await handler.prepare(input, context);
      output = await store.transact((tx) => handler.run(input, { ...context, tx }, prepared));
    }
    const { path, query, headers } = exchange;
    return {
      status: operation.status,
      ...wire.writeReply(output, { input, path, query }, headerOf(headers, "accept")),
    };
  };
}

/** Aborted when the caller goes away before it is answered. One that ends its side alone counts as gone: clients that give up do that. */
function signalOfLeaving({ reply }: Exchange): AbortSignal {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  reply.onClose = leave;
  reply.onEnd = leave;
  return leaving.signal;
}

function faultAnswer({ status, code, message, retryAfterSeconds }: Fault): Answer {
  const headers = ["Content-Type", json, "x-amzn-ErrorType", code];
  if (retryAfterSeconds !== undefined) headers.push("Retry-After", String(retryAfterSeconds));
  return { status, headers, body: JSON.stringify({ message }) };
}

/** What a caller is told of an error. Of our own mistakes it is told that there was one. */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof StoreUnavailable) {
    return new Fault(
      "ServiceUnavailableException",
      "The change could not be made durable and was not made; the server's log says why",
      1,
    );
  }
  return new Fault("InternalFailure", "Internal failure");
}

function send(exchange: Exchange, { status, headers, body }: Answer): void {
  const identified = ["x-amzn-RequestId", exchange.identify(), "x-amz-apigw-id", newExtendedRequestId(), ...headers];
  exchange.reply.send(status, identified, body);
}

/** Bounded: on a full disk every change fails alike. */
const failures = boundedLog(log, Date.now);

const logFailure = (error: unknown, requestId: string): void =>
  failures.error({ err: error, requestId }, "a control request failed, and not by its caller");
