/**
 * The response cache that several nodes share, in Redis. A stage's key names the content that its cluster has now; under
 * that name are an answer a key, the keys in the order in which they expire, and their sizes. Nodes have no store in
 * common, so whoever flushes gives the content another name, and all of them go on with that.
 */
import { hash, randomUUID } from "node:crypto";
import { limits } from "../../limits.ts";
import type { RedisLink, RedisReply, RedisValue } from "../redis/link.ts";
import { type CachedResponse, type CachePlace, type Lookup, type ResponseCache, sizeOf } from "./cache.ts";
import { empty, enter, refresh, replace } from "./redis-scripts.ts";
import { decodeResponse, encodeResponse } from "./seal-response.ts";
import type { SharedTurn, Turn } from "./turns.ts";

const tagOf = (stage: string): string => `stagewright:cache:{${hash("sha256", stage, "base64url")}}`;

const idOf = (key: string): string => hash("sha256", key, "base64url");

const nothing: Lookup = { response: undefined, turn: undefined };

/** The parts of a reply that is a list; none for any other. */
const partsOf = (reply: RedisReply | undefined): readonly RedisReply[] =>
  Array.isArray(reply) ? (reply as readonly RedisReply[]) : [];

const textOf = (reply: RedisReply | undefined): string | undefined =>
  Buffer.isBuffer(reply) ? reply.toString() : undefined;

/** A stage's cluster, as this thread sees it. */
class SharedCluster {
  readonly place: CachePlace;
  readonly tag: string;
  /** Whether what was there before is still to go: Redis may hear of it later. */
  flushes: boolean;
  /** The name of the content; undefined as long as Redis has not told it. */
  content: string | undefined = undefined;
  /** Asks for that name. */
  entering: Promise<string | undefined> | undefined = undefined;

  constructor(place: CachePlace, flushes: boolean) {
    this.place = place;
    this.tag = tagOf(place.stage);
    this.flushes = flushes;
  }
}

export class RedisResponseCache implements ResponseCache {
  readonly #link: RedisLink;
  readonly #clusters = new Map<string, SharedCluster>();
  /** Bytes of the answers that Redis has not taken so far. */
  #sending = 0;

  constructor(link: RedisLink) {
    this.#link = link;
  }

  get(place: CachePlace, key: string, now: number): undefined | Promise<Lookup> {
    const cluster = this.#clusterAt(place);
    return cluster !== undefined && this.#link.isThere ? this.#find(cluster, key, now) : undefined;
  }

  async #find(cluster: SharedCluster, key: string, now: number): Promise<Lookup> {
    const id = idOf(key);
    // Once more where another node has given the content another name.
    for (let tries = 0; tries < 2; tries++) {
      const content = cluster.content ?? (await this.#enter(cluster));
      if (content === undefined) return nothing;
      const name = `${cluster.tag}:${content}:${id}`;
      const reply = partsOf(await this.#link.send(["MGET", cluster.tag, name, `${name}:turn`]));
      if (reply.length === 0) return nothing;
      const [present, bytes, turn] = reply;
      cluster.content = textOf(present);
      if (cluster.content !== content) continue;
      const found = Buffer.isBuffer(bytes) ? decodeResponse(bytes) : undefined;
      return {
        response: found !== undefined && found.expiresAt > now ? found : undefined,
        turn: { content, number: Number.parseInt(textOf(turn) ?? "0", 10), begunAt: now },
      };
    }
    return nothing;
  }

  refresh(place: CachePlace, key: string, now: number): undefined | Promise<SharedTurn | undefined> {
    const cluster = this.#clusterAt(place);
    return cluster !== undefined && this.#link.isThere ? this.#takeTurn(cluster, key, now) : undefined;
  }

  async #takeTurn(cluster: SharedCluster, key: string, now: number): Promise<SharedTurn | undefined> {
    if (cluster.content === undefined && (await this.#enter(cluster)) === undefined) return undefined;
    const [present, number] = partsOf(await this.#link.run(refresh, cluster.tag, [idOf(key)]));
    const content = textOf(present);
    return content === undefined || typeof number !== "number" ? undefined : { content, number, begunAt: now };
  }

  put(place: CachePlace, key: string, response: CachedResponse, now: number, turn: Turn): void {
    const cluster = this.#clusterAt(place);
    const { shared } = turn;
    if (cluster === undefined || shared === undefined || now - shared.begunAt > limits.sharedFill) return;
    const size = sizeOf(key, response);
    const ttl = response.expiresAt - now;
    if (size > place.capacity || ttl <= 0 || this.#sending + size > limits.sharedBytes || !turn.keep()) return;
    const numbers = [shared.number, now, place.capacity, ttl, size].map(String);
    void this.#send(cluster, [shared.content, idOf(key), ...numbers, encodeResponse(response)], size);
  }

  async #send({ tag }: SharedCluster, values: readonly RedisValue[], size: number): Promise<void> {
    this.#sending += size;
    await this.#link.run(replace, tag, values);
    this.#sending -= size;
  }

  keep(stage: string, place: CachePlace | undefined): void {
    const present = this.#clusters.get(stage);
    if (present !== undefined && present.place.generation === place?.generation) return;
    if (place === undefined) {
      this.#clusters.delete(stage);
      if (present?.content !== undefined) void this.#empty(present.tag, present.content);
      return;
    }
    const cluster = new SharedCluster(place, present !== undefined);
    this.#clusters.set(stage, cluster);
    // Others are to hear of a flush, or of a cluster that begins anew, before anything is put.
    void this.#enter(cluster);
  }

  /** Undefined for a cluster that is gone, and for the one before the present. */
  #clusterAt({ stage, generation }: CachePlace): SharedCluster | undefined {
    const cluster = this.#clusters.get(stage);
    return cluster?.place.generation === generation ? cluster : undefined;
  }

  /** The name of the cluster's content, whoever gave it; undefined when Redis does not tell it. */
  #enter(cluster: SharedCluster): Promise<string | undefined> {
    return (cluster.entering ??= this.#askForContent(cluster));
  }

  async #askForContent(cluster: SharedCluster): Promise<string | undefined> {
    const { place, tag, flushes } = cluster;
    const offered = [place.generation, randomUUID()].join(" ");
    const [present, before] = partsOf(await this.#link.run(enter, tag, [offered, flushes ? "1" : "0"]));
    cluster.entering = undefined;
    const content = textOf(present);
    if (content === undefined) return undefined;
    cluster.content = content;
    cluster.flushes = false;
    const old = textOf(before) ?? "";
    if (old !== "" && old !== content) void this.#empty(tag, old);
    return content;
  }

  /** What nobody finds any more would expire by itself; this only gives its memory back sooner. */
  async #empty(tag: string, content: string): Promise<void> {
    const name = `${tag}:${content}`;
    let left = await this.#link.run(empty, name, []);
    while (typeof left === "number" && left > 0) left = await this.#link.run(empty, name, []);
  }
}
