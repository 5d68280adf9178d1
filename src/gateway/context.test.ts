import { expect, test } from "vitest";
import {
  apiId,
  type FixtureInput,
  gatewayOf,
  methodOf,
  snapshotOf,
  stageName,
} from "../../test/support/gateway-fixture.ts";
import { logGroupArn, recordingLogs } from "../../test/support/recording-logs.ts";
import type { MethodDocument } from "../model/documents.ts";
import { accessLogVariable, accessLogVariableNames, contextVariable, requestTime } from "./context.ts";

const startedAt = Date.UTC(2026, 0, 31, 23, 59, 58, 7);
const requestId = "0c9f7b3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";

/** What each variable says of one request: `GET /pets/7`, proxied to an endpoint that takes 12 ms and answers 404. */
const ofOneRequest: Readonly<Record<string, string | RegExp>> = {
  accountId: "123456789012",
  apiId,
  awsEndpointRequestId: "endpoint-1",
  deploymentId: "dep001",
  domainName: `${apiId}.execute-api.test`,
  domainPrefix: apiId,
  extendedRequestId: /^[\w+/]{15}=$/,
  httpMethod: "GET",
  "identity.sourceIp": "192.0.2.7",
  "identity.userAgent": "curl/8 ünï",
  "integration.integrationStatus": "404",
  "integration.latency": "12",
  "integration.requestId": "endpoint-1",
  "integration.responseTransferMode": "BUFFERED",
  "integration.status": "404",
  integrationLatency: "12",
  integrationStatus: "404",
  isCanaryRequest: "false",
  path: `/${stageName}/pets/7`,
  protocol: "HTTP/1.1",
  requestId,
  requestTime: /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
  requestTimeEpoch: /^\d{13}$/,
  resourceId: "res0",
  resourcePath: "/pets/{id}",
  responseLatency: /^\d+$/,
  responseLength: "9",
  stage: stageName,
  status: "404",
  xrayTraceId: "1-5759e988-bd862e3fe1be46a994272793",
};

/** Variables that a request which goes well and is not authenticated has no value for. */
const missing = [
  "authenticate.error",
  "authenticate.latency",
  "authenticate.status",
  "authorize.error",
  "authorize.latency",
  "authorize.status",
  "authorizer.claims.sub",
  "authorizer.error",
  "authorizer.integrationLatency",
  "authorizer.integrationStatus",
  "authorizer.latency",
  "authorizer.principalId",
  "authorizer.requestId",
  "authorizer.status",
  "cipherSuite",
  "customDomain.basePathMatched",
  "customDomain.routingRuleIdMatched",
  "error.message",
  "error.messageString",
  "error.responseType",
  "error.validationErrorString",
  "identity.accessKey",
  "identity.accountId",
  "identity.apiKey",
  "identity.apiKeyId",
  "identity.caller",
  "identity.clientCert.clientCertPem",
  "identity.clientCert.issuerDN",
  "identity.clientCert.serialNumber",
  "identity.clientCert.subjectDN",
  "identity.clientCert.validity.notAfter",
  "identity.clientCert.validity.notBefore",
  "identity.cognitoAuthenticationProvider",
  "identity.cognitoAuthenticationType",
  "identity.cognitoIdentityId",
  "identity.cognitoIdentityPoolId",
  "identity.principalOrgId",
  "identity.user",
  "identity.userArn",
  "identity.vpcId",
  "identity.vpceId",
  "integration.error",
  "integration.timeToAllHeaders",
  "integration.timeToFirstContent",
  "integrationErrorMessage",
  "tlsVersion",
  "waf.error",
  "waf.latency",
  "waf.status",
  "wafResponseCode",
  "webaclArn",
  "noSuchVariable",
  "__proto__",
  "constructor",
];

const names = [...Object.keys(ofOneRequest), ...missing];

/** The values of these variables in the access log of one request, by name. */
async function logged(
  path: string,
  headers: readonly string[],
  options: Partial<FixtureInput> = {},
  onCalled: () => void = () => undefined,
): Promise<ReadonlyMap<string, string>> {
  const { logs, of } = recordingLogs();
  const format = names.map((name) => `$context.${name}`).join("\t");
  const gateway = gatewayOf({
    snapshots: { dep001: snapshotOf({ "/pets/{id}": { ANY: methodOf() } }) },
    stage: {
      tracingEnabled: true,
      accessLogSettings: { format, destinationArn: logGroupArn("access") },
      canarySettings: { deploymentId: "dep001", percentTraffic: 0, useStageCache: false },
    },
    logs,
    ...options,
  });
  gateway.upstream.behaviour = { status: 404, headers: ["x-amzn-RequestId", "endpoint-1"], body: "not found" };
  gateway.upstream.answerLater = true;
  const answer = gateway.ask({ path, headers });
  onCalled();
  gateway.upstream.release();
  await answer;
  const [line = "", ...more] = of("access");
  expect(more).toEqual([]);
  const values = line.split("\t");
  expect(values).toHaveLength(names.length);
  return new Map(names.map((name, index) => [name, values[index] ?? ""]));
}

