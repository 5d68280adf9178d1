import { describe, expect, onTestFinished, test } from "vitest";
import { bad, everything, missing, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { invocationUri } from "../../../test/support/authorizer-fixture.ts";
import { gatewayOf } from "../../../test/support/gateway-fixture.ts";
import { lambdaOfTest, type LambdaService, policyOf } from "../../../test/support/lambda-service.ts";
import { stays } from "../../../test/support/test-invoke-fixture.ts";
import { poolArn, tokenOf, userPoolsOfTest } from "../../../test/support/user-pool-service.ts";
import { createUpstream } from "../../gateway/integrate/upstream.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import type { Environment } from "../../settings.ts";
import { authorizerOperations } from "./authorizer.ts";
import { restApiOperations } from "./rest-api.ts";
import { testInvokeAuthorizerOperations } from "./test-invoke-authorizer.ts";

const { TestInvokeAuthorizer } = testInvokeAuthorizerOperations;

type Given = Partial<Input<"CreateAuthorizer">>;
type Tested = Partial<Input<"TestInvokeAuthorizer">>;

const token = {
  name: "asks",
  type: "TOKEN",
  authorizerUri: invocationUri("asks"),
  identitySource: "method.request.header.Auth",
} as const;
const request = { ...token, type: "REQUEST" } as const;
const headers = { Auth: "my-secret-token" };

/** An API with one Authorizer, and what tests it. */
function open(env: Environment, given: Given = token) {
  const { context, restApiId } = newApi();
  const { id: authorizerId = "" } = authorizerOperations.CreateAuthorizer({ ...token, ...given, restApiId }, context);
  const upstream = createUpstream();
  onTestFinished(() => upstream.close());
  const { services, logged } = gatewayOf({ snapshots: {}, upstream, env });
  const invoke = async (input: Tested = { headers }) => {
    const before = everything(context.tx);
    const plan = TestInvokeAuthorizer.read({ restApiId, authorizerId, ...input }, context);
    const output = await TestInvokeAuthorizer.perform(plan, services, stays);
    expect(everything(context.tx)).toEqual(before);
    expect(services.authorizers.kept.bytes).toBe(0);
    return { ...output, lines: linesOf(output.log ?? "") };
  };
  return { context, restApiId, authorizerId, invoke, logged };
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

/** Without the dates and with a word for the id. */
function linesOf(log: string): string[] {
  expect(log.endsWith("\n")).toBe(true);
  return log
    .replaceAll(uuid, "{id}")
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} : /, ""));
}

async function withLambda(given: Given = token, react?: LambdaService["react"]) {
  const lambda = await lambdaOfTest();
  lambda.react = react ?? (({ methodArn }) => ({ result: policyOf("Allow", methodArn) }));
  return { lambda, ...open(lambda.env, given) };
}

