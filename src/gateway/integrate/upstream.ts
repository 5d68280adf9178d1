/** The upstream client: connections to backends, kept in one pool an origin. */
import { createHash } from "node:crypto";
import { defaultUpstreamLimits, type UpstreamLimits } from "../http1/bounds.ts";
import { Call } from "../http1/call.ts";
import { UnsendableFields } from "../http1/field-text.ts";
import { requestText } from "../http1/request-text.ts";
import { type Origin, type Upstream, UpstreamFailure, type UpstreamHandler } from "../transport.ts";
import { sharedLookup } from "./lookup.ts";
import { later, OriginPool, type PoolHost } from "./origin-pool.ts";

export interface UpstreamOptions {
  readonly limits?: Partial<UpstreamLimits>;
  /** PEM texts of authorities trusted beside those of the runtime; for all origins. */
  readonly certificateAuthorities?: readonly string[];
  /** Hears of mistakes of our own: what a handler threw. */
  readonly log?: (error: unknown) => void;
}

/** How often the time of connections is looked at, milliseconds: no timeout is kept more exactly than this. */
const tick = 25;

/** Equal for origins that may share a connection. */
function keyOf(origin: Origin): string {
  const { protocol, host, port, tls } = origin;
  const plain = `${protocol}//${host}:${port}`;
  if (tls === undefined) return plain;
  const { serverName, rejectUnauthorized, certificate, privateKey } = tls;
  const parts = JSON.stringify([serverName, rejectUnauthorized, certificate, privateKey]);
  return `${plain} ${createHash("sha256").update(parts).digest("base64")}`;
}

class Pools implements PoolHost {
  readonly limits: UpstreamLimits;
  readonly certificateAuthorities: readonly string[];
  readonly lookup = sharedLookup();
  readonly log: (error: unknown) => void;
  readonly #byKey = new Map<string, OriginPool>();
  readonly #keys = new WeakMap<Origin, string>();
  #timer: NodeJS.Timeout | undefined = undefined;
  #closed: (() => void) | undefined = undefined;
  closing = false;

  constructor(options: UpstreamOptions) {
    this.limits = { ...defaultUpstreamLimits, ...options.limits };
    this.certificateAuthorities = options.certificateAuthorities ?? [];
    this.log = options.log ?? ((): void => undefined);
  }

  pool(origin: Origin): OriginPool {
    let key = this.#keys.get(origin);
    if (key === undefined) {
      key = keyOf(origin);
      this.#keys.set(origin, key);
    }
    let pool = this.#byKey.get(key);
    if (pool === undefined) {
      pool = new OriginPool(key, origin, this);
      this.#byKey.set(key, pool);
      // What has arrived while we were busy is read before anybody is judged: timers run first, immediates after reading.
      this.#timer ??= setInterval(() => setImmediate(() => this.#check()), tick).unref();
    }
    return pool;
  }

  #check(): void {
    const now = performance.now();
    for (const pool of this.#byKey.values()) pool.check(now);
  }

  emptied(pool: OriginPool): void {
    this.#byKey.delete(pool.key);
    if (this.#byKey.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#closed?.();
  }

  async close(): Promise<void> {
    this.closing = true;
    if (this.#byKey.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#closed = resolve;
    for (const pool of this.#byKey.values()) pool.close();
    await promise;
  }
}

const nothingToGiveUp = (): void => undefined;

/**
 * An upstream client. Answers and failures never come before `dispatch` has returned.
 *
 * A request whose used connection breaks before a byte of answer came is sent once more over a new one when its method
 * is idempotent and its body is absent or whole in memory (RFC 9110 9.2.2); others fail with `reset`.
 */
export function createUpstream(options: UpstreamOptions = {}): Upstream {
  const pools = new Pools(options);
  return {
    dispatch(origin, request, handler) {
      if (pools.closing) return refuse(handler, new UpstreamFailure("refused", "the gateway stops"));
      let text: string;
      try {
        text = requestText(request);
      } catch (error) {
        if (!(error instanceof UnsendableFields)) throw error;
        return refuse(handler, new UpstreamFailure("invalid", error.message));
      }
      const call = new Call(request, handler, text, performance.now() + request.timeout);
      pools.pool(origin).start(call);
      return () => call.abandon();
    },
    close: () => pools.close(),
  };

  function refuse(handler: UpstreamHandler, failure: UpstreamFailure): () => void {
    later(() => handler.onFailure(failure), pools);
    return nothingToGiveUp;
  }
}
