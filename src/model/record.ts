/**
 * String maps whose keys come from callers (stage variables, tags, method settings, parameter mappings).
 *
 * `__proto__` and `constructor` are legal keys there, so these maps are only read and changed through the functions
 * here: reading looks at own properties alone, writing defines a property and never assigns one.
 */
export type StringMap = Readonly<Record<string, string>>;

/** The value under an own key, or undefined. */
export function entryOf<V>(map: Readonly<Record<string, V>> | undefined, key: string): V | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/**
 * Sets an entry of a map that nobody else has seen yet. Spreading and this define properties, where an assignment to
 * `__proto__` would change the prototype instead.
 */
export function setEntry<V>(map: Record<string, V>, key: string, value: V): void {
  if (key === "__proto__") {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  } else {
    map[key] = value;
  }
}

/** A copy with this entry set; a new key goes to the end. */
export function withEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string, value: V): Record<string, V> {
  const copy = { ...map };
  setEntry(copy, key, value);
  return copy;
}

/** A copy without this entry. */
export function withoutEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string): Record<string, V> {
  const copy = { ...map };
  delete copy[key];
  return copy;
}

/** A copy of both maps; where both have a key, the second wins. */
export function mergeEntries<V>(
  first: Readonly<Record<string, V>> | undefined,
  second: Readonly<Record<string, V>> | undefined,
): Record<string, V> {
  return { ...first, ...second };
}

/** Whether there is no entry at all. */
export function isEmptyMap(map: Readonly<Record<string, unknown>> | undefined): boolean {
  // Asked of every document that is made: no list of the keys is.
  for (const key in map) if (Object.hasOwn(map, key)) return false;
  return true;
}

/** A copy of an object without the members that are undefined. Every document is made by it, so it is a plain loop. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) setEntry(copy, key, member);
  }
  return copy as never;
}
