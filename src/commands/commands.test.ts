import { expect, test } from "vitest";
import { isCommand, withCommandFirst } from "./commands.ts";

test.each<[args: readonly string[], right: string | undefined]>([
  [["--json", "stages"], "stagewright stages --json"],
  [["--api", "a b", "stage", "get", "dev"], 'stagewright stage get dev --api "a b"'],
  [["stages", "--json"], undefined],
  [["--port", "1"], undefined],
  [[], undefined],
])("with its command first, %j is %j", (args, right) => {
  expect(withCommandFirst(args)).toBe(right);
});

test.each<[args: readonly string[], is: boolean]>([
  [["stages"], true],
  [["serve"], true],
  [[""], true],
  [["--help", "stages"], true],
  [["-h", "nothing"], true],
  [["--help"], false],
  [["--help", "--port"], false],
  [["--port", "1"], false],
  [[], false],
])("whether %j is a command: %j", (args, is) => {
  expect(isCommand(args)).toBe(is);
});
