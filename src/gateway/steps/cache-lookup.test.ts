import { describe, expect, test } from "vitest";
import { bodies, cachingGateway, type CachingGateway, stageWith } from "../../../test/support/caching-fixture.ts";
import { type Answer, type Asked, methodOf, snapshotOf, valueOf } from "../../../test/support/gateway-fixture.ts";
import { send, type SignedAsk, signedHeader } from "../../../test/support/signed-asks.ts";
import type { SentRequest, SignerOptions } from "../../../test/support/signer.ts";

const wish = (value = "max-age=0"): Asked => ({ headers: ["cache-control", value] });

describe("the canary (facts/runtime.md 3)", () => {
  const method = { "/pets/{id}": { ANY: methodOf() } };
  const snapshots = { dep001: snapshotOf(method), dep002: snapshotOf(method) };
  test.each([
    ["dep001", true, true],
    ["dep001", false, false],
    ["dep002", true, false],
    ["dep002", false, false],
  ])("on %s with useStageCache %s shares the stage's answers: %s", async (deploymentId, useStageCache, shares) => {
    let draw = 0.9;
    const canarySettings = { deploymentId, percentTraffic: 50, useStageCache };
    const gateway = cachingGateway({}, { ...stageWith(), canarySettings }, { snapshots, random: () => draw });
    const [ofStage] = await bodies(gateway, {});
    draw = 0.1;
    const [ofCanary, again] = await bodies(gateway, {}, {});
    expect(ofCanary === ofStage).toBe(shares);
    expect(again).toBe(ofCanary);
    draw = 0.9;
    expect(await bodies(gateway, {})).toEqual([ofStage]);
  });

  test("another deployment of the stage has answers of its own", async () => {
    const gateway = cachingGateway({}, stageWith(), { snapshots });
    await bodies(gateway, {});
    gateway.put({ ...stageWith(), deploymentId: "dep002" });
    expect(await bodies(gateway, {})).toEqual(["answer 2"]);
  });
});

describe("the cluster (facts/stage.md 3.2)", () => {
  test.each(["CREATE_IN_PROGRESS", "FLUSH_IN_PROGRESS"] as const)(
    "%s empties it; nothing is cached before it ends",
    async (status) => {
      const gateway = cachingGateway();
      await bodies(gateway, {});
      const endsAt = gateway.clock.now + 1_000;
      gateway.put({ ...stageWith(), cacheClusterTransition: { status, endsAt } });
      expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 3"]);
      gateway.clock.now = endsAt;
      expect(await bodies(gateway, {}, {})).toEqual(["answer 4", "answer 4"]);
    },
  );

  test("two flushes that end in one millisecond empty it twice", async () => {
    const flush = { status: "FLUSH_IN_PROGRESS", endsAt: 1 } as const;
    const gateway = cachingGateway({}, { ...stageWith(), cacheClusterTransition: flush });
    await bodies(gateway, {});
    gateway.put({ ...stageWith(), cacheClusterTransition: { ...flush, nth: 2 } });
    expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 2"]);
  });

  test("disabled, it loses everything", async () => {
    const gateway = cachingGateway();
    await bodies(gateway, {});
    gateway.put({ ...stageWith(), cacheClusterEnabled: false });
    gateway.put(stageWith());
    expect(await bodies(gateway, {})).toEqual(["answer 2"]);
  });

  test("other changes of the stage leave it; a lower TTL holds for what is there", async () => {
    const gateway = cachingGateway();
    await bodies(gateway, {});
    gateway.put({ ...stageWith(), description: "changed", variables: { a: "1" } });
    gateway.clock.now += 10_000;
    expect(await bodies(gateway, {})).toEqual(["answer 1"]);
    gateway.put(stageWith({ cacheTtlInSeconds: 10 }));
    expect(await bodies(gateway, {})).toEqual(["answer 2"]);
  });

  test("an answer that was asked for before a flush is not kept after it", async () => {
    const gateway = cachingGateway();
    gateway.upstream.answerLater = true;
    const early = gateway.ask({ path: "/pets/1" });
    const transition = { status: "FLUSH_IN_PROGRESS", endsAt: gateway.clock.now - 1 } as const;
    gateway.put({ ...stageWith(), cacheClusterTransition: transition });
    gateway.upstream.release();
    gateway.upstream.answerLater = false;
    expect((await early).body).toBe("answer 1");
    expect(await bodies(gateway, {})).toEqual(["answer 2"]);
  });
});

describe("encryption at rest", () => {
  test("encrypted answers are served in the clear, and switching it leaves none behind", async () => {
    const gateway = cachingGateway({}, stageWith({ cacheDataEncrypted: true }));
    gateway.upstream.behaviour = { headers: ["X-Name", "value"], body: "secret" };
    await bodies(gateway, {});
    const answer = await gateway.ask({ path: "/pets/1" });
    expect(answer).toMatchObject({ status: 200, body: "secret" });
    expect(valueOf(answer, "x-name")).toBe("value");
    expect(gateway.calls()).toBe(1);
    gateway.put(stageWith({ cacheDataEncrypted: false }));
    await bodies(gateway, {});
    expect(gateway.calls()).toBe(2);
  });
});

