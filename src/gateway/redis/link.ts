/**
 * The connection to the shared Redis. It comes and goes: while it is away nobody waits for it, which is logged once, and
 * when it is back everything goes on by itself.
 */
import { limits } from "../../limits.ts";
import { type RedisAddress, shownAddress } from "./address.ts";
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

/** An answer of Redis that is an error: behind a word in capitals it says why. Other errors are the connection's. */
const isRefusal = (error: unknown): error is Error => error instanceof Error && /^[A-Z]+ /.test(error.message);
const isUnknownScript = (error: unknown): boolean => error instanceof Error && error.message.startsWith("NOSCRIPT");

class ClientLink implements RedisLink {
  #client: Client | undefined = undefined;
  readonly #shown: string;
  readonly #log: OperatorLog;
  #isThere = false;
  /** Whether the operator knows that it is away. */
  #told = false;
  /** When the operator was told last that it refuses something, epoch milliseconds. */
  #refusalToldAt = 0;
  #closed = false;
  /** Those that Redis was given since the connection was made. */
  readonly #scripts = new Set<RedisScript>();
  #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(address: RedisAddress, log: OperatorLog) {
    this.#shown = shownAddress(address);
    this.#log = log;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  use(client: Client): void {
    this.#client = client;
  }

  send(command: readonly RedisValue[]): Promise<RedisReply | undefined> {
    return this.#bounded(() => this.#client?.sendCommand(command));
  }

  run(script: RedisScript, key: string, values: readonly RedisValue[]): Promise<RedisReply | undefined> {
    const call = (command: string, name: string): Promise<unknown> | undefined =>
      this.#client?.sendCommand([command, name, "1", key, ...values]);
    return this.#bounded(async () => {
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
    this.#client?.destroy();
  }

  readonly onReady = (): void => {
    if (this.#closed) return;
    this.#isThere = true;
    this.#scripts.clear();
    if (this.#told) this.#log.info({ redis: this.#shown }, "the shared Redis is back");
    this.#told = false;
  };

  /** The reason alone is logged: whatever else an error holds might have the password in it. */
  readonly onAway = (error: unknown): void => {
    if (this.#closed) return;
    this.#isThere = false;
    this.#giveUp();
    if (this.#told) return;
    this.#told = true;
    const reason = error instanceof Error ? error.message : "the connection ended";
    this.#log.error(
      { redis: this.#shown, reason },
      "the shared Redis is away: nothing is cached, and each node throttles its share by itself, until it is back",
    );
  };

  #bounded(call: () => Promise<unknown> | undefined): Promise<RedisReply | undefined> {
    if (!this.#isThere) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const pending: Pending = { deadline: Date.now() + limits.sharedTimeout, settle: resolve };
      this.#pending.push(pending);
      this.#timer ??= setTimeout(this.#checkDeadlines, limits.sharedTimeout);
      void this.#settleBy(call, pending);
    });
  }

  async #settleBy(call: () => Promise<unknown> | undefined, pending: Pending): Promise<void> {
    let reply: RedisReply | undefined;
    try {
      reply = (await call()) as RedisReply | undefined;
    } catch (error) {
      reply = undefined;
      if (isRefusal(error)) this.#tellRefusal(error);
    }
    pending.settle?.(reply);
    pending.settle = undefined;
  }

  /** It is full, or its user may not do everything: it is there and does not help. */
  #tellRefusal({ message }: Error): void {
    const now = Date.now();
    if (this.#closed || Math.abs(now - this.#refusalToldAt) < limits.sharedRefusalPause) return;
    this.#refusalToldAt = now;
    const reason = message.slice(0, limits.echoedValue);
    this.#log.error({ redis: this.#shown, reason }, "the shared Redis refuses what it is asked for");
  }

  readonly #checkDeadlines = (): void => {
    this.#timer = undefined;
    const first = this.#pending.findIndex(({ settle }) => settle !== undefined);
    this.#pending = first < 0 ? [] : this.#pending.slice(first);
    const [oldest] = this.#pending;
    if (oldest === undefined) return;
    if (oldest.deadline <= Date.now()) {
      this.onAway(new Error(`no answer within ${limits.sharedTimeout} ms`));
      void this.#probe();
    } else {
      this.#timer = setTimeout(this.#checkDeadlines, oldest.deadline - Date.now());
    }
  };

  /** It hangs, or is merely slow: once it answers this, it is back. A connection that ends is made anew by the client. */
  async #probe(): Promise<void> {
    try {
      await this.#client?.sendCommand(["PING"]);
    } catch {
      return;
    }
    this.onReady();
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
  const { createClient, RESP_TYPES } = await import("@redis/client");
  const { host, port, tls, username, password, database } = address;
  const socketOptions = { host, port, connectTimeout: limits.connectTimeout, reconnectStrategy };
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
  const link = new ClientLink(address, log);
  link.use(client);
  client.on("ready", link.onReady);
  client.on("error", link.onAway);
  client.on("end", link.onAway);
  await new Promise<void>((resolve) => {
    client.once("ready", resolve);
    client.once("error", () => resolve());
    setTimeout(resolve, limits.connectTimeout).unref();
    client.connect().catch(link.onAway);
  });
  return link;
}
