import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newIntegration, newMethod, refusalOf } from "../../../test/support/api-fixture.ts";
import type { Input } from "../../model/service.ts";
import { integrationResponseOperations } from "./integration-response.ts";
import { integrationOperations } from "./integration.ts";
import { methodResponseOperations } from "./method-response.ts";
import { methodOperations } from "./method.ts";

const { DeleteIntegration, GetIntegration, PutIntegration, UpdateIntegration } = integrationOperations;

type Given = Partial<Omit<Input<"PutIntegration">, "restApiId" | "resourceId" | "httpMethod">>;

const declared = {
  requestParameters: {
    "method.request.path.id": true,
    "method.request.querystring.q": false,
    "method.request.header.X-A": false,
  },
};

/** Puts an Integration on a Method that declares a path parameter, a query parameter and a header. */
function put(input: Given) {
  const api = newApi();
  const place = newMethod(api, declared);
  const reply = PutIntegration({ ...place, type: "MOCK", ...input }, api.context);
  expect(GetIntegration(place, api.context)).toStrictEqual(reply);
  return { ...reply, cacheNamespace: reply.cacheNamespace === api.rootId ? "{root}" : reply.cacheNamespace };
}

const http: Given = { type: "HTTP", integrationHttpMethod: "GET", uri: "http://backend.example/pets" };
const lambdaUri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations";
const lambda: Given = { type: "AWS_PROXY", integrationHttpMethod: "POST", uri: lambdaUri };
const role = "arn:aws:iam::123456789012:role/gateway";
const sqs: Given = {
  type: "AWS",
  integrationHttpMethod: "POST",
  uri: "arn:aws:apigateway:us-east-1:sqs:path/123456789012/queue",
  credentials: role,
};

const defaults = {
  passthroughBehavior: "WHEN_NO_MATCH",
  timeoutInMillis: 29_000,
  cacheNamespace: "{root}",
  cacheKeyParameters: [],
};

