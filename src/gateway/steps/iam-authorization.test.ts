import { describe, expect, test } from "vitest";
import {
  type Answer,
  apiId,
  bodyOf,
  type FixtureInput,
  gatewayOf,
  type GatewayFixture,
  methodOf,
  named,
  snapshotOf,
  stageName,
  stepCount,
  valueOf,
} from "../../../test/support/gateway-fixture.ts";
import { logGroupArn, recordingLogs } from "../../../test/support/recording-logs.ts";
import { executeApiHost, get, send, signedHeader, signedQuery } from "../../../test/support/signed-asks.ts";
import { defaultMethodSetting } from "../../model/method-settings.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { limits } from "../../limits.ts";

const iam = { authorizationType: "AWS_IAM" } as const;

/** `/signed` asks for a signature, `/open` for none. */
function gatewayWith(integration: Partial<IntegrationDocument> = {}, options: Partial<FixtureInput> = {}) {
  const snapshot = snapshotOf({
    "/signed/{proxy+}": { ANY: methodOf(integration, iam) },
    "/open/{proxy+}": { ANY: methodOf(integration) },
  });
  return gatewayOf({ snapshots: { dep001: snapshot }, ...options });
}

const path = "/signed/a";
const body = Buffer.from('{"a":1}');

const refused = (answer: Answer) => ({
  status: answer.status,
  type: valueOf(answer, "x-amzn-errortype"),
  message: (JSON.parse(answer.body) as { readonly message?: string }).message,
});

describe("who has signed", () => {
  test("in the header reaches the endpoint, which is not shown the signature", async () => {
    const gateway = gatewayWith();
    expect(await get(gateway, { path, headers: { "x-own": "1" } })).toMatchObject({ status: 200, body: "ok" });
    const { last } = gateway.upstream;
    expect(valueOf(last, "authorization")).toBeUndefined();
    expect(valueOf(last, "x-own")).toBe("1");
    expect(valueOf(last, "x-amz-date")).toMatch(/^\d{8}T\d{6}Z$/);
  });

  test("in the query likewise", async () => {
    const gateway = gatewayWith();
    const request = await signedQuery({ path, query: { own: "a b", list: ["1", "2"] } });
    expect(await send(gateway, request)).toMatchObject({ status: 200 });
    expect(gateway.upstream.last.target).toBe("/?own=a%20b&list=1&list=2");
  });

  test("signs the path that was asked for, by name or by path", async () => {
    const gateway = gatewayWith();
    const target = `/_aws/execute-api/${apiId}/${stageName}${path}`;
    const headers = { host: "127.0.0.1:4566" };
    expect(await get(gateway, { target, headers })).toMatchObject({ status: 200 });
    expect(await get(gateway, { path: "/signed/a%20b/%C3%A9" })).toMatchObject({ status: 200 });
    const moved = await send(gateway, await signedHeader({ path }), { target });
    expect(refused(moved).type).toBe("InvalidSignatureException");
  });

  test("of an open method nobody asks; a signature is not passed on, another authorization is", async () => {
    const gateway = gatewayWith();
    expect(await get(gateway, { path: "/open/a" }, { secretAccessKey: "wrong" })).toMatchObject({ status: 200 });
    expect(valueOf(gateway.upstream.last, "authorization")).toBeUndefined();
    await gateway.ask({ path: "/open/a?X-Amz-Signature=a", headers: ["Authorization", "Bearer x"] });
    expect(valueOf(gateway.upstream.last, "authorization")).toBe("Bearer x");
    expect(gateway.upstream.last.target).toBe("/?X-Amz-Signature=a");
    expect(stepCount(gateway, "/signed/a")).toBe(stepCount(gateway, "/open/a") + 1);
  });
});

