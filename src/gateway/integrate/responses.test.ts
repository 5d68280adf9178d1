import { describe, expect, test } from "vitest";
import {
  type Asked,
  gatewayFor,
  mockOf,
  gatewayOf,
  snapshotOf,
  valueOf,
} from "../../../test/support/gateway-fixture.ts";
import type { IntegrationDocument, IntegrationResponseDocument } from "../../model/documents.ts";

type Responses = NonNullable<IntegrationDocument["integrationResponses"]>;

/** Integration responses by status: a pattern, or undefined for a default. */
const responsesOf = (patterns: Readonly<Record<string, string | undefined>>): Responses =>
  Object.fromEntries(
    Object.entries(patterns).map(([statusCode, selectionPattern]): [string, IntegrationResponseDocument] => [
      statusCode,
      { statusCode, ...(selectionPattern !== undefined && { selectionPattern }) },
    ]),
  );

const withResponse = (response: Partial<IntegrationResponseDocument>) =>
  gatewayFor({ type: "HTTP", integrationResponses: { 200: { statusCode: "200", ...response } } });

const select = (statusCode: string): Partial<IntegrationDocument> => ({
  requestTemplates: { "application/json": `{"statusCode": ${statusCode}}` },
});

describe("which integration response an endpoint's status selects (facts/mapping.md 6)", () => {
  test.each<[Readonly<Record<string, string | undefined>>, number, number]>([
    [{ 200: undefined, 404: "404" }, 200, 200],
    [{ 200: undefined, 404: "404" }, 404, 404],
    [{ 200: undefined, 404: "404" }, 500, 200],
    [{ 200: "2\\d\\d", 500: "5.*", 400: undefined }, 503, 500],
    // The whole text must match.
    [{ 200: undefined, 400: "4" }, 404, 200],
    [{ 200: undefined, 400: "40|41" }, 404, 200],
    [{ 200: "", 400: "4\\d{2}" }, 418, 400],
    // Several fit, or several are defaults: the lowest status code.
    [{ 500: "4..", 400: "4.." }, 404, 400],
    [{ 302: undefined, 201: undefined }, 200, 201],
    // A pattern that is none matches nothing.
    [{ 200: undefined, 400: "(" }, 404, 200],
  ])("%j of %d is %d", async (patterns, status, chosen) => {
    const gateway = gatewayFor({ type: "HTTP", integrationResponses: responsesOf(patterns) });
    gateway.upstream.behaviour = { status, body: "b" };
    for (let i = 0; i < 2; i++) expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: chosen, body: "b" });
  });

  test("no match and no default: 500, and the service's line in the log", async () => {
    const gateway = gatewayFor({ type: "HTTP", integrationResponses: responsesOf({ 200: "200" }) });
    gateway.upstream.behaviour = { status: 400 };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 500 });
    expect(String(Object(gateway.logged[0]?.[0]).err)).toContain(
      "No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 400",
    );
  });
});

