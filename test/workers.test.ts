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

test("a flush empties the cache of every thread", async () => {
  const client = sdkClient(server);
  let calls = 0;
  const backend = createServer((_request, response) => response.end(String(++calls)));
  await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
  const { restApiId } = await deployApi(client, "dev", `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`);
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const available = async (): Promise<unknown> =>
    (await client.getStage({ restApiId, stageName: "dev" })).cacheClusterStatus;
  const patchOperations = [
    { op: "replace", path: "/cacheClusterEnabled", value: "true" },
    { op: "replace", path: "/*/*/caching/enabled", value: "true" },
  ] as const;
  await client.updateStage({ restApiId, stageName: "dev", patchOperations: [...patchOperations] });
  await expect.poll(available, { timeout: 20_000 }).toBe("AVAILABLE");
  // Each thread has answers of its own: one call of the backend each.
  await onEveryConnection(url, agent);
  await onEveryConnection(url, agent);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(workers);
  const before = calls;
  await client.flushStageCache({ restApiId, stageName: "dev" });
  await expect.poll(available, { timeout: 20_000 }).toBe("AVAILABLE");
  await onEveryConnection(url, agent);
  await onEveryConnection(url, agent);
  expect(calls - before).toBe(before);
  agent.destroy();
  backend.close();
});
