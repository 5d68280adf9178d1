import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FileCarrier } from "./file.ts";
import { LogFolder, type LogRoom } from "./log-folder.ts";

async function folderWith(room: LogRoom): Promise<LogFolder> {
  const parent = await mkdtemp(join(tmpdir(), "stagewright-logs-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const path = join(parent, "logs");
  await mkdir(path);
  return new LogFolder(path, room);
}

/** A file that was written to so many seconds after the first. */
async function put({ path }: LogFolder, name: string, second: number, size = 10): Promise<void> {
  await writeFile(join(path, name), "x".repeat(size));
  await utimes(join(path, name), 1_000 + second, 1_000 + second);
}

const names = async ({ path }: LogFolder): Promise<string[]> => (await readdir(path)).toSorted();

test("too many files: those that were written to longest ago go, and a tenth of the room stays free", async () => {
  const folder = await folderWith({ files: 10, bytes: 1_000_000 });
  for (let i = 0; i < 9; i++) await put(folder, `group${i}.log`, i === 3 ? 100 : i);
  await folder.wrote(10, true);
  expect(await names(folder)).toHaveLength(9);
  for (const name of ["new.log", "newest.log"]) {
    await put(folder, name, 200);
    await folder.wrote(10, true);
  }
  expect(await names(folder)).toEqual([...[2, 3, 4, 5, 6, 7, 8].map((i) => `group${i}.log`), "new.log", "newest.log"]);
});

test("too large: rotated files and idle groups go before those that are written to", async () => {
  const folder = await folderWith({ files: 100, bytes: 1_000 });
  await put(folder, "busy.log", 9, 300);
  await put(folder, "busy.log.1", 5, 300);
  await put(folder, "busy.log.2", 1, 300);
  await put(folder, "idle.log", 2, 300);
  await folder.wrote(1, false);
  expect(await names(folder)).toEqual(["busy.log", "busy.log.1", "idle.log"]);
});

test("nothing else in the folder is touched", async () => {
  const folder = await folderWith({ files: 1, bytes: 10 });
  for (const name of ["notes.txt", "a.log.gz", "log"]) await put(folder, name, 0, 100);
  await put(folder, "a.log", 1, 5);
  await put(folder, "b.log", 2, 5);
  await folder.wrote(5, true);
  expect(await names(folder)).toEqual(["a.log.gz", "log", "notes.txt"]);
});

test("is looked at when what was written may have filled it, and not before", async () => {
  const folder = await folderWith({ files: 10, bytes: 1_000 });
  await folder.wrote(1, true);
  await put(folder, "unseen.log", 0, 2_000);
  await folder.wrote(900, true);
  expect(await names(folder)).toEqual(["unseen.log"]);
  await folder.wrote(101, false);
  expect(await names(folder)).toEqual([]);
});

test("a folder that is not there, or a file that cannot be removed, fails nothing", async () => {
  const folder = await folderWith({ files: 1, bytes: 10 });
  await mkdir(join(folder.path, "locked.log"));
  await put(folder, "b.log", 2, 5);
  await folder.wrote(5, true);
  expect(await names(folder)).toEqual(["locked.log"]);
  await rm(folder.path, { recursive: true });
  await folder.wrote(50, true);
  await folder.wrote(50, true);
});

test("groups without end leave a bounded folder, and the newest lines", async () => {
  const folder = await folderWith({ files: 20, bytes: 1_000_000 });
  const carriers = [true, false].map((times) => new FileCarrier({ folder, times }));
  for (let i = 0; i < 200; i++) {
    const carrier = carriers[i % 2] as FileCarrier;
    const queue = carrier.newQueue();
    queue.add("x", 0);
    await carrier.send(`group${i}`, queue.take());
    await utimes(join(folder.path, `group${i}.log`), i, i);
  }
  const kept = await names(folder);
  expect(kept.length).toBeLessThanOrEqual(20);
  expect(kept).toContain("group199.log");
});
