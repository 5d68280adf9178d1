/**
 * Values kept in the memory of one thread, in groups: each group has a bound of bytes, and all of them together have another
 * one. Beyond either, what was used longest ago goes first.
 */
import { Link, LruList } from "./lru.ts";

class Entry<V> {
  readonly key: string;
  readonly group: Group<V>;
  readonly value: V;
  readonly size: number;
  readonly inGroup = new Link<Entry<V>>(this);
  readonly inAll = new Link<Entry<V>>(this);

  constructor(key: string, group: Group<V>, value: V, size: number) {
    this.key = key;
    this.group = group;
    this.value = value;
    this.size = size;
  }
}

/** The values of one group. */
export class Group<V> {
  /** Bytes. */
  readonly capacity: number;
  readonly entries = new Map<string, Entry<V>>();
  readonly used = new LruList<Entry<V>>();
  bytes = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }
}

export class GroupedLru<V> {
  readonly #capacity: number;
  readonly #used = new LruList<Entry<V>>();
  #bytes = 0;

  /** `capacity`: bytes that all groups have together. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** What is held, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  get(group: Group<V>, key: string): V | undefined {
    const entry = group.entries.get(key);
    if (entry === undefined) return undefined;
    group.used.touch(entry.inGroup);
    this.#used.touch(entry.inAll);
    return entry.value;
  }

  /** Whether a value of this size can be kept at all. */
  holds(group: Group<V>, size: number): boolean {
    return size <= group.capacity && size <= this.#capacity;
  }

  /** `size`: bytes. What is too large is not kept. Either way, what the key had before is gone. */
  put(group: Group<V>, key: string, value: V, size: number): void {
    this.delete(group, key);
    if (!this.holds(group, size)) return;
    this.#makeRoom(group.used, () => group.bytes + size <= group.capacity);
    this.#makeRoom(this.#used, () => this.#bytes + size <= this.#capacity);
    const entry = new Entry(key, group, value, size);
    group.entries.set(key, entry);
    group.used.add(entry.inGroup);
    group.bytes += size;
    this.#used.add(entry.inAll);
    this.#bytes += size;
  }

  delete(group: Group<V>, key: string): void {
    const entry = group.entries.get(key);
    if (entry !== undefined) this.#remove(entry);
  }

  /** Lets go of so many values of a group that nobody asks any more, at the most. Whether some are left. */
  sweep(group: Group<V>, atMost: number): boolean {
    let swept = 0;
    this.#makeRoom(group.used, () => swept++ >= atMost);
    return group.used.oldest !== undefined;
  }

  #makeRoom(used: LruList<Entry<V>>, enough: () => boolean): void {
    for (let entry = used.oldest; entry !== undefined && !enough(); entry = used.oldest) this.#remove(entry);
  }

  #remove(entry: Entry<V>): void {
    const { group } = entry;
    group.entries.delete(entry.key);
    group.used.remove(entry.inGroup);
    group.bytes -= entry.size;
    this.#used.remove(entry.inAll);
    this.#bytes -= entry.size;
  }
}
