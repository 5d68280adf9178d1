import { describe, expect, it } from "vitest";
import { bad, missing, newApi, refusalOf } from "../../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../../test/support/patch-matrix.ts";
import { limits } from "../../../limits.ts";
import type { Input, PatchOperation } from "../../../model/service.ts";
import { restApiOperations } from "../../operations/rest-api.ts";
import { restApiRules } from "./rest-api.ts";

const { GetRestApi, UpdateRestApi } = restApiOperations;

type Given = Partial<Input<"CreateRestApi">>;

function open(input: Given = { binaryMediaTypes: ["image/png", "image/gif"], description: "before" }) {
  const { context, restApiId } = newApi(input);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateRestApi({ restApiId, patchOperations }, context);
    const { tags: _tags, ...rest } = GetRestApi({ restApiId }, context);
    expect(reply).toStrictEqual({ ...rest, tags: input.tags ?? {} });
    return reply;
  };
  return { tx: context.tx, update };
}

const update = (operations: readonly PatchOperation[], input?: Given) => open(input).update(operations);
const one = (path: string, value?: string, op = "replace"): PatchOperation[] => [{ op, path, value }];
const privateApi: Given = { endpointConfiguration: { types: ["PRIVATE"], vpcEndpointIds: ["vpce-1"] } };
const endpointAfter = (operations: readonly PatchOperation[]) => update(operations, privateApi).endpointConfiguration;
const wrongTypeOp = bad("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
const noEndpoints = bad("VPCEndpoints can only be specified with PRIVATE apis.");

describePatchMatrix("RestApi", {
  rules: restApiRules.table.rules as never,
  rows: [
    { rule: "/apiKeySource", value: "AUTHORIZER", ops: { replace: { apiKeySource: "AUTHORIZER" } } },
    {
      rule: "/binaryMediaTypes/{type}",
      path: "/binaryMediaTypes/image~1png",
      value: "a/b",
      ops: {
        add: { binaryMediaTypes: ["image/png", "image/gif"] },
        replace: { binaryMediaTypes: ["image/gif", "a/b"] },
        remove: { binaryMediaTypes: ["image/gif"] },
      },
    },
    {
      rule: "/description",
      value: "after",
      ops: {
        add: { description: "after" },
        replace: { description: "after" },
        remove: expect.not.objectContaining({ description: expect.anything() as unknown }) as object,
      },
    },
    { rule: "/disableExecuteApiEndpoint", value: "True", ops: { replace: { disableExecuteApiEndpoint: true } } },
    {
      rule: "/endpointConfiguration/types/{type}",
      path: "/endpointConfiguration/types/EDGE",
      value: "REGIONAL",
      ops: { replace: { endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "ipv4" } } },
    },
    {
      rule: "/endpointConfiguration/ipAddressType",
      value: "dualstack",
      ops: { replace: { endpointConfiguration: { types: ["EDGE"], ipAddressType: "dualstack" } } },
    },
    {
      rule: "/endpointConfiguration/vpcEndpointIds",
      value: "vpce-1",
      // An EDGE API has none: what a PRIVATE one does stands below.
      ops: { add: noEndpoints, remove: { endpointConfiguration: { types: ["EDGE"] } } },
    },
    { rule: "/endpointAccessMode", value: "STRICT", ops: { replace: { endpointAccessMode: "STRICT" } } },
    { rule: "/minimumCompressionSize", value: "1024", ops: { replace: { minimumCompressionSize: 1024 } } },
    { rule: "/name", value: "after", ops: { replace: { name: "after" } } },
    { rule: "/policy", value: "", ops: { replace: { name: "pets" } } },
    { rule: "/securityPolicy", value: "TLS_1_2", ops: { replace: { securityPolicy: "TLS_1_2" } } },
  ],
  open,
  ...familyB,
  wrongOp: (op, path, ops) => (path.includes("/types/") ? wrongTypeOp : familyB.wrongOp(op, path, ops)),
  unlisted: [
    "/binaryMediaTypes",
    "/binaryMediaTypes/",
    "/binaryMediaTypes/image/png",
    "/createdDate",
    "/endpointConfiguration",
    "/endpointConfiguration/types",
    "/rootResourceId",
    "/tags",
    "/tags/a",
    "/version",
  ],
});

