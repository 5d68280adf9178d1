/** API keys and usage plans under real traffic: one thread and two, restarts, and a process that is killed. */
import type { APIGateway, CreateUsagePlanCommandInput } from "@aws-sdk/client-api-gateway";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const stageName = "prod";

interface Limits {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

interface Told {
  readonly status: number;
  readonly text: string;
  readonly errorType: string | null;
}

const ok = { status: 200, text: "", errorType: null };
const forbidden = { status: 403, text: '{"message":"Forbidden"}', errorType: "ForbiddenException" };
const throttled = { status: 429, text: '{"message":"Too Many Requests"}', errorType: "TooManyRequestsException" };
const exceeded = { status: 429, text: '{"message":"Limit Exceeded"}', errorType: "LimitExceededException" };

const date = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);

/** One server that can be started again, with an API whose methods require a key, but for `GET /open`. */
class Shop {
  readonly #workers: number;
  readonly dataDir: string;
  server: RunningServer;
  client: APIGateway;
  restApiId = "";

  private constructor(workers: number, dataDir: string, server: RunningServer) {
    this.#workers = workers;
    this.dataDir = dataDir;
    this.server = server;
    this.client = sdkClient(server);
  }

  static async open(workers: number): Promise<Shop> {
    const dataDir = await mkdtemp(join(tmpdir(), "stagewright-plans-"));
    const shop = new Shop(workers, dataDir, await Shop.#start(workers, dataDir));
    await shop.deploy();
    return shop;
  }

  static #start(workers: number, dataDir: string): Promise<RunningServer> {
    return startServer(["--workers", String(workers)], { dataDir });
  }

  async start(): Promise<void> {
    this.server = await Shop.#start(this.#workers, this.dataDir);
    this.client = sdkClient(this.server);
  }

  async stop(signal?: NodeJS.Signals): Promise<void> {
    this.client.destroy();
    await this.server.stop(signal);
  }

  async deploy(): Promise<void> {
    const { client } = this;
    const { id: restApiId = "", rootResourceId: parentId = "" } = await client.createRestApi({ name: "shop" });
    this.restApiId = restApiId;
    for (const pathPart of ["pets", "toys", "open"]) {
      const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart });
      const method = { restApiId, resourceId, httpMethod: "GET" };
      await client.putMethod({ ...method, authorizationType: "NONE", apiKeyRequired: pathPart !== "open" });
      const requestTemplates = { "application/json": '{"statusCode":200}' };
      await client.putIntegration({ ...method, type: "MOCK", requestTemplates });
      await client.putMethodResponse({ ...method, statusCode: "200" });
      await client.putIntegrationResponse({ ...method, statusCode: "200" });
    }
    await client.createDeployment({ restApiId, stageName });
  }

  async ask(path: string, key?: string): Promise<Told> {
    const reply = await fetch(`${this.server.gateway}/_aws/execute-api/${this.restApiId}/${stageName}${path}`, {
      headers: key === undefined ? {} : { "x-api-key": key },
    });
    return { status: reply.status, text: await reply.text(), errorType: reply.headers.get("x-amzn-errortype") };
  }

  /** So many requests at once: how many of each answer there were, by status and message. */
  async flood(count: number, path: string, key: string): Promise<Record<string, number>> {
    const answers = await Promise.all(Array.from({ length: count }, () => this.ask(path, key)));
    const sums: Record<string, number> = {};
    for (const { status, text } of answers) {
      const name = `${status} ${text}`.trim();
      sums[name] = (sums[name] ?? 0) + 1;
    }
    return sums;
  }

  /** A plan for the stage with one enabled key. */
  async newPlan(input: Partial<CreateUsagePlanCommandInput> = {}, throttle?: Record<string, Limits>) {
    const apiStages = [{ apiId: this.restApiId, stage: stageName, ...(throttle && { throttle }) }];
    const { id: usagePlanId = "" } = await this.client.createUsagePlan({ name: "plan", apiStages, ...input });
    return { usagePlanId, ...(await this.newKey(usagePlanId)) };
  }

  async newKey(usagePlanId?: string): Promise<{ keyId: string; value: string }> {
    const { id: keyId = "", value = "" } = await this.client.createApiKey({ name: "customer", enabled: true });
    if (usagePlanId !== undefined) await this.client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
    return { keyId, value };
  }

  /** Whether this stands in the database, or in what is yet to go into it, while the server runs. */
  async isOnDisk(text: string): Promise<boolean> {
    const names = await readdir(this.dataDir);
    const files = names.filter((name) => name.startsWith("store.sqlite")).map((name) => join(this.dataDir, name));
    const contents = await Promise.all(files.map((file) => readFile(file)));
    return contents.some((content) => content.includes(text));
  }

  /** `[used, remaining]` of a key: what was used on all days of late, and what is left today. */
  async usage(usagePlanId: string, keyId: string): Promise<readonly number[]> {
    const { items } = await this.client.getUsage({ usagePlanId, keyId, startDate: date(2), endDate: date(-1) });
    const days = items?.[keyId] ?? [];
    return [days.reduce((sum, [used = 0]) => sum + used, 0), days.at(-1)?.[1] ?? Number.NaN];
  }
}

