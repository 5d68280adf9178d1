import { describe, expect, test } from "vitest";
import { type Asked, gatewayOf, methodOf, snapshotOf, valueOf } from "../../../test/support/gateway-fixture.ts";
import { listen, rawBackend, rawClient, upstreamClient, post as wirePost } from "../../../test/support/wire.ts";
import type { MethodDocument, ModelDocument, RequestValidatorDocument } from "../../model/documents.ts";

const contentType = "application/json";
const modelOf = (name: string, schema: object): ModelDocument => ({
  id: name.toLowerCase(),
  name,
  contentType,
  schema: JSON.stringify(schema),
});

const url = (name: string) => `https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/${name}`;

const models: readonly ModelDocument[] = [
  modelOf("Pet", {
    required: ["name"],
    properties: { name: { type: "string" }, friends: { items: { $ref: url("Pet") } } },
  }),
  modelOf("Empty", { title: "Empty Schema", type: "object" }),
  modelOf("Lost", { $ref: url("Nothing") }),
  { id: "none", name: "None", contentType: "text/plain" },
];

const both: RequestValidatorDocument = { id: "v1", validateRequestBody: true, validateRequestParameters: true };

/** `/pets/{id}` with this method, which has the validator unless the input says otherwise. */
const snapshotFor = (input: Partial<MethodDocument>, validator: Partial<RequestValidatorDocument> = {}) => ({
  ...snapshotOf({ "/pets/{id}": { ANY: methodOf({}, { requestValidatorId: "v1", ...input }) } }),
  requestValidators: [{ ...both, ...validator }],
  models,
});

const gatewayFor = (input: Partial<MethodDocument>, validator: Partial<RequestValidatorDocument> = {}) =>
  gatewayOf({ snapshots: { dep001: snapshotFor(input, validator) } });

describe("required parameters (facts/mapping.md 8.1)", () => {
  const requestParameters = {
    "method.request.querystring.page": true,
    "method.request.header.X-Tenant": true,
    "method.request.path.id": true,
    "method.request.querystring.optional": false,
  };
  const asked: Asked = { target: "/prod/pets/1?page=2", headers: ["X-Tenant", "red"] };

  test.each<[string, Asked, string | undefined]>([
    ["all there", {}, undefined],
    ["a header in another case", { headers: ["x-tenant", "red"] }, undefined],
    ["several values, one of them filled", { target: "/prod/pets/1?page=&page=1" }, undefined],
    ["no header", { headers: [] }, "X-Tenant"],
    ["a blank header", { headers: ["X-Tenant", " "] }, "X-Tenant"],
    ["none but the path's", { target: "/prod/pets/1", headers: [] }, "X-Tenant, page"],
    ["an empty query parameter", { target: "/prod/pets/1?page=" }, "page"],
    ["the name in another case", { target: "/prod/pets/1?Page=1" }, "page"],
    ["a blank path parameter", { target: "/prod/pets/%20?page=1" }, undefined],
  ])("%s", async (_what, input, names) => {
    const gateway = gatewayFor({ requestParameters });
    const answer = await gateway.ask({ ...asked, ...input });
    if (names === undefined) {
      expect(answer.status).toBe(200);
      return;
    }
    expect(answer).toMatchObject({
      status: 400,
      body: `{"message": "Missing required request parameters: [${names}]"}`,
    });
    expect(valueOf(answer, "x-amzn-errortype")).toBe("BadRequestException");
    expect(gateway.upstream.dispatched).toHaveLength(0);
  });

  test.each<[string, Partial<MethodDocument>, Partial<RequestValidatorDocument>]>([
    ["without a validator", { requestValidatorId: "none" }, {}],
    ["with one that leaves them alone", {}, { validateRequestParameters: false }],
  ])("are not enforced %s", async (_what, input, validator) => {
    const answer = await gatewayFor({ requestParameters, ...input }, validator).ask({ path: "/pets/1" });
    expect(answer.status).toBe(200);
  });

  test("are not enforced by a snapshot from before there were validators", async () => {
    const method = methodOf({}, { requestValidatorId: "v1", requestParameters });
    const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/pets/{id}": { ANY: method } }) } });
    expect((await gateway.ask({ path: "/pets/1" })).status).toBe(200);
  });
});

const post = (body: string | undefined, type: string | undefined = contentType): Asked => ({
  method: "POST",
  path: "/pets/1",
  headers: type === undefined || type === "" ? [] : ["Content-Type", type],
  ...(body !== undefined && { body }),
});

