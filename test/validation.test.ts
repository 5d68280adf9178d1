/** Validators, models and gateway responses from the management API to the client, and over a restart. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "./support/server.ts";
import { sdkClient } from "./support/sdk.ts";

const contentType = "application/json";
let dataDir: string;
let server: RunningServer;
let client: APIGateway;
let restApiId: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "stagewright-validation-"));
  server = await startServer([], { dataDir });
  client = sdkClient(server);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** `POST /` as a stage answers it: `200 `, then the body. */
async function post(stageName: string, body: string, query = ""): Promise<string> {
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/${stageName}/${query}`;
  const reply = await fetch(url, { method: "POST", headers: { "content-type": contentType }, body });
  return `${reply.status} ${await reply.text()}`;
}

/** `POST /` answers MOCK; a body must be a `Pets`, whose elements are `Pet`s, and the query must have `owner`. */
async function define(): Promise<void> {
  const api = await client.createRestApi({ name: "pets" });
  restApiId = api.id ?? "";
  const schemas = {
    Pet: { type: "object", required: ["name"], properties: { name: { type: "string", pattern: "^[a-z]+$" } } },
    Pets: {
      type: "array",
      items: { $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet` },
    },
  };
  for (const [name, schema] of Object.entries(schemas)) {
    await client.createModel({ restApiId, name, contentType, schema: JSON.stringify(schema) });
  }
  const method = { restApiId, resourceId: api.rootResourceId, httpMethod: "POST" };
  await client.putMethod({
    ...method,
    authorizationType: "NONE",
    requestModels: { [contentType]: "Pets" },
    requestParameters: { "method.request.querystring.owner": true },
  });
  const requestTemplates = { [contentType]: '{"statusCode":200}' };
  await client.putIntegration({ ...method, type: "MOCK", requestTemplates });
  await client.putMethodResponse({ ...method, statusCode: "200" });
  await client.putIntegrationResponse({ ...method, statusCode: "200" });
}

/** Gives the method a validator, and its refusals a status and words of their own. */
async function validate(): Promise<void> {
  const validator = await client.createRequestValidator({
    restApiId,
    name: "all",
    validateRequestBody: true,
    validateRequestParameters: true,
  });
  const resourceId = (await client.getRestApi({ restApiId })).rootResourceId;
  await client.updateMethod({
    restApiId,
    resourceId,
    httpMethod: "POST",
    patchOperations: [{ op: "replace", path: "/requestValidatorId", value: validator.id }],
  });
  await client.putGatewayResponse({
    restApiId,
    responseType: "BAD_REQUEST_BODY",
    statusCode: "422",
    responseTemplates: { "text/plain": "$context.error.validationErrorString" },
  });
}

async function expectAnswers(): Promise<void> {
  const owned = "?owner=me";
  expect(await post("before", "[{}]")).toBe("200 ");
  expect(await post("after", '[{"name":"rex"}]', owned)).toBe("200 ");
  expect(await post("after", '[{"name":"rex"},{}]', owned)).toBe(
    '422 [object has missing required properties (["name"])]',
  );
  expect(await post("after", '[{"name":"REX"}]', owned)).toBe(
    '422 [ECMA 262 regex "^[a-z]+$" does not match input string "REX"]',
  );
  expect(await post("after", "[]")).toBe('400 {"message": "Missing required request parameters: [owner]"}');
}

it("act from the next deployment on, and after a restart", async () => {
  await define();
  await client.createDeployment({ restApiId, stageName: "before" });
  await validate();
  await client.createDeployment({ restApiId, stageName: "after" });
  await expectAnswers();

  client.destroy();
  expect(await server.stop()).toBe(0);
  server = await startServer([], { dataDir });
  client = sdkClient(server);
  await expectAnswers();
  expect(await client.getModel({ restApiId, modelName: "Empty" })).toMatchObject({ name: "Empty" });
});