describe("what a signature covers", () => {
  const override = { "x-http-method-override": "DELETE" };

  test("a header that takes the method's place, or the request is refused", async () => {
    const gateway = gatewayWith();
    for (const request of [await signedHeader({ path }), await signedQuery({ path })]) {
      const headers = [...request.headers, ...Object.entries(override).flat()];
      expect(refused(await send(gateway, request, { headers }))).toEqual({
        status: 403,
        type: "InvalidSignatureException",
        message: "'X-HTTP-Method-Override' must be a 'SignedHeader' in the AWS Authorization.",
      });
    }
    expect(gateway.upstream.dispatched).toEqual([]);
    expect(await get(gateway, { path, headers: override })).toMatchObject({ status: 200 });
    expect(await send(gateway, await signedQuery({ path, headers: override }))).toMatchObject({ status: 200 });
    expect(gateway.upstream.dispatched.map(({ method }) => method)).toEqual(["DELETE", "DELETE"]);
  });

  test("the pairs of a query as methods read them", async () => {
    const gateway = gatewayWith();
    for (const request of [
      await signedHeader({ path, query: { a: "1;b=2" } }),
      await signedQuery({ path, query: { a: "1;b=2" } }),
    ]) {
      expect(await send(gateway, request)).toMatchObject({ status: 200 });
      const target = request.target.replace("%3Bb%3D2", ";b=2");
      expect(target).not.toBe(request.target);
      expect(refused(await send(gateway, request, { target })).type).toBe("InvalidSignatureException");
    }
  });
});

describe("the body", () => {
  const post = { method: "POST", path, body } as const;

  test("that was signed goes to the endpoint", async () => {
    const gateway = gatewayWith();
    expect(await send(gateway, await signedHeader(post))).toMatchObject({ status: 200 });
    expect(gateway.upstream.last.bytes).toEqual(body);
  });

  test("none of another one does", async () => {
    const gateway = gatewayWith();
    const other = { body: Buffer.from('{"a":2}') };
    const declared = await send(gateway, await signedHeader(post), other);
    expect(refused(declared)).toEqual({
      status: 403,
      type: "InvalidSignatureException",
      message: "The value of the x-amz-content-sha256 header does not match the SHA-256 hash of the request body.",
    });
    const undeclared = await send(gateway, await signedQuery(post), other);
    expect(refused(undeclared).message).toMatch(/^The request signature we calculated does not match/);
    const missing = await send(gateway, await signedHeader(post), { body: Buffer.alloc(0) });
    expect(refused(missing).type).toBe("InvalidSignatureException");
    expect(gateway.upstream.dispatched).toEqual([]);
  });

  test("may be any when the signature leaves it open, and then it streams", async () => {
    const gateway = gatewayWith();
    const request = await signedHeader({ ...post, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } });
    expect(await send(gateway, request, { body: Buffer.from("other") })).toMatchObject({ status: 200 });
    expect(gateway.upstream.last.bytes.toString()).toBe("other");
    expect(gateway.upstream.last.body).not.toBeInstanceOf(Uint8Array);
  });

  test("is there for a template, read once", async () => {
    const requestTemplates = { "application/json": '{"is": $input.json("$.a")}' };
    const gateway = gatewayWith({ type: "HTTP", httpMethod: "POST", requestTemplates });
    await send(gateway, await signedHeader({ ...post, headers: { "content-type": "application/json" } }));
    expect(gateway.upstream.last.bytes.toString()).toBe('{"is": 1}');
  });

  test("of somebody else is not waited for when its hash is declared", async () => {
    const gateway = gatewayWith();
    const request = await signedHeader(post, { secretAccessKey: "other" });
    const endless = { ...bodyOf([], -1), read: () => expect.unreachable("the body was read") };
    const answer = await gateway.ask({
      method: "POST",
      target: request.target,
      headers: request.headers,
      body: endless,
    });
    expect(refused(answer).type).toBe("InvalidSignatureException");
  });

  test("over the bound is refused, and one that breaks off ends the request", async () => {
    const gateway = gatewayWith();
    const { target, headers } = await signedHeader(post);
    const half = Buffer.alloc(limits.payload / 2 + 1);
    const large = await gateway.ask({ method: "POST", target, headers, body: bodyOf([half, half], -1) });
    expect(large).toMatchObject({ status: 413 });
    const gone = await gateway.ask({ method: "POST", target, headers, body: bodyOf([body], -1, "client-gone") });
    expect(gone).toMatchObject({ status: 0, broken: true });
    expect(gateway.upstream.dispatched).toEqual([]);
  });
});

