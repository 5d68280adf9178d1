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

const zero = "0".charCodeAt(0);
const nine = "9".charCodeAt(0);

/** Whether a key may be one that V8 takes for a place in a list. */
function isNumber(key: string): boolean {
  const first = key.charCodeAt(0);
  return first >= zero && first <= nine;
}

/** Whether a map has such a key: these come first. */
function isNumbered(map: Readonly<Record<string, unknown>> | undefined): boolean {
  for (const key in map) return isNumber(key);
  return false;
}

/**
 * A map of these entries; of equal keys the last counts.
 *
 * V8 keeps keys such as status codes in a list of places that reaches beyond the highest: 2.6 KB for `200` alone, 12 KB for
 * `1000`, thousands of times in an API. Only what its JSON parser makes is a table of the entries that there are.
 */
export function toMap<V>(entries: readonly (readonly [key: string, value: V])[]): Record<string, V> {
  if (!entries.some(([key]) => isNumber(key))) return Object.fromEntries(entries);
  const text = entries.map(([key]) => `${JSON.stringify(key)}:0`).join(",");
  const map = JSON.parse(`{${text}}`) as Record<string, V>;
  // Each key is an own property by now, `__proto__` too.
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** A copy with this entry set; a new key goes to the end. */
export function withEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string, value: V): Record<string, V> {
  if (isNumber(key) || isNumbered(map)) return toMap([...Object.entries(map ?? {}), [key, value]]);
  const copy = { ...map };
  setEntry(copy, key, value);
  return copy;
}

/** A copy without this entry. */
export function withoutEntry<V>(map: Readonly<Record<string, V>> | undefined, key: string): Record<string, V> {
  if (isNumbered(map)) return toMap(Object.entries(map ?? {}).filter(([present]) => present !== key));
  const copy = { ...map };
  delete copy[key];
  return copy;
}

/** A copy of both maps; where both have a key, the second wins. */
export function mergeEntries<V>(
  first: Readonly<Record<string, V>> | undefined,
  second: Readonly<Record<string, V>> | undefined,
): Record<string, V> {
  if (isNumbered(first) || isNumbered(second)) {
    return toMap([...Object.entries(first ?? {}), ...Object.entries(second ?? {})]);
  }
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
  for (const key in value) {
    const member = (value as Readonly<Record<string, unknown>>)[key];
    if (member !== undefined) setEntry(copy, key, member);
  }
  return copy as never;
}
