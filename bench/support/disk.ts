/** What durability costs on this machine: a write and its fsync, where the benches keep their data. */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median, number } from "./report.ts";

const writes = 200;
const page = Buffer.alloc(4_096, 1);

/** `f_type` of statfs(2). */
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, "ext4"],
  [0x58465342, "xfs"],
  [0x9123683e, "btrfs"],
  [0x2fc12fc1, "zfs"],
  [0x794c7630, "overlayfs"],
  [0x01021994, "tmpfs, where nothing is durable"],
]);

/** A sentence, e.g. `Temporary files are on ext4; appending 4 KB and an fsync takes 0.21 ms here (median of 200).` */
export function diskText(): string {
  const folder = mkdtempSync(join(tmpdir(), "stagewright-disk-"));
  try {
    const file = openSync(join(folder, "file"), "w");
    const times = Array.from({ length: writes }, () => {
      const begun = performance.now();
      writeSync(file, page);
      fsyncSync(file);
      return performance.now() - begun;
    });
    closeSync(file);
    const name = fileSystems.get(statfsSync(folder).type) ?? "a file system without a name here";
    return `Temporary files are on ${name}; appending 4 KB and an fsync takes ${number(median(times), 2)} ms (median of ${writes}).`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
