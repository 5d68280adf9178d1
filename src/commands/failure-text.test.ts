import { describe, expect, test } from "vitest";
import { CommandFailed } from "./failure.ts";
import { asksForJson, failureText } from "./failure-text.ts";

const told = (failure: CommandFailed): unknown => JSON.parse(failureText(failure, { json: true }));

describe("for a program", () => {
  test("a failure is one line of JSON with its exit code", () => {
    const failure = new CommandFailed("There is none.\nThere are: a, b");
    expect(failureText(failure, { json: true }).split("\n")).toHaveLength(2);
    expect(told(failure)).toEqual({ error: { message: "There is none.\nThere are: a, b", exitCode: 2 } });
  });

  test("what the service or the machine refused has its name", () => {
    const missing = { name: "NotFoundException", $fault: "client", $metadata: { httpStatusCode: 404 } };
    const service = Object.assign(new Error("Invalid API id specified"), missing);
    expect(told(new CommandFailed("no", 2, { cause: service }))).toEqual({
      error: { message: "no", code: "NotFoundException", status: 404, exitCode: 2 },
    });
    const machine = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    expect(told(new CommandFailed("no", 1, { cause: machine }))).toEqual({
      error: { message: "no", code: "ECONNREFUSED", exitCode: 1 },
    });
    expect(told(new CommandFailed("no", 1, { cause: "text" }))).toEqual({ error: { message: "no", exitCode: 1 } });
  });

  test.each<[args: readonly string[], asked: boolean]>([
    [["stages", "--json"], true],
    [["stages", "--jsno", "--json"], true],
    [["stages"], false],
    [["deploy", "--", "--json"], false],
  ])("%j", (args, asked) => expect(asksForJson(args)).toBe(asked));
});

describe("for a person", () => {
  const failure = new CommandFailed(`${"word ".repeat(30).trim()}\n  ${"copy ".repeat(30).trim()}`);

  test("sentences fit the terminal, and what is to be copied stays", () => {
    for (const columns of [40, 80, 200]) {
      const lines = failureText(failure, { json: false, columns }).trimEnd().split("\n");
      for (const line of lines.slice(0, -1)) expect(line.length).toBeLessThanOrEqual(Math.min(columns, 80));
      expect(lines.at(-1)).toBe(`  ${"copy ".repeat(30).trim()}`);
      expect(lines[0]).toMatch(/^stagewright: word /);
    }
  });

  test("where no terminal shows it, lines stay as they are", () => {
    expect(failureText(failure, { json: false })).toBe(`stagewright: ${failure.message}\n`);
  });
});
