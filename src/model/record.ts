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

/** A copy with this entry set; a new key goes to the end. */
export function withEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string, value: V): Record<string, V> {
  const entries: [string, V][] = Object.entries(map ?? {}).filter(([name]) => name !== key);
  const place = Object.keys(map ?? {}).indexOf(key);
  entries.splice(place < 0 ? entries.length : place, 0, [key, value]);
  return Object.fromEntries(entries);
}

/** A copy without this entry. */
export function withoutEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string): Record<string, V> {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([name]) => name !== key));
}

/** A copy of both maps; where both have a key, the second wins. */
export function mergeEntries<V>(
  first: Readonly<Record<string, V>> | undefined,
  second: Readonly<Record<string, V>> | undefined,
): Record<string, V> {
  return Object.fromEntries([...Object.entries(first ?? {}), ...Object.entries(second ?? {})]);
}

/** Whether there is no entry at all. */
export function isEmptyMap(map: Readonly<Record<string, unknown>> | undefined): boolean {
  return map === undefined || Object.keys(map).length === 0;
}

/** A copy of an object without the members that are undefined. */
export function compact<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;
}
