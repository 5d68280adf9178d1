import { describe, expect, test } from "vitest";
import {
  apiId,
  type Asked,
  bodyOf,
  gatewayOf,
  methodOf,
  mockOf,
  named,
  snapshotOf,
  valueOf,
} from "../../test/support/gateway-fixture.ts";
import type { MethodDocument, RestApiDocument } from "../model/documents.ts";
import { limits } from "../limits.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("answers before a method is reached (facts/runtime.md 1, 13)", () => {
  const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/pets": { GET: named("pets") } }) } });
  const forbidden = { status: 403, body: '{"message":"Forbidden"}', type: "ForbiddenException" };
  const noRoute = {
    status: 403,
    body: '{"message":"Missing Authentication Token"}',
    type: "MissingAuthenticationTokenException",
  };

  test.each<[string, Asked, typeof forbidden]>([
    ["unknown API", { host: "zzzzzzzzzz.execute-api.test" }, forbidden],
    ["unknown stage", { target: "/other/pets" }, forbidden],
    ["no stage", { target: "/" }, forbidden],
    ["no API", { host: "localhost", target: "/prod/pets" }, forbidden],
    ["unknown path", { path: "/cats" }, noRoute],
    ["unknown verb", { path: "/pets", method: "POST" }, noRoute],
    ["a verb that there is not", { path: "/pets", method: "BREW" }, noRoute],
  ])("%s", async (_name, asked, { status, body, type }) => {
    const answer = await gateway.ask(asked);
    expect(answer).toMatchObject({ status, body });
    expect(valueOf(answer, "x-amzn-errortype")).toBe(type);
    expect(valueOf(answer, "content-type")).toBe("application/json");
    expect(valueOf(answer, "x-amzn-requestid")).toMatch(uuid);
    expect(valueOf(answer, "x-amz-apigw-id")).toMatch(/^[A-Za-z0-9+/]{15}=$/);
  });

  test("a disabled default endpoint answers as an unknown API does", async () => {
    const disabled = gatewayOf({
      snapshots: { dep001: snapshotOf({ "/": { GET: named("root") } }, { disableExecuteApiEndpoint: true }) },
    });
    expect(await disabled.ask({})).toMatchObject({ status: 403, body: forbidden.body });
  });

  test.each<[string, Asked, number, string]>([
    [
      "a declared body",
      { method: "POST", body: bodyOf([], limits.payload + 1) },
      413,
      "HTTP content length exceeded 10485760 bytes.",
    ],
    [
      "header values",
      { headers: ["a", "x".repeat(5_121), "b", "x".repeat(5_120)] },
      431,
      '{"message":"Request Header Fields Too Large"}',
    ],
    ["the target", { path: `/${"x".repeat(limits.requestTarget)}` }, 414, '{"message":"Request URI too long"}'],
  ])("%s over the quota", async (_name, asked, status, body) => {
    expect(await gateway.ask(asked)).toMatchObject({ status, body });
  });

  test("the edge's 413 is plain text", async () => {
    const answer = await gateway.ask({ method: "POST", body: bodyOf([], limits.payload + 1) });
    expect(valueOf(answer, "content-type")).toBe("text/plain");
  });
});

describe("routing", () => {
  const gateway = gatewayOf({
    stage: { stageName: "my-stage" },
    snapshots: {
      dep001: snapshotOf({
        "/": { GET: named("root") },
        "/pets": { GET: named("get"), ANY: named("any") },
        "/empty": {},
        "/{proxy+}": { ANY: named("proxy") },
      }),
    },
  });
  const at = (path: string, more: Asked = {}): Promise<{ body: string }> =>
    gateway.ask({ target: `/my-stage${path}`, ...more });

  test.each([
    ["", "root"],
    ["/", "root"],
    ["/pets", "get"],
    ["/pets/", "get"],
    ["//pets?x=/y", "get"],
    ["/pets/1", "proxy"],
    // A resource without methods serves nothing, and so hides nothing.
    ["/empty", "proxy"],
  ])("%j reaches %s", async (path, body) => {
    expect(await at(path)).toMatchObject({ body });
  });

  test("a verb beats ANY", async () => {
    expect(await at("/pets", { method: "POST" })).toMatchObject({ body: "any" });
  });

  test("the path form reaches the same stage", async () => {
    for (const target of [`/_aws/execute-api/${apiId}/my-stage`, `/_aws/execute-api/${apiId}/my-stage/`]) {
      expect(await gateway.ask({ host: "localhost", target })).toMatchObject({ body: "root" });
    }
  });

  test("X-HTTP-Method-Override changes the verb, and what is no verb reaches nothing", async () => {
    expect(await at("/pets", { headers: ["X-HTTP-Method-Override", "put"] })).toMatchObject({ body: "any" });
    expect(await at("/pets", { headers: ["x-http-method-override", "FETCH"] })).toMatchObject({ status: 403 });
  });
});