describe.each([1, 2])("with %i threads", (workers) => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(workers);
  });
  afterAll(async () => {
    await shop.stop();
    await rm(shop.dataDir, { recursive: true, force: true });
  });

  it("a method that requires a key is closed without one, and others are open", async () => {
    const { value } = await shop.newKey();
    expect(await shop.ask("/open")).toEqual(ok);
    expect(await shop.ask("/pets")).toEqual(forbidden);
    expect(await shop.ask("/pets", "")).toEqual(forbidden);
    expect(await shop.ask("/pets", "x".repeat(40))).toEqual(forbidden);
    expect(await shop.ask("/pets", value)).toEqual(forbidden);
  });

  it("a key opens it from the moment that it is in a plan for the stage, and no longer", async () => {
    const { client } = shop;
    const { usagePlanId, keyId, value } = await shop.newPlan();
    expect(await shop.ask("/pets", value)).toEqual(ok);
    const enable = async (enabled: boolean): Promise<void> => {
      const patchOperations = [{ op: "replace" as const, path: "/enabled", value: String(enabled) }];
      await client.updateApiKey({ apiKey: keyId, patchOperations });
    };
    await enable(false);
    expect(await shop.ask("/pets", value)).toEqual(forbidden);
    await enable(true);
    expect(await shop.ask("/pets", value)).toEqual(ok);

    const apiStage = { path: "/apiStages", value: `${shop.restApiId}:${stageName}` };
    await client.updateUsagePlan({ usagePlanId, patchOperations: [{ op: "remove", ...apiStage }] });
    expect(await shop.ask("/pets", value)).toEqual(forbidden);
    await client.updateUsagePlan({ usagePlanId, patchOperations: [{ op: "add", ...apiStage }] });
    expect(await shop.ask("/pets", value)).toEqual(ok);

    await client.deleteUsagePlanKey({ usagePlanId, keyId });
    expect(await shop.ask("/pets", value)).toEqual(forbidden);
    await client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
    expect(await shop.ask("/pets", value)).toEqual(ok);
    await client.deleteApiKey({ apiKey: keyId });
    expect(await shop.ask("/pets", value)).toEqual(forbidden);
  });

  it("a plan's limit is each key's own, exact under a flood, and changes with a PATCH", async () => {
    const { usagePlanId, value } = await shop.newPlan({ throttle: { rateLimit: 0, burstLimit: 20 } });
    const other = await shop.newKey(usagePlanId);
    const refused = `429 ${throttled.text}`;
    expect(await shop.flood(50, "/pets", value)).toEqual({ "200": 20, [refused]: 30 });
    expect(await shop.ask("/toys", value)).toEqual(throttled);
    expect(await shop.flood(25, "/toys", other.value)).toEqual({ "200": 20, [refused]: 5 });
    const patchOperations = [{ op: "remove" as const, path: "/throttle" }];
    await shop.client.updateUsagePlan({ usagePlanId, patchOperations });
    expect(await shop.ask("/pets", value)).toEqual(ok);
  });

  it("a method's limit within a plan holds beside the plan's", async () => {
    const throttle = { "/pets/GET": { rateLimit: 0, burstLimit: 3 } };
    const { value } = await shop.newPlan({ throttle: { rateLimit: 0, burstLimit: 10 } }, throttle);
    const refused = `429 ${throttled.text}`;
    expect(await shop.flood(8, "/pets", value)).toEqual({ "200": 3, [refused]: 5 });
    // What the method refused was not taken from the plan.
    expect(await shop.flood(9, "/toys", value)).toEqual({ "200": 7, [refused]: 2 });
  });

  it("a quota counts exactly, shows its numbers, can be extended, and outlives restarts and a kill", async () => {
    const { client } = shop;
    const { usagePlanId, keyId, value } = await shop.newPlan({ quota: { limit: 30, period: "MONTH" } });
    const refused = `429 ${exceeded.text}`;
    expect(await shop.flood(60, "/pets", value)).toEqual({ "200": 30, [refused]: 30 });
    expect(await shop.ask("/toys", value)).toEqual(exceeded);
    expect(await shop.ask("/open", value)).toEqual(ok);
    expect(await shop.usage(usagePlanId, keyId)).toEqual([30, 0]);

    const patchOperations = [{ op: "replace" as const, path: "/remaining", value: "5" }];
    await client.updateUsage({ usagePlanId, keyId, patchOperations });
    expect(await shop.ask("/pets", value)).toEqual(ok);
    expect(await shop.usage(usagePlanId, keyId)).toEqual([31, 4]);
    expect(await shop.ask("/pets", value)).toEqual(ok);

    await shop.stop();
    await shop.start();
    // Nobody had asked for the last of it before the end.
    expect(await shop.usage(usagePlanId, keyId)).toEqual([32, 3]);
    expect(await shop.flood(5, "/pets", value)).toEqual({ "200": 3, [refused]: 2 });
    expect(await shop.usage(usagePlanId, keyId)).toEqual([35, 0]);

    await shop.stop("SIGKILL");
    await shop.start();
    expect(await shop.usage(usagePlanId, keyId)).toEqual([35, 0]);
    expect(await shop.ask("/pets", value)).toEqual(exceeded);
    const raised = [{ op: "replace" as const, path: "/quota/limit", value: "40" }];
    await shop.client.updateUsagePlan({ usagePlanId, patchOperations: raised });
    expect(await shop.ask("/pets", value)).toEqual(ok);
  });

  it("what was used is stored without anybody asking", async () => {
    const { usagePlanId, keyId, value } = await shop.newPlan();
    await shop.flood(17, "/pets", value);
    // Nobody else makes so many.
    await expect.poll(() => shop.isOnDisk('"used":17}'), { timeout: 30_000 }).toBe(true);
    await shop.stop("SIGKILL");
    await shop.start();
    expect(await shop.usage(usagePlanId, keyId)).toEqual([17, -1]);
  });

  it("no file of the data dir has a key's value in it, nor has what the server writes", async () => {
    const { value } = await shop.newPlan();
    expect(await shop.ask("/pets", value)).toEqual(ok);
    await shop.stop();
    expect(shop.server.output()).not.toContain(value);
    const names = await readdir(shop.dataDir, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile());
    expect(files.length).toBeGreaterThan(0);
    for (const { parentPath, name } of files) {
      expect((await readFile(join(parentPath, name))).includes(value), name).toBe(false);
    }
    await shop.start();
    expect(await shop.ask("/pets", value)).toEqual(ok);
  });
});