describe("refusals (facts/stage.md 1.5)", () => {
  const incomplete = "IncompleteSignatureException";
  const invalid = "InvalidSignatureException";

  test.each<[string, readonly string[], string, string | RegExp, string]>([
    [
      "nothing",
      [],
      "MissingAuthenticationTokenException",
      "Missing Authentication Token",
      "MISSING_AUTHENTICATION_TOKEN",
    ],
    [
      "another authorization",
      ["Authorization", "Bearer x"],
      incomplete,
      /^Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed/,
      "INVALID_SIGNATURE",
    ],
    [
      "half a signature",
      ["Authorization", "AWS4-HMAC-SHA256 Credential=a"],
      incomplete,
      /requires 'Signature'/,
      "INVALID_SIGNATURE",
    ],
  ])("%s", async (_what, headers, type, message, responseType) => {
    const { events, logs } = recordingLogs();
    const format =
      "$context.requestId $context.error.responseType $context.authenticate.status $context.authorize.status";
    const stage = { accessLogSettings: { format, destinationArn: logGroupArn("g") } };
    const gateway = gatewayWith({}, { stage, logs });
    const answer = await gateway.ask({ path, headers });
    expect(refused(answer)).toEqual({ status: 403, type, message: expect.stringMatching(message) as string });
    expect(events[0]?.message).toMatch(new RegExp(` ${responseType} 403 -$`));
    expect(gateway.upstream.dispatched).toEqual([]);
  });

  test.each<[object, Date | undefined, string, string | RegExp]>([
    [
      { accessKeyId: "other" },
      undefined,
      "UnrecognizedClientException",
      /^The security token included in the request is invalid\.$/,
    ],
    [{ secretAccessKey: "other" }, undefined, invalid, /^The request signature we calculated does not match/],
    [{ region: "eu-west-1" }, undefined, invalid, /^Credential should be scoped to a valid region\.$/],
    [
      { service: "apigateway" },
      undefined,
      invalid,
      /^Credential should be scoped to correct service: 'execute-api'\.$/,
    ],
    [{}, new Date("2026-01-02T03:04:05Z"), invalid, /^Signature expired: 20260102T030[45]05Z is now earlier than/],
    [{}, new Date("2126-01-02T03:04:05Z"), invalid, /^Signature not yet current: 21260102T030405Z is still later than/],
  ])("signed by %j at %s", async (options, date, type, message) => {
    const gateway = gatewayWith();
    for (const sign of [signedHeader, signedQuery]) {
      const answer = await send(gateway, await sign({ path }, options, date));
      expect(refused(answer)).toEqual({ status: 403, type, message: expect.stringMatching(message) as string });
    }
    expect(gateway.upstream.dispatched).toEqual([]);
  });

  test("who signed wrongly is told what should have been signed", async () => {
    const gateway = gatewayWith();
    const request = await signedHeader({ path, query: { a: "1" } }, { secretAccessKey: "other" });
    const date = valueOf(request, "x-amz-date") ?? "";
    const hash = valueOf(request, "x-amz-content-sha256") ?? "";
    const { message = "" } = refused(await send(gateway, request));
    expect(message.split("\n\n").slice(1)).toEqual([
      `The Canonical String for this request should have been\n'GET\n/${stageName}/signed/a\na=1\nhost:${executeApiHost}\n` +
        `x-amz-content-sha256:${hash}\nx-amz-date:${date}`,
      `host;x-amz-content-sha256;x-amz-date\n${hash}'`,
      expect.stringMatching(
        `^The String-to-Sign should have been\n'AWS4-HMAC-SHA256\n${date}\n\\d{8}/us-east-1/execute-api/aws4_request\n[0-9a-f]{64}'\n$`,
      ),
    ]);
  });

  test("a RestApi's own answer takes its place", async () => {
    const snapshot = {
      ...snapshotOf({ "/": { GET: methodOf({}, iam) } }),
      gatewayResponses: [
        {
          responseType: "INVALID_SIGNATURE",
          statusCode: "401",
          responseParameters: {},
          responseTemplates: { "application/json": "$context.error.responseType: $context.error.messageString" },
        },
      ],
    };
    const gateway = gatewayOf({ snapshots: { dep001: snapshot } });
    expect(await get(gateway, {}, { region: "eu-west-1" })).toMatchObject({
      status: 401,
      body: 'INVALID_SIGNATURE: "Credential should be scoped to a valid region."',
    });
  });

  test("an ARN over the quota is a 414", async () => {
    const gateway = gatewayWith();
    expect(await get(gateway, { path: `/signed/${"a".repeat(1_501)}` })).toMatchObject({ status: 200 });
    const long = await get(gateway, { path: `/signed/${"a".repeat(1_600)}` });
    expect(long).toMatchObject({ status: 414, body: '{"message":"Request URI too long"}' });
  });

  test("junk is never taken for a signature", async () => {
    const gateway = gatewayWith();
    for (const junk of [
      "AWS4-",
      "AWS4-HMAC-SHA256",
      "AWS4-HMAC-SHA256 ,,,",
      `AWS4-HMAC-SHA256 ${"=,".repeat(4_000)}`,
    ]) {
      const answer = await gateway.ask({ path: `${path}?X-Amz-Algorithm=%zz`, headers: ["authorization", junk] });
      expect(answer.status).toBe(403);
    }
    expect(await gateway.ask({ path: `${path}?X-Amz-Algorithm=%zz` })).toMatchObject({ status: 403 });
    expect(gateway.logged).toEqual([]);
  });
});