describe("the request id (facts/runtime.md 4)", () => {
  const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: named("root") } }) } });

  test("a client's UUID is used and echoed", async () => {
    const id = "01234567-89ab-4def-8123-456789abcdef";
    expect(valueOf(await gateway.ask({ headers: ["X-Amzn-RequestId", id] }), "x-amzn-requestid")).toBe(id);
  });

  test("anything else is replaced", async () => {
    const answer = await gateway.ask({ headers: ["x-amzn-requestid", "mine"] });
    expect(valueOf(answer, "x-amzn-requestid")).toMatch(uuid);
  });
});

describe("a query with what has to be escaped in it (facts/runtime.md 1)", () => {
  const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: named("root") } }) } });

  test.each(["a=1|2", "a={1", "a=1}", "|", "a&{b}=1"])("%s is refused", async (query) => {
    const answer = await gateway.ask({ target: `/prod?${query}` });
    expect(answer).toMatchObject({ status: 400, body: '{"message": "Bad Request"}' });
    expect(valueOf(answer, "x-amzn-errortype")).toBe("BadRequestException");
  });

  test("it is served when it is escaped", async () => {
    expect(await gateway.ask({ target: "/prod?a=1%7C2&%7Bb%7D" })).toMatchObject({ status: 200, body: "root" });
  });
});

describe("methods whose protection cannot be checked are not served open", () => {
  const integration = mockOf().methodIntegration;
  test.each<[string, Partial<MethodDocument>, Partial<RestApiDocument>, string, string]>([
    [
      "CUSTOM without its authorizer",
      { authorizationType: "CUSTOM" },
      {},
      '{"message":null}',
      "AuthorizerConfigurationException",
    ],
    [
      "COGNITO_USER_POOLS without its authorizer",
      { authorizationType: "COGNITO_USER_POOLS" },
      {},
      '{"message":null}',
      "AuthorizerConfigurationException",
    ],
    [
      "a resource policy that cannot be read",
      {},
      { policy: "{}" },
      '{"Message":"User is not authorized to access this resource"}',
      "AccessDeniedException",
    ],
    ["an API key", { apiKeyRequired: true }, {}, '{"message":"Forbidden"}', "ForbiddenException"],
  ])("%s", async (_name, method, restApi, body, type) => {
    const document = methodOf({ ...integration }, method);
    const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: document } }, restApi) } });
    const answer = await gateway.ask({ headers: ["Authorization", "x", "x-api-key", "y"] });
    expect(answer).toMatchObject({ status: type.startsWith("Authorizer") ? 500 : 403, body });
    expect(valueOf(answer, "x-amzn-errortype")).toBe(type);
    expect(gateway.upstream.dispatched).toEqual([]);
  });
});

describe("methods that cannot be compiled", () => {
  test.each<[string, MethodDocument, RegExp]>([
    ["AWS_PROXY", methodOf({ type: "AWS_PROXY" }), /AWS_PROXY/],
    ["AWS", methodOf({ type: "AWS" }), /AWS/],
    ["no integration", { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false }, /no integration/],
    ["an address that is none", methodOf({ uri: "http://${stageVariables.host}/" }), /Invalid endpoint address/],
    [
      "Content-Length mapped",
      methodOf({ requestParameters: { "integration.request.header.Content-Length": "'1'" } }),
      /Content-Length/,
    ],
  ])("%s: 500, a line in the log, and the others go on", async (_name, document, reason) => {
    const gateway = gatewayOf({
      snapshots: { dep001: snapshotOf({ "/bad": { GET: document }, "/good": { GET: named("good") } }) },
    });
    const answer = await gateway.ask({ path: "/bad" });
    expect(answer).toMatchObject({ status: 500, body: '{"message": "Internal server error"}' });
    expect(valueOf(answer, "x-amzn-errortype")).toBe("InternalServerErrorException");
    expect(gateway.logged.map(([details]) => String(Object(details).err))).toEqual([expect.stringMatching(reason)]);
    expect(await gateway.ask({ path: "/good" })).toMatchObject({ status: 200, body: "good" });
  });

  test("an endpoint that is not trusted: 500, and a line in the log", async () => {
    const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: methodOf() } }) } });
    gateway.upstream.behaviour = "untrusted";
    expect(await gateway.ask({})).toMatchObject({ status: 500, body: '{"message": "Internal server error"}' });
    expect(gateway.logged.map(([details]) => String(Object(details).err))).toEqual(["UpstreamFailure: untrusted"]);
  });

  test("a stage whose deployment is missing: 500, and a line in the log", async () => {
    const gateway = gatewayOf({ snapshots: {}, stage: { deploymentId: "gone00" } });
    expect(await gateway.ask({})).toMatchObject({ status: 500, body: '{"message": "Internal server error"}' });
    expect(gateway.logged).toHaveLength(1);
  });

  test("a method that fails under load writes a bounded number of lines", async () => {
    let now = 1_767_225_600_000;
    const gateway = gatewayOf({
      snapshots: { dep001: snapshotOf({ "/": { GET: methodOf({ type: "AWS" }) } }) },
      now: () => now,
    });
    for (let i = 0; i < 100; i++) await gateway.ask({});
    expect(gateway.logged).toHaveLength(limits.logLines);
    now += 1_000;
    await gateway.ask({});
    expect(gateway.logged.at(-1)?.[0]).toMatchObject({ suppressed: 100 - limits.logLines });
  });
});
