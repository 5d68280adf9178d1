import { describe, expect, test } from "vitest";
import {
  type Answer,
  apiId,
  type FixtureInput,
  gatewayOf,
  type GatewayFixture,
  methodOf,
  snapshotOf,
  stageName,
  stepCount,
  valueOf,
} from "../../../test/support/gateway-fixture.ts";
import { logGroupArn, recordingLogs } from "../../../test/support/recording-logs.ts";
import { get } from "../../../test/support/signed-asks.ts";

const start = `arn:aws:execute-api:us-east-1:123456789012:${apiId}`;
const masked = `arn:aws:execute-api:us-east-1:********9012:${apiId}`;

const allow = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: `${start}/*` };
const deny = { ...allow, Effect: "Deny" };

function gatewayWith(statements: readonly object[], options: Partial<FixtureInput> = {}): GatewayFixture {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const methods = {
    "/open/{proxy+}": { ANY: methodOf() },
    "/open/one": { GET: methodOf() },
    "/signed": { GET: methodOf({}, { authorizationType: "AWS_IAM" }) },
    "/custom": { GET: methodOf({}, { authorizationType: "CUSTOM" }) },
    "/pool": { GET: methodOf({}, { authorizationType: "COGNITO_USER_POOLS" }) },
  };
  return gatewayOf({ snapshots: { dep001: snapshotOf(methods, { policy }) }, ...options });
}

const messageOf = (answer: Answer): unknown => (JSON.parse(answer.body) as { readonly Message?: unknown }).Message;

const open = (statements: readonly object[], path = "/open/a"): Promise<Answer> =>
  gatewayWith(statements).ask({ path });

const signedCall = (statements: readonly object[]): Promise<Answer> =>
  get(gatewayWith(statements), { path: "/signed" });