const identity = {
  accessKey: "test",
  accountId: "123456789012",
  caller: "123456789012",
  user: "123456789012",
  userArn: "arn:aws:iam::123456789012:root",
};
const variables = Object.keys(identity).map((name) => `$context.identity.${name}`);

function asked(method: object): GatewayFixture & { readonly events: readonly { message: string }[] } {
  const { events, logs } = recordingLogs();
  const snapshot = snapshotOf({ "/": { GET: { ...named(variables.join(" ")), ...method } } });
  const format =
    `${variables.join(" ")} $context.authenticate.status $context.authorize.status ` +
    "$context.authorize.latency $context.requestId";
  const stage = { accessLogSettings: { format, destinationArn: logGroupArn("g") } };
  return { ...gatewayOf({ snapshots: { dep001: snapshot }, stage, logs }), events };
}

describe("what is known of who signed", () => {
  test("templates and access logs say it", async () => {
    const gateway = asked(iam);
    const answer = await get(gateway);
    expect(answer).toMatchObject({ status: 200, body: Object.values(identity).join(" ") });
    expect(gateway.events[0]?.message).toMatch(new RegExp(`^${Object.values(identity).join(" ")} 200 200 0 `));
  });

  test("of an open method's caller nothing is known", async () => {
    const gateway = asked({});
    const answer = await get(gateway);
    expect(answer.status).toBe(200);
    expect(answer.body.trim()).toBe("");
    expect(gateway.events[0]?.message).toMatch(/^- - - - - - - - [0-9a-f-]{36}$/);
  });

  test("execution logs mask the signature", async () => {
    const { of, logs } = recordingLogs();
    const methodSettings = { "*/*": { ...defaultMethodSetting, loggingLevel: "INFO", dataTraceEnabled: true } };
    const gateway = gatewayWith({}, { stage: { methodSettings }, logs });
    const request = await signedQuery({ path });
    await send(gateway, request);
    const signature = /X-Amz-Signature=([0-9a-f]{64})/.exec(request.target)?.[1] ?? "";
    await get(gateway, { path });
    const lines = of(`API-Gateway-Execution-Logs_${apiId}/${stageName}`).join("\n");
    expect(lines).toContain(`X-Amz-Signature=${"*".repeat(58)}${signature.slice(-6)}`);
    expect(lines).not.toContain(signature);
    expect(lines).toMatch(/Authorization=\*+[0-9a-f]{6}/i);
  });
});
