import { describe, expect, it } from "vitest";
import {
  bad,
  badMapping,
  getOf,
  labelled,
  missing,
  newApi,
  newIntegration,
  newIntegrationResponse,
  newMethod,
  refusalOf,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { integrationResponseRules } from "../patch/rules/integration-response.ts";
import { integrationResponseOperations } from "./integration-response.ts";
import { integrationOperations } from "./integration.ts";
import { methodOperations } from "./method.ts";
import { methodResponseOperations } from "./method-response.ts";

const { DeleteIntegrationResponse, GetIntegrationResponse, PutIntegrationResponse, UpdateIntegrationResponse } =
  integrationResponseOperations;

type Given = Partial<Omit<Input<"PutIntegrationResponse">, "restApiId" | "resourceId" | "httpMethod" | "statusCode">>;

const header = "method.response.header.a";
const declared = { responseParameters: { [header]: false, "method.response.header.__proto__": false } };

function put(input: Given) {
  const api = newApi();
  const place = newIntegrationResponse(api, input, declared);
  return GetIntegrationResponse(place, api.context);
}

describe("PutIntegrationResponse", () => {
  it.each<[string, Given, object]>([
    ["nothing", {}, {}],
    ["an empty pattern is kept", { selectionPattern: "" }, { selectionPattern: "" }],
    ["no templates", { responseTemplates: {} }, { responseTemplates: {} }],
    [
      "empty templates are null",
      { responseTemplates: { "application/json": "", "text/plain": null } },
      { responseTemplates: { "application/json": null, "text/plain": null } },
    ],
    ["empty parameters are left out", { responseParameters: {} }, {}],
    [
      "everything",
      {
        selectionPattern: "4\\d{2}",
        responseParameters: { [header]: "integration.response.header.b" },
        responseTemplates: { "application/json": "$input.body" },
        contentHandling: "CONVERT_TO_TEXT",
      },
      {
        selectionPattern: "4\\d{2}",
        responseParameters: { [header]: "integration.response.header.b" },
        responseTemplates: { "application/json": "$input.body" },
        contentHandling: "CONVERT_TO_TEXT",
      },
    ],
  ])("%s", (_name, input, expected) => {
    expect(put(input)).toStrictEqual({ statusCode: "200", ...expected });
  });

  it("replaces what was there", () => {
    const api = newApi();
    const place = newIntegrationResponse(api, { selectionPattern: "x" });
    expect(PutIntegrationResponse(place, api.context)).toStrictEqual({ statusCode: "200" });
    expect(GetIntegrationResponse(place, api.context)).toStrictEqual({ statusCode: "200" });
  });

  it.each(
    labelled([
      "integration.response.header.b",
      "integration.response.multivalueheader.b",
      "integration.response.body",
      "integration.response.body.a.b[0]",
      "stageVariables.x",
      "context.requestId",
      "'*'",
    ]),
  )("%s is a source", (_label, source) => {
    expect(put({ responseParameters: { [header]: source } }).responseParameters).toStrictEqual({ [header]: source });
  });

  it.each(labelled(['"*"', "", "*", "integration.response.querystring.b", "method.request.header.a", "'a\r\nb'", "'"]))(
    "%s is none",
    (_label, source) => {
      expect(refusalOf(() => put({ responseParameters: { [header]: source } }))).toBe(
        badMapping(`Invalid mapping expression specified: ${source}`),
      );
    },
  );

  it.each([
    "method.response.header.b",
    "method.response.header.A",
    "method.response.body",
    "integration.response.header.a",
    "a",
    "__proto__",
    "constructor",
  ])("%s is not declared", (key) => {
    const responseParameters = Object.fromEntries([[key, "'x'"]]);
    expect(refusalOf(() => put({ responseParameters }))).toBe(
      badMapping(`Invalid mapping expression parameter specified: ${key}`),
    );
  });

  it.each<[string, Given, string]>([
    ["bad pattern", { selectionPattern: "(" }, bad("Invalid regex pattern specified")],
    ["huge pattern", { selectionPattern: "x".repeat(1_000_000) }, bad("Invalid regex pattern specified")],
    ["Java's flags", { selectionPattern: "(?i)error" }, "nothing"],
    [
      "template for what is no content type",
      { responseTemplates: { "123": "x" } },
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: 123]"),
    ],
    [
      "template of more than 300 KB",
      { responseTemplates: { "text/plain": "x".repeat(307_201) } },
      bad("The values of responseTemplates can be at most 307200 characters"),
    ],
    [
      "a hostile name that is declared",
      { responseParameters: { "method.response.header.__proto__": "'x'" } },
      "nothing",
    ],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => put(input))).toBe(expected);
  });
});

