/**
 * The connection to the shared Redis. It comes and goes: while it is away nobody waits for it, which is logged once, and
 * when it is back everything goes on by itself.
 */
import { limits } from "../../limits.ts";
import { type RedisAddress, shownAddress } from "./address.ts";
import { Refusals } from "./refusals.ts";
import type { RedisScript } from "./script.ts";
import type { OperatorLog } from "../../operator-log.ts";

export type RedisValue = string | Buffer;
/** Texts come as bytes. */
export type RedisReply = Buffer | number | null | readonly RedisReply[];

export interface RedisLink {
  /** False while commands get no answer. */
  readonly isThere: boolean;
  /** The reply; undefined when Redis is away, answers with an error, or too late. Never rejects. */
  send(command: readonly RedisValue[]): Promise<RedisReply | undefined>;
  /** Likewise, for a script with one key and these arguments. */
  run(script: RedisScript, key: string, values: readonly RedisValue[]): Promise<RedisReply | undefined>;
  close(): void;
}

/** The part of the client that is used, so that nothing else depends on it. */
interface Client {
  sendCommand(command: readonly RedisValue[]): Promise<unknown>;
  destroy(): void;
}

/** A command without a reply so far. All wait equally long, so the first that was sent is the first that is late. */
interface Pending {
  readonly deadline: number;
  settle: ((reply: RedisReply | undefined) => void) | undefined;
}

/** The library that the client is of. */
interface Driver {
  /** A client that connects, and tells the link how it goes. */
  connect(link: ClientLink): Client;
  /** Whether Redis said so, and not the connection. */
  isReply(error: unknown): error is Error;
}

const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT");

class ClientLink implements RedisLink {
  #client: Client | undefined = undefined;
  readonly #driver: Driver;
  readonly #shown: string;
  readonly #log: OperatorLog;
  readonly #refusals: Refusals;
  #isThere = false;
  /** Whether the operator knows that it is away. */
  #told = false;
  #closed = false;
  /** Those that Redis was given since the connection was made. */
  readonly #scripts = new Set<RedisScript>();
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined = undefined;
  /** Until Redis has said its first word on the connection. */
  #handshake: NodeJS.Timeout | undefined = undefined;

