import { describe, expect, test } from "vitest";
import {
  bodies,
  cached,
  cachingGateway,
  type CachingGateway,
  stageWith,
} from "../../../test/support/caching-fixture.ts";
import { type Answer, type Asked, methodOf, snapshotOf, valueOf } from "../../../test/support/gateway-fixture.ts";
import { send, type SignedAsk, signedHeader } from "../../../test/support/signed-asks.ts";
import type { SentRequest, SignerOptions } from "../../../test/support/signer.ts";
import type { IntegrationDocument } from "../../model/documents.ts";

const query = (text: string): Asked => ({ target: `/prod/pets/1?${text}` });
const wish = (value = "max-age=0"): Asked => ({ headers: ["cache-control", value] });

describe("under which key", () => {
  const id = "method.request.path.id";
  test.each<[string, Partial<IntegrationDocument>, Asked, Asked, boolean]>([
    ["paths, queries and headers count for nothing unless listed", {}, { path: "/pets/1" }, query("a=1"), true],
    ["a path parameter", { cacheKeyParameters: [id] }, { path: "/pets/1" }, { path: "/pets/2" }, false],
    ["a query parameter", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1"), query("a=2"), false],
    [
      "others beside it",
      { cacheKeyParameters: ["method.request.querystring.a"] },
      query("a=1&b=1"),
      query("b=2&a=1"),
      true,
    ],
    ["its spelling", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1"), query("%61=%31"), true],
    ["a blank's", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1+2"), query("a=1%202"), true],
    ["a plus", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1+2"), query("a=1%2B2"), false],
    [
      "all its values",
      { cacheKeyParameters: ["method.request.querystring.a"] },
      query("a=1&a=2"),
      query("a=3&a=2"),
      false,
    ],
    [
      "multi-value",
      { cacheKeyParameters: ["method.request.multivaluequerystring.a"] },
      query("a=1&a=2"),
      query("a=12"),
      false,
    ],
    ["absent and empty", { cacheKeyParameters: ["method.request.querystring.a"] }, query(""), query("a="), false],
    [
      "a header, in any spelling",
      { cacheKeyParameters: ["method.request.header.X-Tenant"] },
      { headers: ["X-Tenant", "a"] },
      { headers: ["x-tenant", "b"] },
      false,
    ],
    [
      "a mapped parameter",
      {
        cacheKeyParameters: ["integration.request.querystring.q"],
        requestParameters: { "integration.request.querystring.q": "method.request.header.X-Q" },
      },
      { headers: ["X-Q", "1"] },
      { headers: ["X-Q", "2"] },
      false,
    ],
    [
      "a mapped part of the body",
      {
        cacheKeyParameters: ["integration.request.header.x"],
        requestParameters: { "integration.request.header.x": "method.request.body.kind" },
      },
      { body: '{"kind":"a"}' },
      { body: '{"kind":"b"}' },
      false,
    ],
  ])("%s", async (_what, integration, one, two, same) => {
    const gateway = cachingGateway(integration);
    const [first, again, second] = await bodies(gateway, one, one, two);
    expect(again).toBe(first);
    expect(second === first).toBe(same);
  });

  test("values cannot run into each other", async () => {
    const cacheKeyParameters = ["method.request.querystring.a", "method.request.querystring.b"];
    const gateway = cachingGateway({ cacheKeyParameters });
    const asked = ["a=1&b=", "a=&b=1", "a=1", "b=1", "a=1:&b=", "a=-", "b=-", "", "a=1&a=1", "a=11"].map(query);
    expect(new Set(await bodies(gateway, ...asked)).size).toBe(asked.length);
  });

  test("methods with one namespace share answers, verb by verb", async () => {
    const snapshots = {
      dep001: snapshotOf({
        "/pets/{id}": { ANY: methodOf({ cacheNamespace: "shared" }) },
        "/dogs": { GET: methodOf({ cacheNamespace: "shared" }) },
        "/cats": { GET: methodOf({ cacheNamespace: "other" }) },
      }),
    };
    const stage = stageWith();
    const methodSettings = { ...stage.methodSettings, "~1pets~1{id}/PUT": cached() };
    const gateway = cachingGateway({}, { ...stage, methodSettings }, { snapshots });
    expect(await bodies(gateway, {}, { path: "/dogs" }, { path: "/cats" }, { method: "PUT" })).toEqual([
      "answer 1",
      "answer 1",
      "answer 2",
      "answer 3",
    ]);
  });

  test("methods with one namespace share answers in whatever order they list the parameters", async () => {
    const parameters = ["method.request.querystring.a", "method.request.header.b"];
    const listing = (cacheKeyParameters: readonly string[]) => ({
      GET: methodOf({ cacheNamespace: "shared", cacheKeyParameters: [...cacheKeyParameters] }),
    });
    const snapshots = {
      dep001: snapshotOf({ "/dogs": listing(parameters), "/cats": listing(parameters.toReversed()) }),
    };
    const gateway = cachingGateway({}, stageWith(), { snapshots });
    const asked = (path: string, a: string, b: string): Asked => ({ target: `/prod${path}?a=${a}`, headers: ["b", b] });
    expect(await bodies(gateway, asked("/dogs", "1", "2"), asked("/cats", "1", "2"), asked("/cats", "2", "1"))).toEqual(
      ["answer 1", "answer 1", "answer 2"],
    );
  });

  test("a namespace does not run into the values behind it", async () => {
    const ofNamespace = (cacheNamespace: string, cacheKeyParameters: string[] = []) => ({
      GET: methodOf({ cacheNamespace, cacheKeyParameters }),
    });
    const snapshots = {
      dep001: snapshotOf({
        "/dogs": ofNamespace("a", ["method.request.querystring.q"]),
        "/cats": ofNamespace("a 2:x"),
      }),
    };
    const gateway = cachingGateway({}, stageWith(), { snapshots });
    const asked: readonly Asked[] = ["/dogs?q=x", "/dogs?q=x%20", "/cats"].map((path) => ({ target: `/prod${path}` }));
    expect(await bodies(gateway, ...asked)).toEqual(["answer 1", "answer 2", "answer 3"]);
  });
});

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
