/** The promise of the whole: a stage changes under traffic, and every request sees it either before or after. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { once } from "node:events";
import { Agent, createServer, get, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Backend, type BackendAnswer, startBackend } from "../demo/backend.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";

const patches = 1_000;
const clients = 8;
/** Deployment and variable as they belong together. */
const sides = [
  { deployment: "1", release: "blue" },
  { deployment: "2", release: "green" },
] as const;

const seenAs = (side: 0 | 1): string => `200 ${sides[side].deployment}/${sides[side].release}`;

const uriOf = ({ url }: Backend, deployment: string): string => `${url}/${deployment}/\${stageVariables.release}`;

/** `200 1/blue`: the status and what the backend was asked for. */
function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const request = get(url, { agent }, (reply) => {
      let text = "";
      reply.on("data", (chunk: Buffer) => (text += chunk.toString()));
      reply.on("error", () => resolve("broken off"));
      reply.on("end", () => {
        const answer = reply.statusCode === 200 ? (JSON.parse(text) as BackendAnswer) : undefined;
        resolve(`${reply.statusCode} ${answer?.deployment}/${answer?.release}`);
      });
    });
    request.on("error", (error) => resolve(error.message));
  });
}

describe("a stage that changes under traffic", () => {
  let server: RunningServer;
  let backend: Backend;
  let client: APIGateway;
  const agent = new Agent({ keepAlive: true });

  beforeAll(async () => {
    server = await startServer();
    backend = await startBackend();
    client = sdkClient(server);
  });
  afterAll(async () => {
    agent.destroy();
    client.destroy();
    expect(await server.stop()).toBe(0);
    await backend.stop();
  });

  it(`loses no request to ${patches} PATCHes, mixes nothing, and shows each change to the next request`, async () => {
    const { restApiId, rootResourceId, deploymentId } = await deployApi(client, "prod", uriOf(backend, "1"));
    const stage = { restApiId, stageName: "prod" };
    const method = { restApiId, resourceId: rootResourceId, httpMethod: "GET" };
    await client.putIntegration({
      ...method,
      type: "HTTP_PROXY",
      integrationHttpMethod: "GET",
      uri: uriOf(backend, "2"),
    });
    const { id: second = "" } = await client.createDeployment({ restApiId });
    const deploymentIds = [deploymentId, second];
    const turnTo = (side: 0 | 1): Promise<unknown> =>
      client.updateStage({
        ...stage,
        patchOperations: [
          { op: "replace", path: "/deploymentId", value: deploymentIds[side] },
          { op: "replace", path: "/variables/release", value: sides[side].release },
        ],
      });

    await turnTo(0);
    const url = `${server.gateway}/_aws/execute-api/${restApiId}/prod/`;
    const seen = new Map<string, number>();
    const over = new AbortController();
    const traffic = Array.from({ length: clients }, async () => {
      while (!over.signal.aborted) {
        const answer = await ask(url, agent);
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }
    });
    const late: string[] = [];
    for (let i = 1; i <= patches; i++) {
      const side = i % 2 === 0 ? 0 : 1;
      await turnTo(side);
      const next = await ask(url, agent);
      if (next !== seenAs(side)) late.push(next);
    }
    over.abort();
    await Promise.all(traffic);

    expect(late).toEqual([]);
    expect([...seen.keys()].sort()).toEqual([seenAs(0), seenAs(1)]);
  });
});

describe("a server that is told to stop", () => {
  it("finishes the requests under way, takes no new ones, and ends with 0", async () => {
    const held: ServerResponse[] = [];
    const slow = createServer((_request, reply) => void held.push(reply)).listen(0, "127.0.0.1");
    await once(slow, "listening");
    const address = slow.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const server = await startServer();
    const agent = new Agent({ keepAlive: true });
    try {
      const { restApiId } = await deployApi(sdkClient(server), "prod", `http://127.0.0.1:${port}/`);
      const url = `${server.gateway}/_aws/execute-api/${restApiId}/prod/`;
      const answers = Array.from({ length: 20 }, () => ask(url, agent));
      while (held.length < answers.length) await new Promise((resolve) => setTimeout(resolve, 5));

      const stopped = server.stop();
      // It listens no more: a new connection is refused. Until then, one may still come in and is served.
      let refused = "";
      while (!refused.includes("ECONNREFUSED")) refused = await ask(`${server.gateway}/`, new Agent());
      for (const reply of held) reply.end(JSON.stringify({ deployment: "1", release: "blue" }));

      expect(new Set(await Promise.all(answers))).toEqual(new Set(["200 1/blue"]));
      expect(await stopped).toBe(0);
    } finally {
      await server.stop("SIGKILL");
      agent.destroy();
      slow.closeAllConnections();
      slow.close();
    }
  });
});
