/** TABLES: the methods of lists, maps and maps' entries, as Java's List, Map and Map.Entry have them. */
import { Fault } from "../error.ts";
import { methodTable, type ObjectType } from "../method-table.ts";
import { isSame } from "../operators.ts";
import { keyOf, textOf } from "../print.ts";
import type { Run } from "../run.ts";
import { type Key, type Value, VtlList, VtlMap, VtlObject } from "../value.ts";

/** What a method without a result gives in Velocity: an empty text rather than nothing. */
const done = "";

function placeIn({ items }: VtlList, index: Value | undefined, most = items.length - 1): number {
  const place = Number(index);
  if (place < 0 || place > most) throw new Fault(`The index ${place} is outside a list of ${items.length}`);
  return place;
}

const itemsOf = (value: Value | undefined): readonly Value[] => {
  if (!(value instanceof VtlList)) throw new Fault("A method was given nothing where it needs a list");
  return value.items;
};

function find(run: Run, { items }: VtlList, wanted: Value | undefined): number {
  return items.findIndex((item) => isSame(run, item, wanted ?? null));
}

/** What stands behind it moves up. */
function removeAt(run: Run, { items }: VtlList, place: number): Value {
  run.scan(items.length - place);
  return items.splice(place, 1)[0] ?? null;
}

function removeItem(run: Run, list: VtlList, wanted: Value | undefined): boolean {
  const place = find(run, list, wanted);
  if (place >= 0) removeAt(run, list, place);
  return place >= 0;
}

function addAll(run: Run, list: VtlList, at: number, added: readonly Value[]): boolean {
  run.step(1 + added.length + list.items.length - at);
  const behind = list.items.splice(at);
  for (const item of [...added, ...behind]) list.items.push(item);
  return added.length > 0;
}

function clearList(run: Run, { items }: VtlList): string {
  run.scan(items.length);
  items.length = 0;
  return done;
}

function subList(run: Run, list: VtlList, from: number, to: number): VtlList {
  if (from < 0 || to > list.items.length || from > to)
    throw new Fault(`There is no part from ${from} to ${to} of a list`);
  run.step(1 + to - from);
  return new VtlList(list.items.slice(from, to));
}

/** Counts a whole list that is gone through or copied. */
const counted = (run: Run, { items }: VtlList): readonly Value[] => {
  run.step(1 + items.length);
  return items;
};

export const listMethods = methodTable<VtlList>([
  ["size()", ({ items }) => items.length],
  ["count()", ({ items }) => items.length],
  ["isEmpty()", ({ items }) => items.length === 0],
  ["get(int)", (self, [index]) => self.items[placeIn(self, index)] ?? null],
  ["set(int, any)", (self, [index, value]) => self.items.splice(placeIn(self, index), 1, value ?? null)[0] ?? null],
  ["add(any)", ({ items }, [value]) => items.push(value ?? null) > 0],
  [
    "add(int, any)",
    (self, [index, value], run) => addAll(run, self, placeIn(self, index, self.items.length), [value ?? null]) && done,
  ],
  ["addAll(list)", (self, [added], run) => addAll(run, self, self.items.length, itemsOf(added))],
  [
    "addAll(int, list)",
    (self, [at, added], run) => addAll(run, self, placeIn(self, at, self.items.length), itemsOf(added)),
  ],
  ["remove(int)", (self, [index], run) => removeAt(run, self, placeIn(self, index))],
  ["remove(any)", (self, [value], run) => removeItem(run, self, value)],
  ["contains(any)", (self, [value], run) => find(run, self, value) >= 0],
  ["containsAll(list)", (self, [all], run) => itemsOf(all).every((value) => find(run, self, value) >= 0)],
  ["indexOf(any)", (self, [value], run) => find(run, self, value)],
  ["lastIndexOf(any)", (self, [value], run) => self.items.findLastIndex((item) => isSame(run, item, value ?? null))],
  ["subList(int, int)", (self, [from, to], run) => subList(run, self, Number(from), Number(to))],
  ["clear()", (self, _, run) => clearList(run, self)],
  ["equals(any)", (self, [other], run) => isSame(run, self, other ?? null)],
  ["toString()", (self, _, run) => run.made(textOf(run, self))],
  ["toArray()", (self, _, run) => new VtlList([...counted(run, self)])],
]);

class Entry extends VtlObject {
  readonly type = entryType;
  readonly map: VtlMap;
  readonly key: Key;

  constructor(map: VtlMap, key: Key) {
    super();
    this.map = map;
    this.key = key;
  }

  override text(run: Run): string {
    return run.made(`${String(this.key)}=${textOf(run, this.map.get(this.key))}`);
  }
}

const entryType: ObjectType = {
  name: "entry",
  methods: methodTable<Entry>([
    ["getKey()", ({ key }) => key],
    ["getValue()", ({ map, key }) => map.get(key)],
    ["setValue(any)", ({ map, key }, [value]) => map.put(key, value ?? null)],
    ["toString()", (self, _, run) => self.text(run)],
  ]),
};

/** Counts a whole map that is gone through or copied. */
const entriesOf = (run: Run, { entries }: VtlMap): ReadonlyMap<Key, Value> => {
  run.step(1 + entries.size);
  return entries;
};

function putAll(run: Run, map: VtlMap, added: Value | undefined): string {
  if (!(added instanceof VtlMap)) throw new Fault("A method was given nothing where it needs a map");
  for (const [key, value] of entriesOf(run, added)) map.put(key, value);
  return done;
}

function clear(run: Run, map: VtlMap): string {
  for (const key of entriesOf(run, map).keys()) map.remove(key);
  return done;
}

function hasValue(run: Run, { entries }: VtlMap, wanted: Value): boolean {
  for (const value of entries.values()) if (isSame(run, value, wanted)) return true;
  return false;
}

/** Keys, values and entries are lists of what is there now. */
export const mapMethods = methodTable<VtlMap>([
  ["get(any)", (self, [key], run) => self.get(keyOf(run, key ?? null))],
  [
    "getOrDefault(any, any)",
    (self, [key, other], run) =>
      self.entries.has(keyOf(run, key ?? null)) ? self.get(keyOf(run, key ?? null)) : (other ?? null),
  ],
  ["put(any, any)", (self, [key, value], run) => self.put(keyOf(run, key ?? null), value ?? null)],
  ["putAll(map)", (self, [added], run) => putAll(run, self, added)],
  [
    "putIfAbsent(any, any)",
    (self, [key, value], run) => self.get(keyOf(run, key ?? null)) ?? self.put(keyOf(run, key ?? null), value ?? null),
  ],
  ["remove(any)", (self, [key], run) => self.remove(keyOf(run, key ?? null))],
  ["clear()", (self, _, run) => clear(run, self)],
  ["size()", ({ entries }) => entries.size],
  ["isEmpty()", ({ entries }) => entries.size === 0],
  ["containsKey(any)", ({ entries }, [key], run) => entries.has(keyOf(run, key ?? null))],
  ["containsValue(any)", (self, [value], run) => hasValue(run, self, value ?? null)],
  ["keySet()", (self, _, run) => new VtlList([...entriesOf(run, self).keys()])],
  ["values()", (self, _, run) => new VtlList([...entriesOf(run, self).values()])],
  ["entrySet()", (self, _, run) => new VtlList([...entriesOf(run, self).keys()].map((key) => new Entry(self, key)))],
  ["equals(any)", (self, [other], run) => isSame(run, self, other ?? null)],
  ["toString()", (self, _, run) => run.made(textOf(run, self))],
]);
