import { describe, expect, it } from "vitest";
import { testControl } from "../../test/support/control.ts";
import { drive } from "../../test/support/drive.ts";
import { signed } from "../../test/support/signer.ts";
import { headerOf } from "../gateway/exchange.ts";
import { handlers } from "./handlers.ts";
import { halKinds } from "./hal/kinds.ts";
import { halLists, halResources } from "./hal/views.ts";
import type { Handlers } from "./operation.ts";

type Json = Record<string, unknown>;

const date = new Date("2026-01-02T03:04:05Z");
const epoch = (text: string) => Date.parse(text) / 1000;

/** What a request without Accept gets when the operation's output is this. */
async function hal(method: string, target: string, answers: Partial<Handlers>): Promise<Json> {
  const [path = "", text = ""] = target.split("?");
  const query = Object.fromEntries(new URLSearchParams(text));
  const { serve, failures } = testControl({ handlers: answers, now: () => date.getTime() });
  const reply = await drive(serve, await signed({ method, path, query }, date));
  expect(failures).toEqual([]);
  expect(headerOf(reply.headers, "content-type")).toBe("application/hal+json");
  return JSON.parse(reply.body.toString()) as Json;
}

const curie = (name: string) => ({
  href: `https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-${name}-{rel}.html`,
  name,
  templated: true,
});

const named = (href: string, name: string) => ({ href, name, title: name });

const at = "/restapis/fugvjdxtri/stages/stage1";
const methodSetting = {
  dataTraceEnabled: false,
  throttlingRateLimit: 500,
  cacheTtlInSeconds: 0,
  cachingEnabled: true,
  requireAuthorizationForCacheControl: true,
  metricsEnabled: true,
  loggingLevel: "OFF",
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
  throttlingBurstLimit: 1000,
  cacheDataEncrypted: false,
} as const;
const stage = {
  stageName: "stage1",
  deploymentId: "dzacq7",
  description: "First stage",
  cacheClusterEnabled: true,
  cacheClusterSize: "0.5",
  cacheClusterStatus: "CREATE_IN_PROGRESS",
  methodSettings: { "/": methodSetting },
  variables: { sv2: "svVar", sv1: "opVar" },
  createdDate: epoch("2016-06-03T17:56:06Z"),
  lastUpdatedDate: epoch("2016-06-03T20:04:00Z"),
} as const;

/** The reply of the API reference's page of stage:update, text for text but for the order within methodSettings. */
const documentedStage = {
  _links: {
    curies: curie("stage"),
    self: { href: at },
    "stage:delete": { href: at },
    "stage:flush-authorizer-cache": { href: `${at}/cache/authorizers` },
    "stage:flush-cache": { href: `${at}/cache/data` },
    "stage:update": { href: at },
  },
  cacheClusterEnabled: true,
  cacheClusterSize: "0.5",
  cacheClusterStatus: "CREATE_IN_PROGRESS",
  createdDate: "2016-06-03T17:56:06Z",
  deploymentId: "dzacq7",
  description: "First stage",
  lastUpdatedDate: "2016-06-03T20:04:00Z",
  methodSettings: { "/": methodSetting },
  stageName: "stage1",
  variables: { sv2: "svVar", sv1: "opVar" },
};

describe("a Stage", () => {
  it("is the documented sample, field for field and in its order", async () => {
    const body = await hal("PATCH", at, { UpdateStage: () => stage });
    expect(body).toEqual(documentedStage);
    expect(Object.keys(body)).toEqual(Object.keys(documentedStage));
    expect(Object.keys(body["_links"] as Json)).toEqual(Object.keys(documentedStage._links));
  });

  it("has no link to flush a cache that it does not have", async () => {
    const body = await hal("GET", at, { GetStage: () => ({ ...stage, cacheClusterEnabled: false }) });
    expect(body["_links"]).not.toHaveProperty(["stage:flush-cache"]);
  });

  it("has its name encoded in links", async () => {
    const body = await hal("GET", "/restapis/a%2Fb/stages/c", { GetStage: () => ({ ...stage, stageName: "é {x}" }) });
    expect(body["_links"]).toHaveProperty("self", { href: "/restapis/a%2Fb/stages/%C3%A9%20%7Bx%7D" });
  });
});