/** Twice with the wish for a fresh answer, then without it. */
async function wishes(gateway: CachingGateway): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const asked of [wish(), wish(), {}]) answers.push(await gateway.ask({ path: "/pets/1", ...asked }));
  return answers;
}

describe("Cache-Control: max-age=0 (facts/runtime.md 2.1)", () => {
  const warning = "199 Cache-control headers were ignored because the caller was unauthorized.";

  test.each([
    ["max-age=0", true],
    ["no-transform, Max-Age = 0 , foo", true],
    ['max-age="0"', true],
    ["max-age=00", true],
    ["max-age=1", false],
    ["x-max-age=0", false],
    ["max-age=0.5", false],
    ["no-cache", false],
    ["no-store", false],
  ])("%s asks for a fresh answer: %s", async (value, fresh) => {
    const gateway = cachingGateway({}, stageWith({ requireAuthorizationForCacheControl: false }));
    const [, second, third] = await bodies(gateway, {}, wish(value), {});
    expect(second).toBe(fresh ? "answer 2" : "answer 1");
    expect(third).toBe(second);
  });

  test("a fresh answer that cannot be kept leaves the one that is there", async () => {
    const gateway = cachingGateway({}, stageWith({ requireAuthorizationForCacheControl: false }));
    await bodies(gateway, {});
    gateway.upstream.behaviour = { status: 500, body: "broken" };
    expect(await bodies(gateway, wish(), {})).toEqual(["broken", "answer 1"]);
  });

  test("FAIL_WITH_403", async () => {
    const gateway = cachingGateway({}, stageWith({ unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403" }));
    const [first, second, plain] = await wishes(gateway);
    expect(first).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(second?.status).toBe(403);
    expect(plain?.body).toBe("answer 1");
  });

  test("SUCCEED_WITH_RESPONSE_HEADER warns, on a hit and on a miss, and nobody else", async () => {
    const gateway = cachingGateway();
    const answers = await wishes(gateway);
    expect(answers.map(({ body }) => body)).toEqual(["answer 1", "answer 1", "answer 1"]);
    expect(answers.map((answer) => valueOf(answer, "warning"))).toEqual([warning, warning, undefined]);
  });

  test("SUCCEED_WITHOUT_RESPONSE_HEADER says nothing", async () => {
    const setting = { unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITHOUT_RESPONSE_HEADER" } as const;
    const gateway = cachingGateway({}, stageWith(setting));
    const answers = await wishes(gateway);
    expect(answers.map(({ body }) => body)).toEqual(["answer 1", "answer 1", "answer 1"]);
    expect(answers.map((answer) => valueOf(answer, "warning"))).toEqual([undefined, undefined, undefined]);
  });
});

const denies = (principal: object) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" },
      {
        Effect: "Deny",
        ...principal,
        Action: "execute-api:InvalidateCache",
        Resource: "arn:aws:*:*:*:*/prod/GET/pets/*",
      },
    ],
  });

/** Requests begun one after the other, whose answers come in the order that is given. */
function begun(gateway: CachingGateway, asked: readonly Asked[]) {
  gateway.upstream.answerLater = true;
  const answers = asked.map((each) => gateway.ask({ path: "/pets/1", ...each }));
  return {
    bodyOf: async (which: number) => (await answers[which])?.body,
    release: (which: number) => gateway.upstream.release(which),
    done: () => (gateway.upstream.answerLater = false),
  };
}

describe("a call that began before a refresh (facts/runtime.md 2.1)", () => {
  const open = stageWith({ requireAuthorizationForCacheControl: false });

  test.each([
    ["in the order in which they began", [0, 1, 2]],
    ["in the opposite order", [2, 1, 0]],
    ["the later refresh first", [2, 0, 1]],
    ["the earlier refresh first", [1, 0, 2]],
  ])("never takes the place of what the refresh brought: answers come %s", async (_how, order) => {
    const gateway = cachingGateway({}, open);
    const calls = begun(gateway, [{}, wish(), wish()]);
    const bodyOfLatest = async () => calls.bodyOf(2);
    for (const which of order) calls.release(which);
    calls.done();
    expect(await bodies(gateway, {})).toEqual([await bodyOfLatest()]);
    expect(gateway.calls()).toBe(3);
  });

  test("is joined by nobody who comes after the refresh", async () => {
    const gateway = cachingGateway({}, open);
    const calls = begun(gateway, [{}, {}, wish()]);
    calls.release(1);
    const fresh = await calls.bodyOf(2);
    expect(await bodies(gateway, {})).toEqual([fresh]);
    calls.release(0);
    const early = await calls.bodyOf(0);
    expect(early).not.toBe(fresh);
    // Who waited for it already has asked before the refresh was answered.
    expect(await calls.bodyOf(1)).toBe(early);
    calls.done();
    expect(await bodies(gateway, {})).toEqual([fresh]);
    expect(gateway.calls()).toBe(2);
  });
});

describe.each([
  [
    "a flush",
    { ...stageWith(), cacheClusterTransition: { status: "FLUSH_IN_PROGRESS", endsAt: 1 } } as const,
    undefined,
  ],
  ["another deployment", { ...stageWith(), deploymentId: "dep002" }, undefined],
  ["disabling and enabling the cluster", { ...stageWith(), cacheClusterEnabled: false }, undefined],
  ["a TTL of 0 and of 10", stageWith({ cacheTtlInSeconds: 0 }), stageWith({ cacheTtlInSeconds: 10 })],
])("a call that began before %s", (_what, change, next) => {
  test("brings nothing that would be found later than it may be", async () => {
    const method = { "/pets/{id}": { ANY: methodOf({ cacheNamespace: "" }) } };
    const snapshots = { dep001: snapshotOf(method), dep002: snapshotOf(method) };
    const gateway = cachingGateway({}, stageWith(), { snapshots });
    gateway.upstream.answerLater = true;
    const early = gateway.ask({ path: "/pets/1" });
    gateway.put(change);
    const again = { status: "CREATE_IN_PROGRESS", endsAt: 2 } as const;
    if (change.cacheClusterEnabled === false) gateway.put({ ...stageWith(), cacheClusterTransition: again });
    if (next !== undefined) gateway.put(next);
    gateway.upstream.release();
    gateway.upstream.answerLater = false;
    expect((await early).body).toBe("answer 1");
    if (next !== undefined) gateway.clock.now += 10_000;
    expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 2"]);
  });
});

describe("a signed caller's wish (facts/runtime.md 2.1)", () => {
  const ownPath = "/pets/1";
  const allows = { Statement: { Effect: "Allow", Principal: "*", Action: "execute-api:*", Resource: "*" } };

  interface Case {
    readonly authorizationType: "AWS_IAM" | "NONE";
    readonly policy?: string;
    readonly options?: SignerOptions;
    readonly ask?: SignedAsk;
    readonly change?: Partial<SentRequest>;
  }

  /** What the second of two requests got, which is signed and asks for a fresh answer. */
  async function asked({ authorizationType, policy, options, ask = {}, change }: Case): Promise<string> {
    const method = methodOf({ cacheNamespace: "" }, { authorizationType });
    const restApi = policy === undefined ? {} : { policy };
    const gateway = cachingGateway({}, stageWith({ unauthorizedCacheControlHeaderStrategy: "FAIL_WITH_403" }), {
      snapshots: { dep001: snapshotOf({ "/pets/{id}": { ANY: method } }, restApi) },
    });
    const date = new Date(gateway.clock.now);
    await send(gateway, await signedHeader({ path: ownPath }, {}, date));
    const headers = { "cache-control": "max-age=0" };
    const request = await signedHeader({ path: ownPath, headers, ...ask }, options, date);
    return (await send(gateway, request, change)).body;
  }

  const refused = '{"message":"Forbidden"}';

  test.each<[string, Case, string]>([
    ["on a method with AWS_IAM", { authorizationType: "AWS_IAM" }, "answer 2"],
    ["on an open method", { authorizationType: "NONE" }, "answer 2"],
    ["on an open method, signed wrongly", { authorizationType: "NONE", options: { secretAccessKey: "x" } }, refused],
    [
      "on an open method, for another service",
      { authorizationType: "NONE", options: { service: "apigateway" } },
      refused,
    ],
    [
      "on an open method, with a body that nobody has read",
      { authorizationType: "NONE", change: { body: Buffer.from("{}") } },
      refused,
    ],
    [
      "on an open method, with a body that is left open",
      {
        authorizationType: "NONE",
        ask: { headers: { "cache-control": "max-age=0", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } },
        change: { body: Buffer.from("{}") },
      },
      "answer 2",
    ],
    [
      "where the policy denies it to all",
      { authorizationType: "AWS_IAM", policy: denies({ Principal: "*" }) },
      refused,
    ],
    [
      "where the policy denies it to the account",
      { authorizationType: "NONE", policy: denies({ Principal: { AWS: "123456789012" } }) },
      refused,
    ],
    [
      "where the policy denies it to others",
      { authorizationType: "NONE", policy: denies({ NotPrincipal: { AWS: "123456789012" } }) },
      "answer 2",
    ],
    ["where the policy allows everything", { authorizationType: "NONE", policy: JSON.stringify(allows) }, "answer 2"],
  ])("%s", async (_name, input, expected) => {
    expect(await asked(input)).toBe(expected);
  });
});
