import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileCarrier } from "../gateway/telemetry/sinks/file.ts";
import { logFiles } from "../gateway/telemetry/sinks/log-files.ts";
import { LogFolder } from "../gateway/telemetry/sinks/log-folder.ts";
import { type LoggedEvent, readLog } from "./read-log.ts";

async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-read-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Follows a log until it has shown so many events. */
async function follow(folder: string, name: string, count: number): Promise<LoggedEvent[]> {
  const seen: LoggedEvent[] = [];
  for await (const events of readLog(folder, name, true)) {
    seen.push(...events);
    if (seen.length >= count) break;
  }
  return seen;
}

test("following goes on through rotations, and shows each event once", async () => {
  const folder = await temporary();
  // Two events a file: what is not read within the lives of five files would be missed, so the writer keeps to the reader.
  const carrier = new FileCarrier({ folder: new LogFolder(folder), times: false, fileSize: 20 });
  const write = (index: number): Promise<unknown> => {
    const queue = carrier.newQueue();
    queue.add(`event ${String(index).padStart(2, "0")}`, 0);
    return carrier.send("a", queue.take());
  };
  await write(0);
  const seen: string[] = [];
  let written = 1;
  for await (const events of readLog(folder, "a", true)) {
    seen.push(...events.map(({ message }) => message));
    if (seen.length >= 30) break;
    while (written < seen.length + 6) await write(written++);
  }
  expect(seen.slice(0, 30)).toEqual(
    Array.from({ length: 30 }, (_, index) => `event ${String(index).padStart(2, "0")}`),
  );
});

test("events of several lines and times are put together; a line that has not ended waits", async () => {
  const folder = await temporary();
  const [path = ""] = logFiles(folder, "a");
  await writeFile(path, "2026-01-02T03:04:05.678Z one\n\ttwo\n\t\n2026-01-02T03:04:05.679Z three\nplain\nhal");
  setTimeout(() => void appendFile(path, "f\n\tand more\n"), 50);
  expect(await follow(folder, "a", 4)).toEqual([
    { time: "2026-01-02T03:04:05.678Z", message: "one\ntwo\n" },
    { time: "2026-01-02T03:04:05.679Z", message: "three" },
    { time: undefined, message: "plain" },
    { time: undefined, message: "half\nand more" },
  ]);
});

test("characters that are split between two reads are whole", async () => {
  const folder = await temporary();
  const [path = ""] = logFiles(folder, "a");
  const lines = Array.from({ length: 200 }, (_, index) => `${"x".repeat(index % 7)}猫𝄞é`.repeat(150));
  await writeFile(path, `${lines.join("\n")}\n`);
  const seen: string[] = [];
  for await (const events of readLog(folder, "a", false)) seen.push(...events.map(({ message }) => message));
  expect(seen).toEqual(lines);
});

test("a log that is not there has nothing", async () => {
  const shown: LoggedEvent[][] = [];
  for await (const events of readLog(join(await temporary(), "nowhere"), "a", false)) shown.push(events);
  expect(shown).toEqual([]);
});
