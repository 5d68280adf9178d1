import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newMethod, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { methodResponseRules } from "../patch/rules/method-response.ts";
import { methodResponseOperations } from "./method-response.ts";
import { methodOperations } from "./method.ts";

const { DeleteMethodResponse, GetMethodResponse, PutMethodResponse, UpdateMethodResponse } = methodResponseOperations;

type Given = Partial<Input<"PutMethodResponse">>;

function newResponse(input: Given = {}) {
  const api = newApi();
  const place = { ...newMethod(api), statusCode: "200" };
  return { api, place, reply: PutMethodResponse({ ...place, ...input }, api.context) };
}

const badKey = (key: string) => bad(`Invalid mapping expression parameter specified: ${key}`);

describe("PutMethodResponse", () => {
  it("answers what was sent, empty maps included", () => {
    expect(newResponse().reply).toStrictEqual({ statusCode: "200" });
    const empty = { responseModels: {}, responseParameters: {} };
    expect(newResponse(empty).reply).toStrictEqual({ statusCode: "200", ...empty });
    const full = {
      responseModels: { "application/json": "Empty" },
      responseParameters: { "method.response.header.X-A": true, "method.response.header.__proto__": false },
    };
    const { api, place, reply } = newResponse(full);
    expect(reply).toStrictEqual({ statusCode: "200", ...full });
    expect(GetMethodResponse(place, api.context)).toStrictEqual(reply);
  });

  it.each<[string, Given, string]>([
    [
      "unknown model",
      { responseModels: { "application/json": "pet" } },
      bad("Invalid model identifier specified: pet"),
    ],
    ["no content type", { responseModels: { "": "Empty" } }, bad("Invalid content type specified: ")],
    ["no header", { responseParameters: { "method.response.body": true } }, badKey("method.response.body")],
    ["no name", { responseParameters: { "method.response.header.": true } }, badKey("method.response.header.")],
    [
      "the request's side",
      { responseParameters: { "method.request.header.a": true } },
      badKey("method.request.header.a"),
    ],
    ["hostile", { responseParameters: JSON.parse('{"__proto__": true}') as never }, badKey("__proto__")],
    [
      "header injection",
      { responseParameters: { "method.response.header.a\r\nb": true } },
      badKey("method.response.header.a\r\nb"),
    ],
    [
      "huge key",
      { responseModels: { ["a/".padEnd(1_000_000, "b")]: "Empty" } },
      bad("The keys of models can be at most 1024 characters"),
    ],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => newResponse(input))).toBe(expected);
  });

  it("does not put a code twice", () => {
    const { api, place } = newResponse();
    expect(refusalOf(() => PutMethodResponse(place, api.context))).toBe(
      taken("Response already exists for this resource"),
    );
  });
});

const header = "method.response.header.a";

function open() {
  const { api, place } = newResponse({
    responseModels: { "text/plain": "Empty" },
    responseParameters: { [header]: false },
  });
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateMethodResponse({ ...place, patchOperations }, api.context);
    expect(GetMethodResponse(place, api.context)).toStrictEqual(reply);
    return reply;
  };
  return { tx: api.context.tx, update };
}

describePatchMatrix("MethodResponse", {
  rules: methodResponseRules.table.rules as never,
  rows: [
    {
      rule: "/responseModels/{key}",
      path: "/responseModels/text~1plain",
      value: "Error",
      ops: {
        add: { responseModels: { "text/plain": "Error" } },
        replace: { responseModels: { "text/plain": "Error" } },
        remove: { responseModels: {} },
      },
    },
    {
      rule: "/responseParameters/{key}",
      path: `/responseParameters/${header}`,
      value: "true",
      ops: {
        add: { responseParameters: { [header]: true } },
        replace: { responseParameters: { [header]: true } },
        remove: { responseParameters: {} },
      },
    },
  ],
  open,
  ...familyB,
  unlisted: ["/statusCode", "/responseModels", "/responseModels/application/json", "/responseParameters"],
});

describe("UpdateMethodResponse", () => {
  const noParameter = missing("Invalid parameter name specified");
  const noContentType = missing("Content-Type specified was not found");
  it.each([
    ["replace", "/responseParameters/method.response.header.b", "true", noParameter],
    ["remove", "/responseParameters/__proto__", undefined, noParameter],
    ["replace", "/responseModels/application~1json", "Empty", noContentType],
    ["remove", "/responseModels/constructor", undefined, noContentType],
    ["add", "/responseParameters/x", "true", bad("Invalid mapping expression parameter specified: x")],
    ["add", "/responseModels/application~1json", "pet", bad("Invalid model identifier specified: pet")],
  ])("%s %s %j is refused", (op, path, value, expected) => {
    expect(refusalOf(() => open().update([{ op, path, value }]))).toBe(expected);
  });
});

describe("looking it up", () => {
  it.each([
    ["get", GetMethodResponse],
    ["update", UpdateMethodResponse],
    ["delete", DeleteMethodResponse],
  ] as const)("%s says what there is not", (_name, run) => {
    const { api, place } = newResponse();
    const say = (change: object) => refusalOf(() => run({ ...place, ...change }, api.context));
    expect(say({ restApiId: "nope" })).toBe(missing("Invalid Resource identifier specified"));
    expect(say({ resourceId: "nope" })).toBe(missing("Invalid Resource identifier specified"));
    expect(say({ httpMethod: "PUT" })).toBe(missing("Invalid Method identifier specified"));
    expect(say({ statusCode: "201" })).toBe(missing("Invalid Response status code specified"));
  });

  it("deletes one code and leaves the others", () => {
    const { api, place } = newResponse();
    PutMethodResponse({ ...place, statusCode: "404" }, api.context);
    expect(DeleteMethodResponse(place, api.context)).toStrictEqual({});
    const { GetMethod } = methodOperations;
    expect(GetMethod(place, api.context).methodResponses).toStrictEqual({ "404": { statusCode: "404" } });
    DeleteMethodResponse({ ...place, statusCode: "404" }, api.context);
    expect(GetMethod(place, api.context)).not.toHaveProperty("methodResponses");
  });
});
