/**
 * Clients and backends that break off, stall, and say what is no HTTP, against several threads: whoever behaves is served
 * meanwhile, every request is counted and logged once however it ended, and nothing stays behind.
 */
import { readFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { logFileName, logFolder } from "../src/gateway/telemetry/sinks/log-files.ts";
import { type Family, readExposition } from "./support/exposition.ts";
import { misbehave, startIllBehavedBackend } from "./support/ill-behaved.ts";
import { PipeliningClient } from "./support/pipelining-client.ts";
import { logGroupArn } from "./support/recording-logs.ts";
import { sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { Draw } from "./support/state-fuzz/draw.ts";

const seed = Number(process.env["STAGEWRIGHT_FUZZ_SEED"] ?? 20_261_122);
const clients = 30;
/** Of each client, one after the other. */
const connections = 8;
const stageName = "prod";
const group = "access";

/** Methods ANY at `/{path}` of these kinds. `/cached` keeps its answers, `/own` calls nobody. */
const kinds = { good: "HTTP_PROXY", proxy: "HTTP_PROXY", http: "HTTP", cached: "HTTP_PROXY", own: "MOCK" } as const;

async function deploy(server: RunningServer, port: number): Promise<string> {
  const client = sdkClient(server);
  const { id: restApiId = "", rootResourceId: parentId = "" } = await client.createRestApi({ name: "ill" });
  for (const [pathPart, type] of Object.entries(kinds)) {
    const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart });
    const method = { restApiId, resourceId, httpMethod: "ANY" };
    await client.putMethod({ ...method, authorizationType: "NONE" });
    // Who behaves has time, however busy the machine is.
    const timeoutInMillis = pathPart === "good" ? 29_000 : 200;
    const http = { integrationHttpMethod: "ANY", uri: `http://127.0.0.1:${port}/${pathPart}`, timeoutInMillis };
    const own = { requestTemplates: { "application/json": '{"statusCode":200}' } };
    await client.putIntegration({ ...method, type, ...(type === "MOCK" ? own : http) });
    if (type === "HTTP_PROXY") continue;
    await client.putMethodResponse({ ...method, statusCode: "200" });
    await client.putIntegrationResponse({ ...method, statusCode: "200" });
  }
  await client.createDeployment({ restApiId, stageName });
  const values = {
    "/accessLogSettings/destinationArn": logGroupArn(group),
    "/accessLogSettings/format": "$context.requestId",
    "/cacheClusterEnabled": "true",
    "/~1cached/GET/caching/enabled": "true",
    "/~1cached/GET/caching/ttlInSeconds": "1",
  };
  const patchOperations = Object.entries(values).map(([path, value]) => ({ op: "replace" as const, path, value }));
  const role = { op: "replace", path: "/cloudwatchRoleArn", value: "arn:aws:iam::000000000000:role/logs" } as const;
  await client.updateAccount({ patchOperations: [role] });
  await client.updateStage({ restApiId, stageName, patchOperations });
  client.destroy();
  return restApiId;
}

async function metricsOf({ control }: RunningServer): Promise<ReadonlyMap<string, Family>> {
  return readExposition(await (await fetch(`${control}/_stagewright/metrics`)).text());
}

const valueOf = (metrics: ReadonlyMap<string, Family>, name: string): number =>
  (metrics.get(name)?.samples ?? []).reduce((sum, { value }) => sum + value, 0);

test("ill-behaved peers cost nobody else anything", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-ill-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const limits = ["--account-rate-limit", "1000000", "--account-burst-limit", "1000000"];
  const server = await startServer(["--workers", "2", "--cache-cluster-duration", "0", ...limits], { dataDir });
  onTestFinished(async () => void (await server.stop("SIGKILL")));
  const draw = new Draw(seed);
  const restApiId = await deploy(server, await startIllBehavedBackend(new Draw(draw.int(2 ** 31))));
  const port = Number(new URL(server.gateway).port);
  const host = `${restApiId}.execute-api.test`;
  const idle = valueOf(await metricsOf(server), "stagewright_requests_in_flight");

  const over = new AbortController();
  const neighbour = async (): Promise<Set<string>> => {
    const client = new PipeliningClient(port);
    onTestFinished(() => client.close());
    const heard = new Set<string>();
    const request = `GET /${stageName}/good HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    while (!over.signal.aborted) {
      for (const { status, body } of await client.ask([request, request])) heard.add(`${status} ${body}`);
    }
    return heard;
  };
  const targets = ["proxy", "http", "cached", "cached", "own", "none"].map((path) => `/${stageName}/${path}`);
  const crowd = Array.from({ length: clients }, async () => {
    const own = new Draw(draw.int(2 ** 31));
    for (let count = 0; count < connections; count++) await misbehave(port, host, targets, own);
  });
  const gone = Promise.all(crowd).finally(() => over.abort());
  const [, ...heard] = await Promise.all([gone, neighbour(), neighbour()]);
  expect(heard).toEqual([new Set(["200 {}"]), new Set(["200 {}"])]);

  const inFlight = async () => valueOf(await metricsOf(server), "stagewright_requests_in_flight");
  await expect.poll(inFlight, { timeout: 20_000 }).toBe(idle);
  const counted = valueOf(await metricsOf(server), "stagewright_stage_requests_total");
  expect(await server.stop()).toBe(0);
  const text = await readFile(join(logFolder(dataDir), logFileName(group)), "utf8");
  const ids = text.split("\n").slice(0, -1);
  expect([ids.length, new Set(ids).size]).toEqual([counted, counted]);
  // It logged no mistake of its own.
  expect(server.output()).toMatch(/^ready [^\n]*\n$/);
});
