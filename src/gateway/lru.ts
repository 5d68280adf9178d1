/** Who was used last: a list in which taking out, putting in front and finding the oldest cost the same at any length. */

/** An element's place in one list. */
export class Link<T> {
  readonly value: T;
  newer: Link<T> | undefined = undefined;
  older: Link<T> | undefined = undefined;

  constructor(value: T) {
    this.value = value;
  }
}

export class LruList<T> {
  #newest: Link<T> | undefined = undefined;
  #oldest: Link<T> | undefined = undefined;

  get oldest(): T | undefined {
    return this.#oldest?.value;
  }

  /** Puts in front what is in no list. */
  add(link: Link<T>): void {
    link.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = link;
    this.#newest = link;
    this.#oldest ??= link;
  }

  remove(link: Link<T>): void {
    const { newer, older } = link;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    link.newer = undefined;
    link.older = undefined;
  }

  /** Moves to the front what is in this list. */
  touch(link: Link<T>): void {
    if (link === this.#newest) return;
    this.remove(link);
    this.add(link);
  }
}
