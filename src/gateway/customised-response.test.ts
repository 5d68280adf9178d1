import { describe, expect, test } from "vitest";
import {
  type Asked,
  gatewayOf,
  methodOf,
  named,
  settingOf,
  snapshotOf,
  valueOf,
} from "../../test/support/gateway-fixture.ts";
import { recordingLogs } from "../../test/support/recording-logs.ts";
import { get, listen, rawClient } from "../../test/support/wire.ts";
import { gatewayResponses as catalogue } from "../errors.ts";
import { limits } from "../limits.ts";
import type { GatewayResponseDocument, SnapshotDocument } from "../model/documents.ts";
import { defaultTemplates } from "../model/gateway-responses.ts";

const set = (responseType: string, input: Partial<GatewayResponseDocument> = {}): GatewayResponseDocument => ({
  responseType,
  responseParameters: {},
  responseTemplates: defaultTemplates,
  ...input,
});

const contentType = "application/json";

/** `/ok` answers, `/key` wants a key, `/iam` a signature, `/pets/{id}` a valid body, `/lost` an endpoint, `/broken` cannot be served. */
const snapshotWith = (...gatewayResponses: readonly GatewayResponseDocument[]): SnapshotDocument => ({
  ...snapshotOf({
    "/ok": { ANY: named("ok") },
    "/key": { ANY: methodOf({}, { apiKeyRequired: true }) },
    "/iam": { ANY: methodOf({}, { authorizationType: "AWS_IAM" }) },
    "/denied": { ANY: methodOf({}, { authorizationType: "CUSTOM" }) },
    "/pets/{id}": { ANY: methodOf({}, { requestValidatorId: "v1", requestModels: { [contentType]: "Pet" } }) },
    "/lost": { ANY: methodOf() },
    "/broken": { ANY: methodOf({ type: "AWS" }) },
  }),
  requestValidators: [{ id: "v1", validateRequestBody: true, validateRequestParameters: false }],
  models: [{ id: "m1", name: "Pet", contentType, schema: '{"required":["name"]}' }],
  gatewayResponses,
});

const gatewayWith = (...responses: readonly GatewayResponseDocument[]) =>
  gatewayOf({ snapshots: { dep001: snapshotWith(...responses) }, stage: { variables: { team: "red" } } });

const header = (name: string, source: string) => ({
  responseParameters: { [`gatewayresponse.header.${name}`]: source },
});
const text = (template: string) => ({ responseTemplates: { "text/plain": template } });

