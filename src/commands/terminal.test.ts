import { Writable } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Screen } from "../../test/support/screen.ts";
import { oneLine, printable, ReaderGone, Terminal } from "./terminal.ts";
import { cutTo, tableLines, widthOf } from "./text-table.ts";

const terminalOf = (isTTY: boolean, env: Record<string, string> = {}, columns = 80) => {
  const stdout = new Screen(isTTY, { columns });
  const stderr = new Screen(isTTY, { columns });
  return { stdout, stderr, terminal: new Terminal({ stdout, stderr, env }) };
};

describe("colours", () => {
  test.each<[isTTY: boolean, env: Record<string, string>, coloured: boolean]>([
    [true, {}, true],
    [true, { NO_COLOR: "" }, true],
    [true, { NO_COLOR: "1" }, false],
    [true, { TERM: "dumb" }, false],
    [false, {}, false],
  ])("where there is a terminal: %j, with %j: %j", (isTTY, env, coloured) => {
    const { terminal } = terminalOf(isTTY, env);
    expect(terminal.styled("red", "x")).toBe(coloured ? "\u001b[31mx\u001b[0m" : "x");
  });
});

test("as wide as the terminal, 80 columns where there is none", () => {
  expect(terminalOf(true, {}, 132).terminal.columns).toBe(132);
  expect(terminalOf(true, {}, 10).terminal.columns).toBe(40);
  expect(terminalOf(false, {}, 132).terminal.columns).toBe(80);
});

/** Work of a second. */
const slowly = async (isTTY: boolean, env: Record<string, string> = {}) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { terminal, stdout, stderr } = terminalOf(isTTY, env);
  const work = Promise.withResolvers<string>();
  const done = terminal.progress("waiting", work.promise);
  await vi.advanceTimersByTimeAsync(1_000);
  const during = stderr.text;
  work.resolve("done");
  expect(await done).toBe("done");
  expect(stdout.text).toBe("");
  return { during, after: stderr.text };
};

describe("progress", () => {
  test("says what takes time, and leaves nothing behind", async () => {
    const { during, after } = await slowly(true);
    expect(during).toMatch(/[^ ] waiting \d\.\d s$/);
    expect(after.endsWith("\r\u001b[K")).toBe(true);
  });

  test.each([
    [false, {}],
    [true, { TERM: "dumb" }],
  ])("is for people alone: %j %j", async (isTTY, env) => {
    expect((await slowly(isTTY, env)).after).toBe("");
  });

  test("what is quick shows none; a failure comes through", async () => {
    const { terminal, stderr } = terminalOf(true);
    await terminal.progress("waiting", Promise.resolve());
    await expect(terminal.progress("waiting", Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(stderr.text).toBe("");
  });
});

test("a reader that has gone is told to who prints", async () => {
  const { terminal, stdout } = terminalOf(false);
  stdout.destroy(Object.assign(new Error("gone"), { code: "EPIPE" }));
  await expect(terminal.print("x")).rejects.toThrow(ReaderGone);
});

test("a result that cannot be written is a failure, not a mistake of ours", async () => {
  const full = new Writable({ write: (_chunk, _encoding, done) => done(new Error("no space left")) });
  const terminal = new Terminal({ stdout: full, stderr: full, env: {} });
  await expect(terminal.print("x")).rejects.toThrow("The result cannot be written: no space left");
});

test("texts of others cannot speak to the terminal", () => {
  expect(printable("a\u001b[31mb\u0007\u009b\u202ec\td\n")).toBe("a\ufffd[31mb\ufffd\ufffd\ufffdc\td\n");
  expect(oneLine("a\r\n  b\tc\n")).toBe("a b c ");
});

describe("tables", () => {
  test("texts are as wide as a terminal shows them", () => {
    expect(["abc", "猫", "é", "e\u0301", "👩‍👩‍👧", ""].map(widthOf)).toEqual([3, 2, 1, 1, 2, 0]);
  });

  test.each([
    ["abcdef", 6, "abcdef"],
    ["abcdefg", 6, "abcde…"],
    ["猫猫猫", 5, "猫猫…"],
    ["猫猫猫", 4, "猫…"],
    ["", 3, ""],
  ])("%s in %d columns", (text, columns, cut) => {
    expect(cutTo(text, columns)).toBe(cut);
  });

  test("fit: what may be cut is, the widest first, and nothing else", () => {
    const columns = [{ head: "ID" }, { head: "NAME", least: 4 }, { head: "NOTE", least: 4 }];
    const rows = [
      ["a1b2c3d4e5", "n".repeat(30), "o".repeat(10)],
      ["x", "short", "猫".repeat(3)],
    ];
    expect(tableLines(columns, rows, 40)).toEqual([
      "ID          NAME              NOTE",
      `a1b2c3d4e5  ${"n".repeat(15)}…  ${"o".repeat(10)}`,
      "x           short             猫猫猫",
    ]);
    expect(tableLines(columns, rows, 10)[1]).toBe("a1b2c3d4e5  nnn…  ooo…");
    const spare = columns.map(({ head, least }) =>
      least === undefined ? { head } : ({ head, least, spare: true } as const),
    );
    expect(tableLines(spare, rows, 40)).toEqual(tableLines(columns, rows, 40));
    expect([20, 10].map((most) => tableLines(spare, rows, most)[1])).toEqual(["a1b2c3d4e5  nnnnnnn…", "a1b2c3d4e5"]);
    expect(tableLines(columns, [], 80)).toEqual(["ID  NAME  NOTE"]);
  });
});