function open() {
  const api = newApi();
  const before = {
    selectionPattern: "before",
    responseParameters: { [header]: "'before'" },
    responseTemplates: { "text/plain": "before" },
  };
  const place = newIntegrationResponse(api, before, declared);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateIntegrationResponse({ ...place, patchOperations }, api.context);
    expect(GetIntegrationResponse(place, api.context)).toStrictEqual(reply);
    return reply;
  };
  return { tx: api.context.tx, update };
}

const withoutParameters = expect.not.objectContaining({ responseParameters: expect.anything() as unknown }) as object;

describePatchMatrix("IntegrationResponse", {
  rules: integrationResponseRules.table.rules as never,
  rows: [
    { rule: "/contentHandling", value: "CONVERT_TO_TEXT", ops: { replace: { contentHandling: "CONVERT_TO_TEXT" } } },
    { rule: "/selectionPattern", value: "after", ops: { replace: { selectionPattern: "after" } } },
    {
      rule: "/responseParameters/{key}",
      path: `/responseParameters/${header}`,
      value: "'after'",
      ops: {
        add: { responseParameters: { [header]: "'after'" } },
        replace: { responseParameters: { [header]: "'after'" } },
        remove: withoutParameters,
      },
    },
    {
      rule: "/responseTemplates/{key}",
      path: "/responseTemplates/text~1plain",
      value: "after",
      ops: {
        add: { responseTemplates: { "text/plain": "after" } },
        replace: { responseTemplates: { "text/plain": "after" } },
        remove: { responseTemplates: {} },
      },
    },
  ],
  open,
  ...familyB,
  unlisted: ["/statusCode", "/responseParameters", "/responseTemplates", "/responseTemplates/application/json"],
});

const update = (op: string, path: string, value?: string) => open().update([{ op, path, value }]);

describe("UpdateIntegrationResponse", () => {
  it("keeps an empty pattern, stores an empty template as null, clears an empty contentHandling", () => {
    expect(update("replace", "/selectionPattern", "").selectionPattern).toBe("");
    expect(update("replace", "/selectionPattern")).not.toHaveProperty("selectionPattern");
    expect(update("replace", "/responseTemplates/text~1plain", "").responseTemplates).toStrictEqual({
      "text/plain": null,
    });
    expect(update("replace", "/contentHandling", "")).not.toHaveProperty("contentHandling");
  });

  it.each([
    ["replace", "/selectionPattern", "(", bad("Invalid regex pattern specified")],
    [
      "replace",
      "/contentHandling",
      "x",
      bad("Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT"),
    ],
    ["replace", "/responseParameters/method.response.header.b", "'x'", missing("Invalid parameter name specified")],
    ["remove", "/responseParameters/__proto__", undefined, missing("Invalid parameter name specified")],
    ["remove", "/responseTemplates/text~1xml", undefined, missing("Content-Type specified was not found")],
    [
      "add",
      "/responseTemplates/x",
      "x",
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: x]"),
    ],
  ])("%s %s, case %#, is refused", (op, path, value, expected) => {
    expect(refusalOf(() => update(op, path, value))).toBe(expected);
  });
});

