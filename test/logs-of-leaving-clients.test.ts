/**
 * Clients that pipeline and go away at any moment, endpoints that break off, and a stage that changes where it logs
 * meanwhile: each request that was served has exactly one line, and exactly one execution.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { portOf } from "../bench/support/control.ts";
import { readLog } from "../src/commands/read-log.ts";
import { logFolder } from "../src/gateway/telemetry/sinks/log-files.ts";
import { listenForTest } from "./support/listen-for-test.ts";
import { logGroupArn } from "./support/recording-logs.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { Draw } from "./support/state-fuzz/draw.ts";

const draw = new Draw(Number(process.env["STAGEWRIGHT_FUZZ_SEED"] ?? 20_261_122));
const clients = 12;
const visits = 25;
const patches = 20;
const groups = ["first", "second"] as const;

/** Milliseconds that a client stays, or an endpoint takes, at most. */
const longest = 40;

/** Ways for an endpoint to answer: at once, late, at length, in part, or not at all. */
const answers: readonly ((reply: ServerResponse) => void)[] = [
  (reply) => reply.end("ok"),
  (reply) => void setTimeout(() => reply.end("late"), draw.int(longest)),
  (reply) => {
    reply.write("x".repeat(100_000));
    setTimeout(() => reply.end("y".repeat(100_000)), draw.int(longest));
  },
  (reply) => {
    reply.writeHead(200, { "content-length": "100" }).write("part");
    setTimeout(() => reply.destroy(), draw.int(longest));
  },
  (reply) => reply.destroy(),
];

/** Some requests on one connection, which ends by itself, is closed, or is reset. Resolves with the ids that were answered. */
async function visit(port: number, path: string): Promise<readonly string[]> {
  const socket = connect(port, "127.0.0.1").on("error", () => undefined);
  let received = "";
  socket.on("data", (bytes: Buffer) => (received += bytes.toString("latin1")));
  await once(socket, "connect");
  const request = (): string => `GET ${path} HTTP/1.1\r\nHost: test\r\nx-amzn-RequestId: ${randomUUID()}\r\n\r\n`;
  socket.write(Array.from({ length: 1 + draw.int(3) }, request).join(""));
  if (draw.chance(25)) await once(socket, "data");
  else await delay(draw.int(2 * longest));
  if (draw.chance(50)) socket.resetAndDestroy();
  else socket.destroy();
  return [...received.matchAll(/x-amzn-RequestId: ([0-9a-f-]{36})\r\n/g)].map(([, id = ""]) => id);
}

/** How often each of these is there. */
function countOf(ids: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

interface Stage {
  readonly restApiId: string;
  /** UpdateStage, one replace an entry. */
  readonly patch: (values: Readonly<Record<string, string>>) => Promise<unknown>;
}

/** `GET /` of the stage `prod` goes to this endpoint, in an account that may log. */
async function deploy(server: RunningServer, uri: string): Promise<Stage> {
  const client = sdkClient(server);
  const role = { op: "replace", path: "/cloudwatchRoleArn", value: "arn:aws:iam::000000000000:role/logs" } as const;
  await client.updateAccount({ patchOperations: [role] });
  const { restApiId } = await deployApi(client, "prod", uri);
  const patch: Stage["patch"] = (values) => {
    const patchOperations = Object.entries(values).map(([path, value]) => ({ op: "replace" as const, path, value }));
    return client.updateStage({ restApiId, stageName: "prod", patchOperations });
  };
  return { restApiId, patch };
}

/** Changes where the stage logs, and what. */
async function change({ patch }: Stage): Promise<void> {
  for (let i = 0; i < patches; i++) {
    const destination = logGroupArn(groups[i % groups.length] ?? "");
    await patch({
      "/accessLogSettings/destinationArn": destination,
      "/*/*/logging/dataTrace": String(draw.chance(50)),
    });
    await delay(draw.int(longest));
  }
}

/** All events of a group. */
async function kept(dataDir: string, group: string): Promise<string[]> {
  const messages: string[] = [];
  for await (const events of readLog(logFolder(dataDir), group, false)) {
    messages.push(...events.map(({ message }) => message));
  }
  return messages;
}

const executionOf = (event: string): readonly string[] => {
  const [, id] = /\) Starting execution for request: (\S+)/.exec(event) ?? [];
  return id === undefined ? [] : [id];
};

test.each([1, 3])("with %d threads", async (workers) => {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-leaving-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const served: string[] = [];
  const endpoint = createServer((request, reply) => {
    reply.on("error", () => undefined);
    served.push(String(request.headers["x-amzn-requestid"]));
    draw.pick(answers)?.(reply);
  });
  const uri = `http://127.0.0.1:${await listenForTest(endpoint)}/`;
  const server = await startServer(["--workers", String(workers)], { dataDir });
  onTestFinished(async () => void (await server.stop("SIGKILL")));
  const stage = await deploy(server, uri);
  await stage.patch({
    "/accessLogSettings/destinationArn": logGroupArn(groups[0]),
    "/accessLogSettings/format": "$context.requestId $context.status",
    "/*/*/logging/loglevel": "INFO",
  });

  const answered: string[] = [];
  const visitor = async (): Promise<void> => {
    const path = `/_aws/execute-api/${stage.restApiId}/prod/`;
    for (let i = 0; i < visits; i++) answered.push(...(await visit(portOf(server.gateway), path)));
  };
  await Promise.all([change(stage), ...Array.from({ length: clients }, visitor)]);
  expect(await server.stop()).toBe(0);

  const lines = [...(await kept(dataDir, groups[0])), ...(await kept(dataDir, groups[1]))];
  const logged = lines.map((line) => line.split(" ")[0] ?? "");
  const executions = await kept(dataDir, `API-Gateway-Execution-Logs_${stage.restApiId}/prod`);
  expect(answered.length).toBeGreaterThan(clients);
  for (const counts of [countOf(logged), countOf(executions.flatMap(executionOf))]) {
    expect([...counts.values()].filter((count) => count !== 1)).toEqual([]);
    expect([...answered, ...served].filter((id) => !counts.has(id))).toEqual([]);
  }
});
