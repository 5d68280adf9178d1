/** Mapping templates through real sockets, as the official SDK deploys them: what was recorded of the service (facts/mapping.md 13). */
import type { APIGateway, PutIntegrationCommandInput } from "@aws-sdk/client-api-gateway";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const json = "application/json";

interface Case {
  readonly integration: Pick<PutIntegrationCommandInput, "type" | "uri" | "requestTemplates" | "requestParameters">;
  readonly responseTemplate?: string;
}

const mock = (requestTemplate = "{statusCode: 200}"): Case["integration"] => ({
  type: "MOCK",
  requestTemplates: { [json]: requestTemplate },
});

/** What the backend was asked. */
const asked: string[] = [];

async function answer(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  asked.push(`${request.method} ${request.url} ${await text(request)}`);
  reply.end(JSON.stringify({ path: request.url, items: [1, 2, 3] }));
}

describe("mapping templates", () => {
  let server: RunningServer;
  let client: APIGateway;
  let backend: Server;
  let backendUrl = "";
  let restApiId = "";
  let rootId = "";

  beforeAll(async () => {
    backend = createServer((request, reply) => void answer(request, reply));
    backend.listen(0, "127.0.0.1");
    await once(backend, "listening");
    backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    server = await startServer();
    client = sdkClient(server);
    const api = await client.createRestApi({ name: "templates" });
    restApiId = api.id ?? "";
    rootId = api.rootResourceId ?? "";
  });
  afterAll(async () => {
    client.destroy();
    expect(await server.stop()).toBe(0);
    backend.close();
  });

  /** Puts a method at `/{name}/{id}` and deploys; gives the URL of the path's first segment. */
  async function deploy(name: string, { integration, responseTemplate }: Case): Promise<string> {
    const { id: parentId = "" } = await client.createResource({ restApiId, parentId: rootId, pathPart: name });
    const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart: "{id}" });
    const method = { restApiId, resourceId, httpMethod: "ANY" };
    await client.putMethod({ ...method, authorizationType: "NONE" });
    await client.putMethodResponse({ ...method, statusCode: "200" });
    await client.putIntegration({
      ...method,
      ...integration,
      ...(integration.uri && { integrationHttpMethod: "POST" }),
    });
    const templates = responseTemplate === undefined ? {} : { responseTemplates: { [json]: responseTemplate } };
    await client.putIntegrationResponse({ ...method, statusCode: "200", ...templates });
    await client.createDeployment({ restApiId, stageName: "prod" });
    return `${server.gateway}/_aws/execute-api/${restApiId}/prod/${name}`;
  }

  it("a path parameter prints without quotes", async () => {
    const url = await deploy("params", {
      integration: mock(),
      responseTemplate: '{"statusCode": 200, "id": $input.params().path.id}',
    });
    const reply = await fetch(`${url}/42`);
    expect(await reply.json()).toEqual({ statusCode: 200, id: 42 });
    expect(reply.headers.get("content-type")).toBe(json);
  });

  it("an empty body is {}", async () => {
    const url = await deploy("empty", {
      integration: {
        type: "HTTP",
        uri: `${backendUrl}/queue`,
        requestTemplates: { [json]: "Action=SendMessage&MessageBody=$input.body" },
      },
      responseTemplate: "$input.path('$.path') $input.path('$.items').size()",
    });
    const reply = await fetch(`${url}/1`, { method: "POST" });
    expect([reply.status, await reply.text()]).toEqual([200, "/queue 3"]);
    expect(asked.at(-1)).toBe("POST /queue Action=SendMessage&MessageBody={}");
  });

  it("a parameter decoded into an override by the request template is read by the response template", async () => {
    const url = await deploy("override", {
      integration: mock(
        "#set($context.requestOverride.path.body = $util.base64Decode($input.params('id'))){\"statusCode\": 200}",
      ),
      responseTemplate:
        "#set($body = $util.parseJson($context.requestOverride.path.body))" +
        '{"branch": "#if($body.kind == "a")first#elseif($body.kind == "b")second#{else}third#end"}',
    });
    for (const [kind, branch] of [
      ["a", "first"],
      ["b", "second"],
      ["c", "third"],
    ]) {
      const reply = await fetch(`${url}/${Buffer.from(JSON.stringify({ kind })).toString("base64url")}`);
      expect(await reply.json()).toEqual({ branch });
    }
  });

  it("a request template sets status and header of an answer that has no template", async () => {
    const url = await deploy("status", {
      integration: mock(
        '#set($context.responseOverride.status = 444)#set($context.responseOverride.header.foo = "bar"){"statusCode": 200}',
      ),
    });
    const reply = await fetch(`${url}/1`);
    expect([reply.status, reply.headers.get("foo"), await reply.text()]).toEqual([444, "bar", ""]);
  });

  it("overrides of path, query and headers reach the endpoint", async () => {
    const override = "$context.requestOverride";
    const url = await deploy("http", {
      integration: {
        type: "HTTP",
        uri: `${backendUrl}/{id}`,
        requestTemplates: {
          [json]: `#set(${override}.path.id = "$input.params('id')-x")#set(${override}.querystring["q"] = ["1", "2"])$input.json('$.a')`,
        },
      },
    });
    await (
      await fetch(`${url}/7`, { method: "POST", headers: { "Content-Type": json }, body: '{"a": {"b": 1}}' })
    ).text();
    expect(asked.at(-1)).toBe('POST /7-x?q=1&q=2 {"b":1}');
  });

  it("a template that is none is deployed, and fails its own requests alone", async () => {
    const bad = await deploy("bad", { integration: mock(), responseTemplate: "#if(" });
    const reply = await fetch(`${bad}/1`);
    expect([reply.status, await reply.text()]).toEqual([500, '{"message": "Internal server error"}']);
    expect((await fetch(`${bad.replace("/bad", "/params")}/42`)).status).toBe(200);
  });

  it("a template that would run for ever is ended while others are served", async () => {
    const loop = "#foreach($i in [1..1000])".repeat(5) + "x" + "#end".repeat(5);
    const endless = await deploy("endless", { integration: mock(), responseTemplate: loop });
    const answers = await Promise.all([
      fetch(`${endless}/1`),
      ...Array.from({ length: 5 }, () => fetch(`${endless.replace("/endless", "/params")}/42`)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([500, 200, 200, 200, 200, 200]);
  });
});
