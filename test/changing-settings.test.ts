/**
 * Settings of every kind change while clients that pipeline keep several threads busy: each answer, each line and each
 * count is what the settings in force allow, and none is made of two moments of the stage. Another sequence:
 * `STAGEWRIGHT_FUZZ_SEED=7 npx vitest run test/changing-settings.test.ts`.
 */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  firstMoment,
  firstOperations,
  type Moment,
  nextMoment,
  type Path,
  paths,
  type Told,
} from "./support/changing-stage.ts";
import { type Asked, executionsExpected, readLines, wrongAnswer, wrongLines } from "./support/changing-stage-checks.ts";
import { readExposition } from "./support/exposition.ts";
import { listenForTest } from "./support/listen-for-test.ts";
import { PipeliningClient } from "./support/pipelining-client.ts";
import { sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { Draw } from "./support/state-fuzz/draw.ts";

const seed = Number(process.env["STAGEWRIGHT_FUZZ_SEED"] ?? 20_261_122);
const patches = 40;
const clients = 8;
/** Requests that a client writes at once, at most. */
const pipelined = 5;
/** What `GET /limited` gives, in all. */
const burst = 60;
const deployments = 3;
const stageName = "prod";

interface Lab {
  readonly server: RunningServer;
  readonly client: APIGateway;
  readonly dataDir: string;
  readonly restApiId: string;
  readonly deploymentIds: readonly string[];
  /** By path: the ids of the requests that the endpoint got. */
  readonly calls: Readonly<Record<Path, string[]>>;
}

/** An endpoint that tells what it was asked: the deployment and the release by the path, the rest by headers. */
async function startEndpoint(calls: Lab["calls"]): Promise<number> {
  const endpoint = createServer((request, reply) => {
    const [, deployment, path, release] = (request.url ?? "").split("/");
    const { "x-canary": canary = "", "x-deployment": deploymentId, "x-id": id } = request.headers;
    calls[path as Path].push(String(id));
    const told = { deployment: Number(deployment), release, canary, deploymentId, askedAt: performance.now() };
    reply.end(JSON.stringify(told));
  });
  return listenForTest(endpoint);
}

/** Deployments of one API that differ in where their methods go. */
async function deployAll(client: APIGateway, port: number): Promise<Pick<Lab, "restApiId" | "deploymentIds">> {
  const { id: restApiId = "", rootResourceId: parentId = "" } = await client.createRestApi({ name: "changing" });
  const resourceIds = new Map<Path, string>();
  for (const pathPart of paths) {
    const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart });
    resourceIds.set(pathPart, resourceId);
    await client.putMethod({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" });
  }
  const deploymentIds: string[] = [];
  while (deploymentIds.length < deployments) {
    for (const [path, resourceId] of resourceIds) {
      const uri = `http://127.0.0.1:${port}/${deploymentIds.length}/${path}/\${stageVariables.release}`;
      const requestParameters = {
        "integration.request.header.x-canary": "context.isCanaryRequest",
        "integration.request.header.x-deployment": "context.deploymentId",
        "integration.request.header.x-id": "context.requestId",
      };
      const method = { restApiId, resourceId, httpMethod: "GET", integrationHttpMethod: "GET" };
      await client.putIntegration({ ...method, type: "HTTP_PROXY", uri, requestParameters });
    }
    const { id = "" } = await client.createDeployment({ restApiId });
    deploymentIds.push(id);
  }
  return { restApiId, deploymentIds };
}

async function start(): Promise<Lab> {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-changing-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const flags = ["--account-rate-limit", "1000000", "--account-burst-limit", "1000000"];
  const server = await startServer(["--workers", "2", "--cache-cluster-duration", "0", ...flags], { dataDir });
  onTestFinished(async () => void (await server.stop("SIGKILL")));
  const client = sdkClient(server);
  onTestFinished(() => client.destroy());
  const role = { op: "replace", path: "/cloudwatchRoleArn", value: "arn:aws:iam::000000000000:role/logs" } as const;
  await client.updateAccount({ patchOperations: [role] });
  const calls = { plain: [], cached: [], gated: [], limited: [] };
  const deployed = await deployAll(client, await startEndpoint(calls));
  const stage = { restApiId: deployed.restApiId, stageName };
  await client.createStage({ ...stage, deploymentId: deployed.deploymentIds[0] });
  await client.updateStage({ ...stage, patchOperations: firstOperations(burst) });
  return { server, client, dataDir, ...deployed, calls };
}

/** What the stage was, is and becomes, as those who ask have to know it. */
class Course {
  readonly moments: Moment[];
  readonly #lab: Lab;
  /** How many moments are over: a later one's PATCH is answered. */
  past = 0;
  /** When the last flush that is answered had begun. */
  flushedAt = 0;
  isOver = false;

  constructor(lab: Lab) {
    this.#lab = lab;
    this.moments = [firstMoment(lab.deploymentIds[0] ?? "")];
  }

  async run(draw: Draw): Promise<void> {
    const { client, restApiId, deploymentIds } = this.#lab;
    const stage = { restApiId, stageName };
    try {
      for (let number = 1; number <= patches; number++) {
        const { moment, patchOperations } = nextMoment(this.moments[number - 1] as Moment, deploymentIds, draw);
        this.moments.push(moment);
        await client.updateStage({ ...stage, patchOperations });
        this.past = number;
        if (!draw.chance(20)) continue;
        const begun = performance.now();
        await client.flushStageCache(stage);
        this.flushedAt = begun;
      }
    } finally {
      this.isOver = true;
    }
  }
}

/** Asks until the course is over, several requests at once, now and then on another connection. `base`: of the port. */
async function traffic(lab: Lab, base: string, course: Course, draw: Draw): Promise<readonly Asked[]> {
  const { restApiId, deploymentIds } = lab;
  const client = new PipeliningClient(Number(new URL(base).port));
  onTestFinished(() => client.close());
  const textOf = ({ id, path }: Pick<Asked, "id" | "path">): string =>
    `GET /${stageName}/${path} HTTP/1.1\r\nHost: ${restApiId}.execute-api.test\r\nx-amzn-RequestId: ${id}\r\n\r\n`;
  const asked: Asked[] = [];
  while (!course.isOver) {
    const requests = Array.from({ length: 1 + draw.int(pipelined) }, () => ({
      id: randomUUID(),
      path: draw.pick(paths) ?? "plain",
    }));
    const { past, flushedAt } = course;
    const replies = await client.ask(requests.map(textOf));
    const inForce = course.moments.slice(past);
    for (const [index, request] of requests.entries()) {
      const { status = 0, head = "", body = "" } = replies[index] ?? {};
      expect(head).toContain(`\r\nx-amzn-RequestId: ${request.id}\r\n`);
      const told = status === 200 ? (JSON.parse(body) as Told) : undefined;
      if (told !== undefined) expect(deploymentIds[told.deployment]).toBe(told.deploymentId);
      asked.push({ ...request, inForce, flushedAt, status, told });
    }
    if (draw.chance(10)) client.close();
  }
  return asked;
}

const count = (asked: readonly Asked[], path: Path, status: number): number =>
  asked.filter((each) => each.path === path && each.status === status).length;

/** What is wrong, with the first requests that it is wrong with. */
function expectNothingWrong(asked: readonly Asked[], wrongWith: (each: Asked) => string | undefined): void {
  const wrong = asked.map((each) => [wrongWith(each), each] as const).filter(([why]) => why !== undefined);
  expect(wrong.slice(0, 3), `${wrong.length} requests, seed ${seed}`).toEqual([]);
}

async function expectCounted(asked: readonly Asked[], { server, calls }: Lab): Promise<void> {
  const metrics = readExposition(await (await fetch(`${server.control}/_stagewright/metrics`)).text());
  const total = (word: string): number =>
    (metrics.get(`stagewright_stage_${word}_total`)?.samples ?? []).reduce((sum, { value }) => sum + value, 0);
  expect(total("requests")).toBe(asked.length);
  expect(total("4xx_errors")).toBe(count(asked, "gated", 429) + count(asked, "limited", 429));
  expect(total("5xx_errors")).toBe(0);
  expect(total("cache_hits")).toBe(count(asked, "cached", 200) - calls.cached.length);
}

test("settings of every kind change under traffic", async () => {
  const draw = new Draw(seed);
  const lab = await start();
  const course = new Course(lab);
  // The main thread serves the stage on its own port, beside the others.
  const { control, gateway } = lab.server;
  const streams = Array.from({ length: clients }, (_, index) =>
    traffic(lab, index % 4 === 0 ? control : gateway, course, new Draw(draw.int(2 ** 31))),
  );
  const [, ...each] = await Promise.all([course.run(draw), ...streams]);
  const asked = each.flat();

  expectNothingWrong(asked, (request) => wrongAnswer(request, course.moments));
  expect([count(asked, "limited", 200), count(asked, "limited", 429) > 0]).toEqual([burst, true]);
  for (const path of ["plain", "gated", "limited"] as const) {
    const served = asked.filter((request) => request.path === path && request.status === 200).map(({ id }) => id);
    expect(lab.calls[path].toSorted(), path).toEqual(served.toSorted());
  }
  await expectCounted(asked, lab);

  expect(await lab.server.stop()).toBe(0);
  const lines = await readLines(lab.dataDir, `API-Gateway-Execution-Logs_${lab.restApiId}/${stageName}`);
  expectNothingWrong(asked, (request) => wrongLines(request, lines));
  expect(lines.executions.toSorted()).toEqual(executionsExpected(asked, false).toSorted());
  expect(lines.canaryExecutions.toSorted()).toEqual(executionsExpected(asked, true).toSorted());
});
