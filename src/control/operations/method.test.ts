import { describe, expect, it } from "vitest";
import {
  bad,
  getOf,
  missing,
  newApi,
  newIntegration,
  newMethod,
  refusalOf,
  taken,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { methodRules } from "../patch/rules/method.ts";
import { integrationOperations } from "./integration.ts";
import { methodOperations } from "./method.ts";

const { DeleteMethod, GetMethod, PutMethod, UpdateMethod } = methodOperations;

type Given = Partial<Input<"PutMethod">>;

function put(input: Given) {
  const api = newApi();
  return PutMethod({ ...getOf(api), authorizationType: "NONE", ...input }, api.context);
}

const noScopes = bad("Authorization Scopes are only valid for COGNITO_USER_POOLS authorization type");
const badKey = (key: string) => bad(`Invalid mapping expression parameter specified: ${key}`);
const flag = (key: string): Given => ({ requestParameters: { [key]: true } });

describe("PutMethod", () => {
  it("answers verb, type and apiKeyRequired; maps and the rest only when they are set", () => {
    expect(put({})).toStrictEqual({ httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false });
    expect(
      put({ requestModels: {}, requestParameters: {}, authorizationScopes: [], requestValidatorId: "" }),
    ).toStrictEqual({
      httpMethod: "GET",
      authorizationType: "NONE",
      apiKeyRequired: false,
    });
    const whole = {
      authorizationType: "AWS_IAM",
      apiKeyRequired: true,
      operationName: "listPets",
      requestParameters: { "method.request.querystring.q": true, "method.request.header.X-A": false },
      requestModels: { "application/json": "Empty", $default: "Error" },
    };
    expect(put(whole)).toStrictEqual({ httpMethod: "GET", ...whole });
  });

  it.each(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD", "ANY"])("takes the verb %s", (httpMethod) => {
    expect(put({ httpMethod }).httpMethod).toBe(httpMethod);
  });

  it("writes the authorization type in upper case", () => {
    expect(put({ authorizationType: "none" }).authorizationType).toBe("NONE");
    expect(put({ authorizationType: "aws_iam" }).authorizationType).toBe("AWS_IAM");
  });

  it("ignores an authorizer that the type has no use for", () => {
    expect(put({ authorizerId: "abc123" })).not.toHaveProperty("authorizerId");
  });

  const badVerb = bad("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
  const badType = bad("Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS");
  const noAuthorizer = bad(
    "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
  );
  const huge = "x".repeat(1_000_000);

  it.each<[string, Given, string]>([
    ["lower-case verb", { httpMethod: "get" }, badVerb],
    ["unknown verb", { httpMethod: "TRACE" }, badVerb],
    ["empty verb", { httpMethod: "" }, badVerb],
    ["__proto__ as verb", { httpMethod: "__proto__" }, badVerb],
    ["unknown type", { authorizationType: "OPEN" }, badType],
    ["empty type", { authorizationType: "" }, badType],
    ["huge type", { authorizationType: huge }, badType],
    ["CUSTOM without authorizer", { authorizationType: "CUSTOM" }, noAuthorizer],
    ["CUSTOM with an unknown one", { authorizationType: "CUSTOM", authorizerId: "abc123" }, noAuthorizer],
    ["COGNITO without authorizer", { authorizationType: "COGNITO_USER_POOLS" }, noAuthorizer],
    ["unknown validator", { requestValidatorId: "abc123" }, bad("Invalid Request Validator identifier specified")],
    [
      "unknown model",
      { requestModels: { "application/json": "petModel" } },
      bad("Invalid model identifier specified: petModel"),
    ],
    [
      "model for what is no content type",
      { requestModels: { json: "Empty" } },
      bad("Invalid content type specified: json"),
    ],
    [
      "one name in two places",
      { requestParameters: { "method.request.querystring.a": true, "method.request.header.a": false } },
      bad("Parameter names must be unique across querystring, header and path"),
    ],
    ["no prefix", flag("a"), badKey("a")],
    ["no name", flag("method.request.path."), badKey("method.request.path.")],
    ["unknown place", flag("method.request.body.a"), badKey("method.request.body.a")],
    ["the integration's side", flag("integration.request.path.a"), badKey("integration.request.path.a")],
    ["blank in the name", flag("method.request.header.a b"), badKey("method.request.header.a b")],
    ["line end in the name", flag("method.request.header.a\r\nb"), badKey("method.request.header.a\r\nb")],
    ["hostile key", { requestParameters: JSON.parse('{"__proto__": true}') as never }, badKey("__proto__")],
    ["hostile key", flag("constructor"), badKey("constructor")],
    [
      "huge key",
      flag(`method.request.header.${huge}`),
      bad("The keys of requestParameters can be at most 1024 characters"),
    ],
    [
      "too many",
      {
        requestParameters: Object.fromEntries(
          Array.from({ length: 501 }, (_, i) => [`method.request.header.h${i}`, true]),
        ),
      },
      bad("requestParameters can have at most 500 entries"),
    ],
    [
      "huge name",
      { operationName: huge },
      bad("operationName can be at most 1024 characters without control characters"),
    ],
    ["scopes without Cognito", { authorizationScopes: ["pets/read"] }, noScopes],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => put(input))).toBe(expected);
  });

  it("takes hostile names where they are legal", () => {
    const requestParameters = {
      "method.request.header.__proto__": true,
      "method.request.header.constructor": false,
      "method.request.querystring.$a.b-c_d": true,
    };
    expect(put({ requestParameters }).requestParameters).toStrictEqual(requestParameters);
  });

  it("does not put a method twice", () => {
    const api = newApi();
    newMethod(api);
    expect(refusalOf(() => newMethod(api))).toBe(taken("Method already exists for this resource"));
  });
});

