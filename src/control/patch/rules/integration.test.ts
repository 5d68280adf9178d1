import { describe, expect, it } from "vitest";
import { bad, badMapping, missing, newApi, newMethod, refusalOf } from "../../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../../test/support/patch-matrix.ts";
import type { Input, PatchOperation } from "../../../model/service.ts";
import { integrationOperations } from "../../operations/integration.ts";
import { integrationRules } from "./integration.ts";

const { GetIntegration, PutIntegration, UpdateIntegration } = integrationOperations;

type Given = Partial<Omit<Input<"PutIntegration">, "restApiId" | "resourceId" | "httpMethod">>;

const declared = { requestParameters: { "method.request.path.id": true, "method.request.querystring.q": false } };
const http: Given = { type: "HTTP", integrationHttpMethod: "GET", uri: "http://backend.example/pets" };
const role = "arn:aws:iam::123456789012:role/gateway";
const header = "integration.request.header.a";

/** An HTTP Integration with something to patch in every map; its replies show the default cache namespace as `{root}`. */
function open(input: Given = http) {
  const api = newApi();
  const place = newMethod(api, declared);
  const before = {
    requestParameters: { [header]: "'before'" },
    requestTemplates: { "text/plain": "before" },
    cacheKeyParameters: ["method.request.path.id"],
    cacheNamespace: "before",
  };
  PutIntegration({ ...place, type: "HTTP", ...before, ...input }, api.context);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateIntegration({ ...place, patchOperations }, api.context);
    expect(GetIntegration(place, api.context)).toStrictEqual(reply);
    return { ...reply, cacheNamespace: reply.cacheNamespace === api.rootId ? "{root}" : reply.cacheNamespace };
  };
  return { tx: api.context.tx, update };
}

const update = (operations: readonly PatchOperation[], input?: Given) => open(input).update(operations);
const one = (path: string, value?: string, op = "replace"): PatchOperation[] => [{ op, path, value }];
const keysAfter = (operations: readonly PatchOperation[]) => update(operations).cacheKeyParameters;

const queryKey = "method.request.querystring.q";
const without = (member: string): object =>
  expect.not.objectContaining({ [member]: expect.anything() as unknown }) as object;

describePatchMatrix("Integration", {
  rules: integrationRules.table.rules as never,
  rows: [
    {
      rule: "/cacheKeyParameters",
      value: queryKey,
      values: { remove: "method.request.path.id" },
      ops: {
        add: { cacheKeyParameters: ["method.request.path.id", queryKey] },
        replace: { cacheKeyParameters: [queryKey] },
        remove: { cacheKeyParameters: [] },
      },
    },
    {
      rule: "/cacheKeyParameters/{key}",
      path: "/cacheKeyParameters/method.request.path.id",
      value: "",
      ops: { add: { cacheKeyParameters: ["method.request.path.id"] }, remove: { cacheKeyParameters: [] } },
    },
    { rule: "/cacheNamespace", value: "after", ops: { replace: { cacheNamespace: "after" } } },
    { rule: "/connectionId", value: "abc123", ops: { replace: { connectionId: "abc123" } } },
    { rule: "/connectionType", value: "INTERNET", ops: { replace: { connectionType: "INTERNET" } } },
    { rule: "/contentHandling", value: "CONVERT_TO_TEXT", ops: { replace: { contentHandling: "CONVERT_TO_TEXT" } } },
    { rule: "/credentials", value: role, ops: { replace: { credentials: role } } },
    { rule: "/httpMethod", value: "ANY", ops: { replace: { httpMethod: "ANY" } } },
    { rule: "/integrationTarget", value: "arn:x", ops: { replace: { integrationTarget: "arn:x" } } },
    { rule: "/passthroughBehavior", value: "NEVER", ops: { replace: { passthroughBehavior: "NEVER" } } },
    {
      rule: "/requestParameters/{key}",
      path: `/requestParameters/${header}`,
      value: "'after'",
      ops: {
        add: { requestParameters: { [header]: "'after'" } },
        replace: { requestParameters: { [header]: "'after'" } },
        remove: without("requestParameters"),
      },
    },
    {
      rule: "/requestTemplates/{key}",
      path: "/requestTemplates/text~1plain",
      value: "after",
      ops: {
        add: { requestTemplates: { "text/plain": "after" } },
        replace: { requestTemplates: { "text/plain": "after" } },
        remove: without("requestTemplates"),
      },
    },
    { rule: "/responseTransferMode", value: "STREAM", ops: { replace: { responseTransferMode: "STREAM" } } },
    { rule: "/timeoutInMillis", value: "50", ops: { replace: { timeoutInMillis: 50 } } },
    {
      rule: "/tlsConfig/insecureSkipVerification",
      value: "True",
      ops: { replace: { tlsConfig: { insecureSkipVerification: true } } },
    },
    { rule: "/uri", value: "http://after.example", ops: { replace: { uri: "http://after.example" } } },
  ],
  open,
  ...familyB,
  unlisted: [
    "/type",
    "/requestParameters",
    "/requestTemplates",
    "/requestTemplates/application/json",
    "/tlsConfig",
    "/tlsConfig/other",
    "/integrationResponses",
    "/integrationResponses/200",
  ],
});

