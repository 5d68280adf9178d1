/** Definitions from a file to a client's answer: imported by real clients, deployed and called. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bodyOf, mock, swagger } from "./support/import-fixture.ts";
import { sdkClient } from "./support/sdk.ts";
import { awsEnvironment, type RunningServer, startServer } from "./support/server.ts";
import { missing, run } from "./support/tools.ts";

const petstore = new URL("./support/definitions/petstore.yaml", import.meta.url);

let server: RunningServer;
let client: APIGateway;
let backend: Server;

beforeAll(async () => {
  backend = createServer((request, reply) => {
    if (request.method === "POST") {
      reply.statusCode = request.headers["x-known"] === undefined ? 201 : 409;
      request.pipe(reply);
    } else reply.end(JSON.stringify({ pets: [1, 2, 3], asked: request.url }));
  }).listen(0, "127.0.0.1");
  await once(backend, "listening");
  server = await startServer();
  client = sdkClient(server);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  backend.closeAllConnections();
  backend.close();
});

/** Deploys to `test`, in front of the backend; requests go to the function that it gives. */
async function deploy(restApiId: string) {
  const variables = { backend: `127.0.0.1:${(backend.address() as AddressInfo).port}` };
  await client.createDeployment({ restApiId, stageName: "test", variables });
  return (path: string, init: RequestInit = {}) =>
    fetch(`${server.gateway}/_aws/execute-api/${restApiId}/test${path}`, init);
}

/** A request with a body of JSON. */
const posting = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** An integration that answers this. */
const answering = (text: string) => ({
  ...mock,
  responses: { default: { statusCode: "200", responseTemplates: { "application/json": text } } },
});

/** What the pet shop does, whoever imported it. */
async function checkPetShop(restApiId: string): Promise<void> {
  const ask = await deploy(restApiId);
  const text = async (path: string, init?: RequestInit): Promise<string> => {
    const reply = await ask(path, init);
    return `${reply.status} ${(await reply.text()).trim()}`;
  };
  expect(await text("/")).toBe("200 <h1>Pets</h1>");
  expect(await text("/pets?type=cat")).toBe('200 {"count": 3, "asked": "/animals?kind=cat"}');
  expect(await text("/pets")).toMatch(/^400 .*Missing required request parameters: \[type\]/);
  expect(await text("/pets", posting({ name: "Tom", parents: [{ name: "Kit" }], food: "fish" }))).toBe(
    '201 {"name":"Tom","parents":[{"name":"Kit"}],"food":"fish"}',
  );
  const refused = await ask("/pets", posting({ name: "Tom", parents: [{}] }));
  expect([refused.status, refused.headers.get("x-shop"), await refused.text()]).toEqual([
    422,
    "pets",
    '{"wrong": ""Invalid request body""}',
  ]);
  expect(await text("/pets/7")).toBe('200 {"pets":[1,2,3],"asked":"/animals/7"}');
  expect(await text("/files/a/b.txt")).toBe('200 {"pets":[1,2,3],"asked":"/files/a/b.txt"}');
  const preflight = await ask("/pets", { method: "OPTIONS" });
  expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
  expect(await text("/nowhere")).toMatch(/^403 /);
}

describe("the SDK", () => {
  it("imports a pet shop that answers its clients", async () => {
    const made = await client.importRestApi({ body: await readFile(petstore), failOnWarnings: true });
    expect(made).toMatchObject({ name: "Pet shop", version: "1.10", tags: { team: "animals" } });
    expect(made.warnings).toBeUndefined();
    await checkPetShop(made.id ?? "");
  });

  it("puts a definition over what is deployed, and traffic goes on until the next deployment", async () => {
    const made = await client.importRestApi({ body: await readFile(petstore) });
    const restApiId = made.id ?? "";
    const ask = await deploy(restApiId);
    const body = bodyOf(
      swagger({
        paths: { "/": { get: { responses: { "200": {} }, "x-amazon-apigateway-integration": answering("new") } } },
      }),
    );
    await client.putRestApi({ restApiId, mode: "overwrite", body });
    expect(await (await ask("/")).text()).toBe("<h1>Pets</h1>");
    await deploy(restApiId);
    expect(await (await ask("/")).text()).toBe("new");
    expect((await ask("/pets?type=cat")).status).toBe(403);
  });

  it("imports ten thousand paths, serves them, and puts them again", async () => {
    const count = 10_000;
    const paths = Object.fromEntries(
      Array.from({ length: count }, (_, i) => [
        `/group${i % 100}/{id}/item${i}`,
        {
          get: {
            operationId: `get${i}`,
            parameters: [{ name: "id", in: "path", required: true, type: "string" }],
            responses: { "200": { description: "ok", schema: { $ref: "#/definitions/Item" } } },
            "x-amazon-apigateway-integration": mock,
          },
        },
      ]),
    );
    const body = bodyOf(swagger({ paths, definitions: { Item: { type: "object" } } }));
    const small = await client.importRestApi({ body: await readFile(petstore) });
    const ask = await deploy(small.id ?? "");
    const importing = client.importRestApi({ body });
    expect((await ask("/")).status).toBe(200);
    const made = await importing;
    const restApiId = made.id ?? "";
    const page = await client.getResources({ restApiId, limit: 500, embed: ["methods"] });
    expect(page.items).toHaveLength(500);
    const askItem = await deploy(restApiId);
    expect((await askItem("/group42/x/item5042")).status).toBe(200);
    expect((await askItem("/group42/x/item5041")).status).toBe(403);
    const again = await client.putRestApi({ restApiId, mode: "overwrite", body });
    expect(again.id).toBe(restApiId);
    await client.deleteRestApi({ restApiId });
  });
});

const absent = await missing("aws", ["--version"]);
if (absent !== undefined) console.log(`skipped the imports by the AWS CLI: ${absent}`);

describe.skipIf(absent !== undefined)("the AWS CLI", () => {
  it("imports the pet shop from a file, and puts it again", async () => {
    const body = `fileb://${petstore.pathname}`;
    const aws = async (...args: string[]) => {
      const all = ["apigateway", ...args, "--body", body, "--output", "json"];
      const { stdout, stderr } = await run("aws", all, { env: awsEnvironment(server) });
      expect(stderr).toBe("");
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    };
    const made = await aws(
      "import-rest-api",
      "--fail-on-warnings",
      "--parameters",
      "endpointConfigurationTypes=REGIONAL",
    );
    expect(made).toMatchObject({ name: "Pet shop", endpointConfiguration: { types: ["REGIONAL"] } });
    const restApiId = String(made["id"]);
    await checkPetShop(restApiId);
    const put = await aws(
      "put-rest-api",
      "--rest-api-id",
      restApiId,
      "--mode",
      "overwrite",
      "--parameters",
      "basepath=prepend",
    );
    expect(put).toMatchObject({ id: restApiId, endpointConfiguration: { types: ["REGIONAL"] } });
    const { items = [] } = await client.getResources({ restApiId });
    expect(items.map(({ path }) => path)).toEqual([
      "/",
      "/v1",
      "/v1/files",
      "/v1/files/{proxy+}",
      "/v1/pets",
      "/v1/pets/{id}",
    ]);
  });
});
