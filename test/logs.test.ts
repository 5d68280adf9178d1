/** Access and execution logs of the real server: every request has its line, wherever logs go and however it ends. */
import { randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { portOf } from "../bench/support/control.ts";
import { load } from "../bench/support/load.ts";
import { readLog } from "../src/commands/read-log.ts";
import { freePort } from "./support/free-port.ts";
import { startLogServices } from "./support/log-services.ts";
import { deliveryStreamArn, logGroupArn } from "./support/recording-logs.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, type StartOptions, startServer } from "./support/server.ts";
import { missing, run } from "./support/tools.ts";
import { rawClient, say } from "./support/wire.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const connections = 32;
let dataDir = "";
const running: RunningServer[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "stagewright-logs-"));
});
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop("SIGKILL");
  await rm(dataDir, { recursive: true, force: true });
});

async function start(flags: readonly string[] = [], env: StartOptions["env"] = {}): Promise<RunningServer> {
  const limits = ["--account-rate-limit", "1000000", "--account-burst-limit", "1000000"];
  const credentials = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_EC2_METADATA_DISABLED: "true" };
  const server = await startServer([...limits, ...flags], { dataDir, env: { ...credentials, ...env } });
  running.push(server);
  return server;
}

interface Deployed {
  readonly restApiId: string;
  readonly host: string;
  /** UpdateStage, one replace an entry. */
  readonly patch: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly url: string;
}

/** An API with a MOCK `GET /`, deployed to `prod`, in an account that may log. */
async function deploy(server: RunningServer): Promise<Deployed> {
  const client = sdkClient(server);
  const role = { op: "replace", path: "/cloudwatchRoleArn", value: "arn:aws:iam::000000000000:role/logs" } as const;
  await client.updateAccount({ patchOperations: [role] });
  const { restApiId } = await deployApi(client, "prod");
  return {
    restApiId,
    host: `${restApiId}.execute-api.test`,
    url: `${server.gateway}/_aws/execute-api/${restApiId}/prod`,
    patch: (values) =>
      client.updateStage({
        restApiId,
        stageName: "prod",
        patchOperations: Object.entries(values).map(([path, value]) => ({ op: "replace", path, value })),
      }),
  };
}

const group = "apigw/prod";
const accessLog = (format: string, destinationArn = logGroupArn(group)): Record<string, string> => ({
  "/accessLogSettings/destinationArn": destinationArn,
  "/accessLogSettings/format": format,
});

/** Everything that is kept of a group. */
async function kept(name = group): Promise<string[]> {
  const messages: string[] = [];
  for await (const events of readLog(join(dataDir, "logs"), name, false)) {
    messages.push(...events.map(({ message }) => message));
  }
  return messages;
}

interface Request {
  readonly id: string;
  readonly bytes: Buffer;
  readonly status: number;
}

/** So many requests, each with an id of its own: two of three are served, the others are for a path that is not there. */
const requestsTo = (host: string, count: number): Request[] =>
  Array.from({ length: count }, (_, index) => {
    const id = randomUUID();
    const status = index % 3 === 2 ? 403 : 200;
    const target = status === 403 ? "/prod/none" : "/prod/";
    const head = `GET ${target} HTTP/1.1\r\nHost: ${host}\r\nx-amzn-RequestId: ${id}\r\n\r\n`;
    return { id, status, bytes: Buffer.from(head) };
  });

async function sendAll(server: RunningServer, requests: readonly Request[]): Promise<void> {
  const { statuses } = await load({
    port: portOf(server.gateway),
    connections,
    requests: requests.map(({ bytes }) => bytes),
    count: requests.length,
  });
  const refused = requests.filter(({ status }) => status === 403).length;
  expect(statuses).toEqual({ 200: requests.length - refused, 403: refused });
}

const line = "$context.requestId $context.status";
const linesOf = (requests: readonly Request[]): string[] =>
  requests.map(({ id, status }) => `${id} ${status}`).toSorted();

