import { describe, expect, it } from "vitest";
import {
  bad,
  everything,
  missing,
  newApi,
  newIntegration,
  newResource,
  refusalOf,
} from "../../../test/support/api-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import type { Input } from "../../model/service.ts";
import { documentationVersionOperations } from "./documentation-version.ts";
import { restApiOperations } from "./rest-api.ts";

const { CreateRestApi, DeleteRestApi, GetRestApi, GetRestApis, UpdateRestApi } = restApiOperations;

type Given = Partial<Input<"CreateRestApi">>;

const now = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;
const id = expect.stringMatching(/^[a-z0-9]{10}$/) as string;

function create(input: Given = {}) {
  const context = contextFor(memoryTransaction());
  const reply = CreateRestApi({ name: "pets", ...input }, context);
  expect(GetRestApi({ restApiId: reply.id ?? "" }, context)).toStrictEqual(reply);
  expect(GetRestApis({}, context)).toEqual({ items: [reply] });
  return reply;
}

const defaults = {
  id,
  name: "pets",
  createdDate: now,
  apiKeySource: "HEADER",
  endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
  disableExecuteApiEndpoint: false,
  rootResourceId: id,
};

describe("CreateRestApi", () => {
  it.each<[string, Given, object]>([
    ["nothing but a name", {}, {}],
    ["an empty endpoint configuration", { endpointConfiguration: {} }, {}],
    ["no media types, no tags", { binaryMediaTypes: [], tags: {} }, {}],
    [
      "PRIVATE is dualstack",
      { endpointConfiguration: { types: ["PRIVATE"] } },
      { endpointConfiguration: { types: ["PRIVATE"], ipAddressType: "dualstack" } },
    ],
    [
      "REGIONAL as it was asked for",
      { endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" } },
      { endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" } },
    ],
    [
      "everything",
      {
        description: "all of it",
        version: "v1",
        binaryMediaTypes: ["image/png", "*/*", "image/png"],
        minimumCompressionSize: 0,
        apiKeySource: "AUTHORIZER",
        endpointConfiguration: { types: ["PRIVATE"], vpcEndpointIds: ["vpce-1"] },
        tags: { a: "b", c: null },
        disableExecuteApiEndpoint: true,
        securityPolicy: "TLS_1_2",
        endpointAccessMode: "STRICT",
      },
      {
        description: "all of it",
        version: "v1",
        binaryMediaTypes: ["image/png", "*/*"],
        minimumCompressionSize: 0,
        apiKeySource: "AUTHORIZER",
        endpointConfiguration: { types: ["PRIVATE"], ipAddressType: "dualstack", vpcEndpointIds: ["vpce-1"] },
        tags: { a: "b", c: "" },
        disableExecuteApiEndpoint: true,
        securityPolicy: "TLS_1_2",
        endpointAccessMode: "STRICT",
      },
    ],
  ])("%s", (_name, input, expected) => {
    expect(create(input)).toStrictEqual({ ...defaults, ...expected });
  });

  it("has its root resource at once", () => {
    const { context, restApiId, rootId } = newApi();
    expect(context.tx.list("resource", restApiId)).toEqual([{ id: rootId, path: "/", resourceMethods: {} }]);
  });

  const badSize = bad("Invalid minimum compression size, must be between 0 and 10485760");
  it.each<[string, Given, string]>([
    ["empty description", { description: "" }, bad("Description cannot be an empty string")],
    [
      "empty description before all else",
      { description: "", minimumCompressionSize: -1, endpointConfiguration: { types: [] } },
      bad("Description cannot be an empty string"),
    ],
    ["empty name", { name: "" }, bad("Name cannot be empty")],
    [
      "huge name",
      { name: "x".repeat(1_000_000) },
      bad("Name can be at most 1024 characters without control characters"),
    ],
    ["control characters", { name: "a\u0000" }, bad("Name can be at most 1024 characters without control characters")],
    ["compression below 0", { minimumCompressionSize: -1 }, badSize],
    ["compression above 10 MB", { minimumCompressionSize: 10_485_761 }, badSize],
    ["compression NaN", { minimumCompressionSize: Number.NaN }, badSize],
    ["compression of half a byte", { minimumCompressionSize: 0.5 }, badSize],
    ["compression of 10 MB", { minimumCompressionSize: 10_485_760 }, "nothing"],
    [
      "no type",
      { endpointConfiguration: { types: [] } },
      bad("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."),
    ],
    [
      "two types",
      { endpointConfiguration: { types: ["EDGE", "REGIONAL"] } },
      bad("Cannot create an api with multiple Endpoint Types."),
    ],
    [
      "PRIVATE with ipv4",
      { endpointConfiguration: { types: ["PRIVATE"], ipAddressType: "ipv4" } },
      bad("Only dualstack ipAddressType is supported for Private APIs."),
    ],
    [
      "VPC endpoints without PRIVATE",
      { endpointConfiguration: { types: ["REGIONAL"], vpcEndpointIds: ["vpce-1"] } },
      bad("VPCEndpoints can only be specified with PRIVATE apis."),
    ],
    [
      "bad policy",
      { policy: "{}" },
      bad("Invalid policy document. Please check the policy syntax and ensure that Principals are valid."),
    ],
    [
      "too many media types",
      { binaryMediaTypes: Array.from({ length: 501 }, (_, i) => `a/${i}`) },
      bad("binaryMediaTypes can have at most 500 elements"),
    ],
    ["clone of nothing", { cloneFrom: "nope" }, missing("Invalid API identifier specified 123456789012:nope")],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => create(input))).toBe(expected);
  });
});

