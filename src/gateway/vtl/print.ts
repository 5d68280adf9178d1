/** Values as text: as Java prints them, and as JSON. */
import { limits } from "../../limits.ts";
import { Fault } from "./error.ts";
import { doubleText } from "./number-text.ts";
import type { Run } from "./run.ts";
import { Double, type Key, type Value, VtlList, VtlMap } from "./value.ts";

/** What a reference prints; nothing is no text at all (facts/mapping.md 4.1). */
export function textOf(run: Run, value: Value): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  return textWithin(run, value, 0);
}

/** The same within a list or map, where nothing is `null`. */
function textWithin(run: Run, value: Value, depth: number): string {
  if (typeof value === "string") return value;
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value);
  if (typeof value === "bigint") return bigintText(run, value);
  if (value instanceof Double) return doubleText(value);
  if (value instanceof VtlList) return value.isJson ? jsonListText(run, value, depth) : listText(run, value, depth);
  if (value instanceof VtlMap) return value.isOpaque ? "" : mapText(run, value, depth);
  return value.text(run);
}

function bigintText(run: Run, value: bigint): string {
  run.step(10);
  return String(value);
}

function deeper(depth: number): number {
  if (depth >= limits.templateValueDepth) throw new Fault("A list or map is nested too deeply to be printed");
  return depth + 1;
}

/** Counts the text of a single value. What lists and maps consist of has been counted piece by piece. */
function counted(run: Run, value: Value, text: string): string {
  if (!(value instanceof VtlList || value instanceof VtlMap)) return run.made(text);
  run.step();
  return text;
}

/** The texts of a list's items one after the other. Each is counted, so that lists within lists cannot grow unseen. */
function itemsText(run: Run, { items }: VtlList, separator: string, textOfItem: (item: Value) => string): string {
  let text = "";
  for (let i = 0; i < items.length; i++) {
    if (i > 0) text += separator;
    const item = items[i] ?? null;
    text += counted(run, item, textOfItem(item));
  }
  return `[${text}]`;
}

function listText(run: Run, list: VtlList, depth: number): string {
  const inner = deeper(depth);
  return itemsText(run, list, ", ", (item) => textWithin(run, item, inner));
}

function mapText(run: Run, { entries }: VtlMap, depth: number): string {
  const inner = deeper(depth);
  let text = "";
  for (const [key, value] of entries) {
    if (text !== "") text += ", ";
    text += run.made(`${String(key)}=`) + counted(run, value, textWithin(run, value, inner));
  }
  return `{${text}}`;
}

/** As JSON, without blanks. */
export const jsonText = (run: Run, value: Value): string => counted(run, value, jsonWithin(run, value, 0));

function jsonWithin(run: Run, value: Value, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof VtlList) return jsonListText(run, value, depth);
  if (value instanceof VtlMap) return jsonMapText(run, value, depth);
  if (value instanceof Double && !Number.isFinite(value.value) && value.text === undefined) return "null";
  if (value === null || typeof value !== "object" || value instanceof Double) return textWithin(run, value, depth);
  return JSON.stringify(value.text(run));
}

function jsonListText(run: Run, list: VtlList, depth: number): string {
  const inner = deeper(depth);
  return itemsText(run, list, ",", (item) => jsonWithin(run, item, inner));
}

function jsonMapText(run: Run, { entries }: VtlMap, depth: number): string {
  const inner = deeper(depth);
  let text = "";
  for (const [key, value] of entries) {
    if (text !== "") text += ",";
    text += run.made(`${JSON.stringify(String(key))}:`) + counted(run, value, jsonWithin(run, value, inner));
  }
  return `{${text}}`;
}

/** A value as a map's key. */
export const keyOf = (run: Run, value: Value): Key =>
  typeof value === "object" && value !== null ? textOf(run, value) : value;