describe("under load, every request has exactly one line", () => {
  test.each([1, 3])("in files, with %d threads, and none is lost when it stops", async (workers) => {
    const server = await start(["--workers", String(workers)]);
    const { host, patch } = await deploy(server);
    await patch(accessLog(line));
    const requests = requestsTo(host, 6_000);
    await sendAll(server, requests);
    expect(await server.stop()).toBe(0);
    expect((await kept()).toSorted()).toEqual(linesOf(requests));
  });

  test("in CloudWatch Logs that is slow, throttles and breaks off", async () => {
    const services = await startLogServices();
    const server = await start(["--workers", "2"], { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: services.endpoint });
    const { host, patch } = await deploy(server);
    await patch(accessLog(line));
    const throttled = { status: 400, type: "ThrottlingException" };
    services.misbehave.push(undefined, "die", undefined, { slow: 300 }, throttled, { slow: 200 }, "die", throttled);
    const requests = requestsTo(host, 4_000);
    await sendAll(server, requests);
    expect(await server.stop()).toBe(0);
    expect(services.complaints).toEqual([]);
    expect(services.taken.get(group)?.toSorted()).toEqual(linesOf(requests));
  });

  test("in a delivery stream that takes records in part", async () => {
    const services = await startLogServices();
    const server = await start([], { AWS_ENDPOINT_URL_FIREHOSE: services.endpoint });
    const { host, patch } = await deploy(server);
    await patch(accessLog(line, deliveryStreamArn("amazon-apigateway-logs")));
    services.misbehave.push("in part", "in part", { slow: 100 });
    const requests = requestsTo(host, 2_000);
    await sendAll(server, requests);
    expect(await server.stop()).toBe(0);
    expect(services.complaints).toEqual([]);
    expect(services.taken.get("amazon-apigateway-logs")?.toSorted()).toEqual(linesOf(requests));
  });

  test("a service that never answers slows no request, and what it did not take is told", async () => {
    const services = await startLogServices();
    const server = await start([], { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: services.endpoint });
    const { host, patch } = await deploy(server);
    await patch(accessLog(line));
    services.misbehave.push(...Array.from({ length: 1_000 }, () => "hang" as const));
    await sendAll(server, requestsTo(host, 3_000));
    expect(await server.stop()).toBe(0);
    expect(server.output()).toContain('"dropped":3000,"msg":"log events were dropped"');
  });
});

test("a process that is killed leaves whole lines, and the next one goes on behind them", async () => {
  const first = await start();
  const { host, patch } = await deploy(first);
  await patch(accessLog(line));
  const requests = requestsTo(host, 3_000);
  await sendAll(first, requests.slice(0, 2_000));
  await first.stop("SIGKILL");
  const second = await start();
  await sendAll(second, requests.slice(2_000));
  expect(await second.stop()).toBe(0);
  const lines = await kept();
  const expected = new Set(linesOf(requests));
  expect(lines.filter((text) => !expected.has(text))).toEqual([]);
  expect(new Set(lines).size).toBe(lines.length);
  expect(lines.length).toBeGreaterThanOrEqual(1_000);
  expect(lines).toEqual(expect.arrayContaining(linesOf(requests.slice(2_000))));
});

test("what UpdateStage sets acts on the next request", async () => {
  const server = await start();
  const { restApiId, url, patch } = await deploy(server);
  const ask = (): Promise<unknown> => fetch(`${url}/`).then((answer) => answer.text());
  await ask();
  await patch(accessLog("first $context.requestId"));
  await ask();
  await patch({ "/accessLogSettings/format": "second $context.requestId" });
  await ask();
  await patch(accessLog("third $context.requestId", logGroupArn("other")));
  await ask();
  const patchOperations = [{ op: "remove", path: "/accessLogSettings" } as const];
  await sdkClient(server).updateStage({ restApiId, stageName: "prod", patchOperations });
  await ask();
  expect(await server.stop()).toBe(0);
  expect((await kept()).map((text) => text.split(" ")[0])).toEqual(["first", "second"]);
  expect((await kept("other")).map((text) => text.split(" ")[0])).toEqual(["third"]);
});

