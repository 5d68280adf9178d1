import * as fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type ApiFixture,
  getOf,
  missing,
  newApi,
  newIntegrationResponse,
  newMethod,
  newResource,
  refusalOf,
  bad,
} from "../../../test/support/api-fixture.ts";
import { FakeUpstream, gatewayOf, generous } from "../../../test/support/gateway-fixture.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import { clientCertificateOperations } from "./client-certificate.ts";
import { gatewayResponseOperations } from "./gateway-response.ts";
import { integrationOperations } from "./integration.ts";
import { methodOperations } from "./method.ts";
import { methodResponseOperations } from "./method-response.ts";
import { integrationResponseOperations } from "./integration-response.ts";
import { restApiOperations } from "./rest-api.ts";
import { testInvokeOperations } from "./test-invoke-method.ts";

const { TestInvokeMethod } = testInvokeOperations;

type Tested = Input<"TestInvokeMethod">;
type Options = Partial<Tested> & { readonly upstream?: FakeUpstream };

/** Tests the root's GET, unless the options say otherwise. */
async function invoke(api: ApiFixture, { upstream = new FakeUpstream(), ...input }: Options = {}) {
  const settings = { ...generous, accountRateLimit: 0, accountBurstLimit: 0 };
  const { services } = gatewayOf({ snapshots: {}, upstream, settings });
  const plan = TestInvokeMethod.read({ ...getOf(api), ...input }, api.context);
  const output = await TestInvokeMethod.perform(plan, services);
  return { ...output, lines: linesOf(output.log ?? ""), upstream };
}

/** Without the dates and with words for ids. */
function linesOf(log: string): string[] {
  expect(log.endsWith("\n")).toBe(true);
  const [first = "", ...lines] = log.slice(0, -1).split("\n");
  const id = /^Execution log for request ([0-9a-f-]{36})$/.exec(first)?.[1] ?? "none";
  return [
    first.replace(id, "{id}"),
    ...lines.map((line) => {
      expect(line).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : /);
      return line
        .slice("Sat Nov 21 23:44:42 UTC 2026 : ".length)
        .replaceAll(id, "{id}")
        .replaceAll(/Root=1-[0-9a-f]{8}-[0-9a-f]{24}/g, "{trace}");
    }),
  ];
}

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
const headersBound = "The header values of a test can be at most 10240 bytes together";
const pathBound = "The path and query of a test can be at most 10240 bytes";

const patch = (path: string, value: string) => ({ op: "replace" as const, path, value });

/** GET on /pets/{petId}, to an endpoint; the resource's id. */
function withPets(api: ApiFixture, input: Partial<Input<"PutIntegration">> = {}): string {
  const resourceId = newResource(api, newResource(api, api.rootId, "pets"), "{petId}");
  const place = { ...getOf(api), resourceId };
  const { context } = api;
  methodOperations.PutMethod(
    { ...place, authorizationType: "NONE", requestParameters: { "method.request.path.petId": true } },
    context,
  );
  integrationOperations.PutIntegration(
    {
      ...place,
      type: "HTTP",
      integrationHttpMethod: "GET",
      uri: "http://backend.test:8081/animals/{petId}",
      requestParameters: { "integration.request.path.petId": "method.request.path.petId" },
      ...input,
    },
    context,
  );
  methodResponseOperations.PutMethodResponse({ ...place, statusCode: "200" }, context);
  integrationResponseOperations.PutIntegrationResponse({ ...place, statusCode: "200" }, context);
  return resourceId;
}

/** The root's GET: MOCK, with this response template. */
function withMock(template: string, integration: Partial<Input<"PutIntegration">> = {}): ApiFixture {
  const api = newApi();
  const { statusCode: _code, ...place } = newIntegrationResponse(api);
  const requestTemplates = { "application/json": '{"statusCode": 200}' };
  integrationOperations.PutIntegration({ ...place, type: "MOCK", requestTemplates, ...integration }, api.context);
  const responseTemplates = { "application/json": template };
  integrationResponseOperations.PutIntegrationResponse({ ...place, statusCode: "200", responseTemplates }, api.context);
  return api;
}

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

