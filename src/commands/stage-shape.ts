/** A stage in words: its keys, and what changed between two states of it. */
import type { Stage } from "@aws-sdk/client-api-gateway";
import { defaultMethodSetting } from "../model/method-settings.ts";
import { assignmentsOf, everyMethod } from "./stage-keys.ts";
import { oneLine, type Terminal } from "./terminal.ts";
import { cutTo } from "./text-table.ts";

/** What holds where a stage sets nothing. */
const defaults = new Map(
  assignmentsOf({ methodSettings: { "*/*": defaultMethodSetting } }).map(({ key, value }) => [key, value] as const),
);

/** What a stage is set to, by method and key. */
class Values {
  readonly #set: ReadonlyMap<string, string>;
  readonly names: readonly (readonly [method: string, key: string])[];

  constructor(stage: Stage) {
    const all = assignmentsOf(stage);
    this.names = all.map(({ method, key }) => [method, key] as const);
    this.#set = new Map(all.map(({ method, key, value }) => [`${method} ${key}`, value] as const));
  }

  /** A method without a setting of its own has that of every method. */
  get(method: string, key: string): string | undefined {
    const own = this.#set.get(`${method} ${key}`);
    if (own !== undefined || method === "") return own;
    return this.#set.get(`${everyMethod} ${key}`) ?? defaults.get(key);
  }
}

/** What a key is set to, or what holds where it is not set; undefined when that is nothing. */
export const valueOf = (stage: Stage, method: string, key: string): string | undefined => {
  const values = new Values(stage);
  return values.get("", key) ?? values.get(method, key);
};

/** What differs, one line each, in the order of the keys. Empty when nothing does. */
export function changedLines(before: Stage, after: Stage, { columns }: Terminal): string[] {
  const was = new Values(before);
  const is = new Values(after);
  const names = new Map([...is.names, ...was.names].map((name) => [name.join(" "), name] as const));
  return [...names.values()].flatMap(([method, key]) => {
    const [old, now] = [was.get(method, key), is.get(method, key)];
    if (old === now) return [];
    const title = method === "" || method === everyMethod ? key : `${method}: ${key}`;
    const [from, to] = [old, now].map((value) => (value === undefined ? "(none)" : oneLine(value)));
    return cutTo(`  ${oneLine(title)}: ${from} → ${to}`, columns);
  });
}

/** Every key with its value as `stage set` takes them, those of a method behind its name. */
export function keyLines(stage: Stage, { columns }: Terminal): string[] {
  const lines: string[] = [];
  let last = "";
  for (const { method, key, value } of assignmentsOf(stage)) {
    if (method !== last) lines.push("", method === everyMethod ? "every method" : oneLine(method));
    last = method;
    lines.push(cutTo(`  ${key}=${oneLine(value)}`, columns));
  }
  return lines;
}