describe("what is looked up first", () => {
  const statusCode = "200";
  const noMethod = missing("Invalid Method identifier specified");
  const noIntegration = missing("Invalid Integration identifier specified");
  const noCode = missing("Invalid Response status code specified");

  it.each([
    ["put", PutIntegrationResponse, noMethod],
    ["get", GetIntegrationResponse, noMethod],
    ["update", UpdateIntegrationResponse, noMethod],
    // Its siblings name the Method; this one the Integration.
    ["delete", DeleteIntegrationResponse, noIntegration],
  ] as const)("%s: resource, method, integration, code", (_name, run, withoutMethod) => {
    const api = newApi();
    const place = { ...newMethod(api), statusCode };
    const say = (change: object = {}) => refusalOf(() => run({ ...place, ...change }, api.context));
    expect(say({ restApiId: "nope" })).toBe(missing("Invalid Resource identifier specified"));
    expect(say({ resourceId: "nope" })).toBe(missing("Invalid Resource identifier specified"));
    expect(say({ httpMethod: "PUT" })).toBe(withoutMethod);
    expect(say({ httpMethod: "__proto__" })).toBe(withoutMethod);
    expect(say()).toBe(noIntegration);
    integrationOperations.PutIntegration({ ...place, type: "MOCK" }, api.context);
    expect(say()).toBe(noCode);
  });

  it("get knows the codes of the integration, not those of the method", () => {
    const api = newApi();
    const place = { ...newIntegration(api), statusCode };
    methodResponseOperations.PutMethodResponse(place, api.context);
    expect(refusalOf(() => GetIntegrationResponse(place, api.context))).toBe(noCode);
  });
});

describe("a method with all below it", () => {
  it("has a bound", () => {
    const api = newApi();
    const place = newIntegrationResponse(api);
    const responseTemplates = { "text/plain": "x".repeat(300_000) };
    const outcomes = new Set<string>();
    for (let code = 300; code < 320; code++) {
      const input = { ...place, statusCode: String(code) };
      methodResponseOperations.PutMethodResponse(input, api.context);
      outcomes.add(refusalOf(() => PutIntegrationResponse({ ...input, responseTemplates }, api.context)));
    }
    expect(outcomes).toEqual(new Set(["nothing", bad("A method and all below it can be at most 4 MB")]));
  });
});

describe("all methods of an API", () => {
  it("have a bound together, and what is replaced or deleted makes room", () => {
    const api = newApi();
    const { PutIntegration } = integrationOperations;
    const requestTemplates = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`a/b${i}`, "x".repeat(300_000)]));
    const grow = (httpMethod: string) => {
      const place = { ...getOf(api), httpMethod };
      methodOperations.PutMethod({ ...place, authorizationType: "NONE" }, api.context);
      return refusalOf(() => PutIntegration({ ...place, type: "MOCK", requestTemplates }, api.context));
    };
    expect(["GET", "PUT", "POST", "PATCH"].map(grow)).toEqual(Array.from({ length: 4 }, () => "nothing"));
    expect(grow("DELETE")).toBe(bad("All methods of an API can be at most 16 MB"));
    const again = { ...getOf(api), type: "MOCK" as const, requestTemplates };
    expect(refusalOf(() => PutIntegration(again, api.context))).toBe("nothing");
    methodOperations.DeleteMethod(getOf(api), api.context);
    methodOperations.DeleteMethod({ ...getOf(api), httpMethod: "DELETE" }, api.context);
    expect(grow("DELETE")).toBe("nothing");
  });
});

describe("DeleteIntegrationResponse", () => {
  it("takes one code and leaves the others", () => {
    const api = newApi();
    const place = newIntegrationResponse(api);
    methodResponseOperations.PutMethodResponse({ ...place, statusCode: "404" }, api.context);
    PutIntegrationResponse({ ...place, statusCode: "404" }, api.context);
    expect(DeleteIntegrationResponse(place, api.context)).toStrictEqual({});
    const { GetIntegration } = integrationOperations;
    expect(GetIntegration(place, api.context).integrationResponses).toStrictEqual({ "404": { statusCode: "404" } });
    DeleteIntegrationResponse({ ...place, statusCode: "404" }, api.context);
    expect(GetIntegration(place, api.context)).not.toHaveProperty("integrationResponses");
  });
});