describe("a type that is set", () => {
  test("answers with its status, headers and template", async () => {
    const gateway = gatewayWith(
      set("INVALID_API_KEY", { statusCode: "418", ...header("x-why", "'no key'"), ...text("$context.error.message!") }),
    );
    const answer = await gateway.ask({ path: "/key" });
    expect(answer).toMatchObject({ status: 418, body: "Forbidden!" });
    expect(valueOf(answer, "content-type")).toBe("text/plain");
    expect(valueOf(answer, "x-why")).toBe("no key");
    expect(valueOf(answer, "x-amzn-errortype")).toBe("ForbiddenException");
    expect(valueOf(answer, "x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("leaves all others as they are, byte for byte", async () => {
    const gateway = gatewayWith(set("INVALID_API_KEY", { statusCode: "418" }));
    const plain = gatewayWith();
    const others: readonly Asked[] = [
      { path: "/nothing" },
      { path: "/iam" },
      { path: "/denied" },
      { path: "/broken" },
      { path: "/pets/1", body: "{}" },
    ];
    for (const asked of others) {
      const [answer, expected] = [await gateway.ask(asked), await plain.ask(asked)];
      expect(answer).toMatchObject({ status: expected.status, body: expected.body });
      expect(answer.headers.filter((_, i) => i % 2 === 0)).toEqual(expected.headers.filter((_, i) => i % 2 === 0));
    }
  });

  test("is rendered also by the default template, which has no blank", async () => {
    const gateway = gatewayWith(set("API_CONFIGURATION_ERROR", header("x-a", "'1'")));
    expect(await gateway.ask({ path: "/broken" })).toMatchObject({
      status: 500,
      body: '{"message":"Internal server error"}',
    });
  });

  test("serves requests for no resource, and those over a limit", async () => {
    const gateway = gatewayOf({
      snapshots: {
        dep001: snapshotWith(
          set("MISSING_AUTHENTICATION_TOKEN", { statusCode: "404" }),
          set("THROTTLED", text("slow")),
        ),
      },
      stage: { methodSettings: { "*/*": settingOf(0, 0) } },
    });
    expect(await gateway.ask({ path: "/nothing" })).toMatchObject({
      status: 404,
      body: '{"message":"Missing Authentication Token"}',
    });
    expect(await gateway.ask({ path: "/ok" })).toMatchObject({ status: 429, body: "slow" });
  });
});

describe("classes (facts/control.md 11)", () => {
  test("stand in for their types that are not set", async () => {
    const gateway = gatewayWith(
      set("DEFAULT_4XX", { statusCode: "444", ...text("$context.error.responseType") }),
      set("INVALID_API_KEY", text("own")),
    );
    expect(await gateway.ask({ path: "/iam" })).toMatchObject({ status: 444, body: "MISSING_AUTHENTICATION_TOKEN" });
    expect(await gateway.ask({ path: "/denied" })).toMatchObject({ status: 500, body: '{"message":null}' });
    expect(await gateway.ask({ path: "/key" })).toMatchObject({ status: 403, body: "own" });
    expect(await gateway.ask({ path: "/broken" })).toMatchObject({ status: 500 });
  });

  test("without a status leave each type its own, also where it is not the catalogue's", async () => {
    const gateway = gatewayWith(set("DEFAULT_5XX", text("$context.error.message")));
    gateway.upstream.behaviour = "timeout";
    expect(await gateway.ask({ path: "/lost" })).toMatchObject({ status: 504, body: "Endpoint request timed out" });
    gateway.upstream.behaviour = "malformed";
    expect(await gateway.ask({ path: "/lost" })).toMatchObject({ status: 502, body: "Internal server error" });
  });

  test("do not reach what is too large, nor what is told before a stage is known", async () => {
    const gateway = gatewayWith(set("DEFAULT_4XX", { statusCode: "444" }), set("REQUEST_TOO_LARGE", text("mine")));
    const body = "x".repeat(limits.payload + 1);
    expect(await gateway.ask({ path: "/lost", body })).toMatchObject({ status: 413 });
    expect(await gateway.ask({ target: "/nostage/ok" })).toMatchObject({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
  });
});

describe("what values come from (facts/runtime.md 13)", () => {
  const asked: Asked = {
    target: "/prod/pets/a%20b?q=1&q=2",
    method: "POST",
    headers: ["X-In", "one", "X-In", "two"],
    body: "{}",
  };
  const value = async (source: string): Promise<string | undefined> => {
    const gateway = gatewayWith(set("BAD_REQUEST_BODY", header("x-out", source)));
    return valueOf(await gateway.ask(asked), "x-out");
  };

  test.each([
    ["'static'", "static"],
    ["method.request.header.X-In", "two"],
    ["method.input.params.X-In", "two"],
    ["method.request.multivalueheader.X-In", "one,two"],
    ["method.request.querystring.q", "2"],
    ["method.request.multivaluequerystring.q", "1,2"],
    ["method.request.path.id", "a b"],
    ["method.request.path.none", undefined],
    ["method.request.header.None", undefined],
    ["context.stage", "prod"],
    ["context.httpMethod", "POST"],
    ["context.error.message", "Invalid request body"],
    ["context.error.messageString", '"Invalid request body"'],
    ["context.error.responseType", "BAD_REQUEST_BODY"],
    ["context.error.validationErrorString", '[object has missing required properties (["name"])]'],
    ["context.nothing", undefined],
    ["stageVariables.team", "red"],
    ["stageVariables.none", undefined],
  ])("%s: %s", async (source, expected) => {
    expect(await value(source)).toBe(expected);
  });

  test("of a body that cannot be read, what is wrong is said in the service's words", async () => {
    const gateway = gatewayWith(set("BAD_REQUEST_BODY", text("$context.error.validationErrorString")));
    expect((await gateway.ask({ ...asked, body: "name=rex" })).body).toBe("[Unknown error parsing request body]");
  });

  test.each([
    ["$context.error.message", "Invalid request body"],
    ["${context.error.message}.", "Invalid request body."],
    ["$context.error.message.", "Invalid request body."],
    ["$method.request.path.id/$stageVariables.team", "a b/red"],
    ["[$context.nothing]", "[]"],
    ["$input.json('$') #set($a = 1) $a ${a} $ $$context.stage", "$input.json('$') #set($a = 1) $a ${a} $ $prod"],
    ["${", "${"],
    ["$context", "$context"],
    ["", ""],
  ])("the template %s: %s", async (template, expected) => {
    const gateway = gatewayWith(set("BAD_REQUEST_BODY", text(template)));
    expect((await gateway.ask(asked)).body).toBe(expected);
  });

  test("a client's value can neither end a header nor grow an answer without end", async () => {
    const parts = "$method.request.header.X-In".repeat(10_000);
    const gateway = gatewayWith(
      set("INVALID_API_KEY", { ...header("x-out", "method.request.querystring.q"), ...text(parts) }),
    );
    const ask = (length: number) =>
      gateway.ask({ target: "/prod/key?q=a%0D%0Ab", headers: ["X-In", "x".repeat(length)] });
    const answer = await ask(1);
    expect(valueOf(answer, "x-out")).toBe("a  b");
    expect(answer.body).toHaveLength(10_000);
    expect((await ask(8_000)).body).toBe('{"message":"Forbidden"}');
  });
});

describe("the template", () => {
  const responseTemplates = { "text/html": "<p>", "application/json": "{}", "Text/Plain": "plain" };
  test.each([
    ["text/html", "text/html", "<p>"],
    ["text/plain;q=1, text/html", "text/plain", "plain"],
    ["image/png", "application/json", "{}"],
    [undefined, "application/json", "{}"],
  ])("for Accept: %s is that of %s", async (accept, type, body) => {
    const gateway = gatewayWith(set("INVALID_API_KEY", { responseTemplates }));
    const answer = await gateway.ask({ path: "/key", headers: accept === undefined ? [] : ["Accept", accept] });
    expect(answer.body).toBe(body);
    expect(valueOf(answer, "content-type")).toBe(type);
  });

  test("under a key that is no media type is announced as JSON", async () => {
    const gateway = gatewayWith(set("INVALID_API_KEY", { responseTemplates: { $default: "{}" } }));
    expect(valueOf(await gateway.ask({ path: "/key" }), "content-type")).toBe("application/json");
  });

  test("is the first where none fits, and an empty body where there is none", async () => {
    const first = gatewayWith(set("INVALID_API_KEY", { responseTemplates: { "a/b": "first", "c/d": "second" } }));
    expect((await first.ask({ path: "/key" })).body).toBe("first");
    const none = gatewayWith(set("INVALID_API_KEY", { responseTemplates: {} }));
    const answer = await none.ask({ path: "/key" });
    expect(answer).toMatchObject({ status: 403, body: "" });
    expect(valueOf(answer, "content-type")).toBe("application/json");
  });
});

test.each([
  ["Content-Type", "content-type", "a"],
  ["WWW-Authenticate", "www-authenticate", "a"],
  ["Access-Control-Allow-Origin", "access-control-allow-origin", "a"],
  ["Content-Length", "content-length", undefined],
  ["Transfer-Encoding", "transfer-encoding", undefined],
  ["Connection", "connection", undefined],
])("the header %s is told as %s: %s", async (name, told, value) => {
  const answer = await gatewayWith(set("INVALID_API_KEY", header(name, "'a'"))).ask({ path: "/key" });
  expect(valueOf(answer, told)).toBe(value);
  expect(answer.headers.filter((each) => each.toLowerCase() === "content-type")).toHaveLength(1);
});

test("each side of a stage has its own deployment's", async () => {
  let draw = 0.9;
  const snapshots = { dep001: snapshotWith(), dep002: snapshotWith(set("INVALID_API_KEY", text("canary"))) };
  const canarySettings = { deploymentId: "dep002", percentTraffic: 50, useStageCache: false };
  const gateway = gatewayOf({ snapshots, stage: { canarySettings }, random: () => draw });
  expect((await gateway.ask({ path: "/key" })).body).toBe('{"message":"Forbidden"}');
  draw = 0.1;
  expect((await gateway.ask({ path: "/key" })).body).toBe("canary");
});

test("the catalogue's types all can be set", () => {
  const { table } = gatewayWith(...Object.keys(catalogue).map((type) => set(type, text(type))));
  const responses = table.lookup("a1b2c3d4e5", "prod")?.base.deployment.gatewayResponses;
  const settable = Object.keys(catalogue).filter((type) => type !== "REQUEST_TOO_LARGE");
  expect([...(responses?.keys() ?? [])].sort()).toEqual(settable.sort());
  expect(gatewayWith().table.lookup("a1b2c3d4e5", "prod")?.base.deployment.gatewayResponses).toBeUndefined();
});

test.each([true, false])(
  "the execution log tells it, with its body and headers where data is traced: %j",
  async (traced) => {
    const { logs, events } = recordingLogs();
    const setting = { ...settingOf(100, 100), loggingLevel: "INFO", dataTraceEnabled: traced };
    const snapshots = { dep001: snapshotWith(set("BAD_REQUEST_BODY", { statusCode: "422", ...text("wrong") })) };
    const gateway = gatewayOf({ snapshots, stage: { methodSettings: { "*/*": setting } }, logs });
    await gateway.ask({ path: "/pets/1", method: "POST", body: "{}" });
    const told = events.map(({ message }) => message.slice(39));
    expect(told).toContain(
      'Request body does not match model schema for content type application/json: [object has missing required properties (["name"])]',
    );
    const data = [
      "Gateway response body: wrong",
      "Gateway response headers: {Content-Type=text/plain, x-amzn-ErrorType=BadRequestException}",
    ];
    const type = "Gateway response type: BAD_REQUEST_BODY with status code: 422";
    const ends = [type, ...(traced ? data : []), "Method completed with status: 422"];
    expect(told.slice(-ends.length)).toEqual(ends);
    expect(told.filter((line) => line.startsWith("Gateway"))).toHaveLength(traced ? 3 : 1);
  },
);

test("on the wire: also with a status that has no body, and the connection serves on", async () => {
  const responses = [set("INVALID_API_KEY", { statusCode: "204" }), set("MISSING_AUTHENTICATION_TOKEN", text("none"))];
  const { serve } = gatewayWith(...responses);
  const client = await rawClient((await listen(serve)).port);
  const base = "/_aws/execute-api/a1b2c3d4e5/prod";
  client.send(get(`${base}/key`) + get(`${base}/nothing`) + get(`${base}/ok`));
  const received = await client.until((all) => all.includes("ok"));
  expect(received).toMatch(/^HTTP\/1\.1 204 /);
  expect(received).toMatch(/\r\n\r\nHTTP\/1\.1 403 [^]*\r\n\r\nnoneHTTP\/1\.1 200 [^]*\r\n\r\nok$/);
});
