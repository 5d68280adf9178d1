/** `--shared redis://…` with the real server: the cache outlives a restart, and an outage of Redis harms nobody. */
import { createServer, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noRedis, RedisServer } from "./support/redis-server.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const password = "not-to-be-seen";

describe.skipIf(noRedis !== undefined)(`with a Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  let redis: RedisServer;
  let backend: Server;
  let calls = 0;
  let dataDir: string;
  let server: RunningServer;

  const start = (): Promise<RunningServer> =>
    startServer(["--shared", redis.url, "--workers", "2", "--cache-cluster-duration", "0"], { dataDir });

  beforeAll(async () => {
    redis = await RedisServer.start(password);
    backend = createServer((_request, response) => response.end(`answer ${++calls}`));
    await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
    dataDir = await mkdtemp(join(tmpdir(), "stagewright-shared-"));
    server = await start();
  });
  afterAll(async () => {
    await server?.stop();
    backend?.close();
    await redis?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  test("the cache is one for all threads, outlives a restart, and comes back after an outage", async () => {
    const client = sdkClient(server);
    const uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
    const { restApiId } = await deployApi(client, "prod", uri);
    const ask = async (): Promise<string> => {
      // A connection of its own each time, so that every thread is asked.
      const headers = { connection: "close" };
      return (await fetch(`${server.gateway}/_aws/execute-api/${restApiId}/prod/`, { headers })).text();
    };
    await client.updateStage({
      restApiId,
      stageName: "prod",
      patchOperations: [
        { op: "replace", path: "/cacheClusterEnabled", value: "true" },
        { op: "replace", path: "/*/*/caching/enabled", value: "true" },
        { op: "replace", path: "/*/*/caching/dataEncrypted", value: "true" },
      ],
    });
    const asked = async (times: number): Promise<string[]> => {
      const answers: string[] = [];
      for (let i = 0; i < times; i++) answers.push(await ask());
      return answers;
    };
    expect(new Set(await asked(10))).toEqual(new Set(["answer 1"]));

    await server.stop();
    server = await start();
    expect(new Set(await asked(5))).toEqual(new Set(["answer 1"]));

    await redis.kill();
    expect(new Set((await asked(5)).slice(-3)).size).toBe(3);
    await redis.restart();
    await expect.poll(async () => new Set(await asked(4)).size, { timeout: 30_000, interval: 100 }).toBe(1);

    const output = server.output();
    expect(output.match(/the shared Redis is away/g)).toHaveLength(1);
    expect(output.match(/the shared Redis is back/g)).toHaveLength(1);
    expect(output).not.toContain(password);
  });

  test("two nodes draw from one bucket of the account", async () => {
    const burst = 60;
    const limits = [
      "--account-rate-limit",
      "0",
      "--account-burst-limit",
      String(burst),
      "--account-id",
      "111122223333",
    ];
    const nodes = await Promise.all([1, 2].map(() => startServer(["--shared", redis.url, ...limits])));
    try {
      const urls = await Promise.all(
        nodes.map(async (node) => {
          const { restApiId } = await deployApi(sdkClient(node), "prod");
          return `${node.gateway}/_aws/execute-api/${restApiId}/prod/`;
        }),
      );
      let passed = 0;
      for (let i = 0; i < burst * 2; i++) {
        const { status } = await fetch(urls[i % 2] ?? "");
        if (status === 200) passed++;
        else expect(status).toBe(429);
        // Slower than the nodes tell each other.
        await pause(5);
      }
      expect(passed).toBeGreaterThanOrEqual(burst);
      // Both may give out what neither knows yet to be gone: a token or two between two exchanges, and the last one.
      expect(passed).toBeLessThanOrEqual(burst + 12);
    } finally {
      for (const node of nodes) await node.stop();
    }
  });
});