describe("lists", () => {
  const { curies: _curies, ...links } = documentedStage._links;
  const embedded = { ...documentedStage, _links: links };
  const path = "/restapis/fugvjdxtri/stages";
  const listLinks = {
    curies: curie("stage"),
    self: { href: `${path}{?deployment_id}`, templated: true },
    "stage:by-name": { href: `${path}/{stage_name}`, templated: true },
    "stage:create": { href: path },
  };

  it("of one element hold it, not an array", async () => {
    expect(await hal("GET", path, { GetStages: () => ({ item: [stage] }) })).toEqual({
      _links: { ...listLinks, item: { href: at } },
      _embedded: { item: embedded },
    });
  });

  it("of several hold an array", async () => {
    expect(await hal("GET", path, { GetStages: () => ({ item: [stage, stage] }) })).toEqual({
      _links: { ...listLinks, item: [{ href: at }, { href: at }] },
      _embedded: { item: [embedded, embedded] },
    });
  });

  it("of none have no item", async () => {
    expect(await hal("GET", path, { GetStages: () => ({ item: [] }) })).toEqual({ _links: listLinks });
  });

  it("link to the next page as the documented sample does", async () => {
    const position = "aWQ9UzBuMWFuaWZ3dmY=";
    const body = await hal("GET", "/restapis?limit=1", { GetRestApis: () => ({ items: [], position }) });
    expect(body).toEqual({
      _links: {
        curies: ["authorizer", "deployment", "model", "resource", "restapi", "stage"].map(curie),
        self: { href: "/restapis?limit=1" },
        next: { href: "/restapis?position=aWQ9UzBuMWFuaWZ3dmY%3D&limit=1" },
        "restapi:by-id": { href: "/restapis/{restapi_id}", templated: true },
        "restapi:create": { href: "/restapis" },
        "restapi:put": { href: "/restapis/{restapi_id}?failonwarnings=false{&mode}", templated: true },
      },
    });
    const second = await hal("GET", `/restapis?limit=1&position=${encodeURIComponent(position)}`, {
      GetRestApis: () => ({ items: [], position: "b" }),
    });
    expect(second["_links"]).toHaveProperty("next", { href: "/restapis?position=b&limit=1" });
  });
});

describe("a Resource and what is in it", () => {
  const resource = "/restapis/abc/resources/def";
  const method = `${resource}/methods/GET`;

  it("links to its methods, and embeds them when they have content", async () => {
    const document = { id: "def", parentId: "root", pathPart: "pets", path: "/pets" };
    const plain = await hal("GET", resource, {
      GetResource: () => ({ ...document, resourceMethods: { GET: {}, PUT: {} } }),
    });
    expect(plain).toEqual({
      _links: {
        curies: [curie("method"), curie("resource")],
        self: { href: resource },
        "method:by-http-method": { href: `${resource}/methods/{http_method}`, templated: true },
        "method:put": { href: `${resource}/methods/{http_method}`, templated: true },
        "resource:create-child": { href: resource },
        "resource:delete": { href: resource },
        "resource:methods": [named(method, "GET"), named(`${resource}/methods/PUT`, "PUT")],
        "resource:update": { href: resource },
      },
      ...document,
    });
    const whole = await hal("GET", `${resource}?embed=methods`, {
      GetResource: () => ({ id: "def", path: "/", resourceMethods: { GET: { httpMethod: "GET" } } }),
    });
    expect(whole["_links"]).not.toHaveProperty(["resource:delete"]);
    expect(whole["_links"]).toHaveProperty(["resource:methods"], named(method, "GET"));
    expect(whole["_embedded"]).toMatchObject({
      "resource:methods": { _links: { self: named(method, "GET") }, httpMethod: "GET" },
    });
  });

  it("a Method embeds its integration and its responses", async () => {
    const body = await hal("GET", method, {
      GetMethod: () => ({
        httpMethod: "GET",
        apiKeyRequired: false,
        methodResponses: { "200": { statusCode: "200" }, "404": { statusCode: "404" } },
        methodIntegration: {
          type: "MOCK",
          httpMethod: "POST",
          integrationResponses: { "200": { statusCode: "200", responseTemplates: { "a/b": null } } },
        },
      }),
    });
    const integration = `${method}/integration`;
    expect(body).toEqual({
      _links: {
        curies: ["integration", "integrationresponse", "method", "methodresponse"].map(curie),
        self: named(method, "GET"),
        "integration:put": { href: integration },
        "method:delete": { href: method },
        "method:integration": { href: integration },
        "method:responses": [named(`${method}/responses/200`, "200"), named(`${method}/responses/404`, "404")],
        "method:update": { href: method },
        "methodresponse:put": { href: `${method}/responses/{status_code}`, templated: true },
      },
      apiKeyRequired: false,
      httpMethod: "GET",
      _embedded: {
        "method:integration": {
          _links: {
            self: { href: integration },
            "integration:delete": { href: integration },
            "integration:responses": named(`${integration}/responses/200`, "200"),
            "integration:update": { href: integration },
            "integrationresponse:put": { href: `${integration}/responses/{status_code}`, templated: true },
          },
          httpMethod: "POST",
          type: "MOCK",
          _embedded: {
            "integration:responses": {
              _links: {
                self: named(`${integration}/responses/200`, "200"),
                "integrationresponse:delete": { href: `${integration}/responses/200` },
                "integrationresponse:update": { href: `${integration}/responses/200` },
              },
              responseTemplates: { "a/b": null },
              statusCode: "200",
            },
          },
        },
        "method:responses": ["200", "404"].map((statusCode) => ({
          _links: {
            self: named(`${method}/responses/${statusCode}`, statusCode),
            "methodresponse:delete": { href: `${method}/responses/${statusCode}` },
            "methodresponse:update": { href: `${method}/responses/${statusCode}` },
          },
          statusCode,
        })),
      },
    });
  });
});

