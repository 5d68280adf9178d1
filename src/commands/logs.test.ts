/** `stagewright logs tail` on files of a test's own; with a server it is in `test/logs.test.ts`. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { typed } from "../../test/support/command.ts";
import { Screen } from "../../test/support/screen.ts";
import { logFileName } from "../gateway/telemetry/sinks/log-files.ts";
import { logsTail } from "./logs.ts";
import { runCommand } from "./run.ts";
import { Terminal } from "./terminal.ts";

async function dataDirWith(logs: Readonly<Record<string, string>>): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-tail-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  await mkdir(join(dataDir, "logs"));
  for (const [group, text] of Object.entries(logs)) await writeFile(join(dataDir, "logs", logFileName(group)), text);
  return dataDir;
}

const tail = (dataDir: string, args: readonly string[]) =>
  typed(["logs", "tail", ...args], { STAGEWRIGHT_DATA_DIR: dataDir });

/** Resolves with what was printed. */
async function shown(dataDir: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tail(dataDir, args);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** Resolves with what was wrong. */
async function refusal(dataDir: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tail(dataDir, args);
  expect([code, stdout]).toEqual([2, ""]);
  return stderr.replace(/^stagewright: /, "").trimEnd();
}

/** Where a person looks on, until `enough` was printed. */
function onTerminal(dataDir: string, args: readonly string[], enough: string) {
  const [stdout, stderr] = [new Screen(true, { enough }), new Screen(true)];
  const terminal = new Terminal({ stdout, stderr, env: { STAGEWRIGHT_DATA_DIR: dataDir } });
  return { stdout, stderr, ended: runCommand(logsTail, args, terminal) };
}

/** Resolves with all that a person saw. */
async function seen(dataDir: string, args: readonly string[], enough: string): Promise<string> {
  const { stdout, ended } = onTerminal(dataDir, args, enough);
  await ended;
  return stdout.text;
}

test("what clients sent cannot command the terminal; a program gets it as it is", async () => {
  const line = "\u001b[2Jgone\u001b]0;title\u0007\rover \u202egnp.exe naïve 猫\tend";
  const dataDir = await dataDirWith({ a: `${line}\n` });
  expect(await shown(dataDir, ["a"])).toBe(`${line}\n`);
  expect(await seen(dataDir, ["a"], "end")).toBe("�[2Jgone�]0;title��over �gnp.exe naïve 猫\tend\n");
  const text = await seen(dataDir, ["a", "--json"], "end");
  expect(["\u001b", "\u0007", "\r", "\u202e"].filter((character) => text.includes(character))).toEqual([]);
  expect(JSON.parse(await shown(dataDir, ["a", "--json"]))).toEqual({ message: line });
});

test.each(["apigw/prod", "arn:aws:logs:us-east-1:000000000000:log-group:apigw/prod"])(
  "%s names a group",
  async (name) => {
    expect(await shown(await dataDirWith({ "apigw/prod": "line\n" }), [name])).toBe("line\n");
  },
);

test("the ARN of a delivery stream names it", async () => {
  const dataDir = await dataDirWith({ "amazon-apigateway-a": "line\n" });
  const arn = "arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-a";
  expect(await shown(dataDir, [arn])).toBe("line\n");
});

test("a log without lines yet is no mistake", async () => {
  expect(await shown(await dataDirWith({ a: "" }), ["a"])).toBe("");
});

test("one that is not there: what there is, but no endless list of it", async () => {
  const names = Array.from({ length: 23 }, (_, index) => `group/${String(index).padStart(2, "0")}`);
  const dataDir = await dataDirWith(Object.fromEntries(names.map((name) => [name, "line\n"])));
  const lines = (await refusal(dataDir, ["none"])).split("\n");
  expect(lines[0]).toBe(`There is no log none. These exist in ${dataDir}:`);
  expect(lines.slice(1)).toEqual([...names.slice(0, 20).map((name) => `  ${name}`), "  and 3 more"]);
});

test("a data dir that cannot be read is told in a sentence", async () => {
  const dataDir = await dataDirWith({});
  await rm(join(dataDir, "logs"), { recursive: true });
  expect(await refusal(dataDir, ["a"])).toBe(`There is no log a. There are no logs in ${dataDir} yet.`);
  await writeFile(join(dataDir, "logs"), "a file where the folder should be");
  for (const args of [["a"], ["a", "--follow"], []]) {
    expect(await refusal(dataDir, args)).toMatch(/^The logs in \S+ cannot be read: ENOTDIR/);
  }
});

test("a data dir that is not there is most likely another folder's", async () => {
  const dataDir = join(await dataDirWith({}), "elsewhere");
  const where = `There is no data dir ${dataDir}. Type this in the folder that the server was started in, or name its --data-dir.`;
  expect(await refusal(dataDir, ["a"])).toBe(`There is no log a. ${where}`);
  expect(await refusal(dataDir, [])).toBe(`Name a log group. ${where}`);
});

test("--follow waits for a log that is not there yet, and says so", async () => {
  const dataDir = await dataDirWith({ other: "line\n" });
  const { stdout, stderr, ended } = onTerminal(dataDir, ["a", "--follow"], "enough");
  await vi.waitFor(() => expect(stderr.text).toContain("Waiting"), 20_000);
  expect(stderr.text).toBe(`stagewright: There is no log a. These exist in ${dataDir}:\n  other\nWaiting for it.\n`);
  await writeFile(join(dataDir, "logs", logFileName("a")), "first\nenough\n");
  await ended;
  expect(stdout.text).toBe("first\nenough\n");
});
