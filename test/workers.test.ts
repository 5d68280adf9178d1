/** Several threads behind one port act as one gateway: a change is everywhere when it is answered, limits are shared. */
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const workers = 3;
/** So many connections that every thread has some of them. */
const connections = 24;
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(["--workers", String(workers)]);
});
afterAll(() => server.stop());

/** One request on each of many connections at once; resolves with the statuses. */
async function onEveryConnection(url: string, agent: Agent): Promise<readonly (number | undefined)[]> {
  const one = (): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = get(url, { agent }, (response) => {
        response.resume();
        response.once("end", () => resolve(response.statusCode));
      });
      request.once("error", reject);
    });
  return Promise.all(Array.from({ length: connections }, one));
}

const blocked = { op: "replace", path: "/*/*/throttling/burstLimit", value: "0" } as const;
const open = { op: "replace", path: "/*/*/throttling/burstLimit", value: "1000" } as const;

test("a change is in effect in every thread when UpdateStage is answered", async () => {
  const client = sdkClient(server);
  const { restApiId } = await deployApi(client, "dev");
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  for (let round = 0; round < 20; round++) {
    await client.updateStage({ restApiId, stageName: "dev", patchOperations: [round % 2 === 0 ? blocked : open] });
    const statuses = await onEveryConnection(url, agent);
    expect(new Set(statuses)).toEqual(new Set([round % 2 === 0 ? 429 : 200]));
  }
  agent.destroy();
});

test("a stage that is new, and one that is gone, is so in every thread", async () => {
  const client = sdkClient(server);
  const { restApiId } = await deployApi(client, "dev");
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  expect(new Set(await onEveryConnection(url, agent))).toEqual(new Set([200]));
  await client.deleteStage({ restApiId, stageName: "dev" });
  expect(new Set(await onEveryConnection(url, agent))).toEqual(new Set([403]));
  agent.destroy();
});

test("the threads share a stage's token bucket to the last token", async () => {
  const client = sdkClient(server);
  const { restApiId } = await deployApi(client, "dev");
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  await client.updateStage({
    restApiId,
    stageName: "dev",
    patchOperations: [
      { op: "replace", path: "/*/*/throttling/rateLimit", value: "0" },
      { op: "replace", path: "/*/*/throttling/burstLimit", value: "100" },
    ],
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const statuses: (number | undefined)[] = [];
  for (let round = 0; round < 10; round++) statuses.push(...(await onEveryConnection(url, agent)));
  expect(statuses.filter((status) => status === 200)).toHaveLength(100);
  expect(statuses.filter((status) => status === 429)).toHaveLength(10 * connections - 100);
  agent.destroy();
});

/** A stage with a cache before a backend that numbers its answers. */
async function cachedStage(settings: Readonly<Record<string, string>> = {}) {
  const client = sdkClient(server);
  let calls = 0;
  const backend = createServer((_request, response) => response.end(String(++calls)));
  await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
  const { restApiId } = await deployApi(client, "dev", `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`);
  const stage = { restApiId, stageName: "dev" };
  const available = async (): Promise<void> =>
    expect.poll(async () => (await client.getStage(stage)).cacheClusterStatus, { timeout: 20_000 }).toBe("AVAILABLE");
  const values = { "/cacheClusterEnabled": "true", "/*/*/caching/enabled": "true", ...settings };
  const patchOperations = Object.entries(values).map(([path, value]) => ({ op: "replace" as const, path, value }));
  await client.updateStage({ ...stage, patchOperations });
  await available();
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  return { client, stage, available, url, calls: () => calls, close: () => backend.close() };
}

test("a flush empties the cache of every thread", async () => {
  const { client, stage, available, url, calls, close } = await cachedStage();
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  // Each thread has answers of its own: one call of the backend each.
  await onEveryConnection(url, agent);
  await onEveryConnection(url, agent);
  const before = calls();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThanOrEqual(workers);
  await client.flushStageCache(stage);
  await available();
  await onEveryConnection(url, agent);
  await onEveryConnection(url, agent);
  expect(calls() - before).toBe(before);
  agent.destroy();
  close();
});

test("no thread answers with what was put before a refresh on another", async () => {
  const { url, calls, close } = await cachedStage({ "/*/*/caching/requireAuthorizationForCacheControl": "false" });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  await onEveryConnection(url, agent);
  const before = calls();
  const refreshed = await fetch(url, { headers: { "cache-control": "max-age=0" } });
  expect(Number(await refreshed.text())).toBe(before + 1);
  const answers = new Set<number>();
  // Connections of their own, so that every thread is asked.
  for (let i = 0; i < connections; i++) {
    answers.add(Number(await (await fetch(url, { headers: { connection: "close" } })).text()));
  }
  expect(Math.min(...answers)).toBeGreaterThan(before);
  agent.destroy();
  close();
});