describe("a call that fails is answered all the same", () => {
  test("by the gateway: the error type is its only header", async () => {
    const api = newApi();
    const tested = await invoke(api, { resourceId: withPets(api, { uri: "http://${stageVariables.host}/" }) });
    expect(tested).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
      headers: { "x-amzn-ErrorType": "InternalServerErrorException" },
      multiValueHeaders: { "x-amzn-ErrorType": ["InternalServerErrorException"] },
    });
    expect(tested.lines.slice(-2)).toEqual([
      "Execution failed due to configuration error: Invalid endpoint address",
      "Method completed with status: 500",
    ]);
  });

  test("by a gateway response of the RestApi's own, headers and all", async () => {
    const api = newApi();
    gatewayResponseOperations.PutGatewayResponse(
      {
        restApiId: api.restApiId,
        responseType: "DEFAULT_5XX",
        responseParameters: { "gatewayresponse.header.X-Own": "'yes'" },
        responseTemplates: { "application/json": "sorry" },
      },
      api.context,
    );
    const upstream = new FakeUpstream();
    upstream.behaviour = "timeout";
    const tested = await invoke(api, { resourceId: withPets(api), upstream });
    expect(tested).toMatchObject({ status: 504, body: "sorry", headers: { "X-Own": "yes" } });
    expect(tested.lines).toContain("Execution failed due to a timeout error");
    expect(tested.lines).toContain("Gateway response type: INTEGRATION_TIMEOUT with status code: 504");
  });

  test("by an endpoint that comes to no end, when its time is up", async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const api = newApi();
    const upstream = new FakeUpstream();
    upstream.answerLater = true;
    const tested = invoke(api, { resourceId: withPets(api), upstream });
    await vi.advanceTimersByTimeAsync(limits.testInvokeTimeout);
    expect(await tested).toMatchObject({ status: 504 });
    expect(upstream.abandoned).toEqual([0]);
    // What comes now comes too late.
    upstream.release();
  });

  test("by an endpoint whose body is too large", async () => {
    const upstream = new FakeUpstream();
    const api = newApi();
    upstream.behaviour = { body: [Buffer.alloc(limits.payload), Buffer.alloc(1)] };
    const tested = await invoke(api, { resourceId: withPets(api), upstream });
    expect(tested.status).toBe(502);
    expect(tested.lines.at(-2)).toBe("Execution failed due to configuration error: Endpoint response is too large");
  });
});

test("of too many tests at once the last is sent away, and is welcome when there are fewer", async () => {
  const api = newApi();
  const resourceId = withPets(api);
  const upstream = new FakeUpstream();
  upstream.answerLater = true;
  const under = Array.from({ length: limits.testInvocations }, () => invoke(api, { resourceId, upstream }));
  await expect(invoke(api, { resourceId })).rejects.toMatchObject({ code: "TooManyRequestsException" });
  upstream.release();
  for (const { status } of await Promise.all(under)) expect(status).toBe(200);
  expect(await invoke(api, { resourceId })).toMatchObject({ status: 200 });
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

describe("refusals", () => {
  const refused = (api: ApiFixture, input: Partial<Tested>): string =>
    refusalOf(() => TestInvokeMethod.read({ ...getOf(api), ...input }, api.context));

  test.each<[what: string, input: Partial<Tested>, refusal: string]>([
    ["an unknown RestApi", { restApiId: "none" }, missing("Invalid Resource identifier specified")],
    ["an unknown Resource", { resourceId: "none" }, missing("Invalid Resource identifier specified")],
    ["an unknown Method", { httpMethod: "PUT" }, missing("Invalid Method identifier specified")],
    ["no verb at all", { httpMethod: "__proto__" }, missing("Invalid Method identifier specified")],
    [
      "an unknown certificate",
      { clientCertificateId: "none" },
      missing("Invalid Client Certificate identifier specified"),
    ],
    [
      "a stage variable that none can have",
      { stageVariables: { "a-b": "1" } },
      bad("Invalid stage variable name: a-b. Please use names with only word characters."),
    ],
    ["a header that none can have", { headers: { "a b": "1" } }, bad("Invalid header name specified: a b")],
    ["headers that are too large", { headers: { a: "x".repeat(10_241) } }, bad(headersBound)],
    ["a path that is too long", { pathWithQueryString: `/${"x".repeat(10_240)}` }, bad(pathBound)],
  ])("%s", (_what, input, refusal) => {
    expect(refused(withMock("ok"), input)).toBe(refusal);
  });

  test("a method without an integration", () => {
    const api = newApi();
    newMethod(api);
    expect(refused(api, {})).toBe(bad("No integration defined for method"));
  });

  test("a verb that is none is not served by ANY", () => {
    const api = newApi();
    methodOperations.PutMethod({ ...getOf(api), httpMethod: "ANY", authorizationType: "NONE" }, api.context);
    expect(refused(api, { httpMethod: "BREW" })).toBe(missing("Invalid Method identifier specified"));
  });
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
