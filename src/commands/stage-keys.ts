/** What a stage has, in words that are easy to type: keys such as `throttle.rate`, to operations of UpdateStage and back. */
import type { PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import { escapeSegment, unescapeSegment } from "../model/json-pointer.ts";
import { entryOf } from "../model/record.ts";
import { didYouMean } from "../did-you-mean.ts";
import { CommandFailed } from "./failure.ts";
import { mapRows, methodRows, removable, type Row, stageRows } from "./stage-rows.ts";

/** A method setting as a whole. */
const wholeSetting = "settings";

/** All keys, for messages. */
export const keyNames: readonly string[] = [
  ...stageRows.map(({ key }) => key),
  ...mapRows.map(({ key }) => `${key}.NAME`),
  ...removable.keys(),
  ...methodRows.map(({ key }) => key),
  wholeSetting,
];

/** Every method; else as in `GET /pets`. */
export const everyMethod = "*";

const methodForm = /^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) (\/\S*)$/;

/** Throws a `CommandFailed` unless it is `*` or as in `GET /pets`. */
export function checkMethod(method: string): void {
  if (method === everyMethod || methodForm.test(method)) return;
  throw new CommandFailed(`--method ${JSON.stringify(method)} must be a verb and a path, such as "GET /pets/{id}".`);
}

/** The beginning of the paths of a method's setting. */
function settingPath(method: string): string {
  if (method === everyMethod) return "/*/*";
  const [verb = "", path = ""] = method.split(" ");
  return `/${escapeSegment(path)}/${verb}`;
}

/** Whether there is such a key, set or not, whose value can be shown. */
export const isKey = (key: string): boolean =>
  [...stageRows, ...methodRows].some((row) => row.key === key) ||
  mapRows.some((row) => key.startsWith(`${row.key}.`) && key.length > row.key.length + 1);

/** `GET /pets` of a method setting's key in either spelling, `*` of every method's. */
function methodOfSetting(key: string): string {
  const verbAt = key.lastIndexOf("/");
  const verb = key.slice(verbAt + 1);
  if (verb === "*") return everyMethod;
  const path = unescapeSegment(key.slice(0, verbAt));
  return `${verb} ${path.startsWith("/") ? path : `/${path}`}`;
}

const switches: ReadonlyMap<string, string> = new Map([
  ["on", "true"],
  ["true", "true"],
  ["yes", "true"],
  ["off", "false"],
  ["false", "false"],
  ["no", "false"],
]);

/** The value as the service wants it. Of what is neither on nor off it would make off, without a word. */
function readValue({ key, kind, help }: Row, text: string): string {
  if (kind === "text") return text;
  if (text === "") throw new CommandFailed(`${key} needs a value: ${help || "on or off"}.`);
  if (kind === "text!") return text;
  if (kind === "switch") {
    const value = switches.get(text.toLowerCase());
    if (value === undefined) throw new CommandFailed(`${key} must be on or off, not ${JSON.stringify(text)}.`);
    return value;
  }
  const number = kind === "percent" ? text.replace(/\s*%$/, "") : text;
  if (!/^-?\d+(\.\d+)?$/.test(number)) {
    throw new CommandFailed(`${key} must be a number (${help}), not ${JSON.stringify(text)}.`);
  }
  return number;
}

const lettersOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z]/g, "");

/** Shorter ends of words are the ends of too many. */
const shortestEnd = 3;

/** The keys, among these, of what is typed in the service's words: `loglevel`, `throttlingRateLimit`; or without its group: `ttl`. */
function inOtherWords(typed: string, known: readonly string[]): string[] {
  const letters = lettersOf(typed);
  if (letters.length < shortestEnd) return [];
  const isAlike = ({ key, path }: Row): boolean => [key, path].some((name) => lettersOf(name).endsWith(letters));
  return [...stageRows, ...methodRows].filter((row) => known.includes(row.key) && isAlike(row)).map(({ key }) => key);
}

const groupOf = (key: string): string => key.replace(/\..*/s, "");

/** `known`: what could stand there. */
export function unknownKey(key: string, known = keyNames): CommandFailed {
  const parts = known.filter((name) => name.startsWith(`${key}.`));
  const near =
    parts.length > 0
      ? ` It has these: ${parts.join(", ")}.`
      : didYouMean(key, known, inOtherWords(key, known)) || didYouMean(groupOf(key), [...new Set(known.map(groupOf))]);
  return new CommandFailed(`There is no key ${JSON.stringify(key)}.${near} See: stagewright stage set --help`);
}