describe("UpdateIntegration", () => {
  it.each([
    ["/uri", "http://x.example"],
    ["/httpMethod", "GET"],
  ])("a MOCK has no %s", (path, value) => {
    expect(refusalOf(() => update(one(path, value), { type: "MOCK" }))).toBe(bad(`Invalid patch path ${path}`));
  });

  it.each([
    ["/contentHandling", "contentHandling"],
    ["/credentials", "credentials"],
    ["/responseTransferMode", "responseTransferMode"],
    ["/connectionId", "connectionId"],
  ])("an empty value clears %s", (path, member) => {
    const given = {
      contentHandling: "CONVERT_TO_TEXT",
      credentials: role,
      responseTransferMode: "STREAM",
      connectionId: "a",
    };
    for (const value of ["", undefined])
      expect(update(one(path, value), { ...http, ...given })).not.toHaveProperty(member);
  });

  it("goes back to the defaults of what is cleared", () => {
    expect(update(one("/cacheNamespace", "")).cacheNamespace).toBe("{root}");
    expect(update(one("/passthroughBehavior", ""), { ...http, passthroughBehavior: "NEVER" }).passthroughBehavior).toBe(
      "WHEN_NO_MATCH",
    );
    expect(update(one("/connectionType", "")).connectionType).toBe("INTERNET");
  });

  it("stores an empty template as null", () => {
    for (const value of ["", undefined]) {
      expect(update(one("/requestTemplates/text~1plain", value)).requestTemplates).toStrictEqual({
        "text/plain": null,
      });
    }
  });

  it("changes cache keys by value, by path and all at once", () => {
    expect(keysAfter(one("/cacheKeyParameters", "method.request.path.id", "remove"))).toEqual([]);
    expect(keysAfter(one("/cacheKeyParameters", undefined, "remove"))).toEqual([]);
    expect(keysAfter(one("/cacheKeyParameters", ""))).toEqual([]);
    expect(keysAfter(one(`/cacheKeyParameters/${queryKey}`, "", "add"))).toEqual(["method.request.path.id", queryKey]);
    expect(keysAfter(one("/cacheKeyParameters", `${queryKey}, method.request.path.id`))).toEqual([
      queryKey,
      "method.request.path.id",
    ]);
  });

  it("gives a stream 15 minutes, whichever is said first", () => {
    const stream = { timeoutInMillis: 900_000, responseTransferMode: "STREAM" } as const;
    const both = [...one("/timeoutInMillis", "900000"), ...one("/responseTransferMode", "STREAM")];
    for (const operations of [both, both.toReversed()]) expect(update(operations)).toMatchObject(stream);
    for (const value of ["BUFFERED", ""]) {
      expect(refusalOf(() => update(one("/responseTransferMode", value), { ...http, ...stream }))).toBe(timeout);
    }
    for (const value of ["900001", "1e3"]) {
      const refused = refusalOf(() => update(one("/timeoutInMillis", value), { ...http, ...stream }));
      expect(refused).toBe(bad("Timeout should be between 50 ms and 900000 ms"));
    }
  });

  const timeout = bad("Timeout should be between 50 ms and 29000 ms");
  it.each([
    ["replace", "/timeoutInMillis", "49", timeout],
    ["replace", "/timeoutInMillis", "29001", timeout],
    ["replace", "/timeoutInMillis", "", timeout],
    ["replace", "/timeoutInMillis", "1e3", timeout],
    ["replace", "/timeoutInMillis", "0x64", timeout],
    ["replace", "/timeoutInMillis", "NaN", timeout],
    ["replace", "/timeoutInMillis", " 100", timeout],
    ["replace", "/timeoutInMillis", undefined, timeout],
    ["replace", "/timeoutInMillis", "9".repeat(1_000_000), timeout],
    ["replace", "/uri", "nothing", bad("Invalid HTTP endpoint specified for URI")],
    ["replace", "/uri", undefined, bad("Invalid HTTP endpoint specified for URI")],
    ["replace", "/httpMethod", "", bad("Enumeration value for HttpMethod must be non-empty")],
    [
      "replace",
      "/connectionType",
      "VPC_LINK",
      bad("ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK"),
    ],
    [
      "replace",
      "/connectionType",
      "TUNNEL",
      bad("Invalid connectionType specified. Valid options are INTERNET,VPC_LINK"),
    ],
    [
      "replace",
      "/contentHandling",
      "CONVERT",
      bad("Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT"),
    ],
    [
      "replace",
      "/responseTransferMode",
      "PIGEON",
      bad("Invalid responseTransferMode specified. Valid options are BUFFERED,STREAM"),
    ],
    ["replace", "/requestParameters/integration.request.header.b", "'x'", missing("Invalid parameter name specified")],
    ["remove", "/requestParameters/__proto__", undefined, missing("Invalid parameter name specified")],
    ["add", "/requestParameters/__proto__", "'x'", badMapping("Invalid mapping expression specified: __proto__")],
    ["add", `/requestParameters/${header}`, undefined, badMapping("Invalid mapping expression specified: ")],
    [
      "add",
      `/requestParameters/${header}`,
      "method.request.path.other",
      badMapping("Invalid mapping expression parameter specified: method.request.path.other"),
    ],
    ["replace", "/requestTemplates/text~1xml", "x", missing("Content-Type specified was not found")],
    ["remove", "/requestTemplates/constructor", undefined, missing("Content-Type specified was not found")],
    [
      "add",
      "/requestTemplates/__proto__",
      "x",
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: __proto__]"),
    ],
    ["remove", "/cacheKeyParameters/__proto__", "", missing("Invalid parameter name specified")],
    ["add", "/cacheKeyParameters/__proto__", "", bad("Invalid cache key parameter specified")],
  ])("%s %s, case %#, is refused", (op, path, value, expected) => {
    expect(refusalOf(() => update(one(path, value, op)))).toBe(expected);
  });

  it("sets a VPC link in either order", () => {
    const [type] = one("/connectionType", "VPC_LINK");
    const [id] = one("/connectionId", "${stageVariables.link}");
    for (const operations of [
      [type, id],
      [id, type],
    ]) {
      expect(update(operations as PatchOperation[])).toMatchObject({
        connectionType: "VPC_LINK",
        connectionId: "${stageVariables.link}",
      });
    }
  });
});
