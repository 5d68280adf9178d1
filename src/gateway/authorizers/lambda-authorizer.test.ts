/** Lambda authorizers under traffic: functions behind a real socket, everything else in this process. */
import { describe, expect, test } from "vitest";
import {
  authorizerOf,
  guarded,
  guardedGateway,
  type GuardedOptions,
  invocationUri,
} from "../../../test/support/authorizer-fixture.ts";
import { type Answer, apiId, mockOf, snapshotOf, valueOf } from "../../../test/support/gateway-fixture.ts";
import { type LambdaService, policyOf, type Reaction } from "../../../test/support/lambda-service.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";

const arn = `arn:aws:execute-api:us-east-1:123456789012:${apiId}/prod/GET`;
const everything = "arn:aws:execute-api:*:*:*";

const bodies = {
  denied: '{"Message":"User is not authorized to access this resource with an explicit deny"}',
  notAllowed: '{"Message":"User is not authorized to access this resource"}',
  unauthorized: '{"message":"Unauthorized"}',
  nothing: '{"message":null}',
} as const;

const refusal = (status: number, body: string, type: string) => ({ status, body, type });
const denied = refusal(403, bodies.denied, "AccessDeniedException");
const notAllowed = refusal(403, bodies.notAllowed, "AccessDeniedException");
const unauthorized = refusal(401, bodies.unauthorized, "UnauthorizedException");
const misconfigured = refusal(500, bodies.nothing, "AuthorizerConfigurationException");
const failed = refusal(500, bodies.nothing, "AuthorizerFailureException");

const inShort = (answer: Answer) => refusal(answer.status, answer.body, valueOf(answer, "x-amzn-errortype") ?? "");
const ok = refusal(200, "ok", "");

/** What a client gets when the function does this. */
async function reacting(react: LambdaService["react"], options: GuardedOptions = {}) {
  const gateway = await guardedGateway(options);
  gateway.lambda.react = react;
  return inShort(await gateway.show("token"));
}

const allowAll = (more: object = {}): Reaction => ({ result: policyOf("Allow", everything, more) });

describe("a TOKEN authorizer", () => {
  test("is asked with the token and the method's ARN", async () => {
    const { show, lambda } = await guardedGateway();
    expect(inShort(await show("allow"))).toEqual(ok);
    expect(lambda.invoked).toHaveLength(1);
    expect(lambda.invoked[0]).toMatchObject({
      functionName: "arn:aws:lambda:us-east-1:123456789012:function:asks",
      event: { type: "TOKEN", methodArn: `${arn}/`, authorizationToken: "allow" },
      headers: {
        "x-amzn-apigateway-api-id": apiId,
        "x-amz-source-arn": `arn:aws:execute-api:us-east-1:123456789012:${apiId}/authorizers/auth01`,
        "user-agent": `AmazonAPIGateway_${apiId}`,
      },
    });
  });

  test.each([
    ["allow", ok],
    ["deny", denied],
    ["nothing", notAllowed],
    ["unauthorized", unauthorized],
    ["anything", misconfigured],
  ])("says of %s", async (token, answer) => {
    const { show } = await guardedGateway();
    expect(inShort(await show(token))).toEqual(answer);
  });

  test.each([
    ["nothing at all", undefined, undefined],
    ["an empty token", "", undefined],
    ["one that does not look like one", "allow", "^Bearer [a-z]+$"],
    ["one that looks like one in part", "Bearer abc!", "Bearer [a-z]+"],
  ])("is not asked about %s", async (_what, token, identityValidationExpression) => {
    const authorizer = identityValidationExpression === undefined ? {} : { identityValidationExpression };
    const { show, lambda } = await guardedGateway({ authorizer });
    expect(inShort(await show(token))).toEqual(unauthorized);
    expect(lambda.invoked).toEqual([]);
  });

  test("sees a token that looks like one, by its header's name in any spelling", async () => {
    const { ask, lambda } = await guardedGateway({ authorizer: { identityValidationExpression: "all[a-z]w" } });
    expect(await ask({ headers: ["aUTH", "allow"] })).toMatchObject({ status: 200 });
    expect(lambda.invoked).toMatchObject([{ event: { authorizationToken: "allow" } }]);
  });

  test("gives up on a pattern that could take for ever", async () => {
    const { show, lambda } = await guardedGateway({ authorizer: { identityValidationExpression: "(a|aa|a*)*b" } });
    expect(inShort(await show("a".repeat(9_000)))).toEqual(unauthorized);
    expect(lambda.invoked).toEqual([]);
  });

  test("may be another function, by a stage variable, also in the canary", async () => {
    const authorizerUri = invocationUri("${stageVariables.who}");
    const dep001 = { ...snapshotOf({ "/": { GET: guarded() } }), authorizers: [authorizerOf({ authorizerUri })] };
    const { show, lambda } = await guardedGateway({
      snapshots: { dep001 },
      stage: {
        variables: { who: "first" },
        canarySettings: {
          deploymentId: "dep001",
          percentTraffic: 50,
          stageVariableOverrides: { who: "second" },
          useStageCache: false,
        },
      },
      random: (() => {
        let draws = 0;
        return () => (draws++ % 2 === 0 ? 0.9 : 0.1);
      })(),
    });
    await show("allow");
    await show("allow");
    expect(lambda.invoked.map(({ functionName }) => functionName.split(":").at(-1))).toEqual(["first", "second"]);
  });
});