describe("formats, with what clients send", () => {
  const agent = 'say "hi" \\ \t<b>&amp;</b>, naïve 猫';
  const formats: readonly (readonly [string, string, (text: string) => unknown, unknown])[] = [
    [
      "JSON",
      '{"id":"$context.requestId","agent":"$context.identity.userAgent","status":$context.status,"error":$context.error.messageString}',
      (text) => JSON.parse(text) as unknown,
      { id: expect.any(String) as string, agent, status: 403, error: "Missing Authentication Token" },
    ],
    [
      "CLF",
      '$context.identity.sourceIp "$context.identity.userAgent" $context.status $context.requestId',
      (text) => text.slice(0, -37),
      `127.0.0.1 "${agent}" 403`,
    ],
    [
      "XML",
      '<request id="$context.requestId"><agent>$context.identity.userAgent</agent></request>',
      (text) => text.slice(51),
      `<agent>${agent}</agent></request>`,
    ],
    [
      "CSV",
      "$context.status,$context.identity.userAgent,$context.requestId",
      (text) => text.slice(0, -37),
      `403,${agent}`,
    ],
  ];

  test.each(formats)("%s", async (_name, format, read, expected) => {
    const server = await start();
    const { host, patch } = await deploy(server);
    await patch(accessLog(format));
    const bytes = Buffer.from(`GET /prod/none HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\n\r\n`);
    expect(await say(portOf(server.gateway), bytes)).toContain("403");
    expect(await server.stop()).toBe(0);
    const messages = await kept();
    expect(messages).toHaveLength(1);
    expect(read(messages[0] ?? "")).toEqual(expected);
  });
});

test("a client that goes away before it is answered has its line too", async () => {
  const server = await start();
  const { host, patch } = await deploy(server);
  await patch(accessLog("$context.requestId $context.status $context.httpMethod"));
  await patch({ "/*/*/logging/loglevel": "INFO", "/*/*/logging/dataTrace": "true" });
  const client = await rawClient(portOf(server.gateway));
  const id = randomUUID();
  // A body that does not come is waited for, because the data trace wants it.
  client.send(`GET /prod/ HTTP/1.1\r\nHost: ${host}\r\nx-amzn-RequestId: ${id}\r\nContent-Length: 5\r\n\r\n`);
  client.socket.end();
  await client.rest();
  expect(await server.stop()).toBe(0);
  expect(await kept()).toEqual([expect.stringMatching(new RegExp(`^${id} (-|400) GET$`))]);
});

const tail = (...args: string[]) => run(process.execPath, [main, "logs", "tail", ...args]);

