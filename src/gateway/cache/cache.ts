/** The response cache: what is kept, where, and what every implementation does (facts/runtime.md 2.1). */
import type { HeaderList } from "../transport.ts";
import type { SharedTurn, Turn } from "./turns.ts";

/** Where the answers of one stage are kept: its cache cluster, as it is between two flushes. */
export interface CachePlace {
  /** `{apiId}/{stageName}` */
  readonly stage: string;
  /** Names the cluster's present content: a cluster that was flushed, resized or created anew has another one. */
  readonly generation: string;
  /** What the cluster holds, bytes. */
  readonly capacity: number;
}

/** A method response, without what is made anew for each request: its ids, its date, its trace. */
export interface CachedResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly storedAt: number;
  /** Epoch milliseconds; from then on it is not found any more. */
  readonly expiresAt: number;
  /** For the answer to a HEAD, which has no body: the length that it tells, -1 for none. */
  readonly headLength?: number;
  /** Whether `body` is the whole response, encrypted (seal-response.ts); status and headers are then empty. */
  readonly sealed?: true;
}

/** What a cache had that must be waited for. */
export interface Lookup {
  readonly response: CachedResponse | undefined;
  /** Of the call that is made now when there is no answer; undefined when the cache could not be asked. */
  readonly turn: SharedTurn | undefined;
}

/**
 * Keeps answers. Never throws and never rejects: what cannot be reached has nothing and takes nothing. A hit is never
 * guaranteed, and what was put may be evicted at any time.
 */
export interface ResponseCache {
  /**
   * The answer under a key, unless there is none or it has expired. A promise only where it has to be waited for.
   *
   * @param now epoch milliseconds
   */
  get(place: CachePlace, key: string, now: number): CachedResponse | undefined | Promise<Lookup>;
  /** The turn of a call that is asked for whatever is kept, where nodes share the cache: before the call, all are told. */
  refresh(place: CachePlace, key: string, now: number): Promise<SharedTurn | undefined> | undefined;
  /**
   * Puts an answer in the place of what is under the key. Nothing happens when the place's content is no longer what the
   * call began with, and when one that began later has brought an answer.
   */
  put(place: CachePlace, key: string, response: CachedResponse, now: number, turn: Turn): void;
  /**
   * What a stage has from now on: the content of this place, empty if its generation is new; or nothing. Content of any
   * other generation is never found again.
   */
  keep(stage: string, place: CachePlace | undefined): void;
}

/** Measured, bytes of the heap: what holds an answer and its key together, and what a text of its head takes beside its characters. */
const entryOverhead = 704;
const textOverhead = 32;

const wide = /[\u0100-\uffff]/;

/** A character of a text takes two bytes where any of them needs so many. */
const bytesOf = (text: string): number => (wide.test(text) ? 2 * text.length : text.length);

/** Bytes that an answer and its key count for. */
export function sizeOf(key: string, { headers, body }: CachedResponse): number {
  let size = entryOverhead + bytesOf(key) + body.length + headers.length * textOverhead;
  for (const text of headers) size += bytesOf(text);
  return size;
}
