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
import type { Input } from "../../model/service.ts";
import { integrationResponseOperations } from "./integration-response.ts";
import { methodResponseOperations } from "./method-response.ts";
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
    methodResponseOperations.PutMethodResponse({ ...place, statusCode: "200" }, api.context);
    integrationResponseOperations.PutIntegrationResponse({ ...place, statusCode: "200" }, api.context);
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
