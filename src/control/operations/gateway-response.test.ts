import { describe, expect, it } from "vitest";
import { bad, badMapping, everything, missing, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import { gatewayResponseTypes } from "../../model/gateway-responses.ts";
import type { Input } from "../../model/service.ts";
import type { PatchOperation } from "../../model/service.ts";
import { gatewayResponseRules } from "../patch/rules/gateway-response.ts";
import { gatewayResponseOperations } from "./gateway-response.ts";
import { restApiOperations } from "./rest-api.ts";

const { PutGatewayResponse, GetGatewayResponse, GetGatewayResponses, UpdateGatewayResponse, DeleteGatewayResponse } =
  gatewayResponseOperations;

const template = { "application/json": '{"message":$context.error.messageString}' };
const header = "gatewayresponse.header.x-a";

function open() {
  const { context, restApiId } = newApi();
  const at = (responseType: string) => ({ restApiId, responseType });
  const put = (responseType: string, input: Partial<Input<"PutGatewayResponse">> = {}) =>
    PutGatewayResponse({ ...at(responseType), ...input }, context);
  const get = (responseType: string) => GetGatewayResponse(at(responseType), context);
  const patch = (responseType: string, ...patchOperations: readonly PatchOperation[]) =>
    UpdateGatewayResponse({ ...at(responseType), patchOperations }, context);
  return { context, tx: context.tx, restApiId, at, put, get, patch };
}

describe("GatewayResponse", () => {
  it("each of the 21 types is listed with what holds for it", () => {
    const { context, restApiId } = open();
    const { items = [] } = GetGatewayResponses({ restApiId }, context);
    expect(items.map(({ responseType }) => responseType)).toEqual(gatewayResponseTypes);
    expect(items).toHaveLength(21);
    for (const item of items) {
      expect(item).toMatchObject({ defaultResponse: true, responseParameters: {}, responseTemplates: template });
    }
    const statuses = new Map(items.map(({ responseType, statusCode }) => [responseType, statusCode]));
    expect(statuses.get("THROTTLED")).toBe("429");
    expect(statuses.get("INTEGRATION_FAILURE")).toBe("504");
    expect(statuses.get("DEFAULT_4XX")).toBeUndefined();
    expect(statuses.get("DEFAULT_5XX")).toBeUndefined();
    const page = GetGatewayResponses({ restApiId, limit: 20 }, context);
    expect(page.items).toHaveLength(20);
    expect(GetGatewayResponses({ restApiId, position: page.position }, context).items).toEqual(items.slice(20));
  });

  it("a put replaces all of it", () => {
    const { put, get } = open();
    const full = {
      statusCode: "404",
      responseParameters: { [header]: "'a'" },
      responseTemplates: { "text/plain": "no" },
    };
    const reply = put("MISSING_AUTHENTICATION_TOKEN", full);
    expect(reply).toStrictEqual({
      responseType: "MISSING_AUTHENTICATION_TOKEN",
      ...full,
      defaultResponse: false,
    });
    expect(get("MISSING_AUTHENTICATION_TOKEN")).toStrictEqual(reply);
    expect(put("MISSING_AUTHENTICATION_TOKEN")).toStrictEqual({
      responseType: "MISSING_AUTHENTICATION_TOKEN",
      statusCode: "403",
      responseParameters: {},
      responseTemplates: template,
      defaultResponse: false,
    });
  });

  it("types that are not set take all from their class, those that are take nothing", () => {
    const { context, put, get, at, patch } = open();
    put("ACCESS_DENIED", { responseParameters: { [header]: "'own'" } });
    put("DEFAULT_4XX", { statusCode: "444", responseTemplates: { "text/plain": "no" } });
    expect(get("THROTTLED")).toMatchObject({
      statusCode: "444",
      responseTemplates: { "text/plain": "no" },
      defaultResponse: true,
    });
    expect(get("ACCESS_DENIED")).toMatchObject({ statusCode: "403", responseTemplates: template });
    expect(get("INTEGRATION_TIMEOUT")).toMatchObject({ statusCode: "504", responseTemplates: template });
    patch("DEFAULT_4XX", { op: "replace", path: "/statusCode", value: "" });
    expect(get("THROTTLED")).toMatchObject({ statusCode: "429", responseTemplates: { "text/plain": "no" } });
    DeleteGatewayResponse(at("DEFAULT_4XX"), context);
    expect(get("THROTTLED")).toMatchObject({ statusCode: "429", responseTemplates: template });
  });

  it("a patch of a type that is not set sets it; one without operations does not", () => {
    const { patch, get, tx } = open();
    const before = everything(tx);
    expect(patch("THROTTLED")).toMatchObject({ defaultResponse: true });
    expect(everything(tx)).toEqual(before);
    const reply = patch("THROTTLED", { op: "add", path: `/responseParameters/${header}`, value: "'a'" });
    expect(reply).toStrictEqual({
      responseType: "THROTTLED",
      statusCode: "429",
      responseParameters: { [header]: "'a'" },
      responseTemplates: template,
      defaultResponse: false,
    });
    expect(get("THROTTLED")).toStrictEqual(reply);
  });

  it.each<[string, Partial<Input<"PutGatewayResponse">>, string]>([
    [
      "a null template",
      { responseTemplates: { "a/b": null } },
      bad("Invalid null or empty value in responseTemplates"),
    ],
    [
      "an empty template",
      { responseTemplates: { "a/b": "" } },
      bad("Invalid null or empty value in responseTemplates"),
    ],
    [
      "an empty parameter",
      { responseParameters: { [header]: "" } },
      bad("Invalid null or empty value in responseParameters"),
    ],
    [
      "a null parameter",
      { responseParameters: { [header]: null } },
      bad("Invalid null or empty value in responseParameters"),
    ],
    [
      "a parameter elsewhere",
      { responseParameters: { "method.response.header.a": "'a'" } },
      badMapping("Invalid mapping expression parameter specified: method.response.header.a"),
    ],
    [
      "a source that is none",
      { responseParameters: { [header]: "a" } },
      badMapping("Invalid mapping expression specified: a"),
    ],
    [
      "the body as a source",
      { responseParameters: { [header]: "method.request.body.a" } },
      badMapping("Invalid mapping expression specified: method.request.body.a"),
    ],
    [
      "a template for no content type",
      { responseTemplates: { json: "x" } },
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: json]"),
    ],
    [
      "too many and too large templates",
      {
        responseTemplates: Object.fromEntries(
          Array.from({ length: 5 }, (_, i) => [`a/b${i}`, "x".repeat(limits.mappingTemplate - 1)]),
        ),
      },
      bad("A gateway response can be at most 1 MB"),
    ],
  ])("refuses %s", (_what, input, words) => {
    const { put, tx } = open();
    const before = everything(tx);
    expect(refusalOf(() => put("THROTTLED", input))).toBe(words);
    expect(everything(tx)).toEqual(before);
  });

  it.each([
    "'static'",
    "method.request.header.a",
    "method.request.multivalueheader.a",
    "method.request.querystring.a",
    "method.request.multivaluequerystring.a",
    "method.request.path.a",
    "method.input.params.a",
    "context.error.message",
    "stageVariables.a",
  ])("takes a parameter from %s", (source) => {
    const responseParameters = { [header]: source };
    expect(open().put("THROTTLED", { responseParameters })).toMatchObject({ responseParameters });
  });

  it("a RestApi or a response that is not there", () => {
    const { context, at } = open();
    const elsewhere = { restApiId: "none", responseType: "THROTTLED" } as const;
    const noApi = missing("Invalid API identifier specified 123456789012:none");
    expect(refusalOf(() => GetGatewayResponses(elsewhere, context))).toBe(noApi);
    expect(refusalOf(() => GetGatewayResponse(elsewhere, context))).toBe(noApi);
    expect(refusalOf(() => PutGatewayResponse(elsewhere, context))).toBe(noApi);
    expect(refusalOf(() => UpdateGatewayResponse(elsewhere, context))).toBe(noApi);
    expect(refusalOf(() => DeleteGatewayResponse(elsewhere, context))).toBe(noApi);
    expect(refusalOf(() => DeleteGatewayResponse(at("THROTTLED"), context))).toBe(
      missing("Gateway response type not defined on api"),
    );
  });

  it("is cloned, and goes with its RestApi", () => {
    const { context, restApiId, put } = open();
    put("THROTTLED", { statusCode: "503" });
    const before = everything(context.tx);
    const { id = "" } = restApiOperations.CreateRestApi({ name: "copy", cloneFrom: restApiId }, context);
    const cloned = GetGatewayResponse({ restApiId: id, responseType: "THROTTLED" }, context);
    expect(cloned).toMatchObject({ statusCode: "503", defaultResponse: false });
    restApiOperations.DeleteRestApi({ restApiId: id }, context);
    expect(everything(context.tx)).toEqual(before);
  });

  describePatchMatrix("GatewayResponse", {
    rules: gatewayResponseRules.table.rules as never,
    rows: [
      {
        rule: "/statusCode",
        value: "418",
        ops: { replace: { statusCode: "418" } },
      },
      {
        rule: "/responseParameters/{key}",
        path: `/responseParameters/${header}`,
        value: "'b'",
        ops: {
          add: { responseParameters: { [header]: "'b'" } },
          replace: { responseParameters: { [header]: "'b'" } },
          remove: { responseParameters: {} },
        },
      },
      {
        rule: "/responseTemplates/{key}",
        path: "/responseTemplates/application~1json",
        value: "{}",
        ops: {
          add: { responseTemplates: { "application/json": "{}" } },
          replace: { responseTemplates: { "application/json": "{}" } },
          remove: { responseTemplates: {} },
        },
      },
    ],
    open: () => {
      const { tx, put, patch } = open();
      put("THROTTLED", { responseParameters: { [header]: "'a'" } });
      return { tx, update: (operations) => patch("THROTTLED", ...operations) };
    },
    ...familyB,
    wrongOp: (op, path, ops) =>
      path === "/statusCode" ? bad("Invalid patch path /statusCode") : familyB.wrongOp(op, path, ops),
    unlisted: ["/responseType", "/defaultResponse", "/responseTemplates", "/responseTemplates/application/json"],
  });

  it.each<[PatchOperation, string]>([
    [
      { op: "replace", path: "/statusCode", value: "600" },
      bad("Invalid status code specified. Status codes are between 100 and 599"),
    ],
    [
      { op: "remove", path: "/responseParameters/gatewayresponse.header.b" },
      missing("Invalid parameter name specified"),
    ],
    [{ op: "replace", path: "/responseTemplates/a~1b", value: "x" }, missing("Content-Type specified was not found")],
    [{ op: "add", path: "/responseTemplates/a~1b" }, bad("Invalid null or empty value in responseTemplates")],
  ])("refuses %j", (operation, words) => {
    expect(refusalOf(() => open().patch("THROTTLED", operation))).toBe(words);
  });
});
