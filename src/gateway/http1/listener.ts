/** The listener of one plane: accepts connections, watches their time, and closes without losing a request. */
import { createServer, type AddressInfo, type Socket } from "node:net";
import type { Serve } from "../exchange.ts";
import { type ConnectionLimits, defaultLimits } from "./bounds.ts";
import { lentReads, readLent } from "./lent-reads.ts";
import { Connection, type ConnectionHost } from "./connection.ts";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly serve: Serve;
  /** Lets several processes share the port. */
  readonly reusePort?: boolean;
  readonly limits?: Partial<ConnectionLimits>;
  /** Hears of mistakes of our own: what `serve` or a listener of a reply threw, fields that cannot be sent. */
  readonly log?: (error: unknown) => void;
}

export interface Listener {
  readonly port: number;
  readonly address: string;
  /** Open connections. */
  readonly connections: number;
  /** How many of them have a request that is being served. */
  readonly inFlight: number;
  /**
   * Takes no new connection, ends the idle ones, lets requests under way finish for `drainMs` milliseconds, then breaks
   * off what is left.
   */
  close(drainMs: number): Promise<void>;
}

/** How often the time of connections is looked at, milliseconds; no bound is kept more exactly than this. */
const slowestTick = 1_000;
/** A new connection's first request may be on its way while we close: how long it is waited for. */
const firstRequestGrace = 250;

class Plane implements ConnectionHost {
  readonly serve: Serve;
  readonly limits: ConnectionLimits;
  readonly log: (error: unknown) => void;
  readonly open = new Set<Connection>();
  now = performance.now();
  closing = false;
  readonly #timer: NodeJS.Timeout;
  #emptied: (() => void) | null = null;

  constructor(options: ListenerOptions) {
    this.serve = options.serve;
    this.limits = { ...defaultLimits, ...options.limits };
    this.log = options.log ?? ((): void => undefined);
    const { headTimeout, bodyIdleTimeout, keepAliveTimeout, lingerTimeout } = this.limits;
    const shortest = Math.min(headTimeout, bodyIdleTimeout, keepAliveTimeout, lingerTimeout);
    const tick = Math.max(10, Math.min(slowestTick, shortest / 4));
    // What has arrived while we were busy is read before anybody is judged: timers run first, immediates after reading.
    this.#timer = setInterval(() => setImmediate(() => this.#tick()), tick).unref();
  }

  #tick(): void {
    this.now = performance.now();
    for (const connection of this.open) connection.check(this.now);
  }

  accept(accepted: Socket): void {
    if (this.open.size >= this.limits.connections) {
      accepted.destroy();
      return;
    }
    const reads = lentReads();
    const socket = readLent(accepted, reads);
    this.open.add(new Connection(socket ?? accepted, socket === undefined ? undefined : reads, this));
  }

  get inFlight(): number {
    let serving = 0;
    for (const connection of this.open) if (connection.serving) serving++;
    return serving;
  }

  left(connection: Connection): void {
    this.open.delete(connection);
    if (this.open.size === 0) this.#emptied?.();
  }

  endIdle(withNew: boolean): void {
    for (const connection of this.open) {
      if (withNew || connection.requests > 0) connection.close();
    }
  }

  /** Resolves when no connection is left, or after so many milliseconds. */
  async empty(within: number): Promise<void> {
    if (this.open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#emptied = resolve;
    const timer = setTimeout(resolve, within);
    await promise;
    clearTimeout(timer);
    this.#emptied = null;
  }

  stop(): void {
    for (const connection of this.open) connection.destroy();
    clearInterval(this.#timer);
  }
}

/** After what is readable now has been read. */
async function afterReading(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** Listens and serves. Rejects when the address cannot be had (`EADDRINUSE`, `EACCES`, …). */
export async function createListener(options: ListenerOptions): Promise<Listener> {
  const plane = new Plane(options);
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true });
  server.on("connection", (socket) => plane.accept(socket));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: options.host, port: options.port, reusePort: options.reusePort === true }, resolve);
    });
  } catch (error) {
    plane.stop();
    throw error;
  }
  server.on("error", plane.log);
  const { port, address } = server.address() as AddressInfo;

  async function drain(drainMs: number): Promise<void> {
    await afterReading();
    plane.closing = true;
    // It says that it is closed when its own sockets are; ours are counted here.
    server.close();
    await afterReading();
    const until = performance.now() + drainMs;
    plane.endIdle(false);
    await plane.empty(Math.min(firstRequestGrace, drainMs));
    plane.endIdle(true);
    await plane.empty(Math.max(0, until - performance.now()));
    plane.stop();
  }

  let closed: Promise<void> | undefined;
  return {
    port,
    address,
    get connections() {
      return plane.open.size;
    },
    get inFlight() {
      return plane.inFlight;
    },
    close: (drainMs) => (closed ??= drain(drainMs)),
  };
}