describe("the body (facts/mapping.md 8.2)", () => {
  const requestModels = { [contentType]: "Pet" };
  const good = '{"name":"rex","friends":[{"name":"tom"}]}';

  test.each<[string, Readonly<Record<string, string>>, Asked, boolean]>([
    ["a valid one", requestModels, post(good), true],
    ["without a type, which then is JSON", requestModels, post(good, ""), true],
    ["with parameters of the type", requestModels, post(good, "Application/JSON; charset=utf-8"), true],
    ["a missing property", requestModels, post("{}"), false],
    ["one within another", requestModels, post('{"name":"rex","friends":[{}]}'), false],
    ["no body, which counts as {}", requestModels, post(undefined), false],
    ["an empty body", requestModels, post(""), false],
    ["no body for a model that asks for nothing", { [contentType]: "Empty" }, post(undefined), true],
    ["text that is not JSON", requestModels, post("name=rex"), false],
    ["JSON that breaks off", requestModels, post('{"name":'), false],
    ["without a type, and wrong", requestModels, post("{}", ""), false],
    ["of a type without a model", requestModels, post("<pet/>", "application/xml"), true],
    ["of any type, by $default", { $default: "Pet" }, post("{}", "application/x-pet"), false],
    ["of a type of its own beside $default", { $default: "Pet", "text/json": "Empty" }, post("{}", "text/json"), true],
    ["deep beyond all use", requestModels, post('{"friends":['.repeat(100_000)), false],
    ["deep, but whole", requestModels, post(`${'{"name":"x","friends":['.repeat(5e4)}${"]}".repeat(5e4)}`), false],
  ])("%s", async (_what, declared, asked, passes) => {
    const gateway = gatewayFor({ requestModels: declared });
    const answer = await gateway.ask(asked);
    expect(answer.status).toBe(passes ? 200 : 400);
    expect(gateway.upstream.dispatched).toHaveLength(passes ? 1 : 0);
    if (passes) {
      expect(gateway.upstream.last.bytes.toString()).toBe(asked.body ?? "");
      return;
    }
    expect(answer.body).toBe('{"message": "Invalid request body"}');
    expect(valueOf(answer, "x-amzn-errortype")).toBe("BadRequestException");
  });

  test("is not checked unless the validator says so", async () => {
    const answer = await gatewayFor({ requestModels }, { validateRequestBody: false }).ask(post("{}"));
    expect(answer.status).toBe(200);
  });

  test.each(["Lost", "None", "Gone"])("a model that cannot be used (%s): 500, and a line in the log", async (model) => {
    const gateway = gatewayFor({ requestModels: { [contentType]: model } });
    expect(await gateway.ask(post("{}"))).toMatchObject({ status: 500, body: '{"message": "Internal server error"}' });
    expect(gateway.logged).toHaveLength(1);
  });

  test("parameters come before it", async () => {
    const gateway = gatewayFor({ requestModels, requestParameters: { "method.request.querystring.page": true } });
    expect((await gateway.ask(post("{}"))).body).toContain("Missing required request parameters: [page]");
  });
});

/** How many steps a POST has. */
const steps = (input: Partial<MethodDocument>) => {
  const { table } = gatewayFor(input);
  const base = table.lookup("a1b2c3d4e5", "prod")?.base;
  const resource = base?.deployment.routes.find("/pets/1")?.resource;
  return (resource && base?.method(resource, "POST"))?.steps.length ?? 0;
};

test("a method without a validator has no step for it", () => {
  const requestModels = { [contentType]: "Pet" };
  const requestParameters = { "method.request.header.A": true };
  const bare = steps({ requestValidatorId: "none", requestModels, requestParameters });
  expect(steps({})).toBe(bare);
  expect(steps({ requestParameters })).toBe(bare + 1);
  expect(steps({ requestModels })).toBe(bare + 2);
  expect(steps({ requestModels, requestParameters })).toBe(bare + 3);
});

test("on the wire: what is wrong never reaches the endpoint, and the connection serves on", async () => {
  let calls = 0;
  const backend = await rawBackend((socket) => {
    socket.on("data", () => {
      calls++;
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine");
    });
  });
  const integration = { uri: `http://127.0.0.1:${backend.port}/` };
  const method = methodOf(integration, { requestValidatorId: "v1", requestModels: { [contentType]: "Pet" } });
  const snapshot = { ...snapshotOf({ "/pets": { ANY: method } }), requestValidators: [both], models };
  const { serve } = gatewayOf({ snapshots: { dep001: snapshot }, upstream: upstreamClient() });
  const client = await rawClient((await listen(serve)).port);
  const target = "/_aws/execute-api/a1b2c3d4e5/prod/pets";
  client.send(wirePost(target, "{}"));
  await client.until((text) => text.includes('{"message": "Invalid request body"}'));
  expect(calls).toBe(0);
  client.send(wirePost(target, '{"name":"rex"}'));
  await client.until((text) => text.includes("fine"));
  expect(calls).toBe(1);
});
