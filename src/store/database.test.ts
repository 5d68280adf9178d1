import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { builtInModels } from "../model/built-in-models.ts";
import { prepareDataDir } from "./data-dir.ts";
import { closeDatabase, openDatabase } from "./database.ts";
import { formatVersion, migrate, migrations } from "./migrations.ts";
import { StoreRefused } from "./store.ts";

const masterKey = Buffer.alloc(32, 7);
let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "stagewright-database-"));
  file = join(dataDir, "store.sqlite");
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const openAndClose = (key = masterKey, dir = dataDir): void =>
  closeDatabase(openDatabase({ dataDir: dir, masterKey: key }), dir);

/** What the work refuses to do, in words; fails when it refuses nothing, or not in words for the operator. */
function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(StoreRefused);
    return (error as StoreRefused).message;
  }
  throw new Error("it was not refused");
}

/** Changes a database by other means than the store. */
function tamper(...statements: readonly string[]): void {
  const database = new DatabaseSync(file);
  for (const statement of statements) database.exec(statement);
  database.close();
}

/** Runs the work as a user whom permissions stop: root is stopped by none. */
function asOrdinaryUser<T>(work: () => T): T {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return work();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a database that is opened", () => {
  test("is for its owner alone and durable by fsync", () => {
    const database = openDatabase({ dataDir, masterKey });
    expect(database.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    expect(database.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(readFileSync(join(dataDir, "stagewright.pid"), "utf8")).toBe(`${process.pid}\n`);
    expect([statSync(file).mode & 0o777, statSync(`${file}-wal`).mode & 0o777]).toEqual([0o600, 0o600]);
    closeDatabase(database, dataDir);
    expect(existsSync(join(dataDir, "stagewright.pid"))).toBe(false);
    expect(existsSync(`${file}-wal`)).toBe(false);
  });

  test("keeps others out until it is closed, and says who it is", () => {
    const database = openDatabase({ dataDir, masterKey });
    const message = `The data dir ${dataDir} is in use by the process ${process.pid}. Stop it first, or give another --data-dir.`;
    expect(refusalOf(openAndClose)).toBe(message);
    database.exec("INSERT INTO facts VALUES ('a', 'b')");
    rmSync(join(dataDir, "stagewright.pid"));
    expect(refusalOf(openAndClose)).toContain("is in use by another process.");
    closeDatabase(database, dataDir);
    openAndClose();
  });
});

/** Each makes the file something that must be refused; the words are in the refusal. */
const refused: readonly (readonly [what: string, make: () => void, words: readonly string[]])[] = [
  [
    "of a newer version",
    () => tamper("PRAGMA user_version = 99"),
    ["newer Stagewright", "it has format 99", `up to ${migrations.length}`, "Nothing was changed"],
  ],
  ["of something else", () => tamper("PRAGMA application_id = 1"), ["database of something else"]],
  ["no database at all", () => writeFileSync(file, "name,value\n".repeat(1_000)), ["damaged, or is not a store"]],
  ["cut off", () => truncateSync(file, statSync(file).size - 4_096), ["damaged"]],
  [
    "overwritten in the middle",
    () => writeFileSync(file, Buffer.alloc(4_096, 0xff), { flag: "r+", position: 4_096 } as never),
    ["damaged"],
  ],
  ["without its marker", () => tamper("DELETE FROM facts"), ["sealed with another master key"]],
];

describe("a file is refused, in words, and left as it is, when it is", () => {
  test.each(refused)("%s", (_, make, words) => {
    openAndClose();
    make();
    const before = readFileSync(file);
    const message = refusalOf(openAndClose);
    expect(message).toContain(file);
    for (const word of words) expect(message).toContain(word);
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(existsSync(join(dataDir, "stagewright.pid"))).toBe(false);
  });

  test("sealed with another key", () => {
    openAndClose();
    const before = readFileSync(file);
    expect(refusalOf(() => openAndClose(Buffer.alloc(32, 8)))).toContain("sealed with another master key");
    expect(readFileSync(file).equals(before)).toBe(true);
    openAndClose();
  });

  test("another program's database that has no version", () => {
    tamper("CREATE TABLE theirs (x)");
    expect(refusalOf(openAndClose)).toContain("database of something else");
  });

  test("a folder", () => {
    mkdirSync(file);
    expect(refusalOf(openAndClose)).toContain("cannot be opened or made");
  });

  test("read-only", () => {
    openAndClose();
    chmodSync(file, 0o444);
    chmodSync(dataDir, 0o555);
    expect(asOrdinaryUser(() => refusalOf(openAndClose))).toContain("read-only for this user");
    chmodSync(dataDir, 0o700);
    chmodSync(file, 0o600);
    openAndClose();
  });

  test("to be made in a read-only folder", () => {
    chmodSync(dataDir, 0o555);
    expect(asOrdinaryUser(() => refusalOf(openAndClose))).toContain("cannot be opened or made");
    chmodSync(dataDir, 0o700);
    expect(existsSync(file)).toBe(false);
  });

  test("to be made on a full disk; with room it is made", () => {
    expect(refusalOf(() => openDatabase({ dataDir, masterKey, maximumPages: 2 }))).toContain("the disk is full");
    openAndClose();
  });
});

test.runIf(existsSync("/dev/full"))("what is stored can be read on a full disk", () => {
  openAndClose();
  // Whatever is written to it finds no room.
  symlinkSync("/dev/full", join(dataDir, "stagewright.pid"));
  openAndClose();
  expect(existsSync(join(dataDir, "stagewright.pid"))).toBe(false);
});

describe("a data dir", () => {
  test("is made for its owner alone, with the folders above it", () => {
    const path = prepareDataDir(join(dataDir, "a", "b"));
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(prepareDataDir(path)).toBe(path);
  });

  test("is refused when it is a file, or below one", () => {
    writeFileSync(file, "");
    expect(refusalOf(() => prepareDataDir(file))).toBe(
      `The data dir ${file} cannot be used: it is a file, not a folder, or a link that leads nowhere. Give another --data-dir ` +
        `(EEXIST: file already exists, mkdir '${file}').`,
    );
    expect(refusalOf(() => prepareDataDir(join(file, "x")))).toContain("something on its path is a file");
  });

  test.runIf(existsSync("/proc/self"))("is refused where nobody can make folders", () => {
    const path = "/proc/stagewright/x";
    expect(refusalOf(() => prepareDataDir(path))).toContain(
      `The data dir ${path} cannot be used: a folder cannot be made`,
    );
  });

  test("is refused when it is a link that leads nowhere", () => {
    symlinkSync(join(dataDir, "nowhere"), join(dataDir, "link"));
    expect(refusalOf(() => prepareDataDir(join(dataDir, "link")))).toContain("a link that leads nowhere");
    expect(refusalOf(() => prepareDataDir(join(dataDir, "link", "x")))).toContain("a link that leads nowhere");
  });

  test("is refused where this user may not make folders", () => {
    chmodSync(dataDir, 0o555);
    expect(asOrdinaryUser(() => refusalOf(() => prepareDataDir(join(dataDir, "x"))))).toContain("may not write there");
    chmodSync(dataDir, 0o700);
  });
});

describe("migrations", () => {
  test("a RestApi from before there were Models gets those that every one has", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, migrations.slice(0, 1));
    const put = database.prepare("INSERT INTO documents (kind, parent, id, body) VALUES (?, ?, ?, ?)");
    put.run("restApi", "", "api1", "{}");
    put.run("restApi", "", "api2", "{}");
    migrate(database);
    const rows = database
      .prepare("SELECT parent, id, body FROM documents WHERE kind = 'model' ORDER BY position")
      .all();
    expect(rows.map(({ parent, id }) => `${String(parent)} ${String(id)}`)).toEqual([
      "api1 Empty",
      "api2 Empty",
      "api1 Error",
      "api2 Error",
    ]);
    const models = rows.map(({ body }) => JSON.parse(String(body)) as { readonly id: string });
    for (const { id } of models) expect(id).toMatch(/^[a-z0-9]{6}$/);
    expect(models.slice(0, 3)).toMatchObject([builtInModels[0], builtInModels[0], builtInModels[1]]);
    database.close();
  });

  const list = ["CREATE TABLE a (x)", "CREATE TABLE b (x)", "INSERT INTO b SELECT x FROM a"];

  test("each runs once, in order", () => {
    const database = new DatabaseSync(":memory:");
    migrate(database, list.slice(0, 1));
    expect(formatVersion(database)).toBe(1);
    database.exec("INSERT INTO a VALUES (42)");
    migrate(database, list);
    migrate(database, list);
    expect(formatVersion(database)).toBe(3);
    expect(database.prepare("SELECT x FROM b").all()).toEqual([{ x: 42 }]);
  });

  test("one that fails leaves the database as it was", () => {
    const database = new DatabaseSync(":memory:");
    database.exec("BEGIN");
    expect(() => migrate(database, ["CREATE TABLE a (x)", "CREATE TABLE a (x)"])).toThrow("already exists");
    database.exec("ROLLBACK");
    expect(formatVersion(database)).toBe(0);
    expect(database.prepare("SELECT * FROM sqlite_schema").all()).toEqual([]);
  });
});
