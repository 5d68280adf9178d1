/** The connections to one origin: those that carry a call, those that rest, and the calls that wait for one. */
import { connect as connectPlain, isIP, type LookupFunction, type Socket } from "node:net";
import {
  checkServerIdentity,
  connect as connectTls,
  createSecureContext,
  getCACertificates,
  type PeerCertificate,
  type SecureContext,
} from "node:tls";
import type { UpstreamLimits } from "../http1/bounds.ts";
import type { Call } from "../http1/call.ts";
import { ClientConnection, type ClientHost } from "../http1/client-connection.ts";
import { type LentReads, lentReads } from "../http1/lent-reads.ts";
import type { Origin, OriginTls } from "../transport.ts";

/** What pools share. */
export interface PoolHost {
  readonly limits: UpstreamLimits;
  readonly certificateAuthorities: readonly string[];
  readonly lookup: LookupFunction;
  log(error: unknown): void;
  emptied(pool: OriginPool): void;
}

export class OriginPool implements ClientHost {
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

  #address(): { host: string; port: number; lookup: LookupFunction } {
    const { host, port } = this.#origin;
    return { host: host.startsWith("[") ? host.slice(1, -1) : host, port, lookup: this.#host.lookup };
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
export function later(work: () => void, host: { log(error: unknown): void }): void {
  queueMicrotask(() => {
    try {
      work();
    } catch (error) {
      host.log(error);
    }
  });
}