describe("ApiKeys and UsagePlans", () => {
  const key = "/apikeys/k";
  const plan = "/usageplans/p";

  it("link to each other by the rels that the API reference lists", async () => {
    expect(await hal("GET", key, { GetApiKey: () => ({ id: "k" }) })).toHaveProperty("_links", {
      curies: ["apikey", "usageplan"].map(curie),
      self: { href: key },
      "apikey:delete": { href: key },
      "apikey:update": { href: key },
      "apikey:usageplans": { href: "/usageplans?keyId=k{&limit}", templated: true },
      "usageplan:by-id": { href: "/usageplans/{usageplanId}", templated: true },
    });
    expect(await hal("GET", plan, { GetUsagePlan: () => ({ id: "p" }) })).toHaveProperty("_links", {
      curies: ["usage", "usageplan", "usageplankey"].map(curie),
      self: { href: plan },
      "usage:get": { href: `${plan}/usage{?keyId,startDate,endDate}`, templated: true },
      "usageplan:delete": { href: plan },
      "usageplan:update": { href: plan },
      "usageplan:usageplankeys": { href: `${plan}/keys` },
      "usageplankey:create": { href: `${plan}/keys` },
    });
  });
});

describe("the tables", () => {
  const deletes = /^(Delete|Flush|Reject|TagResource|UntagResource)/;
  /** Files, and what came of a try: these are no resources. */
  const noResources = /^(GetExport|GetSdk|ImportDocumentationParts|TestInvokeAuthorizer|TestInvokeMethod)$/;

  it("have a view for every operation that answers something", () => {
    const answering = Object.keys(handlers).filter((name) => !deletes.test(name) && !noResources.test(name));
    expect(answering.filter((name) => !(name in halResources) && !(name in halLists))).toEqual([]);
  });

  it.each(Object.entries(halKinds))("%s: its rels are of its curies, and it links to itself first", (_name, kind) => {
    const [self, ...rest] = kind.links;
    expect(self?.rel).toBe("self");
    expect(kind.curies).toEqual([...new Set(kind.curies)]);
    for (const { rel } of rest) expect(kind.curies, rel).toContain(rel.split(":")[0]);
  });

  it.each(Object.entries(halLists))("%s: its curies are those of what it lists", (_name, list) => {
    expect(list.curies).toEqual(halKinds[list.kind].curies);
  });

  it("a reply without a view still has its members", async () => {
    const target = "/restapis/fugvjdxtri/resources/3kzxbg5sa2/methods/GET";
    const body = await hal("POST", target, { TestInvokeMethod: () => ({ status: 200, latency: 1 }) });
    expect(body).toEqual({ status: 200, latency: 1 });
  });
});