describe("PutIntegration", () => {
  it.each<[string, Given, object]>([
    ["MOCK", { type: "MOCK" }, { type: "MOCK", ...defaults }],
    ["MOCK loses verb and URI", { ...http, type: "MOCK", connectionType: "INTERNET" }, { type: "MOCK", ...defaults }],
    [
      "HTTP is connected to the internet",
      http,
      { type: "HTTP", httpMethod: "GET", uri: http.uri, connectionType: "INTERNET", ...defaults },
    ],
    [
      "HTTP_PROXY likewise",
      { ...http, type: "HTTP_PROXY" },
      { type: "HTTP_PROXY", httpMethod: "GET", uri: http.uri, connectionType: "INTERNET", ...defaults },
    ],
    [
      "Lambda has no connection and needs no role",
      { ...lambda, connectionType: "INTERNET" },
      { type: "AWS_PROXY", httpMethod: "POST", uri: lambdaUri, ...defaults },
    ],
    ["a service with its role", sqs, { type: "AWS", httpMethod: "POST", uri: sqs.uri, credentials: role, ...defaults }],
    ["empty maps are left out", { requestParameters: {}, requestTemplates: {} }, { type: "MOCK", ...defaults }],
    [
      "templates that are empty or null are null",
      { requestTemplates: { "application/json": "", "text/plain": null, "text/xml": "x" } },
      {
        type: "MOCK",
        ...defaults,
        requestTemplates: { "application/json": null, "text/plain": null, "text/xml": "x" },
      },
    ],
    [
      "everything that can be set",
      {
        ...http,
        passthroughBehavior: "never",
        cacheNamespace: "space",
        cacheKeyParameters: ["method.request.path.id"],
        contentHandling: "CONVERT_TO_TEXT",
        timeoutInMillis: 50,
        tlsConfig: { insecureSkipVerification: true },
        responseTransferMode: "BUFFERED",
        integrationTarget: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b",
        requestParameters: { "integration.request.path.id": "method.request.path.id" },
      },
      {
        type: "HTTP",
        httpMethod: "GET",
        uri: http.uri,
        connectionType: "INTERNET",
        passthroughBehavior: "NEVER",
        cacheNamespace: "space",
        cacheKeyParameters: ["method.request.path.id"],
        contentHandling: "CONVERT_TO_TEXT",
        timeoutInMillis: 50,
        tlsConfig: { insecureSkipVerification: true },
        responseTransferMode: "BUFFERED",
        integrationTarget: "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b",
        requestParameters: { "integration.request.path.id": "method.request.path.id" },
      },
    ],
    [
      "a VPC link by stage variable",
      { ...http, connectionType: "VPC_LINK", connectionId: "${stageVariables.link}" },
      {
        type: "HTTP",
        httpMethod: "GET",
        uri: http.uri,
        connectionType: "VPC_LINK",
        connectionId: "${stageVariables.link}",
        ...defaults,
      },
    ],
  ])("%s", (_name, input, expected) => {
    expect(put(input)).toStrictEqual(expected);
  });

  const noVerb = bad("Enumeration value for HttpMethod must be non-empty");
  const badVerb = bad("Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY");
  const badArn = bad("Invalid ARN specified in the request");
  const noPathOrAction = bad("AWS ARN for integration must contain path or action");
  const notProxied = bad(
    "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
  );
  const badTimeout = bad("Timeout should be between 50 ms and 29000 ms");
  const noRole = bad("Role ARN must be specified for AWS integrations");
  const noLink = bad("ConnectionId should be set to the vpcLinkId or stage variable on connection type VPC_LINK");
  const badCacheKey = bad("Invalid cache key parameter specified");
  const arn = (rest: string): Given => ({ ...sqs, uri: `arn:aws:apigateway:us-east-1:${rest}` });
  const proxyArn = (rest: string): Given => ({ ...arn(rest), type: "AWS_PROXY" });

  it.each<[string, Given, string]>([
    ["HTTP without verb", { ...http, integrationHttpMethod: undefined }, noVerb],
    ["HTTP_PROXY without verb", { ...http, type: "HTTP_PROXY", integrationHttpMethod: "" }, noVerb],
    ["AWS without verb", { ...sqs, integrationHttpMethod: undefined }, noVerb],
    ["AWS_PROXY without verb", { ...lambda, integrationHttpMethod: undefined }, noVerb],
    ["unknown verb", { ...http, integrationHttpMethod: "FETCH" }, badVerb],
    ["ANY", { ...http, integrationHttpMethod: "ANY" }, "nothing"],
    ["no ARN", { ...sqs, uri: "http://backend.example" }, badArn],
    ["another service's ARN", { ...sqs, uri: "arn:aws:lambda:us-east-1:123456789012:function:f" }, badArn],
    ["no URI", { ...sqs, uri: undefined }, badArn],
    ["blank in the ARN", arn("sqs:path/a b"), badArn],
    ["neither path nor action", arn("sqs:queue"), noPathOrAction],
    ["empty path", arn("sqs:path/"), noPathOrAction],
    ["action", arn("sqs:action/SendMessage"), "nothing"],
    ["subdomain", arn("123.s3:path/bucket/key"), "nothing"],
    ["path parameters", arn("s3:path/{bucket}/{object_path}"), "nothing"],
    ["AWS_PROXY of SQS", proxyArn("sqs:path/123456789012/queue"), notProxied],
    ["AWS_PROXY of Firehose", proxyArn("firehose:action/PutRecord"), "nothing"],
    ["AWS_PROXY of Lambda's other API", proxyArn("lambda:path/2015-03-31/functions/f"), notProxied],
    ["Lambda as AWS, without role", { ...lambda, type: "AWS" }, "nothing"],
    ["Lambda by stage variable", { ...lambda, uri: lambdaUri.replace(":f/", ":${stageVariables.fn}/") }, "nothing"],
    ["another service without role", { ...sqs, credentials: undefined }, noRole],
    ["an empty role", { ...sqs, credentials: "" }, noRole],
    ["what is no role", { ...sqs, credentials: "me" }, badArn],
    [
      "another account's role",
      { ...sqs, credentials: "arn:aws:iam::999999999999:role/gateway" },
      bad("Cross-account pass role is not allowed."),
    ],
    ["the caller's own credentials", { ...sqs, credentials: "arn:aws:iam::*:user/*" }, "nothing"],
    ["49 ms", { timeoutInMillis: 49 }, badTimeout],
    ["29001 ms", { timeoutInMillis: 29_001 }, badTimeout],
    ["half a millisecond", { timeoutInMillis: 50.5 }, badTimeout],
    ["NaN", { timeoutInMillis: Number.NaN }, badTimeout],
    ["29000 ms", { timeoutInMillis: 29_000 }, "nothing"],
    ["15 minutes of a stream", { timeoutInMillis: 900_000, responseTransferMode: "STREAM" }, "nothing"],
    [
      "more than 15 minutes of a stream",
      { timeoutInMillis: 900_001, responseTransferMode: "STREAM" },
      bad("Timeout should be between 50 ms and 900000 ms"),
    ],
    ["VPC_LINK without id", { ...http, connectionType: "VPC_LINK" }, noLink],
    ["VPC_LINK with an empty id", { ...http, connectionType: "VPC_LINK", connectionId: "" }, noLink],
    ["undeclared cache key", { cacheKeyParameters: ["method.request.path.other"] }, badCacheKey],
    [
      "cache key that the integration does not make",
      { cacheKeyParameters: ["integration.request.path.id"] },
      badCacheKey,
    ],
    [
      "cache key that the integration makes",
      {
        ...http,
        requestParameters: { "integration.request.header.x": "method.request.body" },
        cacheKeyParameters: ["integration.request.header.x"],
      },
      "nothing",
    ],
    ["multi-value cache key", { cacheKeyParameters: ["method.request.multivaluequerystring.q"] }, "nothing"],
    ["undeclared multi-value cache key", { cacheKeyParameters: ["method.request.multivalueheader.q"] }, badCacheKey],
    ["multi-value path", { cacheKeyParameters: ["method.request.multivaluepath.id"] }, badCacheKey],
    ["hostile cache key", { cacheKeyParameters: ["__proto__"] }, badCacheKey],
    ["empty cache key", { cacheKeyParameters: [""] }, badCacheKey],
    [
      "too many cache keys",
      { cacheKeyParameters: Array.from({ length: 501 }, () => "method.request.path.id") },
      bad("cacheKeyParameters can have at most 500 elements"),
    ],
    [
      "unknown passthrough",
      { passthroughBehavior: "ALWAYS" },
      bad("Invalid passthroughBehavior specified. Valid options are WHEN_NO_MATCH,WHEN_NO_TEMPLATES,NEVER"),
    ],
    [
      "template for what is no content type",
      { requestTemplates: { "123": "x" } },
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: 123]"),
    ],
    [
      "hostile content type",
      { requestTemplates: JSON.parse('{"__proto__": "x"}') as never },
      bad("Validation Result: warnings : [], errors : [Invalid content type specified: __proto__]"),
    ],
    ["template for any other content type", { requestTemplates: { $default: "x" } }, "nothing"],
    ["template of 300 KB", { requestTemplates: { "text/plain": "x".repeat(307_200) } }, "nothing"],
    [
      "template of more",
      { requestTemplates: { "text/plain": "x".repeat(307_201) } },
      bad("The values of requestTemplates can be at most 307200 characters"),
    ],
    [
      "template of more bytes than letters",
      { requestTemplates: { "text/plain": "é".repeat(200_000) } },
      bad("Mapping templates can be at most 300 KB"),
    ],
    [
      "huge cache namespace",
      { cacheNamespace: "x".repeat(1_000_000) },
      bad("cacheNamespace can be at most 1024 characters without control characters"),
    ],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => put(input))).toBe(expected);
  });
});