describe("GetMethod and DeleteMethod", () => {
  it("nests the integration with its responses, and the method responses by code", () => {
    const api = newApi();
    const place = newIntegration(api);
    methodOperations.PutMethodResponse({ ...place, statusCode: "200" }, api.context);
    integrationOperations.PutIntegrationResponse({ ...place, statusCode: "200" }, api.context);
    expect(GetMethod(place, api.context)).toStrictEqual({
      httpMethod: "GET",
      authorizationType: "NONE",
      apiKeyRequired: false,
      methodResponses: { "200": { statusCode: "200" } },
      methodIntegration: {
        type: "MOCK",
        passthroughBehavior: "WHEN_NO_MATCH",
        timeoutInMillis: 29_000,
        cacheNamespace: api.rootId,
        cacheKeyParameters: [],
        integrationResponses: { "200": { statusCode: "200" } },
      },
    });
  });

  it("deletes it with all that is below", () => {
    const api = newApi();
    const place = newIntegration(api);
    expect(DeleteMethod(place, api.context)).toStrictEqual({});
    expect(refusalOf(() => GetMethod(place, api.context))).toBe(missing("Invalid Method identifier specified"));
    newMethod(api);
    expect(GetMethod(place, api.context)).not.toHaveProperty("methodIntegration");
  });

  it.each([
    ["GetMethod", GetMethod],
    ["UpdateMethod", UpdateMethod],
    ["DeleteMethod", DeleteMethod],
  ] as const)("%s says what there is not", (_name, run) => {
    const api = newApi();
    const place = getOf(api);
    const noResource = missing("Invalid Resource identifier specified");
    expect(refusalOf(() => run({ ...place, restApiId: "nope" }, api.context))).toBe(noResource);
    expect(refusalOf(() => run({ ...place, resourceId: "nope" }, api.context))).toBe(noResource);
    for (const httpMethod of ["GET", "constructor", "__proto__", ""]) {
      expect(refusalOf(() => run({ ...place, httpMethod }, api.context))).toBe(
        missing("Invalid Method identifier specified"),
      );
    }
  });
});

const one = (path: string, value?: string, op = "replace"): PatchOperation[] => [{ op, path, value }];

const header = "method.request.header.a";
const declared: Given = { requestParameters: { [header]: false }, requestModels: { "text/plain": "Empty" } };

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
