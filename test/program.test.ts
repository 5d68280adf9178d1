/** The program around the commands, in a process of its own: its help, refusals, pipes and exit codes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { command } from "./support/command.ts";
import { CommandLab, refusal } from "./support/command-lab.ts";
import { type Finished, run } from "./support/tools.ts";

const main = join(import.meta.dirname, "..", "src", "main.ts");
const lab = new CommandLab();
const { deployed } = lab;

const inShell = (typed: string): Promise<Finished> =>
  run("sh", ["-c", `"${process.execPath}" "${main}" ${typed}`], { env: lab.env });

describe("the program itself", () => {
  test("tells a program what is wrong as JSON, and prints no half of a result", async () => {
    const { code, stdout, stderr } = await command(["stage", "get", "--json", "--jsno"]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(JSON.parse(stderr)).toEqual({
      error: { message: expect.stringContaining("Did you mean --json?") as string, exitCode: 2 },
    });
  });

  test("help is --help", async () => {
    const [help, flag, ofCommand] = await Promise.all([
      command(["help"]),
      command(["--help"]),
      command(["help", "deploy"]),
    ]);
    expect(help).toEqual(flag);
    expect(ofCommand.stdout).toMatch(/^stagewright deploy FILE /);
  });

  test("runs a command, refuses what is none, and helps", async () => {
    const { restApiId } = await deployed("program");
    const { code, stdout, stderr } = await command(["stages", "--api", "program", "--json"], lab.env);
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject([{ restApiId, stageName: "dev" }]);
    expect(await command(["stage", "get", "none", "--api", "program"], lab.env)).toEqual(
      refusal(`program (${restApiId}) has no stage "none". There are: dev`),
    );
    const unknown = await command(["deplyo"]);
    expect([unknown.code, unknown.stdout]).toEqual([2, ""]);
    expect(unknown.stderr).toContain('There is no command "deplyo". Did you mean deploy? There are:\n');
    const family = await command(["stage", "--help"]);
    expect([family.code, family.stderr]).toEqual([0, ""]);
    expect(family.stdout).toContain("  stage promote ");
    const help = await command(["stage", "set", "--help"]);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    expect(help.stdout).toMatch(/^stagewright stage set STAGE KEY=VALUE… \[options\]\n/);
  });

  test.each([
    [["--help", "deploy"], /^stagewright deploy FILE /],
    [["-h", "stage"], /^ {2}stage get /],
    [["--help", "--port"], /^stagewright \d/],
  ])("%j is a help", async (args, text) => {
    const { code, stdout, stderr } = await command(args);
    expect([code, stdout, stderr]).toEqual([0, expect.stringMatching(text), ""]);
  });

  test("a command comes before its options", async () => {
    const { code, stdout, stderr } = await command(["--json", "stages"]);
    const message = "A command comes before its options: stagewright stages --json";
    expect([code, stdout, JSON.parse(stderr)]).toEqual([2, "", { error: { message, exitCode: 2 } }]);
    expect(await command(["--region", "eu-west-1", "stage", "get", "a b"])).toEqual(
      refusal('A command comes before its options: stagewright stage get "a b" --region eu-west-1'),
    );
    // A setting that cannot be used is told of before that.
    expect((await command(["--host", "stages"])).stderr).toContain("--host stages would open the management API");
  });

  test.each([["--help"], ["--version"], ["stage --help"], ["stages"], ["stages --help"]])(
    "a reader that has seen enough of %s ends it quietly",
    async (typed) => {
      await deployed("piped");
      expect(await inShell(`${typed} | true`)).toEqual({ code: 0, stdout: "", stderr: "" });
    },
  );

  test.runIf(existsSync("/dev/full"))("on a full disk it says so", async () => {
    for (const args of ["--help", "stage --help", "stages --help"]) {
      expect(await inShell(`${args} > /dev/full`)).toEqual({
        code: 1,
        stdout: "",
        stderr: "stagewright: The result cannot be written: ENOSPC: no space left on device, write\n",
      });
    }
    // Where not even that can be told, the exit code still does.
    expect((await inShell("deplyo 2> /dev/full")).code).toBe(2);
  });
});