describe("UpdateRestApi", () => {
  it("carries tags, empty where there are none, in this reply alone", () => {
    expect(update([]).tags).toStrictEqual({});
    expect(update([], { tags: { a: "b" } }).tags).toStrictEqual({ a: "b" });
  });

  it.each<[string, PatchOperation[], readonly string[] | undefined]>([
    ["appends", one("/binaryMediaTypes/a~1b", undefined, "add"), ["image/png", "image/gif", "a/b"]],
    ["takes the path, not the value", one("/binaryMediaTypes/a~1b", "c/d", "add"), ["image/png", "image/gif", "a/b"]],
    ["adds a dash as it stands", one("/binaryMediaTypes/-", "a/b", "add"), ["image/png", "image/gif", "-"]],
    ["adds the wildcard", one("/binaryMediaTypes/*~1*", undefined, "add"), ["image/png", "image/gif", "*/*"]],
    ["replaces at the end", one("/binaryMediaTypes/image~1png", "a/b"), ["image/gif", "a/b"]],
    ["replaces by one that is there", one("/binaryMediaTypes/image~1png", "image/gif"), ["image/gif"]],
    [
      "takes a hostile name",
      one("/binaryMediaTypes/__proto__", undefined, "add"),
      ["image/png", "image/gif", "__proto__"],
    ],
    [
      "leaves out what is empty",
      [
        ...one("/binaryMediaTypes/image~1png", undefined, "remove"),
        ...one("/binaryMediaTypes/image~1gif", "", "remove"),
      ],
      undefined,
    ],
  ])("media types: %s", (_name, operations, expected) => {
    expect(update(operations).binaryMediaTypes).toEqual(expected);
  });

  it.each(["", undefined, "null"])("compression is off with %j", (value) => {
    expect(update(one("/minimumCompressionSize", value), { minimumCompressionSize: 5 })).not.toHaveProperty(
      "minimumCompressionSize",
    );
  });

  it("switches to dualstack with PRIVATE, and stays so", () => {
    const toPrivate = one("/endpointConfiguration/types/EDGE", "PRIVATE");
    expect(update(toPrivate).endpointConfiguration).toStrictEqual({ types: ["PRIVATE"], ipAddressType: "dualstack" });
    const back = [...toPrivate, ...one("/endpointConfiguration/types/0", "REGIONAL")];
    expect(update(back).endpointConfiguration).toStrictEqual({ types: ["REGIONAL"], ipAddressType: "dualstack" });
  });

  it("adds and removes VPC endpoints of a PRIVATE API", () => {
    const path = "/endpointConfiguration/vpcEndpointIds";
    const endpoint = { types: ["PRIVATE"], ipAddressType: "dualstack" };
    const both = { ...endpoint, vpcEndpointIds: ["vpce-1", "vpce-2"] };
    expect(endpointAfter(one(path, "vpce-2", "add"))).toStrictEqual(both);
    expect(endpointAfter([...one(path, "vpce-2", "add"), ...one(path, "vpce-2", "add")])).toStrictEqual(both);
    expect(endpointAfter(one(path, "vpce-1", "remove"))).toStrictEqual(endpoint);
    expect(
      endpointAfter([...one(path, "vpce-1", "remove"), ...one("/endpointConfiguration/types/PRIVATE", "EDGE")]),
    ).toMatchObject({
      types: ["EDGE"],
    });
  });

  it("clears description and policy with an empty value", () => {
    expect(update(one("/description", ""))).not.toHaveProperty("description");
    const policy = JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "a", Resource: "r" } });
    expect(update(one("/policy", policy)).policy).toBe(policy.replaceAll('"', '\\"'));
    expect(update(one("/policy", ""), { policy })).not.toHaveProperty("policy");
    expect(update(one("/policy"), { policy })).not.toHaveProperty("policy");
  });

  const badSize = bad("Invalid minimum compression size, must be between 0 and 10485760");
  const badPolicy = bad(
    "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
  );
  const badAddress = bad("ipAddressType must be either ipv4 or dualstack.");
  it.each([
    [
      "replace",
      "/endpointConfiguration/types/EDGE",
      "wrong",
      bad("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"),
    ],
    [
      "replace",
      "/endpointConfiguration/types/EDGE",
      undefined,
      bad("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE"),
    ],
    ["replace", "/endpointConfiguration/types/x", "EDGE", bad("Invalid patch path /endpointConfiguration/types/x")],
    ["replace", "/endpointConfiguration/ipAddressType", "ipv6", badAddress],
    ["replace", "/endpointConfiguration/ipAddressType", undefined, badAddress],
    ["add", "/endpointConfiguration/vpcEndpointIds", "__proto__", bad("Invalid VPC endpoint id specified")],
    ["replace", "/minimumCompressionSize", "-1", badSize],
    ["replace", "/minimumCompressionSize", "10485761", badSize],
    ["replace", "/minimumCompressionSize", "1e3", badSize],
    ["replace", "/minimumCompressionSize", "NaN", badSize],
    ["replace", "/minimumCompressionSize", "one", badSize],
    ["replace", "/minimumCompressionSize", "9".repeat(1_000_000), badSize],
    ["replace", "/name", "", bad("Name cannot be empty")],
    ["replace", "/name", undefined, bad("Name cannot be empty")],
    ["replace", "/name", "x".repeat(1_000_000), bad("Name can be at most 1024 characters without control characters")],
    [
      "replace",
      "/description",
      "x".repeat(1_000_000),
      bad(`Description can be at most ${limits.descriptionLength} characters without control characters`),
    ],
    [
      "replace",
      "/description",
      "a\u0000",
      bad(`Description can be at most ${limits.descriptionLength} characters without control characters`),
    ],
    ["replace", "/policy", "not JSON", badPolicy],
    ["replace", "/policy", "x".repeat(1_000_000), badPolicy],
    ["replace", "/apiKeySource", "BODY", bad("Invalid API key source specified. Valid options are AUTHORIZER,HEADER")],
    [
      "replace",
      "/securityPolicy",
      "SSL_3",
      expect.stringContaining("Invalid securityPolicy specified. Valid options are "),
    ],
    [
      "replace",
      "/endpointAccessMode",
      "x",
      bad("Invalid endpointAccessMode specified. Valid options are BASIC,STRICT"),
    ],
    ["replace", "/binaryMediaTypes/a~1b", "c/d", missing("Content-Type specified was not found")],
    ["remove", "/binaryMediaTypes/constructor", undefined, missing("Content-Type specified was not found")],
    [
      "add",
      `/binaryMediaTypes/${"x".repeat(1_025)}`,
      undefined,
      bad("The elements of binaryMediaTypes can be at most 1024 characters"),
    ],
  ])("%s %.50s, case %#, is refused", (op, path, value, expected) => {
    expect(refusalOf(() => update(one(path, value, op)))).toEqual(expected);
  });

  it("does not leave PRIVATE with VPC endpoints, nor take ipv4 there", () => {
    expect(refusalOf(() => update(one("/endpointConfiguration/types/PRIVATE", "EDGE"), privateApi))).toBe(noEndpoints);
    expect(refusalOf(() => update(one("/endpointConfiguration/ipAddressType", "ipv4"), privateApi))).toBe(
      bad("Only dualstack ipAddressType is supported for Private APIs."),
    );
  });
});