describe("Get, update and delete", () => {
  it.each([
    ["GetIntegration", GetIntegration],
    ["UpdateIntegration", UpdateIntegration],
    ["DeleteIntegration", DeleteIntegration],
  ] as const)("%s says what there is not", (_name, run) => {
    const api = newApi();
    const place = newMethod(api);
    expect(refusalOf(() => run({ ...place, restApiId: "nope" }, api.context))).toBe(
      missing("Invalid Resource identifier specified"),
    );
    expect(refusalOf(() => run({ ...place, httpMethod: "PUT" }, api.context))).toBe(
      missing("Invalid Method identifier specified"),
    );
    expect(refusalOf(() => run(place, api.context))).toBe(missing("Invalid Integration identifier specified"));
  });

  it("PutIntegration needs its Method", () => {
    const api = newApi();
    const place = newMethod(api);
    const input = { ...place, type: "MOCK", httpMethod: "PUT" };
    expect(refusalOf(() => PutIntegration(input, api.context))).toBe(missing("Invalid Method identifier specified"));
  });

  it("deletes it with its responses; a new one replaces all of the old", () => {
    const api = newApi();
    const place = { ...newIntegration(api), statusCode: "200" };
    methodResponseOperations.PutMethodResponse(place, api.context);
    integrationResponseOperations.PutIntegrationResponse(place, api.context);
    PutIntegration({ ...place, type: "MOCK" }, api.context);
    expect(GetIntegration(place, api.context)).not.toHaveProperty("integrationResponses");
    expect(DeleteIntegration(place, api.context)).toStrictEqual({});
    expect(methodOperations.GetMethod(place, api.context)).not.toHaveProperty("methodIntegration");
  });
});
