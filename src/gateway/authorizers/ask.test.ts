/** What is kept of what authorizers said, and who waits for it. */
import { describe, expect, test } from "vitest";
import {
  authorizerOf,
  guarded,
  guardedGateway,
  type GuardedGateway,
  type GuardedOptions,
} from "../../../test/support/authorizer-fixture.ts";
import { snapshotOf } from "../../../test/support/gateway-fixture.ts";
import { policyOf, type Reaction } from "../../../test/support/lambda-service.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";

const allowAll = (): Reaction => ({ result: policyOf("Allow", "arn:aws:execute-api:*:*:*") });

const kept = (ttl: number): GuardedOptions => ({ authorizer: { authorizerResultTtlInSeconds: ttl } });

/** Statuses of requests with these tokens, one after the other. */
async function shown(gateway: GuardedGateway, ...tokens: string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const token of tokens) statuses.push((await gateway.show(token)).status);
  return statuses;
}

/** Resolves once the function is asked; it answers when it is told to. */
function held(gateway: GuardedGateway): { readonly asked: Promise<void>; readonly answer: () => void } {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  gateway.lambda.react = async () => {
    asked.resolve();
    await answer.promise;
    return allowAll();
  };
  return { asked: asked.promise, answer: answer.resolve };
}

describe("what is kept", () => {
  test("nothing, with a TTL of zero", async () => {
    const gateway = await guardedGateway(kept(0));
    expect(await shown(gateway, "allow", "allow")).toEqual([200, 200]);
    expect(gateway.lambda.invoked).toHaveLength(2);
  });

  test("each identity's result, for the TTL; 300 seconds where none is set", async () => {
    for (const [authorizerResultTtlInSeconds, seconds] of [
      [undefined, 300],
      [60, 60],
    ]) {
      let now = Date.now();
      const dep001 = {
        ...snapshotOf({ "/": { GET: guarded() } }),
        authorizers: [{ ...authorizerOf(), authorizerResultTtlInSeconds } as AuthorizerDocument],
      };
      const gateway = await guardedGateway({ snapshots: { dep001 }, now: () => now });
      expect(await shown(gateway, "allow", "allow", "deny", "deny")).toEqual([200, 200, 403, 403]);
      expect(gateway.lambda.invoked).toHaveLength(2);
      now += (seconds ?? 0) * 1_000 - 1;
      expect(await shown(gateway, "allow")).toEqual([200]);
      expect(gateway.lambda.invoked).toHaveLength(2);
      now += 1;
      expect(await shown(gateway, "allow")).toEqual([200]);
      expect(gateway.lambda.invoked).toHaveLength(3);
    }
  });

  test("is a policy: it is held against each method anew", async () => {
    const gateway = await guardedGateway(kept(300));
    expect(await gateway.show("allow", "/")).toMatchObject({ status: 200 });
    expect(await gateway.show("allow", "/other")).toMatchObject({ status: 403 });
    expect(gateway.lambda.invoked).toHaveLength(1);
  });

  test("does not hold what went wrong", async () => {
    const gateway = await guardedGateway(kept(300));
    expect(await shown(gateway, "broken", "broken", "unauthorized", "unauthorized")).toEqual([500, 500, 401, 401]);
    expect(gateway.lambda.invoked).toHaveLength(4);
  });

  test("is another one's in another deployment, on the other side of a canary, and after a flush", async () => {
    const snapshot = {
      ...snapshotOf({ "/": { GET: guarded() } }),
      authorizers: [authorizerOf({ authorizerResultTtlInSeconds: 300 })],
    };
    const gateway = await guardedGateway({ snapshots: { dep001: snapshot, dep002: snapshot }, random: () => 0 });
    const canarySettings = { deploymentId: "dep001", percentTraffic: 100, useStageCache: false };
    const stages = [
      {},
      { deploymentId: "dep002" },
      { canarySettings },
      { authorizerFlushes: 1 },
      { authorizerFlushes: 2 },
      {},
    ];
    for (const stage of stages) {
      gateway.put(stage);
      expect(await shown(gateway, "allow", "allow")).toEqual([200, 200]);
    }
    // The last is the first again.
    expect(gateway.lambda.invoked).toHaveLength(stages.length - 1);
  });

  test("is told apart by all parts of an identity", async () => {
    const identitySource = "method.request.querystring.a,method.request.querystring.b";
    const gateway = await guardedGateway({
      authorizer: { type: "REQUEST", identitySource, authorizerResultTtlInSeconds: 300 },
    });
    gateway.lambda.react = () => allowAll();
    for (const query of [
      "a=1&b=2",
      "a=1&b=3",
      "a=12&b=3",
      "a=1%2C2&b=3",
      "a=1&b=2%2C3",
      "a=1%22%2C%222&b=3",
      "a=1%00&b=2",
    ]) {
      await gateway.ask({ path: `/?${query}` });
      await gateway.ask({ path: `/?${query}&c=${query.length}` });
    }
    expect(gateway.lambda.invoked).toHaveLength(7);
  });

  test("many who show the same at once wait for one answer, each with its own verdict", async () => {
    const gateway = await guardedGateway(kept(300));
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => gateway.show("allow", "/")),
      gateway.show("allow", "/other"),
      gateway.show("deny", "/"),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([...Array.from({ length: 20 }, () => 200), 403, 403]);
    expect(gateway.lambda.invoked).toHaveLength(2);
  });
});

describe("a client that goes away", () => {
  test("ends the question that is its own", async () => {
    const gateway = await guardedGateway();
    const { asked, answer } = held(gateway);
    void gateway.show("token");
    await asked;
    const [reply] = gateway.replies;
    reply?.onClose?.();
    answer();
    gateway.lambda.react = () => allowAll();
    expect(await gateway.show("token")).toMatchObject({ status: 200 });
    expect(reply?.headSent).toBe(false);
  });

  test("leaves the others their answer", async () => {
    const gateway = await guardedGateway({ authorizer: { authorizerResultTtlInSeconds: 300 } });
    const { asked, answer } = held(gateway);
    void gateway.show("token");
    const other = gateway.show("token");
    await asked;
    gateway.replies[0]?.onClose?.();
    answer();
    expect(await other).toMatchObject({ status: 200 });
    expect(gateway.replies[0]?.headSent).toBe(false);
    expect(gateway.lambda.invoked).toHaveLength(1);
  });
});
