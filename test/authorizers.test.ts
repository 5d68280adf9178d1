/** Authorizers of a server with several threads, made and driven by the SDK, in front of a Lambda and a user pool of the test's own. */
import type { APIGateway, CreateAuthorizerRequest } from "@aws-sdk/client-api-gateway";
import { createServer } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { invocationUri } from "./support/authorizer-fixture.ts";
import { type LambdaService, policyOf, startLambda } from "./support/lambda-service.ts";
import { listenForTest } from "./support/listen-for-test.ts";
import { sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { poolArn, startUserPools, tokenOf, type UserPoolService } from "./support/user-pool-service.ts";

const stageName = "prod";
let lambda: LambdaService;
let pools: UserPoolService;
let server: RunningServer;
let client: APIGateway;

beforeAll(async () => {
  [lambda, pools] = await Promise.all([startLambda(), startUserPools()]);
  server = await startServer(["--workers", "2"], { env: { ...lambda.env, ...pools.env } });
  client = sdkClient(server);
});

afterAll(async () => {
  client.destroy();
  expect(await server.stop()).toBe(0);
  await Promise.all([lambda.stop(), pools.stop()]);
  expect(lambda.complaints).toEqual([]);
});

type Given = Omit<CreateAuthorizerRequest, "restApiId" | "name">;

const asks = {
  type: "TOKEN",
  authorizerUri: invocationUri("asks"),
  identitySource: "method.request.header.Auth",
} as const;

/** An API whose `GET /` answers with the caller's name, deployed to `prod`. */
async function guardedApi(given: Given, authorizationScopes?: string[]) {
  const { id: restApiId, rootResourceId: resourceId } = await client.createRestApi({ name: "guarded" });
  const { id: authorizerId } = await client.createAuthorizer({ restApiId, name: "guard", ...given });
  const place = { restApiId, resourceId, httpMethod: "GET" };
  const authorizationType = given.type === "COGNITO_USER_POOLS" ? given.type : "CUSTOM";
  await client.putMethod({ ...place, authorizationType, authorizerId, authorizationScopes });
  await client.putIntegration({
    ...place,
    type: "MOCK",
    requestTemplates: { "application/json": '{"statusCode":200}' },
  });
  await client.putMethodResponse({ ...place, statusCode: "200" });
  const template = "$context.authorizer.principalId$context.authorizer.claims.sub";
  const responseTemplates = { "application/json": template };
  await client.putIntegrationResponse({ ...place, statusCode: "200", responseTemplates });
  await client.createDeployment({ restApiId, stageName });
  const ask = async (headers: Readonly<Record<string, string>>, body?: Buffer) => {
    const url = `${server.gateway}/_aws/execute-api/${restApiId}/${stageName}/`;
    const sent = body === undefined ? {} : { method: "POST", body };
    const reply = await fetch(url, { ...sent, headers: { ...headers, connection: "close" } });
    return [reply.status, await reply.text()] as const;
  };
  return { restApiId, authorizerId, place, ask };
}

/** So many that every thread has some of them. */
const many = 24;

describe("a Lambda authorizer", () => {
  test("is asked once in each thread, and again after a flush", async () => {
    const { restApiId, ask } = await guardedApi(asks);
    lambda.react = ({ authorizationToken, methodArn }) => ({
      result: { ...policyOf("Allow", methodArn), principalId: authorizationToken },
    });
    const calls = async (): Promise<number> => {
      const before = lambda.invoked.length;
      const answers = await Promise.all(Array.from({ length: many }, () => ask({ Auth: "ann" })));
      expect(new Set(answers.map(String))).toEqual(new Set(["200,ann"]));
      return lambda.invoked.length - before;
    };
    const first = await calls();
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(2);
    await client.flushStageAuthorizersCache({ restApiId, stageName });
    const flushed = await calls();
    expect(flushed).toBeGreaterThan(0);
    expect(flushed).toBeLessThanOrEqual(2);
  });

  test("is that of the deployment, whatever becomes of it", async () => {
    const { restApiId, authorizerId, place, ask } = await guardedApi({ ...asks, authorizerResultTtlInSeconds: 0 });
    lambda.react = (_event, name) => ({ result: policyOf(name.endsWith("asks") ? "Allow" : "Deny", "*") });
    expect(await ask({ Auth: "x" })).toEqual([200, "somebody"]);
    await client.updateAuthorizer({
      restApiId,
      authorizerId,
      patchOperations: [{ op: "replace", path: "/authorizerUri", value: invocationUri("denies") }],
    });
    expect(await ask({ Auth: "x" })).toEqual([200, "somebody"]);
    const canarySettings = { percentTraffic: 100 };
    await client.createDeployment({ restApiId, stageName, canarySettings });
    expect((await ask({ Auth: "x" }))[0]).toBe(403);
    await client.updateStage({ restApiId, stageName, patchOperations: [{ op: "remove", path: "/canarySettings" }] });
    expect((await ask({ Auth: "x" }))[0]).toBe(200);
    await expect(client.deleteAuthorizer({ restApiId, authorizerId })).rejects.toMatchObject({
      name: "ConflictException",
      message: "Cannot delete authorizer 'guard', is referenced in method: GET//",
    });
    await client.updateMethod({
      ...place,
      patchOperations: [{ op: "replace", path: "/authorizationType", value: "NONE" }],
    });
    await client.deleteAuthorizer({ restApiId, authorizerId });
    expect((await ask({}))[0]).toBe(401);
    await client.createDeployment({ restApiId, stageName });
    expect((await ask({}))[0]).toBe(200);
  });

  test("holds a body back until the caller is known, and lets none of it through that is not allowed", async () => {
    const { restApiId, authorizerId, place, ask } = await guardedApi({ ...asks, authorizerResultTtlInSeconds: 0 });
    const lengths: number[] = [];
    const backend = createServer((request, response) => {
      let length = 0;
      request.on("data", (chunk: Buffer) => (length += chunk.length));
      request.on("end", () => {
        lengths.push(length);
        response.end(String(length));
      });
    });
    const uri = `http://127.0.0.1:${await listenForTest(backend)}/`;
    const method = { ...place, httpMethod: "POST" };
    await client.putMethod({ ...method, authorizationType: "CUSTOM", authorizerId });
    await client.putIntegration({ ...method, type: "HTTP_PROXY", integrationHttpMethod: "POST", uri });
    await client.createDeployment({ restApiId, stageName });
    lambda.react = async ({ authorizationToken, methodArn }) => {
      await delay(100);
      return { result: policyOf(authorizationToken === "ann" ? "Allow" : "Deny", methodArn) };
    };
    const body = Buffer.alloc(3_000_000, "x");
    expect(await ask({ Auth: "ann" }, body)).toEqual([200, "3000000"]);
    expect((await ask({ Auth: "bob" }, body))[0]).toBe(403);
    expect((await ask({}, body))[0]).toBe(401);
    expect(await ask({ Auth: "ann" }, body)).toEqual([200, "3000000"]);
    expect(lengths).toEqual([3_000_000, 3_000_000]);
  });

  test("is tested without a deployment", async () => {
    const { restApiId, authorizerId } = await guardedApi(asks);
    lambda.react = ({ methodArn }) => ({ result: policyOf("Allow", methodArn) });
    const tested = await client.testInvokeAuthorizer({ restApiId, authorizerId, headers: { Auth: "x" } });
    expect(tested).toMatchObject({ clientStatus: 0, principalId: "somebody" });
    expect(tested.log).toContain("Successfully completed authorizer execution\n");
  });
});

describe("a user pool", () => {
  const pool: Given = {
    type: "COGNITO_USER_POOLS",
    providerARNs: [poolArn],
    identitySource: "method.request.header.Auth",
  };

  test("lets its users in, each as himself", async () => {
    const { ask } = await guardedApi(pool);
    expect(await ask({ Auth: `Bearer ${await tokenOf({ sub: "ann" })}` })).toEqual([200, "annann"]);
    expect(await ask({ Auth: await tokenOf({ sub: "bob" }) })).toEqual([200, "bobbob"]);
    expect(await ask({ Auth: "Bearer x" })).toEqual([401, '{"message":"Unauthorized"}']);
    expect(await ask({})).toEqual([401, '{"message":"Unauthorized"}']);
  });

  test("grants scopes in access tokens", async () => {
    const { ask } = await guardedApi(pool, ["pets/read"]);
    const access = { token_use: "access", aud: undefined, client_id: "c" };
    expect((await ask({ Auth: await tokenOf({ ...access, scope: "pets/read openid" }) }))[0]).toBe(200);
    expect((await ask({ Auth: await tokenOf({ ...access, scope: "openid" }) }))[0]).toBe(401);
  });
});
