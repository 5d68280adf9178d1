/** `--shared redis://…` with the real server: the cache outlives a restart, and an outage of Redis harms nobody. */
import { createServer, type Server } from "node:http";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuthority } from "./support/certificates.ts";
import { noRedis, noRedisWithTls, RedisServer } from "./support/redis-server.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const password = "not-to-be-seen";

/** Asks two nodes in turn for twice what a bucket has: together they give out what one would. */
async function expectOneBucket(
  urls: readonly string[],
  burst: number,
  headers: Record<string, string> = {},
): Promise<void> {
  let passed = 0;
  for (let i = 0; i < burst * 2; i++) {
    const { status } = await fetch(urls[i % 2] ?? "", { headers });
    if (status === 200) passed++;
    else expect(status).toBe(429);
    // Slower than the nodes tell each other.
    await pause(5);
  }
  expect(passed).toBeGreaterThanOrEqual(burst);
  // Both may give out what neither knows yet to be gone: a token or two between two exchanges, and the last one.
  expect(passed).toBeLessThanOrEqual(burst + 12);
}

describe.skipIf(noRedis !== undefined)(`with a Redis${noRedis === undefined ? "" : ` (${noRedis})`}`, () => {
  let redis: RedisServer;
  let backend: Server;
  let calls = 0;
  let dataDir: string;
  let server: RunningServer;

  const start = (): Promise<RunningServer> =>
    startServer(["--shared", redis.url, "--workers", "2", "--cache-cluster-duration", "0"], { dataDir });

  beforeAll(async () => {
    redis = await RedisServer.start({ password });
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

  test("two nodes of the same data share answers; a flush or a refresh on one holds for both", async () => {
    const folders = [dataDir, await mkdtemp(join(tmpdir(), "stagewright-shared-"))] as const;
    const uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
    const { restApiId } = await deployApi(sdkClient(server), "prod", uri);
    const stage = { restApiId, stageName: "prod" };
    await server.stop();
    await cp(folders[0], folders[1], { recursive: true });
    const flags = ["--shared", redis.url, "--cache-cluster-duration", "0"];
    const nodes = await Promise.all(folders.map((folder) => startServer(flags, { dataDir: folder })));
    const asked = async (node: RunningServer | undefined, headers: Record<string, string> = {}): Promise<string> => {
      const answer = await (await fetch(`${node?.gateway}/_aws/execute-api/${restApiId}/prod/`, { headers })).text();
      // Nobody waits for Redis to take it.
      await pause(100);
      return answer;
    };
    try {
      const [one, two] = nodes;
      for (const node of nodes) {
        // Each calls its cluster by its own clock.
        const values = {
          "/cacheClusterEnabled": "true",
          "/*/*/caching/enabled": "true",
          "/*/*/caching/requireAuthorizationForCacheControl": "false",
        };
        const patchOperations = Object.entries(values).map(([path, value]) => ({
          op: "replace" as const,
          path,
          value,
        }));
        await sdkClient(node).updateStage({ ...stage, patchOperations });
      }
      const first = await asked(one);
      expect(await asked(two)).toBe(first);
      for (const node of nodes) {
        const before = await asked(one);
        await sdkClient(node).flushStageCache(stage);
        const after = await asked(two);
        expect(after).not.toBe(before);
        expect(await asked(one)).toBe(after);
      }
      const fresh = await asked(two, { "cache-control": "max-age=0" });
      expect(await asked(one)).toBe(fresh);
      expect(await asked(two)).toBe(fresh);
    } finally {
      for (const node of nodes) await node.stop();
      await rm(folders[1], { recursive: true, force: true });
      server = await start();
    }
  });

  test("two nodes of the same data draw from one bucket of an API key", async () => {
    const burst = 40;
    const folders = [dataDir, await mkdtemp(join(tmpdir(), "stagewright-shared-"))] as const;
    const client = sdkClient(server);
    const { restApiId, rootResourceId } = await deployApi(client, "prod");
    const patchOperations = [{ op: "replace" as const, path: "/apiKeyRequired", value: "true" }];
    await client.updateMethod({ restApiId, resourceId: rootResourceId, httpMethod: "GET", patchOperations });
    await client.createDeployment({ restApiId, stageName: "prod" });
    const apiStages = [{ apiId: restApiId, stage: "prod" }];
    const throttle = { rateLimit: 0, burstLimit: burst };
    const { id: usagePlanId } = await client.createUsagePlan({ name: "shared", apiStages, throttle });
    const { id: keyId, value = "" } = await client.createApiKey({ enabled: true });
    await client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
    await server.stop();
    await cp(folders[0], folders[1], { recursive: true });
    const nodes = await Promise.all(folders.map((folder) => startServer(["--shared", redis.url], { dataDir: folder })));
    try {
      const urls = nodes.map(({ gateway }) => `${gateway}/_aws/execute-api/${restApiId}/prod/`);
      await expectOneBucket(urls, burst, { "x-api-key": value });
    } finally {
      for (const node of nodes) await node.stop();
      await rm(folders[1], { recursive: true, force: true });
      server = await start();
    }
  });

  test("two nodes draw from one bucket of the account, over an outage too", async () => {
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
      await expectOneBucket(urls, burst);
      // It is used up, also when Redis is away, and when it is back without what it knew.
      const expectRefused = async (): Promise<void> => {
        for (let i = 0; i < 20; i++) expect((await fetch(urls[i % 2] ?? "")).status).toBe(429);
      };
      const expectTold = async (line: string): Promise<void> => {
        const told = (): boolean => nodes.every((node) => node.output().includes(line));
        await expect.poll(told, { timeout: 30_000 }).toBe(true);
      };
      await redis.kill();
      await expectTold("the shared Redis is away");
      await expectRefused();
      await redis.restart();
      await expectTold("the shared Redis is back");
      await expectRefused();
      await pause(100);
      await expectRefused();
    } finally {
      for (const node of nodes) await node.stop();
    }
  });
});

describe.skipIf(noRedisWithTls !== undefined)(
  `TLS${noRedisWithTls === undefined ? "" : ` (${noRedisWithTls})`}`,
  () => {
    const authority = createAuthority();
    let folder: string;
    /** Trusts the authority. */
    let env: Record<string, string>;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "stagewright-authority-"));
      env = { NODE_EXTRA_CA_CERTS: join(folder, "authority.pem") };
      await writeFile(join(folder, "authority.pem"), authority.certificate);
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    interface Look {
      /** How many different answers four requests got. */
      readonly answers: number;
      readonly output: string;
    }

    /** Starts a node beside a Redis with a certificate for this name, and asks for what is to be cached. */
    async function look(name: string, trusted: Readonly<Record<string, string>>): Promise<Look> {
      let calls = 0;
      const backend = createServer((_request, response) => response.end(`answer ${++calls}`));
      await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
      const redis = await RedisServer.start({ password, tls: authority.issue(name) });
      const flags = ["--shared", redis.url, "--cache-cluster-duration", "0"];
      const server = await startServer(flags, { env: { ...trusted } });
      try {
        const client = sdkClient(server);
        const uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
        const { restApiId } = await deployApi(client, "prod", uri);
        const patchOperations = ["/cacheClusterEnabled", "/*/*/caching/enabled"].map((path) => ({
          op: "replace" as const,
          path,
          value: "true",
        }));
        await client.updateStage({ restApiId, stageName: "prod", patchOperations });
        const answers = new Set<string>();
        for (let i = 0; i < 4; i++) {
          answers.add(await (await fetch(`${server.gateway}/_aws/execute-api/${restApiId}/prod/`)).text());
        }
        return { answers: answers.size, output: server.output() };
      } finally {
        await server.stop();
        await redis.stop();
        backend.close();
      }
    }

    test("rediss:// is a Redis whose certificate is trusted", async () => {
      const { answers, output } = await look("localhost", env);
      expect(answers).toBe(1);
      expect(output).not.toContain("the shared Redis is away");
    });

    test.each([
      ["nobody trusts", "localhost", false, /unable to verify|self.signed/i],
      ["is for another name", "elsewhere.test", true, /does not match|altnames/i],
    ] as const)("one whose certificate %s is away, and requests go on", async (_what, name, isTrusted, reason) => {
      const { answers, output } = await look(name, isTrusted ? env : {});
      expect(answers).toBe(4);
      expect(output).toContain("the shared Redis is away");
      expect(output).toMatch(reason);
      expect(output).not.toContain(password);
    });
  },
);
