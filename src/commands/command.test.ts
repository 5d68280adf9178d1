import { describe, expect, test } from "vitest";
import { defineCommand, type Given, helpOf, readArguments, wrapped } from "./command.ts";
import { commandTable, findCommand } from "./commands.ts";

describe.each(commandTable.map((row) => [row.name, row] as const))("%s", (name, row) => {
  test("says what it is in lines of 80 columns, and has --json and --help", async () => {
    const command = await row.load();
    expect(command.name).toBe(name);
    const help = helpOf(command);
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const [sentences = ""] = helpOf(command, 60).split(command.more ?? "\f");
    for (const line of sentences.split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(60);
    expect(help).toMatch(new RegExp(`^stagewright ${name} `));
    expect(help).toContain("--json");
    expect(help).toContain("-h, --help");
    expect(`  ${name} ${row.help}`.length).toBeLessThanOrEqual(78);
    for (const flag of ["-h", "--help"]) expect(readArguments(command, ["x", flag])).toBeUndefined();
  });

  test("an option that is none is refused, with what is near", async () => {
    const command = await row.load();
    expect(() => readArguments(command, ["--jsno"])).toThrow(/Unknown option '--jsno'\. Did you mean --json\?/);
    expect(() => readArguments(command, ["--json=1"])).toThrow(/--json.* does not take an argument/);
  });
});

const command = defineCommand({
  name: "do",
  arguments: "WHAT",
  count: [1, 2],
  about: "Does it.",
  options: {
    to: { type: "string", short: "t", value: "WHOM", help: "whom" },
    each: { type: "string", multiple: true, value: "NAME", help: "names" },
    note: { type: "string", empty: true, help: "may be empty" },
    loud: { type: "boolean", help: "loudly" },
  },
  run: async () => undefined,
});

test("what is typed is read by the table of options", () => {
  const given: Given = { positionals: ["it"], values: {} };
  expect(readArguments(command, ["it"])).toMatchObject(given);
  const all = readArguments(command, ["--loud", "it", "-t", "me", "--each", "a", "--each=b=c", "--", "--loud"]);
  expect(all?.positionals).toEqual(["it", "--loud"]);
  expect({ ...readArguments(command, ["it", "--note", ""])?.values }).toEqual({ note: "" });
  expect({ ...all?.values }).toEqual({ loud: true, to: "me", each: ["a", "b=c"] });
});

test.each([
  [[], "WHAT is missing."],
  [["a", "b", "c"], 'There is no use for "c".'],
  [["a", "--to"], "--to needs a value."],
  [["a", "-t"], "--to needs a value."],
  [["a", "--to="], "--to needs a value."],
  [["a", "--each", "b", "--each", ""], "--each needs a value."],
  [[""], "WHAT must not be empty."],
  [["a", ""], "WHAT must not be empty."],
  [["a", "--each", "-5"], "--each needs a value. One that begins with a dash is typed so: --each=-…"],
])("%j is refused with what would be right", (args, why) => {
  expect(() => readArguments(command, args)).toThrow(
    `${why}\nIt is typed so: stagewright do WHAT [options]\nMore of it: stagewright do --help`,
  );
});

test("lines are broken between words", () => {
  expect(
    wrapped("word ".repeat(40).trim(), 4)
      .split("\n")
      .every((line) => line.length <= 80),
  ).toBe(true);
  expect(wrapped("x".repeat(100), 4)).toBe(`    ${"x".repeat(100)}`);
});

describe("which command", () => {
  test("the longest name that stands there", () => {
    expect(findCommand(["stages", "--json"])).toMatchObject({ row: { name: "stages" }, rest: ["--json"] });
    expect(findCommand(["stage", "get", "dev"])).toMatchObject({ row: { name: "stage get" }, rest: ["dev"] });
  });

  test("help COMMAND is COMMAND --help", () => {
    expect(findCommand(["help", "stage", "get"])).toMatchObject({ row: { name: "stage get" }, rest: ["--help"] });
    expect(findCommand(["help", "stage"])).toMatchObject({ help: expect.stringContaining("stage promote") as string });
    expect(() => findCommand(["help", "dploy"])).toThrow("Did you mean deploy?");
  });

  test.each([
    [["start"], "Without a command, the server is started: npm start"],
    [["stage"], "stage what? There are:"],
    [["stage", "gte"], 'There is no command "stage gte". There are:'],
    [["dploy"], 'There is no command "dploy". Did you mean deploy? There are:'],
    [["__proto__"], 'There is no command "__proto__". There are:'],
  ])("%j is none", (args, why) => {
    expect(() => findCommand(args)).toThrow(why);
  });
});
