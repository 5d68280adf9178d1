/**
 * The response cache of one thread, in its memory. A cluster holds as many bytes as its size says, and all clusters
 * together as many as the operator gives; beyond either, what was used longest ago goes first.
 */
import { limits } from "../../limits.ts";
import { type CachedResponse, type CachePlace, type ResponseCache, sizeOf } from "./cache.ts";
import { Link, LruList } from "./lru.ts";

/** The content of one stage's cluster. */
class Content {
  readonly place: CachePlace;
  readonly entries = new Map<string, Entry>();
  readonly used = new LruList<Entry>();
  bytes = 0;

  constructor(place: CachePlace) {
    this.place = place;
  }
}

class Entry {
  readonly key: string;
  readonly content: Content;
  readonly response: CachedResponse;
  readonly size: number;
  readonly inContent = new Link<Entry>(this);
  readonly inAll = new Link<Entry>(this);

  constructor(key: string, content: Content, response: CachedResponse, size: number) {
    this.key = key;
    this.content = content;
    this.response = response;
    this.size = size;
  }
}

/** A response that holds no more memory than it counts for: a piece of a larger buffer would keep all of that alive. */
function ofItsOwn(response: CachedResponse): CachedResponse {
  const { body } = response;
  if (body.buffer.byteLength === body.length) return response;
  const copy = Buffer.allocUnsafeSlow(body.length);
  body.copy(copy);
  return { ...response, body: copy };
}

export class MemoryResponseCache implements ResponseCache {
  readonly #capacity: number;
  readonly #contents = new Map<string, Content>();
  readonly #used = new LruList<Entry>();
  #bytes = 0;

  /** `capacity`: bytes that all stages have together. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get({ stage, generation }: CachePlace, key: string, now: number): CachedResponse | undefined {
    const content = this.#contents.get(stage);
    if (content === undefined || content.place.generation !== generation) return undefined;
    const entry = content.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.response.expiresAt <= now) {
      this.#remove(entry);
      return undefined;
    }
    content.used.touch(entry.inContent);
    this.#used.touch(entry.inAll);
    return entry.response;
  }

  put({ stage, generation }: CachePlace, key: string, response: CachedResponse, now: number): void {
    const content = this.#contents.get(stage);
    if (content === undefined || content.place.generation !== generation) return;
    const present = content.entries.get(key);
    if (present !== undefined) this.#remove(present);
    const size = sizeOf(key, response);
    if (response.expiresAt <= now || size > content.place.capacity || size > this.#capacity) return;
    this.#makeRoom(content.used, () => content.bytes + size <= content.place.capacity);
    this.#makeRoom(this.#used, () => this.#bytes + size <= this.#capacity);
    this.#add(new Entry(key, content, ofItsOwn(response), size));
  }

  delete({ stage, generation }: CachePlace, key: string): void {
    const content = this.#contents.get(stage);
    const entry = content?.place.generation === generation ? content.entries.get(key) : undefined;
    if (entry !== undefined) this.#remove(entry);
  }

  keep(stage: string, place: CachePlace | undefined): void {
    const present = this.#contents.get(stage);
    if (present !== undefined) {
      if (present.place.generation === place?.generation) return;
      this.#contents.delete(stage);
      this.#sweep(present);
    }
    if (place !== undefined) this.#contents.set(stage, new Content(place));
  }

  /** Lets go of content that nobody finds any more, some at a time: a large cluster must not stop the traffic. */
  #sweep(content: Content): void {
    this.#makeRoom(content.used, atMost(limits.cacheSweep));
    if (content.used.oldest !== undefined) setImmediate(() => this.#sweep(content));
  }

  #makeRoom(used: LruList<Entry>, enough: () => boolean): void {
    for (let entry = used.oldest; entry !== undefined && !enough(); entry = used.oldest) this.#remove(entry);
  }

  #add(entry: Entry): void {
    const { content } = entry;
    content.entries.set(entry.key, entry);
    content.used.add(entry.inContent);
    content.bytes += entry.size;
    this.#used.add(entry.inAll);
    this.#bytes += entry.size;
  }

  #remove(entry: Entry): void {
    const { content } = entry;
    content.entries.delete(entry.key);
    content.used.remove(entry.inContent);
    content.bytes -= entry.size;
    this.#used.remove(entry.inAll);
    this.#bytes -= entry.size;
  }
}

/** True from the call after the `count`th on. */
function atMost(count: number): () => boolean {
  let calls = 0;
  return () => calls++ >= count;
}
