import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { getOf, newApi } from "../../../test/support/api-fixture.ts";
import { FakeUpstream } from "../../../test/support/gateway-fixture.ts";
import { invoke, patch, withMock, withPets } from "../../../test/support/test-invoke-fixture.ts";
import { limits } from "../../limits.ts";
import { clientCertificateOperations } from "./client-certificate.ts";
import { integrationOperations } from "./integration.ts";
import { methodOperations } from "./method.ts";
import { restApiOperations } from "./rest-api.ts";

const executed = (path: string): string[] => [
  "Execution log for request {id}",
  "Starting execution for request: {id}",
  `HTTP Method: GET, Resource Path: ${path}`,
];

const withoutData = [
  "Method request path: {}",
  "Method request query string: {}",
  "Method request headers: {}",
  "Method request body before transformations: ",
];

describe("what a test goes through", () => {
  test("a MOCK, without a deployment and without an endpoint", async () => {
    const { lines, upstream, ...output } = await invoke(withMock('{"stage":"$context.stage"}'));
    expect(output).toEqual({
      status: 200,
      body: '{"stage":"test-invoke-stage"}',
      headers: { "Content-Type": "application/json" },
      multiValueHeaders: { "Content-Type": ["application/json"] },
      latency: expect.any(Number) as number,
      log: expect.any(String) as string,
    });
    expect(lines).toEqual([
      ...executed("/"),
      ...withoutData,
      'Method response body after transformations: {"stage":"test-invoke-stage"}',
      "Method response headers: {Content-Type=application/json}",
      "Successfully completed execution",
      "Method completed with status: 200",
    ]);
    expect(upstream.dispatched).toEqual([]);
  });

  test("an HTTP endpoint", async () => {
    const api = newApi();
    const resourceId = withPets(api);
    const upstream = new FakeUpstream();
    upstream.behaviour = { headers: ["X-Own", "1"], body: "a cat" };
    const pathWithQueryString = "/pets/a%20b?x=1&y=%C3%A9";
    const headers = { Authorization: "Bearer abcdef123456", Accept: "text/plain" };
    const tested = await invoke(api, { resourceId, upstream, pathWithQueryString, headers });
    expect(tested).toMatchObject({ status: 200, body: "a cat" });
    expect(Object.keys(tested.headers ?? {}).sort()).toEqual(["Content-Type", "X-Amzn-Trace-Id"]);
    const url = "http://backend.test:8081/animals/a%20b";
    const sent = `Accept=application/json, User-Agent=AmazonAPIGateway_${api.restApiId}`;
    expect(tested.lines).toEqual([
      ...executed("/pets/a%20b"),
      "Method request path: {petId=a b}",
      "Method request query string: {x=1, y=é}",
      "Method request headers: {Authorization=*************123456, Accept=text/plain}",
      "Method request body before transformations: ",
      `Endpoint request URI: ${url}`,
      `Endpoint request headers: {${sent}, X-Amzn-Apigateway-Api-Id=${api.restApiId}, X-Amzn-Trace-Id={trace}, Host=backend.test:8081}`,
      "Endpoint request body after transformations: ",
      `Sending request to ${url}`,
      expect.stringMatching(/^Received response. Status: 200, Integration latency: \d+ ms$/),
      "Endpoint response headers: {X-Own=1}",
      "Endpoint response body before transformations: a cat",
      "Method response body after transformations: a cat",
      "Method response headers: {Content-Type=application/json, X-Amzn-Trace-Id={trace}}",
      "Successfully completed execution",
      "Method completed with status: 200",
    ]);
  });

  test("nobody is kept from it: no limit, key, authorizer or policy, and no disabled endpoint", async () => {
    const api = withMock("open");
    methodOperations.UpdateMethod(
      {
        ...getOf(api),
        patchOperations: [patch("/authorizationType", "AWS_IAM"), patch("/apiKeyRequired", "true")],
      },
      api.context,
    );
    const policy = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}';
    restApiOperations.UpdateRestApi(
      {
        restApiId: api.restApiId,
        patchOperations: [patch("/policy", policy), patch("/disableExecuteApiEndpoint", "true")],
      },
      api.context,
    );
    expect(await invoke(api)).toMatchObject({ status: 200, body: "open" });
  });

  test("stage variables are those of the test, and the context is a test's", async () => {
    const api = withMock(
      "$stageVariables.color $context.identity.sourceIp $context.domainName $context.path $context.deploymentId|",
    );
    const tested = await invoke(api, { stageVariables: { color: "red" } });
    expect(tested.body).toBe("red test-invoke-source-ip testPrefix.testDomainName / |");
  });

  test("headers in both forms: one with several values is not taken from the single ones", async () => {
    const api = withMock("$input.params().header");
    const headers = { a: "1", B: "2" };
    const { lines } = await invoke(api, { headers, multiValueHeaders: { b: ["3", "é"], __proto: ["4"] } });
    expect(lines).toContain("Method request headers: {a=1, b=3, b=é, __proto=4}");
  });

  test("headers of the answer in both forms: the single ones have the last value", async () => {
    const upstream = new FakeUpstream();
    upstream.behaviour = { headers: ["Set-Cookie", "a=1", "Set-Cookie", "b=2", "X-A", "é"], body: "{}" };
    const api = newApi();
    const tested = await invoke(api, { resourceId: withPets(api, { type: "HTTP_PROXY" }), upstream });
    expect(tested.headers).toMatchObject({ "Set-Cookie": "b=2", "X-A": "é" });
    expect(tested.multiValueHeaders).toMatchObject({ "Set-Cookie": ["a=1", "b=2"], "X-A": ["é"] });
  });

  test("the body", async () => {
    const api = newApi();
    const body = '{"name":"Zoé"}';
    const tested = await invoke(api, { resourceId: withPets(api, { type: "HTTP_PROXY" }), body });
    expect(tested.upstream.last.bytes.toString()).toBe(body);
    expect(tested.lines).toContain(`Method request body before transformations: ${body}`);
  });

  test("ANY stands for the verbs that have no method, and is itself tested as GET", async () => {
    const api = withMock("");
    const place = { ...getOf(api), httpMethod: "ANY" };
    methodOperations.PutMethod({ ...place, authorizationType: "NONE" }, api.context);
    integrationOperations.PutIntegration(
      { ...place, type: "HTTP_PROXY", integrationHttpMethod: "ANY", uri: "http://backend.test/" },
      api.context,
    );
    const asked = await Promise.all(["POST", "ANY", "GET"].map((httpMethod) => invoke(api, { httpMethod })));
    expect(asked.map(({ upstream }) => upstream.dispatched.map(({ method }) => method))).toEqual([
      ["POST"],
      ["GET"],
      [],
    ]);
  });
});

