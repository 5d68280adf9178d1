import { describe, expect, it } from "vitest";
import {
  bad,
  badMapping,
  labelled,
  missing,
  newApi,
  newIntegration,
  newMethod,
  refusalOf,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { integrationRules } from "../patch/rules/integration.ts";
import { integrationOperations } from "./integration.ts";
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
    ["VPC_LINK without id", { ...http, connectionType: "VPC_LINK" }, noLink],
    ["VPC_LINK with an empty id", { ...http, connectionType: "VPC_LINK", connectionId: "" }, noLink],
    ["undeclared cache key", { cacheKeyParameters: ["method.request.path.other"] }, badCacheKey],
    ["cache key of the other side", { cacheKeyParameters: ["integration.request.path.id"] }, badCacheKey],
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

describe("an HTTP URI", () => {
  it.each(
    labelled([
      "http://backend.example",
      "HTTPS://backend.example:8443/a/b?c=d&e",
      "http://127.0.0.1:3000/",
      "http://localhost:3000",
      "http://[::1]:3000/",
      "http://backend.example/{proxy}",
      "http://backend.example/{id}/x?y={q}",
      "http://${stageVariables.host}/pets",
      "http://${stageVariables.host}",
      "http://api.${stageVariables.domain}/${stageVariables.path}",
      "http://backend.${stageVariables.tld}/",
      "http://backend.example:${stageVariables.port}/",
      "https://{host}/x",
      `http://backend.example/${"x".repeat(8_000)}`,
    ]),
  )("%s is one", (_label, uri) => {
    expect(put({ ...http, uri })).toMatchObject({ uri });
  });

  it.each(
    labelled([
      undefined,
      "",
      "backend.example",
      "/pets",
      "//backend.example",
      "http://",
      "http:///pets",
      "http:backend.example",
      "ftp://backend.example",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "${stageVariables.url}",
      "http://backend.example:99999/",
      "http://backend.example/a b",
      " http://backend.example",
      "http://backend.example\n",
      "http://backend.example/\r\nX-Evil: 1",
      "http://backend.example/\u0000",
      "http://backend.example\\@evil.example/",
      "http://b\u00e4ckend.example",
      "http://backend.example/${stageVariables.a b}",
      "http://backend.example/${other.a}",
      "http://backend.example/{id",
      "http://backend.example/id}",
      "http://backend.example/{}",
      `http://backend.example/${"x".repeat(1_000_000)}`,
    ]),
  )("%s is none", (_label, uri) => {
    for (const type of ["HTTP", "HTTP_PROXY"]) {
      expect(refusalOf(() => put({ ...http, type, uri }))).toBe(bad("Invalid HTTP endpoint specified for URI"));
    }
  });
});

describe("requestParameters", () => {
  const target = "integration.request.header.x";

  it.each([
    "method.request.path.id",
    "method.request.querystring.q",
    "method.request.multivaluequerystring.q",
    "method.request.header.X-A",
    "method.request.multivalueheader.X-A",
    "method.request.body",
    "method.request.body.pets[0].name",
    "stageVariables.x",
    "context.requestId",
    "context.authorizer.claims.custom:tenant",
    "'text'",
    "''",
    "'it''s'",
  ])("%s is a source", (source) => {
    expect(put({ requestParameters: { [target]: source } })).toMatchObject({ requestParameters: { [target]: source } });
  });

  it.each([
    "method.request.path.other",
    "method.request.querystring.id",
    "method.request.header.x-a",
    "method.request.multivaluequerystring.other",
    "method.request.header.__proto__",
    "method.request.header.constructor",
  ])("%s is not declared", (source) => {
    expect(refusalOf(() => put({ requestParameters: { [target]: source } }))).toBe(
      badMapping(`Invalid mapping expression parameter specified: ${source}`),
    );
  });

  it.each([
    "true",
    "",
    "text",
    '"*"',
    "'",
    "'open",
    "'line\r\nend'",
    "method.request.path",
    "method.request.path.",
    "method.request.multivaluepath.id",
    "method.request.cookie.a",
    "method.request.body.",
    "integration.response.header.a",
    "$stageVariables.x",
    "${stageVariables.x}",
    "stageVariables.",
    "stageVariables.a-b",
    "context.",
    "context.a b",
    "prefix-method.request.path.id",
  ])("%j is no source", (source) => {
    expect(refusalOf(() => put({ requestParameters: { [target]: source } }))).toBe(
      badMapping(`Invalid mapping expression specified: ${source}`),
    );
  });

  it.each([
    "header.x",
    "integration.request.body",
    "integration.request.header.",
    "integration.request.header.a b",
    "integration.request.cookie.a",
    "method.request.header.x",
    "__proto__",
    "constructor",
  ])("%s is no target", (key) => {
    const requestParameters = Object.fromEntries([[key, "'x'"]]);
    expect(refusalOf(() => put({ requestParameters }))).toBe(
      badMapping(`Invalid mapping expression specified: ${key}`),
    );
  });

  it("has bounds", () => {
    const huge = "x".repeat(1_000_000);
    expect(refusalOf(() => put({ requestParameters: { [target]: `'${huge}'` } }))).toBe(
      bad("The values of requestParameters can be at most 10240 characters"),
    );
    expect(refusalOf(() => put({ requestParameters: { [`integration.request.header.${huge}`]: "'x'" } }))).toBe(
      bad("The keys of requestParameters can be at most 1024 characters"),
    );
  });
});

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
    methodOperations.PutMethodResponse(place, api.context);
    integrationOperations.PutIntegrationResponse(place, api.context);
    PutIntegration({ ...place, type: "MOCK" }, api.context);
    expect(GetIntegration(place, api.context)).not.toHaveProperty("integrationResponses");
    expect(DeleteIntegration(place, api.context)).toStrictEqual({});
    expect(methodOperations.GetMethod(place, api.context)).not.toHaveProperty("methodIntegration");
  });
});