  constructor(address: RedisAddress, log: OperatorLog, driver: Driver) {
    this.#shown = shownAddress(address);
    this.#log = log;
    this.#refusals = new Refusals(this.#shown, log);
    this.#driver = driver;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** Makes the connection, in the place of one that is there. */
  connect(): void {
    const before = this.#client;
    this.#client = undefined;
    clearTimeout(this.#handshake);
    before?.destroy();
    if (!this.#closed) this.#client = this.#driver.connect(this);
  }

  send(command: readonly RedisValue[]): Promise<RedisReply | undefined> {
    return this.#bounded(String(command[0]), () => this.#client?.sendCommand(command));
  }

  run(script: RedisScript, key: string, values: readonly RedisValue[]): Promise<RedisReply | undefined> {
    const call = (command: string, name: string): Promise<unknown> | undefined =>
      this.#client?.sendCommand([command, name, "1", key, ...values]);
    return this.#bounded(script.sha, async () => {
      // The first call brings the text along, so that no command overtakes it.
      if (!this.#scripts.has(script)) {
        this.#scripts.add(script);
        return await call("EVAL", script.text);
      }
      try {
        return await call("EVALSHA", script.sha);
      } catch (error) {
        if (!isUnknownScript(error)) throw error;
        return await call("EVAL", script.text);
      }
    });
  }

  close(): void {
    this.#closed = true;
    this.#isThere = false;
    clearTimeout(this.#timer);
    this.#giveUp();
    this.connect();
  }

  /** Somebody took the connection. Whether it is Redis is known once it is ready. */
  onConnected(client: Client): void {
    if (client !== this.#client) return;
    clearTimeout(this.#handshake);
    this.#handshake = this.#unlessHeard(client);
  }

  onReady(client: Client): void {
    if (client !== this.#client) return;
    clearTimeout(this.#handshake);
    this.#isThere = true;
    this.#scripts.clear();
    if (this.#told) this.#log.info({ redis: this.#shown }, "the shared Redis is back");
    this.#told = false;
  }

  /** The reason alone is logged: whatever else an error holds might have the password in it. */
  onAway(client: Client, error: unknown): void {
    if (client !== this.#client) return;
    clearTimeout(this.#handshake);
    this.#isThere = false;
    this.#giveUp();
    if (this.#told) return;
    this.#told = true;
    const reason = error instanceof Error ? error.message : "the connection ended";
    this.#log.error(
      { redis: this.#shown, reason },
      "the shared Redis is away: nothing is cached, and each node throttles its share by itself, until it is back",
    );
  }

  /** `kind`: what the refusals are told of. */
  #bounded(kind: string, call: () => Promise<unknown> | undefined): Promise<RedisReply | undefined> {
    if (!this.#isThere) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const pending: Pending = { deadline: Date.now() + limits.sharedTimeout, settle: resolve };
      this.#pending.push(pending);
      this.#timer ??= setTimeout(this.#checkDeadlines, limits.sharedTimeout);
      void this.#settleBy(kind, call, pending);
    });
  }

  async #settleBy(kind: string, call: () => Promise<unknown> | undefined, pending: Pending): Promise<void> {
    let reply: RedisReply | undefined;
    try {
      reply = (await call()) as RedisReply | undefined;
      this.#refusals.taken(kind, Date.now());
    } catch (error) {
      if (this.#driver.isReply(error)) this.#refusals.refused(kind, error, Date.now());
    }
    pending.settle?.(reply);
    pending.settle = undefined;
  }

  readonly #checkDeadlines = (): void => {
    this.#timer = undefined;
    const first = this.#pending.findIndex(({ settle }) => settle !== undefined);
    this.#pending = first < 0 ? [] : this.#pending.slice(first);
    const [oldest] = this.#pending;
    if (oldest === undefined) return;
    if (oldest.deadline > Date.now()) {
      this.#timer = setTimeout(this.#checkDeadlines, oldest.deadline - Date.now());
    } else if (this.#client !== undefined) {
      this.onAway(this.#client, new Error(`no answer within ${limits.sharedTimeout} ms`));
      void this.#probe(this.#client);
    }
  };

  /**
   * It hangs, or is merely slow: once it answers in time, it is back. A connection that ends is made anew by the client; one
   * that nothing comes from any more, not even its end, is given up here.
   */
  async #probe(client: Client): Promise<void> {
    for (let isLate = true; isLate;) {
      const silence = this.#unlessHeard(client);
      const asked = performance.now();
      try {
        await client.sendCommand(["PING"]);
      } catch {
        return;
      } finally {
        clearTimeout(silence);
      }
      isLate = performance.now() - asked > limits.sharedTimeout;
    }
    this.onReady(client);
  }

  /** A connection from which nothing comes is made anew. At the start, nobody has been told of it. */
  #unlessHeard(client: Client): NodeJS.Timeout {
    return setTimeout(() => {
      if (client !== this.#client) return;
      this.onAway(client, new Error(`no answer within ${limits.sharedSilence} ms`));
      this.connect();
    }, limits.sharedSilence);
  }

  #giveUp(): void {
    for (const pending of this.#pending.splice(0)) {
      pending.settle?.(undefined);
      pending.settle = undefined;
    }
  }
}

/** Milliseconds until the next try. */
const reconnectStrategy = (retries: number): number =>
  Math.min(limits.sharedReconnectMaximum, limits.sharedReconnectMinimum * 2 ** Math.min(retries, 10));

/** Waits for Redis for a moment, and goes on without it when it is not there yet. */
export async function openRedisLink(address: RedisAddress, log: OperatorLog): Promise<RedisLink> {
  // The client is large; who shares nothing does not load it.
  const { createClient, ErrorReply, RESP_TYPES } = await import("@redis/client");
  const { host, port, tls, username, password, database } = address;
  const socketOptions = { host, port, connectTimeout: limits.connectTimeout, reconnectStrategy };
  const { promise: isSettled, resolve: settle } = Promise.withResolvers<void>();
  const connect: Driver["connect"] = (of) => {
    const client = createClient({
      RESP: 2,
      maintNotifications: "disabled",
      socket: tls ? { ...socketOptions, tls: true } : socketOptions,
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      database,
      name: "stagewright",
      disableOfflineQueue: true,
      commandsQueueMaxLength: limits.sharedCommands,
      commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } },
    });
    const onAway = (error?: unknown): void => of.onAway(client, error);
    client.on("connect", () => of.onConnected(client));
    client.on("ready", () => of.onReady(client));
    client.on("error", onAway);
    client.on("end", onAway);
    client.once("ready", settle);
    client.once("error", () => settle());
    client.connect().catch(onAway);
    return client;
  };
  const isReply: Driver["isReply"] = (error) => error instanceof ErrorReply;
  const link = new ClientLink(address, log, { connect, isReply });
  link.connect();
  setTimeout(settle, limits.connectTimeout).unref();
  await isSettled;
  return link;
}
