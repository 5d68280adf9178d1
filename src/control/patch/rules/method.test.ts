import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newIntegration, newMethod, refusalOf } from "../../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../../test/support/patch-matrix.ts";
import type { PatchOperation } from "../../../model/service.ts";
import { methodOperations } from "../../operations/method.ts";
import { methodRules } from "./method.ts";

const { GetMethod, UpdateMethod } = methodOperations;
const noScopes = bad("Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type");

const one = (path: string, value?: string, op = "replace"): PatchOperation[] => [{ op, path, value }];

const header = "method.request.header.a";
const declared = { requestParameters: { [header]: false }, requestModels: { "text/plain": "Empty" } };

function open() {
  const api = newApi();
  const place = newMethod(api, { ...declared, operationName: "before" });
  return {
    tx: api.context.tx,
    update: (patchOperations: readonly PatchOperation[]) => UpdateMethod({ ...place, patchOperations }, api.context),
  };
}

const update = (operations: readonly PatchOperation[]) => open().update(operations);

const cleared = expect.not.objectContaining({ requestParameters: expect.anything() }) as object;

describePatchMatrix("Method", {
  rules: methodRules.table.rules as never,
  rows: [
    { rule: "/apiKeyRequired", value: "TRUE", ops: { replace: { apiKeyRequired: true } } },
    { rule: "/authorizationType", value: "aws_iam", ops: { replace: { authorizationType: "AWS_IAM" } } },
    // While the type is NONE it is accepted and ignored.
    { rule: "/authorizerId", value: "abc123", ops: { replace: { authorizationType: "NONE" } } },
    { rule: "/operationName", value: "after", ops: { replace: { operationName: "after" } } },
    { rule: "/requestValidatorId", value: "", ops: { replace: { authorizationType: "NONE" } } },
    {
      rule: "/requestParameters/{key}",
      path: `/requestParameters/${header}`,
      value: "true",
      ops: {
        add: { requestParameters: { [header]: true } },
        replace: { requestParameters: { [header]: true } },
        remove: cleared,
      },
    },
    {
      rule: "/requestModels/{key}",
      path: "/requestModels/text~1plain",
      value: "Error",
      ops: {
        add: { requestModels: { "text/plain": "Error" } },
        replace: { requestModels: { "text/plain": "Error" } },
        remove: expect.not.objectContaining({ requestModels: expect.anything() }) as object,
      },
    },
    // Scopes belong to an authorizer that no RestApi has yet: adding one is refused behind the last operation.
    {
      rule: "/authorizationScopes",
      value: "pets/read",
      ops: { add: noScopes, remove: { authorizationType: "NONE" } },
    },
  ],
  open,
  ...familyB,
  unlisted: [
    "/requestParameters",
    "/requestModels",
    "/requestModels/application/json",
    "/requestParameters/",
    "/httpMethod",
    "/methodIntegration",
    "/methodResponses",
  ],
});

describe("UpdateMethod", () => {
  it.each([
    ["true", true],
    ["True", true],
    ["TRUE", true],
    ["false", false],
    ["yes", false],
    ["1", false],
    ["", false],
    [undefined, false],
    ["true ", false],
    ["x".repeat(1_000_000), false],
  ])("takes value %# as %s", (value, expected) => {
    expect(update(one("/apiKeyRequired", value)).apiKeyRequired).toBe(expected);
    expect(update(one(`/requestParameters/${header}`, value)).requestParameters).toStrictEqual({ [header]: expected });
  });

  it("clears what an empty value clears", () => {
    expect(update(one("/operationName", ""))).not.toHaveProperty("operationName");
    expect(update(one("/operationName"))).not.toHaveProperty("operationName");
  });

  const noParameter = missing("Invalid parameter name specified");
  const noContentType = missing("Content-Type specified was not found");
  it.each([
    ["replace", "/requestParameters/method.request.header.b", "true", noParameter],
    ["remove", "/requestParameters/method.request.header.b", undefined, noParameter],
    ["remove", "/requestParameters/__proto__", undefined, noParameter],
    ["remove", "/requestParameters/constructor", undefined, noParameter],
    ["replace", "/requestModels/application~1json", "Empty", noContentType],
    ["remove", "/requestModels/application~1json", undefined, noContentType],
    ["remove", "/requestModels/__proto__", undefined, noContentType],
    ["add", "/requestParameters/__proto__", "true", bad("Invalid mapping expression parameter specified: __proto__")],
    ["add", "/requestParameters/a~1b", "true", bad("Invalid mapping expression parameter specified: a/b")],
    [
      "add",
      "/requestParameters/method.request.path.a",
      "true",
      bad("Parameter names must be unique across querystring, header and path"),
    ],
    ["add", "/requestModels/application~1json", "petModel", bad("Invalid model identifier specified: petModel")],
    ["add", "/requestModels/application~1json", undefined, bad("Invalid model identifier specified: ")],
    ["add", "/requestModels/__proto__", "Empty", bad("Invalid content type specified: __proto__")],
    ["replace", "/requestValidatorId", "abc123", bad("Invalid Request Validator identifier specified")],
    [
      "replace",
      "/authorizationType",
      "CUSTOM",
      bad(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
      ),
    ],
    [
      "replace",
      "/authorizationType",
      undefined,
      bad("Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS"),
    ],
    ["add", "/authorizationScopes", "pets/read", noScopes],
    ["add", "/authorizationScopes", "", bad("Authorization scope must not be empty")],
  ])("%s %s, case %#, is refused", (op, path, value, expected) => {
    expect(refusalOf(() => update(one(path, value, op)))).toBe(expected);
  });

  it("judges the whole behind the last operation", () => {
    const add = one("/authorizationScopes", "pets/read", "add");
    const remove = one("/authorizationScopes", "pets/read", "remove");
    expect(update([...add, ...remove])).not.toHaveProperty("authorizationScopes");
    const to = (value: string) => one("/authorizationType", value);
    expect(update([...to("CUSTOM"), ...to("AWS_IAM")]).authorizationType).toBe("AWS_IAM");
  });

  it("keeps the integration and the responses", () => {
    const api = newApi();
    const place = newIntegration(api);
    const before = GetMethod(place, api.context);
    const reply = UpdateMethod({ ...place, patchOperations: one("/apiKeyRequired", "true") }, api.context);
    expect(reply).toStrictEqual({ ...before, apiKeyRequired: true });
    expect(GetMethod(place, api.context)).toStrictEqual(reply);
  });
});