/** Throws a `CommandFailed` for what stands in a key's place and has no value to be shown. */
export function checkShown(key: string): void {
  if (isKey(key)) return;
  if (key.includes("=")) throw new CommandFailed(`${JSON.stringify(key)} is to be set: use stage set, not stage get.`);
  throw unknownKey(
    key,
    keyNames.filter((name) => !removable.has(name) && name !== wholeSetting),
  );
}

/** A key's value as programs have it: the service's own type, null where it has none. */
export function typedValue(key: string, value: string | undefined): string | number | boolean | null {
  if (value === undefined) return null;
  const kind = [...stageRows, ...methodRows].find((row) => row.key === key)?.kind;
  if (kind === "switch") return value === "on";
  return kind === "number" || kind === "percent" ? Number(value) : value;
}

const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });

/** `KEY=off` of what can be taken away as a whole. */
function removal(path: string, key: string, text: string): PatchOperation {
  if (switches.get(text.toLowerCase()) === "false") return { op: "remove", path };
  throw new CommandFailed(`${key} can only be set to off as a whole; its parts are set by ${key}.… keys.`);
}

/** The operation of UpdateStage for `KEY=VALUE`. `method`: whose setting it is where the key is a method setting's. */
export function patchOf(assignment: string, method: string): PatchOperation {
  const mark = assignment.indexOf("=");
  if (mark <= 0) {
    throw new CommandFailed(`${JSON.stringify(assignment)} must be KEY=VALUE, such as throttle.rate=100.`);
  }
  const key = assignment.slice(0, mark);
  const text = assignment.slice(mark + 1);
  const whole = removable.get(key);
  if (whole !== undefined) return removal(whole, key, text);
  if (key === wholeSetting) return removal(settingPath(method), key, text);
  const row = stageRows.find((each) => each.key === key);
  if (row !== undefined) return replace(row.path, readValue(row, text));
  const setting = methodRows.find((each) => each.key === key);
  if (setting !== undefined) return replace(`${settingPath(method)}/${setting.path}`, readValue(setting, text));
  const map = mapRows.find((each) => key.startsWith(`${each.key}.`));
  const name = key.slice((map?.key.length ?? 0) + 1);
  if (map === undefined || name === "") throw unknownKey(key);
  const path = `${map.path}/${escapeSegment(name)}`;
  // Without a value the entry is taken away (facts/stage.md 4.1).
  return text === "" ? { op: "replace", path } : replace(path, text);
}

/** What a key is set to, in the words that set it. */
export interface Assignment {
  /** Empty for the stage itself, `*` for every method, else as in `GET /pets`. */
  readonly method: string;
  readonly key: string;
  readonly value: string;
}

const shown = (value: unknown): string =>
  typeof value === "boolean" ? (value ? "on" : "off") : typeof value === "string" ? value : String(value);

/** Everything that a stage is set to, in the order of the tables. */
export function assignmentsOf(stage: Stage): Assignment[] {
  const own = stageRows.flatMap((row) => {
    const value = row.read(stage);
    return value === undefined ? [] : [{ method: "", key: row.key, value: shown(value) }];
  });
  const maps = mapRows.flatMap((row) =>
    Object.entries(row.read(stage) ?? {}).map(([name, value]) => ({ method: "", key: `${row.key}.${name}`, value })),
  );
  const methods = Object.keys(stage.methodSettings ?? {}).flatMap((settingKey) => {
    const setting = entryOf(stage.methodSettings, settingKey) ?? {};
    const method = methodOfSetting(settingKey);
    return methodRows.flatMap((row) => {
      const value = row.read(setting);
      return value === undefined ? [] : [{ method, key: row.key, value: shown(value) }];
    });
  });
  return [...own, ...maps, ...methods];
}

/** The table of keys, for a help. Lines fit 80 columns. */
export function keysHelp(): string {
  const column = 26;
  const line = ({ key, help, kind }: Row, name = ""): string => {
    const what = [kind === "switch" ? "on or off" : "", help].filter((part) => part !== "").join(": ");
    return `  ${`${key}${name}`.padEnd(column)} ${what}`.trimEnd();
  };
  return [
    "Keys of the stage (empty values clear descriptions, ids and variables):",
    ...stageRows.map((row) => line(row)),
    ...mapRows.map((row) => line(row, ".NAME")),
    ...[...removable.keys()].map((key) => `  ${`${key}=off`.padEnd(column)} takes it away as a whole`),
    "",
    "Keys of every method, or of the one that --method names:",
    ...methodRows.map((row) => line(row)),
    `  ${`${wholeSetting}=off`.padEnd(column)} takes the method's settings away as a whole`,
  ].join("\n");
}
