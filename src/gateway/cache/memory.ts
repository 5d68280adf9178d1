/**
 * The response cache of one thread, in its memory. A cluster holds as many bytes as its size says, and all clusters
 * together as many as the operator gives.
 */
import { limits } from "../../limits.ts";
import { Group, GroupedLru } from "../grouped-lru.ts";
import { type CachedResponse, type CachePlace, type ResponseCache, sizeOf } from "./cache.ts";
import type { Turn } from "./turns.ts";

interface Kept {
  readonly response: CachedResponse;
  /** Of the call that brought it. */
  readonly turn: Turn;
}

/** The content of one stage's cluster. */
class Content extends Group<Kept> {
  readonly generation: string;

  constructor({ generation, capacity }: CachePlace) {
    super(capacity);
    this.generation = generation;
  }
}

/** A text of the same characters that is no piece of a longer one: that would live on, such as the head it came in. */
const ofItsOwn = (text: string): string => Buffer.from(text).toString();

/** A response that holds no more memory than it counts for. */
function copyOf(response: CachedResponse): CachedResponse {
  const headers = response.headers.map(ofItsOwn);
  if (response.body.buffer.byteLength === response.body.length) return { ...response, headers };
  const body = Buffer.allocUnsafeSlow(response.body.length);
  response.body.copy(body);
  return { ...response, headers, body };
}

export class MemoryResponseCache implements ResponseCache {
  readonly #contents = new Map<string, Content>();
  readonly #kept: GroupedLru<Kept>;

  /** `capacity`: bytes that all stages have together. */
  constructor(capacity: number) {
    this.#kept = new GroupedLru(capacity);
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  get(place: CachePlace, key: string, now: number): CachedResponse | undefined {
    const content = this.#contentAt(place);
    const kept = content && this.#kept.get(content, key);
    if (kept === undefined || content === undefined) return undefined;
    const { response, turn } = kept;
    // Another thread may have refreshed it.
    if (response.expiresAt > now && !turn.isOvertaken) return response;
    this.#kept.delete(content, key);
    return undefined;
  }

  /** Threads tell each other by the turns themselves. */
  refresh(): undefined {
    return undefined;
  }

  put(place: CachePlace, key: string, response: CachedResponse, now: number, turn: Turn): void {
    const content = this.#contentAt(place);
    if (content === undefined || !turn.keep()) return;
    const size = sizeOf(key, response);
    // What will not be kept is not copied.
    if (response.expiresAt <= now || !this.#kept.holds(content, size)) this.#kept.delete(content, key);
    else this.#kept.put(content, key, { response: copyOf(response), turn }, size);
  }

  keep(stage: string, place: CachePlace | undefined): void {
    const present = this.#contents.get(stage);
    if (present !== undefined) {
      if (present.generation === place?.generation) return;
      this.#contents.delete(stage);
      this.#sweep(present);
    }
    if (place !== undefined) this.#contents.set(stage, new Content(place));
  }

  /** Undefined for a cluster that is gone, and for the one before the present. */
  #contentAt({ stage, generation }: CachePlace): Content | undefined {
    const content = this.#contents.get(stage);
    return content?.generation === generation ? content : undefined;
  }

  /** Lets go of content that nobody finds any more, some at a time: a large cluster must not stop the traffic. */
  #sweep(content: Content): void {
    if (this.#kept.sweep(content, limits.cacheSweep)) setImmediate(() => this.#sweep(content));
  }
}