describe("open methods", () => {
  test("need a statement that allows", async () => {
    expect(await open([allow])).toMatchObject({ status: 200, body: "ok" });
    const answer = await open([{ ...allow, Resource: `${start}/*/POST/*` }]);
    expect(answer.status).toBe(403);
    expect(valueOf(answer, "x-amzn-errortype")).toBe("AccessDeniedException");
    expect(messageOf(answer)).toBe(
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${masked}/${stageName}/GET/open/a ` +
        "because no resource-based policy allows the execute-api:Invoke action",
    );
  });

  test("and none that denies", async () => {
    expect(messageOf(await open([allow, { ...deny, Resource: `${start}/*/GET/open/a` }]))).toBe(
      `User: anonymous is not authorized to perform: execute-api:Invoke on resource: ${masked}/${stageName}/GET/open/a ` +
        "with an explicit deny",
    );
  });

  test("have anonymous callers, whatever they sign", async () => {
    const gateway = gatewayWith([{ ...allow, Principal: { AWS: "123456789012" } }]);
    expect(await get(gateway, { path: "/open/a" })).toMatchObject({ status: 403 });
  });

  test("are told apart by what conditions ask", async () => {
    const when = (Condition: object): Promise<Answer> => open([{ ...allow, Condition }]);
    expect(await when({ IpAddress: { "aws:SourceIp": "192.0.2.0/24" } })).toMatchObject({ status: 200 });
    expect(await when({ NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } })).toMatchObject({ status: 403 });
    expect(await when({ Bool: { "aws:SecureTransport": "false" } })).toMatchObject({ status: 200 });
    expect(await when({ DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" } })).toMatchObject({
      status: 200,
    });
    expect(await when({ NumericLessThan: { "aws:EpochTime": "1767225600" } })).toMatchObject({ status: 403 });
    expect(await when({ Null: { "aws:PrincipalArn": "true", "aws:SourceVpce": "true" } })).toMatchObject({
      status: 200,
    });
    const gateway = gatewayWith([
      { ...allow, Condition: { StringLike: { "aws:UserAgent": "curl/*", "aws:Referer": "https://a.test/*" } } },
    ]);
    const headers = ["User-Agent", "curl/8", "Referer", "https://a.test/x"];
    expect(await gateway.ask({ path: "/open/a", headers })).toMatchObject({ status: 200 });
    expect(await gateway.ask({ path: "/open/a", headers: headers.slice(0, 2) })).toMatchObject({ status: 403 });
  });

  test.each(["/open/%6Fne", "//open//one", "/open/one/", "/%6fpen/one"])(
    "%s is another spelling of what a policy denies",
    async (path) => {
      const gateway = gatewayWith([allow, { ...deny, Resource: `${start}/*/*/open/one` }]);
      expect(await gateway.ask({ path })).toMatchObject({ status: 403 });
      expect(gateway.upstream.dispatched).toEqual([]);
    },
  );

  test("the slash that an endpoint sees is a part of the path", async () => {
    const statements = [allow, { ...deny, Resource: `${start}/*/*/open/dir/*` }];
    expect(await open(statements, "/open/dir/")).toMatchObject({ status: 403 });
    expect(await open(statements, "/open/dir")).toMatchObject({ status: 200 });
  });

  test("the verb is the one that is served", async () => {
    const gateway = gatewayWith([{ ...allow, Resource: `${start}/*/GET/*` }]);
    const headers = ["X-HTTP-Method-Override", "POST"];
    expect(await gateway.ask({ path: "/open/a", headers })).toMatchObject({ status: 403 });
  });
});

describe("with another authorization", () => {
  const everyone = { ...allow, Principal: { AWS: "*" } };
  const account = { ...allow, Principal: { AWS: "arn:aws:iam::123456789012:root" } };
  const nothing = { ...allow, Action: "execute-api:InvalidateCache" };

  test("a signed call is denied by name alone: the account's own key needs nobody's leave", async () => {
    expect(await signedCall([account])).toMatchObject({ status: 200 });
    expect(await signedCall([nothing])).toMatchObject({ status: 200 });
    expect(await signedCall([{ ...deny, NotPrincipal: { AWS: "999999999999" }, Principal: undefined }])).toMatchObject({
      status: 403,
    });
    expect(messageOf(await signedCall([everyone, { ...deny, Principal: account.Principal }]))).toBe(
      "User: arn:aws:iam::123456789012:root is not authorized to perform: execute-api:Invoke on resource: " +
        `${masked}/${stageName}/GET/signed with an explicit deny`,
    );
  });

  test("a signature comes before the policy", async () => {
    const answer = await gatewayWith([deny]).ask({ path: "/signed" });
    expect(answer.body).toBe('{"message":"Missing Authentication Token"}');
  });
});

test("access logs tell what the policy said", async () => {
  const { of, logs } = recordingLogs();
  const format =
    "$context.authorize.status|$context.authorize.error|$context.error.responseType|$context.authenticate.status|$context.requestId";
  const stage = { accessLogSettings: { format, destinationArn: logGroupArn("g") } };
  const gateway = gatewayWith([{ ...allow, Resource: `${start}/*/GET/*` }], { stage, logs });
  await gateway.ask({ path: "/open/a" });
  await gateway.ask({ path: "/open/a", method: "POST" });
  const lines = of("g").map((line) => line.slice(0, line.lastIndexOf("|")));
  expect(lines).toEqual([
    "200|-|-|-",
    expect.stringMatching(/^403\|User: anonymous is not authorized .*:Invoke action\|ACCESS_DENIED\|-$/),
  ]);
});

test("a RestApi without a policy has no step for it", () => {
  const without = gatewayOf({ snapshots: { dep001: snapshotOf({ "/open/{proxy+}": { ANY: methodOf() } }) } });
  expect(stepCount(gatewayWith([allow]), "/open/a")).toBe(stepCount(without, "/open/a") + 1);
});

test("a policy that cannot be read lets nobody through, and the operator is told", async () => {
  const gateway = gatewayWith([{ ...allow, Condition: { StringEqualz: { a: "b" } } }]);
  expect(await gateway.ask({ path: "/open/a" })).toMatchObject({
    status: 403,
    body: '{"Message":"User is not authorized to access this resource"}',
  });
  expect(gateway.logged.map(([details]) => String(Object(details).err))).toEqual([
    expect.stringMatching(/the resource policy cannot be used: there is no condition operator StringEqualz/),
  ]);
});