const sent = [
  ["x-amzn-RequestId", requestId],
  ["User-Agent", Buffer.from("curl/8 ünï").toString("latin1")],
  ["X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"],
].flat();

test("every variable of a request that reaches its endpoint", async () => {
  let now = 1_000;
  const values = await logged("/pets/7", sent, { now: () => now }, () => (now += 12));
  for (const [name, expected] of Object.entries(ofOneRequest)) {
    if (typeof expected === "string") expect([name, values.get(name)]).toEqual([name, expected]);
    else expect(values.get(name), name).toMatch(expected);
  }
  for (const name of missing) expect([name, values.get(name)]).toEqual([name, "-"]);
});

test("the tables above have every variable that there is", () => {
  expect(accessLogVariableNames.filter((name) => !names.includes(name))).toEqual([]);
});

test("a request whose path is no resource's has no resource, and the error of the gateway's own answer", async () => {
  const values = await logged("/birds", sent);
  expect(Object.fromEntries(values)).toMatchObject({
    resourceId: "-",
    resourcePath: "-",
    httpMethod: "GET",
    path: `/${stageName}/birds`,
    status: "403",
    responseLength: String('{"message":"Missing Authentication Token"}'.length),
    integrationLatency: "-",
    integrationStatus: "-",
    "error.message": "Missing Authentication Token",
    "error.messageString": '"Missing Authentication Token"',
    "error.responseType": "MISSING_AUTHENTICATION_TOKEN",
    integrationErrorMessage: "-",
  });
});

test("an id of the client's that is not a UUID is not repeated", async () => {
  const values = await logged("/pets/7", ["x-amzn-requestid", "forged\u00e9 id"]);
  expect(values.get("requestId")).toBe("UUID_REPLACED_INVALID_REQUEST_ID");
});

test("isCanaryRequest is missing on a stage without a canary, and the trace without tracing", async () => {
  const stage = {
    accessLogSettings: {
      format: names.map((name) => `$context.${name}`).join("\t"),
      destinationArn: logGroupArn("access"),
    },
  };
  const values = await logged("/pets/7", sent, { stage });
  expect([values.get("isCanaryRequest"), values.get("xrayTraceId")]).toEqual(["-", "-"]);
});

/** A MOCK with this request template. */
const mock = (template: string): MethodDocument =>
  methodOf({
    type: "MOCK",
    requestTemplates: { "application/json": template },
    integrationResponses: { 200: { statusCode: "200" } },
  });

test("what templates set in place of the mappings is known to access logs", async () => {
  const { logs, of } = recordingLogs();
  const template = `#set($context.requestOverride.header.x = "a header")#set($context.requestOverride.path.p = 7)
    #set($context.requestOverride.querystring.q = ["one", "two"])#set($context.responseOverride.header.y = true)
    #set($context.responseOverride.status = 418)
    #set($endless = {})#set($endless.self = $endless)#set($context.requestOverride.path.endless = $endless)
    {"statusCode":200}`;
  const overrides = ["header.x", "path.p", "querystring.q", "path.endless", "header.none", "other.x"]
    .map((name) => `requestOverride.${name}`)
    .concat("responseOverride.header.y", "responseOverride.status", "responseOverride.path.p");
  const format = overrides.map((name) => `$context.${name}`).join("|");
  const gateway = gatewayOf({
    snapshots: { dep001: snapshotOf({ "/": { ANY: mock(template) }, "/plain": { ANY: mock('{"statusCode":200}') } }) },
    stage: { accessLogSettings: { format, destinationArn: logGroupArn("access") } },
    logs,
  });
  await gateway.ask({ path: "/plain" });
  expect((await gateway.ask({ path: "/" })).status).toBe(418);
  expect(of("access")).toEqual(["-|-|-|-|-|-|-|-|-", "a header|7|one,two|-|-|-|true|418|-"]);
});

test("mappings and templates do not have what only access logs have", () => {
  for (const name of ["status", "responseLatency", "error.message", "integrationLatency", "xrayTraceId"]) {
    expect(contextVariable(name), name).toBeUndefined();
    expect(accessLogVariable(name), name).toBeDefined();
  }
  expect(contextVariable("identity.sourceIp")).toBe(accessLogVariable("identity.sourceIp"));
});

test("a name that an object has by birth is no variable", () => {
  for (const name of ["__proto__", "constructor", "toString", ""]) {
    expect(contextVariable(name)).toBeUndefined();
    expect(accessLogVariable(name)).toBeUndefined();
  }
});

test("the time of a request is that of its second", () => {
  expect(requestTime(startedAt)).toBe("31/Jan/2026:23:59:58 +0000");
  expect(requestTime(startedAt + 2_000)).toBe("01/Feb/2026:00:00:00 +0000");
  expect(requestTime(startedAt)).toBe("31/Jan/2026:23:59:58 +0000");
});