describe("TestInvokeAuthorizer", () => {
  test("asks the function, and tells what it said and how", async () => {
    const { invoke, lambda, restApiId, authorizerId } = await withLambda(token, ({ methodArn }) => ({
      result: policyOf("Allow", methodArn, { context: { tenant: "blue" } }),
    }));
    const tested = await invoke();
    const methodArn = `arn:aws:execute-api:us-east-1:123456789012:${restApiId}/ESTestInvoke-stage/GET/`;
    expect(tested).toMatchObject({
      clientStatus: 0,
      principalId: "somebody",
      policy: JSON.stringify(policyOf("Allow", methodArn).policyDocument),
      authorization: { tenant: ["blue"] },
      claims: undefined,
    });
    expect(tested.latency).toBeGreaterThanOrEqual(0);
    const url = `${lambda.endpoint}/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:asks/invocations`;
    expect(tested.lines).toEqual([
      "Execution log for request {id}",
      `Starting authorizer: ${authorizerId} for request: {id}`,
      "Incoming identity: *********-token",
      `Endpoint request URI: ${url}`,
      expect.stringMatching(/^Endpoint request headers: \{.*x-amzn-lambda-integration-tag=\{id\}/),
      `Endpoint request body after transformations: {"type":"TOKEN","methodArn":"${methodArn}","authorizationToken":"*********-token"}`,
      `Sending request to ${url}`,
      expect.stringMatching(/^Authorizer result body before parsing: \{"principalId":"somebody"/),
      "Using valid authorizer policy for principal: **mebody",
      "Successfully completed authorizer execution",
    ]);
    expect(lambda.invoked).toMatchObject([{ event: { methodArn, authorizationToken: headers.Auth } }]);
  });

  test("asks although the RestApi's policy keeps everybody out", async () => {
    const { invoke, lambda, restApiId, context } = await withLambda();
    const policy = '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}';
    const patchOperations = [{ op: "replace" as const, path: "/policy", value: policy }];
    restApiOperations.UpdateRestApi({ restApiId, patchOperations }, context);
    expect(await invoke()).toMatchObject({ clientStatus: 0 });
    expect(lambda.invoked).toHaveLength(1);
  });

  test("asks anew each time, whatever the TTL", async () => {
    const { invoke, lambda } = await withLambda({ authorizerResultTtlInSeconds: 3_600 });
    await Promise.all([invoke(), invoke(), invoke()]);
    expect(lambda.invoked).toHaveLength(3);
  });

  test.each<[number, LambdaService["react"], string]>([
    [
      403,
      ({ methodArn }) => ({ result: policyOf("Deny", methodArn) }),
      "The client is not authorized to perform this operation.",
    ],
    [401, () => ({ error: "Unauthorized" }), "Unauthorized request: {id}"],
    [500, () => ({ error: "oh" }), "AuthorizerConfigurationException"],
    [500, () => ({ raw: "{" }), "AuthorizerConfigurationException"],
    [500, () => ({ result: { policyDocument: { Statement: [] } } }), "AuthorizerConfigurationException"],
    [500, () => ({ status: 429 }), "AuthorizerFailureException"],
  ])("says %i where a client would be told so", async (clientStatus, react, last) => {
    const { invoke } = await withLambda(token, react);
    const tested = await invoke();
    expect(tested).toMatchObject({ clientStatus });
    expect(tested.lines.at(-1)).toBe(last);
    expect(tested.policy === undefined).toBe(clientStatus !== 403);
  });

  test("takes headers, a query, variables of a stage and of the context from its input", async () => {
    const identitySource =
      "method.request.header.Auth,method.request.querystring.key,stageVariables.zone,context.identity.sourceIp";
    const { invoke, lambda } = await withLambda({ ...request, identitySource });
    const input: Tested = {
      multiValueHeaders: { Auth: ["a", "b"] },
      pathWithQueryString: "/pets/1?key=k",
      stageVariables: { zone: "z" },
      additionalContext: { "identity.sourceIp": "10.1.2.3" },
    };
    const tested = await invoke(input);
    expect(tested).toMatchObject({ clientStatus: 0 });
    expect(lambda.invoked).toMatchObject([
      {
        event: {
          multiValueHeaders: { Auth: ["a", "b"] },
          queryStringParameters: { key: "k" },
          stageVariables: { zone: "z" },
          path: "/",
          requestContext: { stage: "ESTestInvoke-stage", resourcePath: "/" },
        },
      },
    ]);
    for (const without of ["multiValueHeaders", "pathWithQueryString", "stageVariables"]) {
      expect(await invoke({ ...input, [without]: undefined })).toMatchObject({ clientStatus: 401 });
    }
    expect(lambda.invoked).toHaveLength(1);
  });

  test("says what a user pool's token claims", async () => {
    const pools = await userPoolsOfTest();
    const { invoke } = open(pools.env, { type: "COGNITO_USER_POOLS", authorizerUri: "", providerARNs: [poolArn] });
    const Auth = await tokenOf({ email: "a@b.test" });
    expect(await invoke({ headers: { Auth } })).toMatchObject({
      clientStatus: 0,
      principalId: "user-1",
      policy: undefined,
      claims: { sub: "user-1", email: "a@b.test", token_use: "id" },
    });
    expect(await invoke({ headers: { Auth: "none" } })).toMatchObject({ clientStatus: 401, claims: undefined });
  });

  test("without a Lambda to call tells so in the log", async () => {
    const tested = await open({}).invoke();
    expect(tested).toMatchObject({ clientStatus: 500 });
    expect(tested.lines.slice(-3)).toEqual([
      "Execution failed due to configuration error: Invalid endpoint address",
      "Execution failed due to configuration error: Authorizer error",
      "AuthorizerConfigurationException",
    ]);
  });

  test("refuses what there is not, and what cannot be sent", () => {
    const { context, restApiId, authorizerId } = open({});
    const refused = (input: Tested): string =>
      refusalOf(() => TestInvokeAuthorizer.read({ restApiId, authorizerId, ...input }, context));
    const unknown = missing("Invalid Authorizer identifier specified");
    expect(refused({ authorizerId: "none" })).toBe(unknown);
    expect(refused({ restApiId: "none" })).toBe(unknown);
    expect(refused({ headers: { "a b": "c" } })).toBe(bad("Invalid header name specified: a b"));
    expect(refused({ headers: { a: "x".repeat(limits.headerValues + 1) } })).toMatch(/^BadRequestException/);
    expect(refused({ pathWithQueryString: `/?${"x".repeat(limits.requestTarget)}` })).toMatch(/^BadRequestException/);
    expect(refused({ additionalContext: { ["k".repeat(2_000)]: "v" } })).toMatch(/^BadRequestException/);
    expect(refused({ headers: { __proto__: "x" } })).toBe("nothing");
  });
});