describe("stagewright logs tail", () => {
  test("shows an execution log with its times, and an access log as it is formatted", async () => {
    const server = await start();
    const { restApiId, url, patch } = await deploy(server);
    await patch({
      ...accessLog('{"id":"$context.requestId","status":$context.status}'),
      "/*/*/logging/loglevel": "INFO",
    });
    await fetch(`${url}/`);
    expect(await server.stop()).toBe(0);
    const access = await tail(group, "--data-dir", dataDir);
    expect(JSON.parse(access.stdout)).toMatchObject({ status: 200 });
    const execution = `API-Gateway-Execution-Logs_${restApiId}/prod`;
    const { code, stdout } = await tail(execution, "--data-dir", dataDir);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    for (const text of lines) expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \([0-9a-f-]{36}\) /);
    expect(lines.at(-1)).toMatch(/Method completed with status: 200$/);
    const asJson = await tail(execution, "--json", "--data-dir", dataDir);
    const events = asJson.stdout
      .trimEnd()
      .split("\n")
      .map((text) => JSON.parse(text) as Record<string, string>);
    expect(events.map(({ timestamp, message }) => `${timestamp} ${message}`)).toEqual(lines);
  });

  test("a group that is not there, and a call that is wrong, say what there is", async () => {
    const server = await start();
    const { url, patch } = await deploy(server);
    expect(await tail("none", "--data-dir", dataDir)).toMatchObject({ code: 2, stdout: "" });
    await patch(accessLog(line));
    await fetch(`${url}/`);
    expect(await server.stop()).toBe(0);
    const { code, stderr } = await tail("none", "--data-dir", dataDir);
    expect([code, stderr]).toEqual([2, `stagewright: There is no log none. These exist in ${dataDir}:\n  ${group}\n`]);
    expect((await tail("--data-dir", dataDir)).stderr).toContain(`  ${group}\n`);
    expect((await tail(group, "--tail")).stderr).toContain("stagewright logs tail GROUP");
    expect((await tail("--help")).stdout).toContain("stagewright logs tail GROUP");
  });

  test("a reader that has seen enough ends it quietly", async () => {
    const server = await start();
    const { host, patch } = await deploy(server);
    await patch(accessLog(`$context.requestId ${"x".repeat(2_000)}`));
    await sendAll(server, requestsTo(host, 600));
    expect(await server.stop()).toBe(0);
    const command = `"${process.execPath}" "${main}" logs tail ${group} --data-dir "${dataDir}" | head -n 1`;
    const { stdout, stderr } = await run("sh", ["-c", command]);
    expect([stdout.trimEnd().split("\n").length, stderr]).toEqual([1, ""]);
  });

  test("--follow shows what comes", async () => {
    const server = await start();
    const { url, patch } = await deploy(server);
    await patch(accessLog("$context.path $context.requestId"));
    await fetch(`${url}/?first`);
    while ((await kept()).length === 0) await new Promise((resolve) => void setTimeout(resolve, 20));
    const child = spawn(process.execPath, [main, "logs", "tail", group, "--follow", "--data-dir", dataDir]);
    const seen: string[] = [];
    for await (const text of createInterface(child.stdout)) {
      seen.push(text.split(" ")[0] ?? "");
      if (seen.length === 3) break;
      void fetch(`${url}/next-${seen.length}`);
    }
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    await ended;
    expect(seen).toEqual(["/prod/", "/prod/next-1", "/prod/next-2"]);
  });
});

const withoutMoto = await missing("moto_server", ["--help"]);
if (withoutMoto !== undefined) console.log(`skipped the test with moto: ${withoutMoto}`);

test.skipIf(withoutMoto !== undefined)(
  "CloudWatch Logs as moto has it takes both kinds of log",
  async () => {
    const port = await freePort();
    const moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    const ended = once(moto, "exit");
    try {
      const endpoint = `http://127.0.0.1:${port}`;
      while ((await fetch(endpoint).catch(() => undefined)) === undefined) {
        await new Promise((resolve) => void setTimeout(resolve, 100));
      }
      const server = await start([], { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint });
      const { restApiId, url, patch } = await deploy(server);
      await patch({ ...accessLog("$context.requestId $context.path"), "/*/*/logging/loglevel": "INFO" });
      for (let i = 0; i < 20; i++) await fetch(`${url}/`);
      expect(await server.stop()).toBe(0);
      const { CloudWatchLogsClient, FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
      const credentials = { accessKeyId: "test", secretAccessKey: "test" };
      const client = new CloudWatchLogsClient({ endpoint, region: "us-east-1", credentials });
      const messagesOf = async (logGroupName: string): Promise<(string | undefined)[]> => {
        const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName }));
        return events.map(({ message }) => message);
      };
      expect(await messagesOf(group)).toHaveLength(20);
      const execution = await messagesOf(`API-Gateway-Execution-Logs_${restApiId}/prod`);
      expect(execution.filter((message) => message?.endsWith("Successfully completed execution"))).toHaveLength(20);
      client.destroy();
    } finally {
      moto.kill("SIGTERM");
      await ended;
    }
  },
  120_000,
);
