import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { FileWatch } from "./watch-file.ts";

let path = "";
const never = new AbortController().signal;

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-watch-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  path = join(folder, "file");
  await writeFile(path, "one");
});

test.each<[how: string, change: () => Promise<void>]>([
  ["written", () => writeFile(path, "other")],
  [
    "replaced",
    async () => {
      await writeFile(`${path}.new`, "two");
      await rename(`${path}.new`, path);
    },
  ],
  [
    "emptied and then written",
    async () => {
      await writeFile(path, "");
      await delay(500);
      await writeFile(path, "two");
    },
  ],
  [
    "deleted and made again",
    async () => {
      await rm(path);
      await delay(400);
      await writeFile(path, "one");
    },
  ],
])("a file that is %s has changed, once", async (_how, change) => {
  const watch = await FileWatch.of(path);
  const changed = watch.changed(never);
  await change();
  await changed;
  const again = await Promise.race([watch.changed(AbortSignal.timeout(600)).catch(() => "no"), delay(2_000)]);
  expect(again).toBe("no");
});

test("what was written before anyone waits is a change; a file that is not there is none until it is", async () => {
  const watch = await FileWatch.of(path);
  await rm(path);
  const changed = watch.changed(never);
  await delay(300);
  await writeFile(path, "later");
  await changed;
  await writeFile(path, "at once");
  await watch.changed(never);
});

test("waiting ends when it is told to", async () => {
  const watch = await FileWatch.of(path);
  await expect(watch.changed(AbortSignal.timeout(10))).rejects.toThrow();
});