describe("a REQUEST authorizer", () => {
  const request = { type: "REQUEST", identitySource: "method.request.header.Auth" } as const;

  test("is asked with all that is known of the request", async () => {
    const { ask, lambda } = await guardedGateway({
      authorizer: request,
      methods: { "/pets/{id}": { GET: guarded() } },
      stage: { variables: { zone: "a" } },
    });
    lambda.react = ({ methodArn }) => ({ result: policyOf("Allow", methodArn) });
    const headers = [
      "Host",
      "api.test:81",
      "Auth",
      "one",
      "Auth",
      "two",
      "X-Forwarded-For",
      "10.0.0.1",
      "__proto__",
      "x",
    ];
    const answer = await ask({
      path: "/pets/a%20b?q=1&q=2&__proto__=y",
      headers: [...headers, "Content-Length", "0", "Connection", "close", "User-Agent", "tests"],
    });
    expect(answer).toMatchObject({ status: 200 });
    const event = lambda.invoked[0]?.event ?? {};
    expect(event).toMatchObject({
      type: "REQUEST",
      methodArn: `${arn}/pets/a b`,
      resource: "/pets/{id}",
      path: "/pets/a%20b",
      httpMethod: "GET",
      headers: { Host: "api.test:81", Auth: "two", "X-Forwarded-For": "10.0.0.1, 192.0.2.7", "X-Forwarded-Port": "81" },
      multiValueHeaders: { Auth: ["one", "two"], "X-Forwarded-Proto": ["http"] },
      queryStringParameters: { q: "2" },
      multiValueQueryStringParameters: { q: ["1", "2"] },
      pathParameters: { id: "a b" },
      stageVariables: { zone: "a" },
      requestContext: {
        resourceId: "res0",
        resourcePath: "/pets/{id}",
        httpMethod: "GET",
        path: "/prod/pets/a%20b",
        accountId: "123456789012",
        stage: "prod",
        requestId: valueOf(answer, "x-amzn-requestid"),
        apiId,
        identity: { sourceIp: "192.0.2.7", userAgent: "tests", caller: null },
      },
    });
    expect(Object.keys(event["headers"] as object)).not.toContain("Content-Length");
    expect(Object.entries(event["headers"] as object)).toContainEqual(["__proto__", "x"]);
    expect(Object.entries(event["queryStringParameters"] as object)).toContainEqual(["__proto__", "y"]);
  });

  test.each<[string, Partial<AuthorizerDocument>, readonly string[], number]>([
    ["has a header", {}, ["Auth", "x"], 200],
    ["lacks a header", {}, [], 401],
    ["lacks a header, but nothing is kept", { authorizerResultTtlInSeconds: 0 }, [], 200],
    ["has a parameter", { identitySource: "method.request.querystring.key" }, [], 200],
    ["lacks one of two", { identitySource: "method.request.querystring.key, method.request.header.Auth" }, [], 401],
    ["has a variable", { identitySource: "stageVariables.zone,context.identity.sourceIp" }, [], 200],
    ["lacks a variable", { identitySource: "stageVariables.none" }, [], 401],
    ["has what an expression for tokens does not allow", { identityValidationExpression: "no" }, ["Auth", "x"], 200],
  ])("asks when the request %s", async (_what, authorizer, headers, status) => {
    const { ask, lambda } = await guardedGateway({
      authorizer: { ...request, authorizerResultTtlInSeconds: 300, ...authorizer },
      stage: { variables: { zone: "a" } },
    });
    lambda.react = () => allowAll();
    expect(await ask({ path: "/?key=k", headers })).toMatchObject({ status });
    expect(lambda.invoked).toHaveLength(status === 200 ? 1 : 0);
  });
});

/** Of a policy that allows everything from there. */
const allowFrom = (ip: string) => ({
  policyDocument: {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Action: "execute-api:*",
      Resource: "*",
      Condition: { IpAddress: { "aws:SourceIp": ip } },
    },
  },
});

