/** What a request sees that came by a custom domain name. */
import { describe, expect, test } from "vitest";
import {
  apiId,
  type FixtureInput,
  gatewayOf,
  methodOf,
  named,
  snapshotOf,
  valueOf,
} from "../../test/support/gateway-fixture.ts";
import { guardedGateway } from "../../test/support/authorizer-fixture.ts";
import { logGroupArn, recordingLogs } from "../../test/support/recording-logs.ts";
import type { BasePathMappingDocument } from "../model/documents.ts";

const host = "api.example.com";
const template = "$context.path $context.domainName $context.domainPrefix $context.stage $context.apiId";

/** The fixture's stage, below these mappings of a domain. */
function mapped(mappings: readonly Omit<BasePathMappingDocument, "restApiId">[], options: Partial<FixtureInput> = {}) {
  const snapshots = {
    dep001: snapshotOf({ "/pets": { GET: named(template) }, "/any/{proxy+}": { ANY: methodOf() } }),
  };
  const gateway = gatewayOf({ snapshots, ...options });
  gateway.table.apply({
    kind: "putDomain",
    domainName: host,
    mappings: mappings.map((mapping) => ({ ...mapping, restApiId: apiId })),
  });
  return gateway;
}

describe("a request by a custom domain name", () => {
  const gateway = mapped([
    { basePath: "v1", stage: "prod" },
    { basePath: "open" },
    { basePath: "gone", stage: "gone" },
  ]);
  const ask = (target: string, headers: readonly string[] = []) => gateway.ask({ host, target, headers });

  test("reaches the stage below its base path, and its context names both", async () => {
    expect((await ask("/v1/pets?a=b")).body).toBe(`/v1/pets ${host} api prod ${apiId}`);
    expect((await ask("/open/prod/pets")).body).toBe(`/open/prod/pets ${host} api prod ${apiId}`);
    expect((await gateway.ask({ path: "/pets" })).body).toBe(
      `/prod/pets ${apiId}.execute-api.test ${apiId} prod ${apiId}`,
    );
  });

  test.each(["/", "", "/pets", "/prod/pets", "/v2/pets", "/open", "/open/other/pets", "/gone/pets"])(
    "%j leads nowhere",
    async (target) => {
      const answer = await ask(target);
      expect(answer).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
      expect(valueOf(answer, "x-amzn-errortype")).toBe("ForbiddenException");
    },
  );

  test("is for no method of the stage: then it is as anywhere", async () => {
    expect(await ask("/v1")).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
    expect(await ask("/v1/cats")).toMatchObject({ status: 403, body: '{"message":"Missing Authentication Token"}' });
  });

  test("gives the endpoint the path below the base path", async () => {
    await ask("/v1/any/a%2Fb/c?d=e");
    expect(gateway.upstream.last.target).toBe("/?d=e");
    expect(await gateway.ask({ host: "other.example.com", target: "/v1/pets" })).toMatchObject({ status: 403 });
  });

  test("goes by the API's own path where that is given", async () => {
    expect((await ask(`/_aws/execute-api/${apiId}/prod/pets`)).body).toBe(`/prod/pets ${host} api prod ${apiId}`);
  });

  test.each(["/ping", "/sping"])("%s is the service's own", async (target) => {
    const answer = await ask(target);
    expect(answer).toMatchObject({ status: 200, body: "healthy" });
    expect(valueOf(answer, "content-type")).toBe("text/plain");
    expect(valueOf(answer, "x-amzn-requestid")).toBeDefined();
    expect(await gateway.ask({ target })).toMatchObject({ status: 403 });
    expect(await ask(`${target}/x`)).toMatchObject({ status: 403 });
  });
});

test("a disabled default endpoint is open to custom domain names", async () => {
  const restApi = { disableExecuteApiEndpoint: true };
  const gateway = mapped([{ basePath: "(none)", stage: "prod" }], {
    snapshots: { dep001: snapshotOf({ "/pets": { GET: named("pets") } }, restApi) },
  });
  expect(await gateway.ask({ path: "/pets" })).toMatchObject({ status: 403 });
  expect(await gateway.ask({ target: `/_aws/execute-api/${apiId}/prod/pets` })).toMatchObject({ status: 403 });
  expect(await gateway.ask({ host, target: "/pets" })).toMatchObject({ status: 200, body: "pets" });
});

test("access logs name the base path that was matched", async () => {
  const recorded = recordingLogs();
  const format = "$context.requestId $context.path $context.customDomain.basePathMatched";
  const gateway = mapped(
    [
      { basePath: "v1", stage: "prod" },
      { basePath: "(none)", stage: "prod" },
    ],
    {
      stage: { accessLogSettings: { format, destinationArn: logGroupArn("access") } },
      logs: recorded.logs,
    },
  );
  await gateway.ask({ host, target: "/v1/pets" });
  await gateway.ask({ host, target: "/pets" });
  await gateway.ask({ path: "/pets" });
  await gateway.ask({ host, target: "/ping" });
  const lines = recorded.of("access").map((line) => line.slice(line.indexOf(" ") + 1));
  expect(lines).toEqual(["/v1/pets v1", "/pets (none)", "/prod/pets -"]);
});

test("a Lambda authorizer hears of the path with its base path", async () => {
  const gateway = await guardedGateway({
    authorizer: { type: "REQUEST", identitySource: "method.request.header.Auth" },
  });
  const mapping = { basePath: "v1", restApiId: apiId, stage: "prod" };
  gateway.table.apply({ kind: "putDomain", domainName: host, mappings: [mapping] });
  const headers = ["Auth", "allow"];
  await gateway.ask({ host, target: "/v1", headers });
  await gateway.ask({ target: "/prod/", headers });
  expect(gateway.lambda.invoked).toMatchObject([
    { event: { path: "/v1", requestContext: { path: "/v1", domainName: host } } },
    { event: { path: "/", requestContext: { path: "/prod/" } } },
  ]);
});