describe("the path", () => {
  test.each<[given: string | undefined, path: string, parameters: string, called: string]>([
    // Without one, the resource's own path is taken literally.
    [undefined, "/pets/{petId}", "{petId={petId}}", "/animals/%7BpetId%7D"],
    ["", "/pets/{petId}", "{petId={petId}}", "/animals/%7BpetId%7D"],
    ["/pets/1?a=b", "/pets/1", "{petId=1}", "/animals/1"],
    ["pets/1", "/pets/1", "{petId=1}", "/animals/1"],
    ["/pets/1?a=b#c", "/pets/1", "{petId=1}", "/animals/1"],
    ["/pets/1#/2", "/pets/1", "{petId=1}", "/animals/1"],
    ["/pets/a b", "/pets/a%20b", "{petId=a b}", "/animals/a%20b"],
    ["/pets/\ud800é", "/pets/%EF%BF%BD%C3%A9", "{petId=\ufffdé}", "/animals/%EF%BF%BD%C3%A9"],
    // One that is not this resource's is no mistake: it has no parameters.
    ["/dogs/1", "/dogs/1", "{}", "/animals/%7BpetId%7D"],
    ["/", "/", "{}", "/animals/%7BpetId%7D"],
  ])("%j", async (pathWithQueryString, path, parameters, called) => {
    const api = newApi();
    const { lines, upstream } = await invoke(api, {
      resourceId: withPets(api),
      ...(pathWithQueryString !== undefined && { pathWithQueryString }),
    });
    expect(lines).toContain(`HTTP Method: GET, Resource Path: ${path}`);
    expect(lines).toContain(`Method request path: ${parameters}`);
    expect(upstream.last.target).toBe(called);
  });
});

test("long lines are cut", async () => {
  const { lines } = await invoke(withMock("ok"), { body: "x".repeat(5_000) });
  const line = lines.find((text) => text.startsWith("Method request body")) ?? "";
  expect(line).toHaveLength(limits.executionLogEvent + " [TRUNCATED]".length);
  expect(line.endsWith("x [TRUNCATED]")).toBe(true);
});

test("the client certificate is the one that the test names", async () => {
  const api = newApi();
  const certificates = clientCertificateOperations.GenerateClientCertificate;
  const made = certificates.run({}, api.context, await certificates.prepare({}, api.context));
  const { clientCertificateId = "", pemEncodedCertificate } = made;
  const resourceId = withPets(api, { uri: "https://backend.test/" });
  const named = await invoke(api, { resourceId, clientCertificateId });
  expect(named.upstream.last.origin.tls).toMatchObject({
    certificate: pemEncodedCertificate,
    privateKey: expect.stringContaining("PRIVATE KEY") as string,
  });
  const unnamed = await invoke(api, { resourceId });
  expect(unnamed.upstream.last.origin.tls).not.toHaveProperty("certificate");
});

test("whatever a header's value and a path hold, a test is answered or refused", async () => {
  const api = newApi();
  const resourceId = withPets(api, { type: "HTTP_PROXY" });
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), async (path, value) => {
      const upstream = new FakeUpstream();
      const tested = await invoke(api, {
        resourceId,
        upstream,
        pathWithQueryString: path,
        headers: { "X-Any": value },
      });
      expect([200, 400]).toContain(tested.status);
      for (const { target, headers } of upstream.dispatched) {
        expect(target).toMatch(/^[\x21-\x7e]+$/);
        expect(headers.join("")).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
      }
    }),
    { numRuns: 200, seed: 20_260_102 },
  );
});
