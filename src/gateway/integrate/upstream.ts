/** The upstream client: connections to backends, kept in one pool an origin. */
import { createHash } from "node:crypto";
import { connect as connectPlain, isIP, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  type SecureContext,
} from "node:tls";
import { defaultUpstreamLimits, type UpstreamLimits } from "../http1/bounds.ts";
import { Call } from "../http1/call.ts";
import { ClientConnection, type ClientHost } from "../http1/client-connection.ts";
import { UnsendableFields } from "../http1/field-text.ts";
import { type LentReads, lentReads } from "../http1/lent-reads.ts";
import { requestText } from "../http1/request-text.ts";
import { type Origin, type OriginTls, type Upstream, UpstreamFailure, type UpstreamHandler } from "../transport.ts";

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

/** What pools share. */
interface PoolHost {
  readonly limits: UpstreamLimits;
  readonly certificateAuthorities: readonly string[];
  log(error: unknown): void;
  emptied(pool: OriginPool): void;
}

class OriginPool implements ClientHost {
  readonly key: string;
  readonly limits: UpstreamLimits;
  readonly connections = new Set<ClientConnection>();
  readonly #origin: Origin;
  readonly #host: PoolHost;
  /** Resting connections; the one that rested shortest is taken first, so that the surplus grows old and is closed. */
  readonly #resting: ClientConnection[] = [];
  /** Calls that wait for a connection, oldest first. */
  readonly #waiting = new Set<Call>();
  #context: SecureContext | undefined = undefined;
  #session: Buffer | undefined = undefined;
  closing = false;

  constructor(key: string, origin: Origin, host: PoolHost) {
    this.key = key;
    this.limits = host.limits;
    this.#origin = origin;
    this.#host = host;
  }

  log(error: unknown): void {
    this.#host.log(error);
  }

  /** Gives a call a connection, or a place in the queue. */
  start(call: Call): void {
    const resting = this.#freshEnough(call);
    if (resting !== undefined) resting.begin(call);
    else if (this.connections.size < this.limits.connectionsPerOrigin) this.#open(call);
    else if (this.#waiting.size < this.limits.queuedPerOrigin) this.#wait(call);
    else later(() => call.fail("overloaded", "too many requests wait for this origin"), this.#host);
  }

  /**
   * A resting connection may be closed by the backend at the moment we use it. A call that may not be repeated gets one
   * that rested only shortly, or a new one.
   */
  #freshEnough(call: Call): ClientConnection | undefined {
    while (this.#resting.at(-1)?.usable === false) this.#resting.pop();
    const last = this.#resting.at(-1);
    if (last === undefined) return undefined;
    if (call.isIdempotent || performance.now() - last.restingSince <= this.limits.nonIdempotentReuse) {
      return this.#resting.pop();
    }
    // Makes room for a new one where the origin has as many as it may.
    if (this.connections.size >= this.limits.connectionsPerOrigin) this.#discard(this.#resting.shift());
    return undefined;
  }

  #discard(connection: ClientConnection | undefined): void {
    if (connection === undefined) return;
    this.connections.delete(connection);
    connection.destroy();
  }

  #wait(call: Call): void {
    this.#waiting.add(call);
    call.carrier = this;
  }

  abandon(call: Call): void {
    this.#waiting.delete(call);
  }

  #nextWaiting(): Call | undefined {
    for (const call of this.#waiting) {
      this.#waiting.delete(call);
      return call;
    }
    return undefined;
  }

  repeat(call: Call): void {
    call.repeated = true;
    this.#open(call);
  }

  #open(call: Call): void {
    try {
      const secure = this.#origin.protocol === "https:";
      const reads = secure ? undefined : lentReads();
      const socket = secure ? this.#connectTls() : this.#connectPlain(reads);
      socket.setNoDelay(true);
      this.connections.add(new ClientConnection(socket, reads, secure ? "secureConnect" : "connect", call, this));
    } catch (error) {
      // A certificate that does not parse, a port out of range.
      later(() => call.fail("refused", error instanceof Error ? error.message : "no connection"), this.#host);
      if (this.connections.size === 0) this.#host.emptied(this);
    }
  }

  #address(): { host: string; port: number } {
    const { host, port } = this.#origin;
    return { host: host.startsWith("[") ? host.slice(1, -1) : host, port };
  }

  #connectPlain(reads: LentReads | undefined): Socket {
    const onread = reads === undefined ? {} : { onread: reads };
    return connectPlain({ ...this.#address(), allowHalfOpen: true, ...onread });
  }

  #connectTls(): Socket {
    const { serverName, rejectUnauthorized } = this.#tls();
    const authorities = this.#host.certificateAuthorities;
    this.#context ??= secureContext(this.#tls(), authorities);
    const options = {
      ...this.#address(),
      allowHalfOpen: true,
      secureContext: this.#context,
      rejectUnauthorized,
      ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
      ...(this.#session === undefined ? {} : { session: this.#session }),
      checkServerIdentity: (_: string, certificate: PeerCertificate) => checkServerIdentity(serverName, certificate),
      ALPNProtocols: ["http/1.1"],
    };
    const socket = connectTls(options);
    socket.on("session", (session: Buffer) => {
      this.#session = session;
    });
    return socket;
  }

  #tls(): OriginTls {
    return this.#origin.tls ?? { serverName: this.#address().host, rejectUnauthorized: true };
  }

  released(connection: ClientConnection): void {
    const call = this.#nextWaiting();
    if (call !== undefined) connection.begin(call);
    else if (this.closing) connection.destroy();
    else this.#resting.push(connection);
  }

  lost(connection: ClientConnection): void {
    this.connections.delete(connection);
    const at = this.#resting.indexOf(connection);
    if (at >= 0) this.#resting.splice(at, 1);
    const call = this.connections.size < this.limits.connectionsPerOrigin ? this.#nextWaiting() : undefined;
    if (call !== undefined) this.#open(call);
    if (this.connections.size === 0) this.#host.emptied(this);
  }

  check(now: number): void {
    for (const connection of this.connections) connection.check(now);
    for (const call of this.#waiting) {
      if (now < call.deadline) continue;
      this.#waiting.delete(call);
      call.fail("timeout", "no connection was free in time");
    }
  }

  close(): void {
    this.closing = true;
    for (const connection of this.#resting.splice(0)) connection.destroy();
  }
}

function secureContext(tls: OriginTls, authorities: readonly string[]): SecureContext {
  return createSecureContext({
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.privateKey === undefined ? {} : { key: tls.privateKey }),
    ...(authorities.length === 0 ? {} : { ca: [...getCACertificates("default"), ...authorities] }),
  });
}

/** Calls back when the present callback is over, so that whoever dispatches has its answer first. */
function later(work: () => void, host: { log(error: unknown): void }): void {
  queueMicrotask(() => {
    try {
      work();
    } catch (error) {
      host.log(error);
    }
  });
}

class Pools implements PoolHost {
  readonly limits: UpstreamLimits;
  readonly certificateAuthorities: readonly string[];
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
