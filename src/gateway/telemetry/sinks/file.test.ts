import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { limits } from "../../../limits.ts";
import { readLog } from "../../../commands/read-log.ts";
import { carrierContract } from "./carrier.contract.ts";
import { FileCarrier } from "./file.ts";
import type { Lines } from "./line-queue.ts";
import { logFileName, logFiles, loggedGroups } from "./log-files.ts";
import { LogFolder } from "./log-folder.ts";
import { Shipper } from "./shipper.ts";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-logs-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, "logs");
}

async function read(folder: string, name: string): Promise<readonly string[]> {
  const messages: string[] = [];
  for await (const events of readLog(folder, name, false)) messages.push(...events.map(({ message }) => message));
  return messages;
}

for (const times of [true, false]) {
  carrierContract(times ? "files with times" : "files", async () => {
    const folder = await temporary();
    return {
      carrier: new FileCarrier({ folder: new LogFolder(folder), times }),
      eventBytes: limits.logEvent,
      arrived: (name) => read(folder, name),
    };
  });
}

/** Events in one batch. */
function linesOf(carrier: FileCarrier, ...events: readonly (readonly [message: string, time: number])[]): Lines {
  const queue = carrier.newQueue();
  for (const [message, time] of events) queue.add(message, time);
  return queue.take();
}

const send = (carrier: FileCarrier, name: string, message: string): Promise<unknown> =>
  carrier.send(name, linesOf(carrier, [message, 0]));

test("a file is called after its group, whatever that is called", () => {
  expect(logFileName("apigw/prod")).toBe("apigw%2Fprod.log");
  expect(logFileName("API-Gateway-Execution-Logs_abc/prod/Canary")).toBe(
    "API-Gateway-Execution-Logs_abc%2Fprod%2FCanary.log",
  );
  expect(logFileName("../../etc/passwd")).toBe("..%2F..%2Fetc%2Fpasswd.log");
  expect(logFileName("a:b*c'd(e)!~%")).toBe("a%3Ab%2Ac%27d%28e%29%21%7E%25.log");
  const long = logFileName("n".repeat(512));
  expect(long).toMatch(/^n+~[0-9a-f]{16}\.log$/);
  expect(long.length).toBeLessThanOrEqual(205);
});

test("one line an event, with its time where it is asked for; further lines begin with a tab", async () => {
  const folder = await temporary();
  const at = Date.UTC(2026, 0, 2, 3, 4, 5, 6);
  const timed = new FileCarrier({ folder: new LogFolder(folder), times: true });
  await timed.send("timed", linesOf(timed, ["one", at], ["two\nforged", at + 1_000]));
  const plain = new FileCarrier({ folder: new LogFolder(folder), times: false });
  await plain.send("plain", linesOf(plain, ["one", at], ["two", at]));
  expect(await readFile(join(folder, "timed.log"), "utf8")).toBe(
    "2026-01-02T03:04:05.006Z one\n2026-01-02T03:04:06.006Z two\n\tforged\n",
  );
  expect(await readFile(join(folder, "plain.log"), "utf8")).toBe("one\ntwo\n");
});

test("a file that is full takes the place of the one before it; the oldest goes", async () => {
  const folder = await temporary();
  const carrier = new FileCarrier({ folder: new LogFolder(folder), times: false, fileSize: 100 });
  const lines = Array.from({ length: 2 * limits.logFiles + 5 }, (_, index) => `${index}`.padEnd(45, "."));
  for (const line of lines) await send(carrier, "a/b", line);
  const names = (await readdir(folder)).toSorted();
  expect(names).toEqual(["a%2Fb.log", "a%2Fb.log.1", "a%2Fb.log.2", "a%2Fb.log.3", "a%2Fb.log.4"]);
  // Two lines a file, and one in the newest.
  expect(await read(folder, "a/b")).toEqual(lines.slice(-(2 * limits.logFiles - 1)));
  expect(await loggedGroups(folder)).toEqual(["a/b"]);
});

test("a batch that is larger than a file has one of its own", async () => {
  const folder = await temporary();
  const carrier = new FileCarrier({ folder: new LogFolder(folder), times: false, fileSize: 100 });
  for (const line of ["a".repeat(300), "b", "c".repeat(300)]) await send(carrier, "a", line);
  expect((await readdir(folder)).toSorted()).toEqual(["a.log", "a.log.1", "a.log.2"]);
});

test("half a line that a killed process left does not run into the next one", async () => {
  const folder = await temporary();
  await mkdir(folder, { recursive: true });
  const [path = ""] = logFiles(folder, "a");
  await writeFile(path, "whole\nhal");
  const carrier = new FileCarrier({ folder: new LogFolder(folder), times: false });
  await send(carrier, "a", "next");
  await send(carrier, "a", "after");
  expect(await readFile(path, "utf8")).toBe("whole\nhal\nnext\nafter\n");
});

test("a folder that cannot be written keeps no request waiting, and nothing is lost once it can", async () => {
  const folder = await temporary();
  // A file in the folder's place: what a disk that refuses looks like.
  await writeFile(folder, "");
  const told: string[] = [];
  const bounds = { ...limits, logRetryPause: 1, logRetryPauseMaximum: 5 };
  const tell = (_details: object, message: string): void => void told.push(message);
  const shipper = new Shipper(
    new FileCarrier({ folder: new LogFolder(folder), times: false }),
    { error: tell, info: tell },
    bounds,
  );
  for (let i = 0; i < 1_000; i++) shipper.write("a", `event ${i}`, i);
  while (told.length === 0) await new Promise((resolve) => void setImmediate(resolve));
  await rm(folder);
  await shipper.close();
  expect(await read(folder, "a")).toEqual(Array.from({ length: 1_000 }, (_, index) => `event ${index}`));
  expect(told).toEqual(["a log cannot be written; its events wait, within a bound", "a log can be written again"]);
});

test("a file that others append to meanwhile keeps whole lines", async () => {
  const folder = await temporary();
  const carrier = new FileCarrier({ folder: new LogFolder(folder), times: false });
  await send(carrier, "a", "begin");
  const [path = ""] = logFiles(folder, "a");
  const own = Array.from({ length: 50 }, (_, index) => send(carrier, "a", `own ${index} ${"x".repeat(3_000)}`));
  const others = Array.from({ length: 50 }, (_, index) => appendFile(path, `other ${index}\n`));
  await Promise.all([...own, ...others]);
  for (const line of await read(folder, "a")) expect(line).toMatch(/^(begin|own \d+ x{3000}|other \d+)$/);
  expect(await read(folder, "a")).toHaveLength(101);
});

test("two kinds of logs in one file: nothing is cut, and each rotation keeps what the other wrote", async () => {
  const logs = new LogFolder(await temporary());
  const carriers = [true, false].map((times) => new FileCarrier({ folder: logs, times, fileSize: 1_000 }));
  const lines = Array.from({ length: 100 }, (_, index) => `${index} `.padEnd(70, "x"));
  // Nobody waits for another: each batch finds the file as it happens to be.
  await Promise.all(lines.map((line, index) => send(carriers[index % 2] as FileCarrier, "a", line)));
  const kept = await read(logs.path, "a");
  expect(kept).toEqual(lines.slice(-kept.length));
  expect(kept.length).toBeGreaterThan(40);
});
