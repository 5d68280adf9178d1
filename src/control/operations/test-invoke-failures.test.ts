/** Tests that fail, and those that are refused. */
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  type ApiFixture,
  bad,
  getOf,
  missing,
  newApi,
  newMethod,
  refusalOf,
} from "../../../test/support/api-fixture.ts";
import { FakeUpstream } from "../../../test/support/gateway-fixture.ts";
import { invoke, patch, type Tested, withMock, withPets } from "../../../test/support/test-invoke-fixture.ts";
import { limits } from "../../limits.ts";
import { gatewayResponseOperations } from "./gateway-response.ts";
import { methodOperations } from "./method.ts";
import { modelOperations } from "./model.ts";
import { requestValidatorOperations } from "./request-validator.ts";
import { testInvokeMethodOperations } from "./test-invoke-method.ts";

const { TestInvokeMethod } = testInvokeMethodOperations;

const headersBound = "The header values of a test can be at most 10240 bytes together";
const pathBound = "The path and query of a test can be at most 10240 bytes";

describe("a call that fails is answered all the same", () => {
  test("by the method's validator", async () => {
    const api = withMock("ok");
    const { restApiId, context } = api;
    const { id: requestValidatorId = "" } = requestValidatorOperations.CreateRequestValidator(
      { restApiId, name: "body", validateRequestBody: true, validateRequestParameters: true },
      context,
    );
    const schema = '{"type":"object","required":["name"]}';
    modelOperations.CreateModel({ restApiId, name: "Pet", contentType: "application/json", schema }, context);
    methodOperations.UpdateMethod(
      {
        ...getOf(api),
        patchOperations: [
          patch("/requestValidatorId", requestValidatorId),
          { op: "add", path: "/requestModels/application~1json", value: "Pet" },
        ],
      },
      context,
    );
    expect(await invoke(api, { body: '{"name":"Zoé"}' })).toMatchObject({ status: 200, body: "ok" });
    const refused = await invoke(api, { body: "{}" });
    expect(refused).toMatchObject({
      status: 400,
      body: '{"message": "Invalid request body"}',
      headers: { "x-amzn-ErrorType": "BadRequestException" },
    });
    expect(refused.lines.slice(-2)).toEqual([
      expect.stringContaining("Request body does not match model schema for content type application/json: ["),
      "Method completed with status: 400",
    ]);
    // A parameter is missed before the body is looked at, and the log has the body all the same.
    const patchOperations = [
      { op: "add" as const, path: "/requestParameters/method.request.querystring.q", value: "true" },
    ];
    methodOperations.UpdateMethod({ ...getOf(api), patchOperations }, context);
    const missed = await invoke(api, { body: '{"name":"Zoé"}' });
    expect(missed).toMatchObject({ status: 400, body: '{"message": "Missing required request parameters: [q]"}' });
    expect(missed.lines).toContain('Method request body before transformations: {"name":"Zoé"}');
  });

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

  test("by an endpoint that is not there: the error type is the only header here, too", async () => {
    const api = newApi();
    const upstream = new FakeUpstream();
    upstream.behaviour = "timeout";
    const tested = await invoke(api, { resourceId: withPets(api), upstream });
    expect(tested).toMatchObject({ status: 504, body: '{"message": "Endpoint request timed out"}' });
    expect(tested.headers).toEqual({ "x-amzn-ErrorType": "InternalServerErrorException" });
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

  test("by an endpoint that comes to no end, when who tests has gone", async () => {
    const api = newApi();
    const upstream = new FakeUpstream();
    upstream.answerLater = true;
    const leaving = new AbortController();
    const resourceId = withPets(api);
    const answered = new FakeUpstream();
    await invoke(api, { resourceId, upstream: answered, gone: leaving.signal });
    const tested = invoke(api, { resourceId, upstream, gone: leaving.signal });
    leaving.abort();
    expect(answered.abandoned).toEqual([]);
    expect((await tested).lines.at(-1)).toBe("Sending request to http://backend.test:8081/animals/%7BpetId%7D");
    expect(upstream.abandoned).toEqual([0]);
    upstream.release();
    // Nobody is there when it begins.
    expect((await invoke(api, { resourceId, upstream, gone: leaving.signal })).status).toBe(0);
    expect(upstream.abandoned).toEqual([0]);
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

const refused = (api: ApiFixture, input: Partial<Tested>): string =>
  refusalOf(() => TestInvokeMethod.read({ ...getOf(api), ...input }, api.context));

describe("refusals", () => {
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
