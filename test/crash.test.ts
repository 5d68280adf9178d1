/**
 * SIGKILL at random moments: every change that was acknowledged is found again, and none is half there. The second half
 * does the same to the whole server, over HTTP with the official SDK.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { Store } from "../src/store/store.ts";
import { countIn, crashKey, halves, sharedId } from "./support/crash-documents.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { startServer } from "./support/server.ts";

const crashStore = fileURLToPath(new URL("./support/crash-store.ts", import.meta.url));
const storeKills = 12;
const storeLoops = 32;
const serverKills = 5;
const serverStages = 8;
/** Changes that are acknowledged in each round before the process may be killed. */
const transactionsAtLeast = 100;
const patchesAtLeast = 400;
/** Milliseconds, for a machine that is busy with everything else. */
const deadline = 240_000;
/** The longest time that a process lives on after that, milliseconds. */
const longestLife = 150;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "stagewright-crash-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const randomLife = (): Promise<void> => pause(Math.random() * longestLife);

const openStore = (): Promise<Store> => openSqliteStore({ dataDir, masterKey: crashKey });

const spawnStore = () =>
  spawn(process.execPath, [crashStore, dataDir, String(storeLoops)], { stdio: ["ignore", "pipe", "inherit"] });

/** Runs the process until it is killed; adds what it acknowledged. Returns how many that were. */
async function runAndKill(acknowledged: Map<string, number>): Promise<number> {
  const child = spawnStore();
  const ended = once(child, "exit");
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [loop = "", value = ""] = line.split(" ");
    acknowledged.set(loop, Number(value));
    if (++count === transactionsAtLeast) void randomLife().then(() => child.kill("SIGKILL"));
  }
  expect(await ended).toEqual([null, "SIGKILL"]);
  return count;
}

test(
  "a process keeps others out of its data dir by name, and no longer than it lives",
  async () => {
    const child = spawnStore();
    const ended = once(child, "exit");
    await once(child.stdout, "data");
    child.stdout.resume();
    await expect(openStore())
      .rejects.toThrow(`is in use by the process ${child.pid}.`)
      .finally(() => child.kill("SIGKILL"));
    await ended;
    await (await openStore()).close();
  },
  deadline,
);

test(
  "a store that is killed again and again has every acknowledged transaction, and no half of any",
  async () => {
    const acknowledged = new Map<string, number>();
    let total = 0;
    for (let kill = 0; kill < storeKills; kill++) {
      total += await runAndKill(acknowledged);
      const store = await openStore();
      let sum = 0;
      for (let loop = 0; loop < storeLoops; loop++) {
        const [left, right] = halves.map((half) => countIn(store.present, half, String(loop)));
        expect(left).toBe(right);
        // A loop has one transaction under way at most: it may have come to be durable without being acknowledged.
        const known = acknowledged.get(String(loop)) ?? 0;
        expect([known, known + 1]).toContain(left);
        acknowledged.set(String(loop), left ?? 0);
        sum += left ?? 0;
      }
      expect(countIn(store.present, sharedId, sharedId)).toBe(sum);
      await store.close();
    }
    expect(total).toBeGreaterThan(storeKills * transactionsAtLeast);
  },
  deadline,
);

interface Patching {
  readonly client: APIGateway;
  readonly restApiId: string;
  /** The last count that was answered, by stage. */
  readonly acknowledged: Map<string, number>;
}

/** Patches one stage until the server is gone: two of its members are set to one count in each PATCH. */
async function patchUntilGone({ client, restApiId, acknowledged }: Patching, stageName: string): Promise<void> {
  for (let count = (acknowledged.get(stageName) ?? 0) + 1; ; count++) {
    const value = String(count);
    const patchOperations = [
      { op: "replace" as const, path: "/variables/count", value },
      { op: "replace" as const, path: "/description", value },
    ];
    try {
      await client.updateStage({ restApiId, stageName, patchOperations });
    } catch (error) {
      // An answer from the server would carry a status; the end of the connection does not.
      expect((error as { $response?: unknown }).$response).toBeUndefined();
      return;
    }
    acknowledged.set(stageName, count);
  }
}

async function untilSome(acknowledged: ReadonlyMap<string, number>): Promise<void> {
  const sum = (): number => [...acknowledged.values()].reduce((a, b) => a + b, 0);
  const enough = sum() + patchesAtLeast;
  while (sum() < enough) await pause(5);
}

test(
  "a server that is killed again and again has every answered PATCH, and no half of any",
  async () => {
    const stageNames = Array.from({ length: serverStages }, (_, i) => `stage${i}`);
    const acknowledged = new Map<string, number>();
    let restApiId = "";
    for (let kill = 0; kill <= serverKills; kill++) {
      const server = await startServer([], { dataDir });
      const client = sdkClient(server);
      try {
        if (restApiId === "") {
          const api = await deployApi(client, "first");
          ({ restApiId } = api);
          for (const stageName of stageNames) await client.createStage({ ...api, stageName });
        }
        for (const stageName of stageNames) {
          const { description = "0", variables } = await client.getStage({ restApiId, stageName });
          expect(variables?.["count"] ?? "0").toBe(description);
          const known = acknowledged.get(stageName) ?? 0;
          expect([known, known + 1]).toContain(Number(description));
          acknowledged.set(stageName, Number(description));
        }
        if (kill === serverKills) break;
        const patching = stageNames.map((stageName) => patchUntilGone({ client, restApiId, acknowledged }, stageName));
        await Promise.race([untilSome(acknowledged), Promise.all(patching)]);
        await randomLife();
        await server.stop("SIGKILL");
        await Promise.all(patching);
      } finally {
        client.destroy();
        await server.stop();
      }
    }
    expect([...acknowledged.values()].every((count) => count > 0)).toBe(true);
  },
  deadline,
);