describe("what it makes of the answer", () => {
  test("mapped headers; those whose value is missing are not sent", async () => {
    const gateway = gatewayFor(
      {
        type: "HTTP",
        integrationResponses: {
          200: {
            statusCode: "200",
            responseParameters: {
              "method.response.header.One": "integration.response.header.X-Multi",
              "method.response.header.All": "integration.response.multivalueheader.X-Multi",
              "method.response.header.Case": "integration.response.header.x-multi",
              "method.response.header.Static": "'text'",
              "method.response.header.Stage": "stageVariables.colour",
              "method.response.header.Context": "context.stage",
              "method.response.header.Body": "integration.response.body.a.b",
            },
          },
        },
      },
      { stage: { variables: { colour: "red" } } },
    );
    gateway.upstream.behaviour = {
      headers: ["X-Multi", "1", "X-Multi", "2", "X-Other", "3"],
      body: '{"a":{"b":"deep"}}',
    };
    const answer = await gateway.ask({ path: "/x" });
    const seen = ["one", "all", "case", "static", "stage", "context", "body", "x-other"].map((name) =>
      valueOf(answer, name),
    );
    expect(seen).toEqual(["2", "1,2", undefined, "text", "red", "prod", "deep", undefined]);
    expect(answer.body).toBe('{"a":{"b":"deep"}}');
  });

  test("a mapping that reads a body which is broken JSON: 500", async () => {
    const gateway = withResponse({ responseParameters: { "method.response.header.X": "integration.response.body.a" } });
    gateway.upstream.behaviour = { body: "{broken" };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
    });
  });

  test("the type is application/json, whatever the endpoint said, unless it is mapped", async () => {
    const plain = withResponse({});
    plain.upstream.behaviour = { headers: ["Content-Type", "text/html"], body: "<p>" };
    expect(valueOf(await plain.ask({ path: "/x" }), "content-type")).toBe("application/json");
    const mapped = withResponse({ responseParameters: { "method.response.header.content-type": "'text/css'" } });
    expect(valueOf(await mapped.ask({ path: "/x" }), "content-type")).toBe("text/css");
  });

  test("the trace id is told for HTTP, and not for HTTP_PROXY and MOCK (facts/runtime.md 7)", async () => {
    expect(valueOf(await withResponse({}).ask({ path: "/x" }), "x-amzn-trace-id")).toMatch(/^Root=1-/);
    expect(valueOf(await gatewayFor({}).ask({ path: "/x" }), "x-amzn-trace-id")).toBeUndefined();
    const mock = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: mockOf() } }) } });
    expect(valueOf(await mock.ask({}), "x-amzn-trace-id")).toBeUndefined();
  });

  test.each<[string, Partial<IntegrationResponseDocument>]>([
    ["a mapping", { responseParameters: { "method.response.header.X-Amzn-Trace-Id": "'Root=theirs'" } }],
    [
      "a mapping in small letters",
      { responseParameters: { "method.response.header.x-amzn-trace-id": "'Root=theirs'" } },
    ],
    [
      "a template",
      {
        responseTemplates: {
          "application/json": '#set($context.responseOverride.header.X-Amzn-Trace-Id = "Root=theirs")',
        },
      },
    ],
  ])("a trace id that %s sets is the only one", async (_what, response) => {
    const { headers } = await withResponse(response).ask({ path: "/x" });
    const told = headers.filter((_text, i) => headers[i - 1]?.toLowerCase() === "x-amzn-trace-id" && i % 2 === 1);
    expect(told).toEqual(["Root=theirs"]);
  });

  test.each<[Readonly<Record<string, string | null>>, string | undefined, string, string]>([
    [{ "application/json": "{}", "text/xml": "<a/>" }, undefined, "{}", "application/json"],
    [{ "application/json": "{}", "text/xml": "<a/>" }, "text/xml;q=0.9, */*", "<a/>", "text/xml"],
    [{ "application/json": "{}", "text/xml": "<a/>" }, "image/png", "{}", "application/json"],
    [{ "text/xml": "<a/>", "text/css": "a" }, "image/png", "<a/>", "text/xml"],
    [{ "application/json": null }, undefined, "", "application/json"],
    // Its key is no media type that a client could be told.
    [{ $default: "{}" }, "image/png", "{}", "application/json"],
    [{}, "text/xml", "theirs", "application/json"],
  ])("templates %j with Accept %s give %j of %s", async (responseTemplates, accept, body, type) => {
    const gateway = withResponse({ responseTemplates });
    gateway.upstream.behaviour = { body: "theirs" };
    const asked: Asked = { path: "/x", headers: accept === undefined ? [] : ["Accept", accept] };
    const answer = await gateway.ask(asked);
    expect(answer.body).toBe(body);
    expect(valueOf(answer, "content-type")).toBe(type);
  });

  test("a template that Velocity does not read: 500, and a line in the log", async () => {
    const gateway = withResponse({ responseTemplates: { "application/json": "#end" } });
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 500 });
    expect(gateway.logged).toHaveLength(1);
  });
});

describe("MOCK (facts/mapping.md 9)", () => {
  const responses: Responses = {
    200: { statusCode: "200", responseTemplates: { "application/json": '{"from":"default"}' } },
    404: { statusCode: "404", selectionPattern: "4\\d\\d", responseParameters: { "method.response.header.X": "'y'" } },
  };
  const mocked = (integration: Partial<IntegrationDocument>) =>
    gatewayFor({ type: "MOCK", integrationResponses: responses, ...integration });

  test.each<[string, Partial<IntegrationDocument>, Asked, number, string]>([
    ["the statusCode selects", select("404"), {}, 404, ""],
    ["else the default answers", select("201"), {}, 200, '{"from":"default"}'],
    ["any integer does", select("-1"), {}, 200, '{"from":"default"}'],
    ["without a template the default answers", {}, {}, 200, '{"from":"default"}'],
    [
      "a body of another type passes, to nobody",
      select("404"),
      { method: "POST", headers: ["Content-Type", "text/xml"], body: "<a/>" },
      200,
      '{"from":"default"}',
    ],
    [
      "unless it may not",
      { ...select("404"), passthroughBehavior: "NEVER" },
      { headers: ["Content-Type", "text/xml"] },
      415,
      '{"message":"Unsupported Media Type"}',
    ],
    [
      "no statusCode",
      { requestTemplates: { "application/json": "{}" } },
      {},
      500,
      '{"message": "Internal server error"}',
    ],
    [
      "the template language",
      { requestTemplates: { "application/json": "#set($x = 1){}" } },
      {},
      500,
      '{"message": "Internal server error"}',
    ],
  ])("%s", async (_name, integration, asked, status, body) => {
    expect(await mocked(integration).ask({ path: "/x", ...asked })).toMatchObject({ status, body });
  });

  test("its headers", async () => {
    const answer = await mocked(select("404")).ask({ path: "/x" });
    expect(valueOf(answer, "x")).toBe("y");
    expect(valueOf(answer, "content-type")).toBe("application/json");
  });
});
