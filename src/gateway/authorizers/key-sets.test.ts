/** The keys of user pools: when they are fetched, and what becomes of tokens when they cannot be. */
import { exportJWK, type JWK } from "jose";
import { describe, expect, test } from "vitest";
import { poolGateway } from "../../../test/support/authorizer-fixture.ts";
import { signingKey, tokenOf } from "../../../test/support/user-pool-service.ts";
import { limits } from "../../limits.ts";

const misconfigured = { status: 500, body: '{"message":null}' };
const now = (): number => Math.floor(Date.now() / 1_000);

describe("the pool's keys", () => {
  test("are fetched once, however many ask, and again when they are old", async () => {
    let time = Date.now();
    const { show, pools } = await poolGateway({ now: () => time, authorizer: { authorizerResultTtlInSeconds: 0 } });
    const token = await tokenOf({}, { exp: now() + 100_000 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => show(token)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(pools.asked).toHaveLength(1);
    time += limits.keySetAge;
    expect(await show(token)).toMatchObject({ status: 200 });
    expect(pools.asked).toHaveLength(2);
  });

  test("are fetched again for a key that is new, but not again and again", async () => {
    let time = Date.now();
    const { show, pools } = await poolGateway({ now: () => time, authorizer: { authorizerResultTtlInSeconds: 0 } });
    expect(await show(await tokenOf())).toMatchObject({ status: 200 });
    const other = await signingKey(1);
    const token = await tokenOf({}, { key: other });
    expect(await show(token)).toMatchObject({ status: 401 });
    expect(pools.asked).toHaveLength(1);
    pools.keys = [other];
    time += limits.keySetPause;
    expect(await show(token)).toMatchObject({ status: 200 });
    expect(await show(await tokenOf())).toMatchObject({ status: 401 });
    expect(pools.asked).toHaveLength(2);
  });

  test("stay good while the pool cannot be asked", async () => {
    let time = Date.now();
    const { show, pools } = await poolGateway({ now: () => time, authorizer: { authorizerResultTtlInSeconds: 0 } });
    const token = await tokenOf({}, { exp: now() + 100_000 });
    expect(await show(token)).toMatchObject({ status: 200 });
    pools.answer = { status: 500, body: "" };
    time += limits.keySetAge;
    for (let i = 0; i < 3; i++) expect(await show(token)).toMatchObject({ status: 200 });
    expect(pools.asked).toHaveLength(2);
  });

  test("are not asked for by every unknown key while the pool cannot be asked", async () => {
    let time = Date.now();
    const { show, pools } = await poolGateway({ now: () => time, authorizer: { authorizerResultTtlInSeconds: 0 } });
    expect(await show(await tokenOf())).toMatchObject({ status: 200 });
    const unknown = await tokenOf({}, { key: await signingKey(1) });
    pools.answer = { status: 500, body: "" };
    time += limits.keySetPause;
    for (let i = 0; i < 3; i++) expect(await show(unknown)).toMatchObject({ status: 401 });
    expect(pools.asked).toHaveLength(2);
    time += limits.keySetPause;
    pools.answer = undefined;
    pools.keys = [await signingKey(1)];
    expect(await show(unknown)).toMatchObject({ status: 200 });
  });

  test.each([
    ["no keys", { status: 404, body: "{}" }],
    ["no JSON", { status: 200, body: "{" }],
    ["no set", { status: 200, body: "[]" }],
    ["a set of nothing", { status: 200, body: '{"keys":[1]}' }],
    ["deep JSON", { status: 200, body: "[".repeat(50_000) }],
    ["too much", { status: 200, body: `{"keys":[],"x":"${"x".repeat(limits.keySet)}"}` }],
  ])("are %s: nobody gets in, and the operator is told", async (_what, answer) => {
    const { show, pools, logged } = await poolGateway();
    pools.answer = answer;
    expect(await show(await tokenOf())).toMatchObject(misconfigured);
    expect(logged).toHaveLength(1);
  });

  test.each<[string, (key: JWK) => object]>([
    ["of another kind", ({ kid }) => ({ kid, kty: "oct", k: "c2VjcmV0" })],
    ["too short", ({ kid }) => ({ kid, kty: "RSA", n: "AQAB", e: "AQAB" })],
    ["broken", (key) => ({ ...key, n: "" })],
    ["no texts", (key) => ({ ...key, n: 1, e: {} })],
  ])("are %s: none of them counts, and the pool is asked again soon, but not at once", async (_what, spoilt) => {
    let time = Date.now();
    const { show, pools, logged } = await poolGateway({ now: () => time });
    const { kid, pair } = await signingKey(0);
    const key = spoilt({ ...(await exportJWK(pair.publicKey)), kid });
    pools.answer = { status: 200, body: JSON.stringify({ keys: [key] }) };
    const token = await tokenOf({}, { exp: now() + 100_000 });
    for (let i = 0; i < 3; i++) expect(await show(token)).toMatchObject(misconfigured);
    expect(String(Object(logged[0]?.[0]).err)).toMatch(/none that a token can be held against/);
    expect(pools.asked).toHaveLength(1);
    pools.answer = undefined;
    time += limits.keySetRetry;
    expect(await show(token)).toMatchObject({ status: 200 });
  });

  test("that are good hold beside one that is not", async () => {
    const { show, pools } = await poolGateway();
    const { kid, pair } = await signingKey(0);
    const keys = [
      { kid: "bad", kty: "RSA", n: "AQAB", e: "AQAB" },
      { ...(await exportJWK(pair.publicKey)), kid },
    ];
    pools.answer = { status: 200, body: JSON.stringify({ keys }) };
    expect(await show(await tokenOf())).toMatchObject({ status: 200 });
    const other = await tokenOf({}, { key: { kid: "bad", pair } });
    expect(await show(other)).toMatchObject({ status: 401 });
  });

  test("may have their private part beside them", async () => {
    const { show, pools } = await poolGateway();
    const { kid, pair } = await signingKey(0);
    pools.answer = { status: 200, body: JSON.stringify({ keys: [{ ...(await exportJWK(pair.privateKey)), kid }] }) };
    expect(await show(await tokenOf())).toMatchObject({ status: 200 });
  });

  test("cannot be fetched where nobody listens", async () => {
    const { show, pools } = await poolGateway();
    await pools.stop();
    expect(await show(await tokenOf())).toMatchObject(misconfigured);
  });
});