describe("what the function says", () => {
  test.each<[string, unknown, object]>([
    ["nothing", null, misconfigured],
    ["a text", "Allow", misconfigured],
    ["a list", [policyOf("Allow", everything)], misconfigured],
    ["no policy", { principalId: "x" }, misconfigured],
    ["a policy without statements", { principalId: "x", policyDocument: { Version: "2012-10-17" } }, misconfigured],
    ["a policy with another effect", policyOf("allow" as "Allow", everything), misconfigured],
    [
      "a policy with another version",
      policyOf("Allow", everything, { policyDocument: { Version: "1", Statement: [] } }),
      misconfigured,
    ],
    ["no principal", { ...policyOf("Allow", everything), principalId: undefined }, ok],
    ["a number as principal", policyOf("Allow", everything, { principalId: 7 }), ok],
    ["an object as principal", policyOf("Allow", everything, { principalId: {} }), misconfigured],
    ["a context with a list", policyOf("Allow", everything, { context: { a: [] } }), misconfigured],
    ["a context with an object", policyOf("Allow", everything, { context: { a: {} } }), misconfigured],
    ["a context that is a list", policyOf("Allow", everything, { context: ["a"] }), misconfigured],
    ["a context of nothing", policyOf("Allow", everything, { context: null }), ok],
    ["a key that is none", policyOf("Allow", everything, { usageIdentifierKey: ["k"] }), misconfigured],
    ["a policy for some other path", policyOf("Allow", `${arn}/other`), notAllowed],
    ["a policy with wildcards", policyOf("Allow", `arn:aws:execute-api:*:*:${apiId}/*/GET/*`), ok],
    ["a policy for another action", policyOf("Allow", everything, {}), ok],
  ])("%s", async (_what, result, answer) => {
    expect(await reacting(() => ({ result }))).toEqual(answer);
  });

  test.each<[string, Reaction, object]>([
    ["no JSON", { raw: "{" }, misconfigured],
    ["no text", { raw: Buffer.from([0xff, 0xfe]) }, misconfigured],
    ["JSON that is nested too deep", { raw: "[".repeat(100_000) }, failed],
    ["deep JSON within the bound", { raw: `${"[".repeat(1_000)}${"]".repeat(1_000)}` }, misconfigured],
    ["too much", { raw: `{"policyDocument":"${"x".repeat(100_000)}"}` }, failed],
    ["nothing, and is gone", "die", failed],
    ["that it does not exist", { status: 404 }, misconfigured],
    ["that nobody may call it", { status: 403 }, misconfigured],
    ["that it is called too often", { status: 429 }, failed],
    ["that it is broken", { status: 500 }, failed],
    ["Unauthorized as part of a text", { error: "Unauthorized!" }, misconfigured],
  ])("%s", async (_what, reaction, answer) => {
    expect(await reacting(() => reaction)).toEqual(answer);
  });

  test("conditions are held against the request", async () => {
    expect(await reacting(() => ({ result: allowFrom("192.0.2.0/24") }))).toEqual(ok);
    expect(await reacting(() => ({ result: allowFrom("198.51.100.0/24") }))).toEqual(notAllowed);
  });

  test("stands in gateway responses too", async () => {
    const gatewayResponses = [
      {
        responseType: "ACCESS_DENIED",
        statusCode: "404",
        responseParameters: { "gatewayresponse.header.X-Why": "context.authorizer.why" },
        responseTemplates: { "application/json": "$context.authorizer.principalId: $context.error.message" },
      },
      {
        responseType: "AUTHORIZER_CONFIGURATION_ERROR",
        responseParameters: {},
        responseTemplates: { "application/json": '{"m":$context.error.messageString}$context.error.message' },
      },
    ];
    const gateway = await guardedGateway({ snapshot: { gatewayResponses } });
    gateway.lambda.react = () => ({ result: policyOf("Deny", everything, { context: { why: "late" } }) });
    const answer = await gateway.show("token");
    expect(answer).toMatchObject({
      status: 404,
      body: "somebody: User is not authorized to access this resource with an explicit deny",
    });
    expect(valueOf(answer, "x-why")).toBe("late");
    gateway.lambda.react = () => ({ error: "oh" });
    expect(await gateway.show("token")).toMatchObject({ status: 500, body: '{"m":null}' });
  });

  test("reaches the endpoint as $context.authorizer, as texts", async () => {
    const template =
      "$context.authorizer.principalId|$context.authorizer.n|$context.authorizer.b|$context.authorizer.s|$context.authorizer.get('__proto__')|$context.authorizer.none|#foreach($k in $context.authorizer.keySet())$k #end";
    const gateway = await guardedGateway({ methods: { "/": { GET: guarded({}, template) } } });
    gateway.lambda.react = () => ({
      raw: JSON.stringify(policyOf("Allow", everything, { context: { n: 1.5, b: true, s: "text", x: null } })).replace(
        '"context":{',
        '"context":{"__proto__":"own",',
      ),
    });
    const { body } = await gateway.show("token");
    expect(body).toMatch(/^somebody\|1\.5\|true\|text\|own\|\|__proto__ n b s principalId integrationLatency $/);
  });
});

