import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadMasterKey } from "./master-key.ts";
import { StoreRefused } from "./store.ts";

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "stagewright-key-"));
  file = join(dataDir, "master.key");
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const refusedWith = (words: string): void => {
  expect(() => loadMasterKey(dataDir, "")).toThrow(StoreRefused);
  expect(() => loadMasterKey(dataDir, "")).toThrow(words);
};

describe("the master key", () => {
  test("is made once, at random, in a file for its owner alone", () => {
    const inner = join(dataDir, "made", "here");
    const key = loadMasterKey(inner, "");
    expect(key.length).toBe(32);
    expect(loadMasterKey(inner, "")).toEqual(key);
    expect(loadMasterKey(dataDir, "")).not.toEqual(key);
    expect(readFileSync(file)).toEqual(loadMasterKey(dataDir, ""));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(inner)).toEqual(["master.key"]);
    expect(readdirSync(dataDir).toSorted()).toEqual(["made", "master.key"]);
  });

  test("is the setting's when there is one, and then no file is made", () => {
    const hex = "00ff".repeat(16);
    expect(loadMasterKey(dataDir, hex).toString("hex")).toBe(hex);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  test.each([0o640, 0o604, 0o620, 0o777])("is refused when its file has the mode %o", (mode) => {
    loadMasterKey(dataDir, "");
    chmodSync(file, mode);
    refusedWith(`its mode is ${mode.toString(8)}`);
    chmodSync(file, 0o400);
    expect(loadMasterKey(dataDir, "").length).toBe(32);
  });

  test.each([0, 31, 33, 65])("is refused when its file has %i bytes", (length) => {
    writeFileSync(file, Buffer.alloc(length), { mode: 0o600 });
    refusedWith(`must have 32 bytes, not ${length}`);
    expect(statSync(file).size).toBe(length);
  });

  test("is not made anew beside a store that was sealed with another", () => {
    writeFileSync(join(dataDir, "store.sqlite"), "");
    refusedWith("is missing, and secrets of the store beside it are sealed with it");
    expect(readdirSync(dataDir)).toEqual(["store.sqlite"]);
  });

  test("is refused in a data dir that is a file", () => {
    writeFileSync(file, "");
    expect(() => loadMasterKey(file, "")).toThrow("it is a file, not a folder");
  });
});