describe("looking it up", () => {
  it.each([
    ["GetRestApi", GetRestApi],
    ["UpdateRestApi", UpdateRestApi],
    ["DeleteRestApi", DeleteRestApi],
  ] as const)("%s says what there is not; ids are case-sensitive", (_name, run) => {
    const { context, restApiId } = newApi();
    for (const wrong of ["nope", "", "__proto__", `${restApiId} `, `A${restApiId.toUpperCase()}`]) {
      expect(refusalOf(() => run({ restApiId: wrong }, context))).toBe(
        missing(`Invalid API identifier specified 123456789012:${wrong}`),
      );
    }
  });

  it("lists in order of creation, in pages", () => {
    const context = contextFor(memoryTransaction());
    for (const name of ["a", "b", "c"]) CreateRestApi({ name }, context);
    const first = GetRestApis({ limit: 2 }, context);
    const second = GetRestApis({ limit: 2, position: first.position }, context);
    expect([first, second].map(({ items }) => items?.map(({ name }) => name))).toEqual([["a", "b"], ["c"]]);
  });
});

describe("DeleteRestApi", () => {
  it("takes everything below with it, and nothing of another", () => {
    const api = newApi();
    const { context } = api;
    const { tx } = context;
    const other = CreateRestApi({ name: "other" }, context);
    const rest = everything(tx).map((documents) =>
      documents.filter(([parent, own]) => [parent, own].includes(other.id ?? "")),
    );
    newIntegration(api);
    newResource(api, api.rootId, "pets");
    tx.put("deployment", api.restApiId, "dep001", { id: "dep001", createdDate: now });
    const restApi = tx.get("restApi", "", api.restApiId);
    if (restApi !== undefined) tx.put("snapshot", api.restApiId, "dep001", { restApi, resources: [] });
    tx.put("stage", api.restApiId, "dev", {
      stageName: "dev",
      deploymentId: "dep001",
      cacheClusterEnabled: false,
      methodSettings: {},
      tracingEnabled: false,
      createdDate: now,
      lastUpdatedDate: now,
    });
    documentationVersionOperations.CreateDocumentationVersion(
      { restApiId: api.restApiId, documentationVersion: "1", stageName: "dev" },
      context,
    );
    expect(DeleteRestApi({ restApiId: api.restApiId }, context)).toStrictEqual({});
    expect(everything(tx)).toEqual(rest);
  });
});