describe("a Lambda that is not there", () => {
  test("is told to the operator, with what to set", async () => {
    const gateway = await guardedGateway({ env: {} });
    expect(inShort(await gateway.show("allow"))).toEqual(misconfigured);
    expect(String(gateway.logged.map(([details]) => Object.values(details)))).toContain("set AWS_ENDPOINT_URL_LAMBDA");
  });

  test("is a failure of the configuration when nobody listens", async () => {
    const gateway = await guardedGateway();
    await gateway.lambda.stop();
    expect(inShort(await gateway.show("allow"))).toEqual(misconfigured);
  });

  test.each<[string, GuardedOptions]>([
    [
      "no function",
      {
        authorizer: {
          authorizerUri:
            "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${stageVariables.none}/invocations",
        },
      },
    ],
    ["an authorizer that the deployment lacks", { snapshot: { authorizers: [] } }],
    [
      "a user pool's authorizer",
      {
        authorizer: {
          type: "COGNITO_USER_POOLS",
          providerARNs: ["arn:aws:cognito-idp:us-east-1:123456789012:userpool/a_b"],
        },
      },
    ],
    [
      "for a user pool, a function's authorizer",
      { methods: { "/": { GET: guarded({ authorizationType: "COGNITO_USER_POOLS" }) } } },
    ],
    ["an identity that cannot be read", { authorizer: { identitySource: "header.Auth" } }],
    ["a pattern that cannot be read", { authorizer: { identityValidationExpression: "(" } }],
  ])("is not called for %s", async (_what, options) => {
    const gateway = await guardedGateway(options);
    expect(inShort(await gateway.show("allow"))).toEqual(misconfigured);
    expect(gateway.lambda.invoked).toEqual([]);
    expect(gateway.logged).toHaveLength(1);
  });
});

const policy = (Effect: string, ip: string) => ({
  Effect,
  Principal: "*",
  Action: "execute-api:Invoke",
  Resource: "*",
  Condition: { IpAddress: { "aws:SourceIp": ip } },
});
const here = "192.0.2.0/24";
const elsewhere = "198.51.100.0/24";
const restApi = (...statements: object[]) => ({
  policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
});

describe("the RestApi's own policy beside the function's", () => {
  test.each([
    ["denies by name", policy("Deny", here), "allow", 403, 0],
    ["is about others", policy("Allow", elsewhere), "allow", 200, 1],
    ["is about others, as the function's is", policy("Allow", elsewhere), "nothing", 403, 1],
    ["allows what the function's is not about", policy("Allow", here), "nothing", 200, 1],
    ["allows what the function's denies", policy("Allow", here), "deny", 403, 1],
  ])("%s", async (_what, statement, token, status, calls) => {
    const { show, lambda } = await guardedGateway({ restApi: restApi(statement) });
    expect(await show(token)).toMatchObject({ status });
    expect(lambda.invoked).toHaveLength(calls);
  });
});

describe("methods of one API", () => {
  test("are guarded or not, each as it says", async () => {
    const gateway = await guardedGateway({ methods: { "/": { GET: mockOf() }, "/in": { ANY: guarded() } } });
    expect(await gateway.ask({ path: "/" })).toMatchObject({ status: 200 });
    expect(await gateway.ask({ path: "/in" })).toMatchObject({ status: 401 });
    expect(await gateway.ask({ path: "/in", method: "PUT", headers: ["Auth", "allow"] })).toMatchObject({
      status: 200,
    });
    expect(gateway.lambda.invoked).toMatchObject([{ event: { methodArn: `${arn.replace("GET", "PUT")}/in` } }]);
  });

  test.each([0, 300])("whose ARN is too long are not asked for (TTL %i)", async (authorizerResultTtlInSeconds) => {
    const gateway = await guardedGateway({
      authorizer: { authorizerResultTtlInSeconds },
      methods: { "/{proxy+}": { GET: guarded() } },
    });
    expect(await gateway.show("allow", `/${"x".repeat(2_000)}`)).toMatchObject({
      status: 414,
      body: '{"message":"Request URI too long"}',
    });
    expect(gateway.lambda.invoked).toEqual([]);
  });
});
