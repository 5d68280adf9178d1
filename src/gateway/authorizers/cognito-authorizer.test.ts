/** User pools' authorizers under traffic: their keys behind a real socket, everything else in this process. */
import * as fc from "fast-check";
import { UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { guarded, poolGateway } from "../../../test/support/authorizer-fixture.ts";
import { type Answer, valueOf } from "../../../test/support/gateway-fixture.ts";
import { poolArn, poolId, poolIssuer, signingKey, tokenOf } from "../../../test/support/user-pool-service.ts";

const inShort = (answer: Answer) => [answer.status, answer.body, valueOf(answer, "x-amzn-errortype")];
const ok = [200, "ok", undefined];
const unauthorized = [401, '{"message":"Unauthorized"}', "UnauthorizedException"];
const access = { token_use: "access", aud: undefined, client_id: "client-1" };
const now = (): number => Math.floor(Date.now() / 1_000);

describe("a token of the pool", () => {
  test.each(["", "Bearer ", "bearer  "])("is taken with %j before it", async (scheme) => {
    const { show, pools } = await poolGateway();
    expect(inShort(await show(scheme + (await tokenOf())))).toEqual(ok);
    expect(pools.asked).toEqual([`/${poolId}/.well-known/jwks.json`]);
  });

  test.each([
    [`http://127.0.0.1:9999/${poolId}`, true],
    [`https://cognito.localhost:4566/idp/${poolId}`, true],
    [`http://127.0.0.1:9999/x${poolId}`, false],
    [`http://127.0.0.1:9999/${poolId}/`, false],
    [`/${poolId}`, false],
    [poolId, false],
  ])("may name what stands in for AWS as its issuer: %s", async (iss, isTaken) => {
    const { show } = await poolGateway();
    expect(inShort(await show(await tokenOf({ iss })))).toEqual(isTaken ? ok : unauthorized);
  });

  test("of an app client that the expression means", async () => {
    const { show } = await poolGateway({ authorizer: { identityValidationExpression: "client-[0-9]" } });
    expect(inShort(await show(await tokenOf()))).toEqual(ok);
    expect(inShort(await show(await tokenOf({ aud: "client-10" })))).toEqual(unauthorized);
    expect(inShort(await show(await tokenOf({ ...access, scope: "pets/read" }), "/scoped"))).toEqual(ok);
    expect(inShort(await show(await tokenOf({ ...access, client_id: "x", scope: "pets/read" }), "/scoped"))).toEqual(
      unauthorized,
    );
  });

  test("of another pool of the authorizer", async () => {
    const other = "us-east-1_other";
    const providerARNs = [poolArn, poolArn.replace(poolId, other)];
    const { show, pools } = await poolGateway({ authorizer: { providerARNs } });
    expect(inShort(await show(await tokenOf({ iss: poolIssuer.replace(poolId, other) })))).toEqual(ok);
    expect(pools.asked).toEqual([`/${other}/.well-known/jwks.json`]);
  });
});

describe("is refused", () => {
  test.each<[string, () => Promise<string | undefined> | string | undefined]>([
    ["nothing", () => undefined],
    ["an empty header", () => ""],
    ["what is no token", () => "Bearer abc"],
    ["three parts that are none", () => "a.b.c"],
    ["a token of another pool", () => tokenOf({ iss: poolIssuer.replace(poolId, "us-east-1_other") })],
    ["a token of no pool", () => tokenOf({ iss: undefined })],
    ["an access token, where there are no scopes", () => tokenOf(access)],
    ["a token for no use", () => tokenOf({ token_use: undefined })],
    ["a token without an end", () => tokenOf({}, { exp: null })],
    ["a token that is not good yet", () => tokenOf({ nbf: now() + 300 })],
    ["a token without a subject", () => tokenOf({ sub: undefined })],
    [
      "a token by another key of that name",
      async () => tokenOf({}, { key: { ...(await signingKey(1)), kid: "key0" } }),
    ],
    ["a token by an unknown key", async () => tokenOf({}, { key: await signingKey(1) })],
    [
      "a token without a signature",
      () => new UnsecuredJWT({ token_use: "id", sub: "x" }).setIssuer(poolIssuer).setExpirationTime("1h").encode(),
    ],
    [
      "a token with a changed claim",
      async () => {
        const [head, , signature] = (await tokenOf()).split(".");
        const claims = { sub: "admin", iss: poolIssuer, aud: "client-1", token_use: "id", exp: now() + 600 };
        return [head, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
      },
    ],
  ])("%s", async (_what, make) => {
    const { show, logged } = await poolGateway();
    expect(inShort(await show(await make()))).toEqual(unauthorized);
    expect(logged).toEqual([]);
  });

  test("whatever else anybody can write", async () => {
    const { show, logged } = await poolGateway({ authorizer: { identityValidationExpression: "client-1" } });
    const anything = fc.anything({ maxDepth: 3 });
    const part = fc
      .oneof(anything, fc.string())
      .map((value) => Buffer.from(JSON.stringify(value) ?? "").toString("base64url"));
    const head = fc
      .record(
        {
          alg: fc.oneof(fc.constantFrom("RS256", "none", "HS256"), anything),
          kid: fc.oneof(fc.constant("key0"), anything),
          crit: anything,
          b64: anything,
          jwk: anything,
        },
        { requiredKeys: [] },
      )
      .map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
    const claims = fc
      .record(
        {
          iss: fc.oneof(fc.constantFrom(poolIssuer, [poolIssuer]), anything),
          aud: fc.oneof(fc.constant("client-1"), anything),
          exp: anything,
          sub: anything,
          token_use: fc.constant("id"),
        },
        { requiredKeys: ["iss"] },
      )
      .map((value) => Buffer.from(JSON.stringify(value)).toString("base64url"));
    const token = fc
      .tuple(fc.oneof(head, part), fc.oneof(claims, part), fc.oneof(part, fc.constant("")))
      .map((parts) => parts.join("."));
    await fc.assert(
      fc.asyncProperty(token, async (sent) => {
        expect([401, 431]).toContain((await show(sent)).status);
      }),
      { seed: 20_260_123, numRuns: 1_000 },
    );
    expect(logged).toEqual([]);
  });

  test("a token that has expired, in words of its own", async () => {
    const { show } = await poolGateway();
    expect(inShort(await show(await tokenOf({}, { exp: now() - 1 })))).toEqual([
      401,
      '{"message":"The incoming token has expired"}',
      "UnauthorizedException",
    ]);
  });
});

describe("scopes", () => {
  test.each<[string, Readonly<Record<string, unknown>>, number]>([
    ["one of them", { ...access, scope: "openid pets/write" }, 200],
    ["none of them", { ...access, scope: "openid pets/reading" }, 401],
    ["no scope at all", access, 401],
    ["them, but in an ID token", { scope: "pets/read" }, 401],
  ])("%s", async (_what, claims, status) => {
    const { show } = await poolGateway();
    expect(await show(await tokenOf(claims), "/scoped")).toMatchObject({ status });
  });
});

describe("claims", () => {
  test("reach the endpoint as texts, and dates as dates", async () => {
    const template = ["sub", "email_verified", "n", "list", "map", "exp", "iat", "auth_time", "none"]
      .map((name) => `$context.authorizer.claims.${name}`)
      .concat(
        "$context.authorizer.claims.get('cognito:username')",
        "$context.authorizer.claims['__proto__']",
        "[$context.authorizer.claims]",
      )
      .join("|");
    const methods = { "/": { GET: guarded({ authorizationType: "COGNITO_USER_POOLS" }, template) } };
    const { show } = await poolGateway({ methods });
    const claims = JSON.parse(
      '{"email_verified":true,"n":1.5,"list":["a","b"],"map":{"a":1},"iat":1508126723,"auth_time":1508126723,"cognito:username":"me","__proto__":"own"}',
    ) as Record<string, unknown>;
    const { body } = await show(await tokenOf(claims, { exp: 4_102_444_800 }));
    expect(body).toBe(
      'user-1|true|1.5|a,b|{"a":1}|Fri Jan 01 00:00:00 UTC 2100|Mon Oct 16 04:05:23 UTC 2017|1508126723||me|own|[]',
    );
  });
});

describe("what is kept", () => {
  test("is a token's claims, until it expires", async () => {
    let time = Date.now();
    const { show, services } = await poolGateway({
      now: () => time,
      authorizer: { authorizerResultTtlInSeconds: 300 },
    });
    const token = await tokenOf({}, { exp: now() + 60 });
    expect(await show(token)).toMatchObject({ status: 200 });
    const { bytes } = services.authorizers.kept;
    expect(bytes).toBeGreaterThan(token.length);
    expect(await show(token)).toMatchObject({ status: 200 });
    expect(await show(token, "/scoped")).toMatchObject({ status: 401 });
    time += 61_000;
    expect(await show(token)).toMatchObject({ status: 401 });
    expect(services.authorizers.kept.bytes).toBe(0);
  });
});

/** With a policy that allows whoever calls from there. */
const restApi = (ip: string) => ({
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: "*",
      Condition: { IpAddress: { "aws:SourceIp": ip } },
    },
  }),
});

describe("the RestApi's own policy", () => {
  test.each([
    ["192.0.2.0/24", true, 200],
    ["198.51.100.0/24", true, 403],
    ["198.51.100.0/24", false, 401],
  ])("must allow %s, behind the token (%s)", async (ip, hasToken, status) => {
    const { show } = await poolGateway({ restApi: restApi(ip) });
    expect(await show(hasToken ? await tokenOf() : "none")).toMatchObject({ status });
  });
});

test("a client that goes away while its token is looked at is told nothing", async () => {
  const { show, pools, replies } = await poolGateway();
  pools.answer = "hang";
  void show(await tokenOf());
  while (pools.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
  replies[0]?.onClose?.();
  await pools.stop();
  expect(replies[0]?.headSent).toBe(false);
});
