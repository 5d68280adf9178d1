import { describe, expect, it } from "vitest";
import {
  ask,
  mockOf,
  methodOf,
  settingOf,
  snapshotOf,
  stageOf,
  stepCount,
  gatewayOf,
} from "../../../test/support/gateway-fixture.ts";
import { guarded, guardedGateway } from "../../../test/support/authorizer-fixture.ts";
import { policyOf } from "../../../test/support/lambda-service.ts";
import { KeyLab, valueFor } from "../../../test/support/key-lab.ts";
import type { ApiStageDocument, StageDocument } from "../../model/documents.ts";
import { apiId, stageName } from "../../../test/support/gateway-fixture.ts";

const keyed = { ...mockOf(), apiKeyRequired: true };
const snapshots = {
  dep001: snapshotOf({
    "/pets": { GET: keyed, ANY: keyed },
    "/toys": { GET: keyed },
    "/": { GET: keyed },
    "/open": { GET: mockOf() },
  }),
};

const none = { rateLimit: 0 };
const withThrottle = (throttle: NonNullable<ApiStageDocument["throttle"]>) => ({
  apiStages: [{ apiId, stage: stageName, throttle }],
});

/** A gateway, and what so many requests with a key's value are answered with. */
function open(lab: KeyLab, stage: Partial<StageDocument> = {}, settings: object = {}) {
  const gateway = lab.gateway({ snapshots, stage, ...settings });
  const statuses = async (count: number, path: string, key = "key1", method = "GET"): Promise<string> => {
    const answers: string[] = [];
    for (let i = 0; i < count; i++) {
      const { status } = await ask(gateway.serve, { path, method, headers: ["X-Api-Key", valueFor(key)] });
      answers.push(String(status));
    }
    return answers.join(" ");
  };
  return { ...gateway, statuses };
}

describe("a method that requires an API key", () => {
  it("has a step for that, and others have none", () => {
    const gateway = gatewayOf({
      snapshots: {
        dep001: snapshotOf({ "/a": { GET: methodOf({}, { apiKeyRequired: true }) }, "/b": { GET: methodOf() } }),
      },
    });
    expect(stepCount(gateway, "/a") - stepCount(gateway, "/b")).toBe(1);
  });

  it("is closed to keys that are unknown, disabled, in no plan, or in a plan for another stage", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", {}, ["key1"]);
    lab.putPlan("plan2", { apiStages: [{ apiId, stage: "other" }] }, ["key2"]);
    lab.putKey("key3");
    const { statuses, ask: asks } = open(lab);
    expect(await statuses(1, "/pets", "key1")).toBe("200");
    for (const key of ["key2", "key3", "nobody"]) expect(await statuses(1, "/pets", key)).toBe("403");
    expect(await asks({ path: "/pets" })).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    lab.putKey("key1", { enabled: false });
    expect(await statuses(1, "/pets", "key1")).toBe("403");
    expect(await statuses(1, "/open", "key1")).toBe("200");
  });

  it("takes a key that is in several plans by the one that is for its stage", async () => {
    const lab = new KeyLab();
    lab.putPlan("other", { apiStages: [{ apiId, stage: "other" }], throttle: { burstLimit: 0 } }, ["key1"]);
    lab.putPlan("plan1", {}, ["key1"]);
    const { statuses } = open(lab);
    expect(await statuses(2, "/pets")).toBe("200 200");
  });

  it("takes the authorizer's word where the API says so, and no header", async () => {
    const lab = new KeyLab();
    // Calls of the function are signed.
    lab.now = Date.now();
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 1 } }, ["key1"]);
    const { lambda, ask: asks } = await guardedGateway({
      ...lab.services(lab.publish().apiKeys),
      restApi: { apiKeySource: "AUTHORIZER" },
      methods: {
        "/": { GET: guarded({ apiKeyRequired: true }, "$context.identity.apiKey $context.identity.apiKeyId") },
      },
    });
    const says = async (usageIdentifierKey?: string): Promise<unknown> => {
      lambda.react = () => ({ result: policyOf("Allow", "arn:aws:execute-api:*:*:*", { usageIdentifierKey }) });
      const { status, body } = await asks({ headers: ["Auth", "somebody", "x-api-key", valueFor("key1")] });
      return status === 200 ? body : status;
    };
    expect(await says()).toBe(403);
    expect(await says("")).toBe(403);
    expect(await says(valueFor("nobody"))).toBe(403);
    expect(await says(valueFor("key1"))).toBe(`${valueFor("key1")} key1`);
    expect(await says(valueFor("key1"))).toBe(429);
  });
});

describe("the limits of a usage plan", () => {
  it("are each key's own, over all methods", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 2 } }, ["key1", "key2"]);
    const { statuses } = open(lab);
    expect(await statuses(3, "/pets")).toBe("200 200 429");
    expect(await statuses(1, "/toys")).toBe("429");
    expect(await statuses(3, "/toys", "key2")).toBe("200 200 429");
    expect(await statuses(1, "/open")).toBe("200");
  });

  it("refill with time, and without a burst or a rate go by the account's", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", { throttle: { rateLimit: 2, burstLimit: 1 } }, ["key1"]);
    lab.putPlan("plan2", { throttle: { rateLimit: 0 } }, ["key2"]);
    lab.putPlan("plan3", { throttle: { burstLimit: 1 } }, ["key3"]);
    const { statuses } = open(lab);
    expect(await statuses(2, "/pets")).toBe("200 429");
    lab.now += 500;
    expect(await statuses(2, "/pets")).toBe("200 429");
    expect(await statuses(3, "/pets", "key2")).toBe("200 200 200");
    expect(await statuses(2, "/pets", "key3")).toBe("200 429");
    lab.now += 1;
    expect(await statuses(1, "/pets", "key3")).toBe("200");
  });

  it("of a method come first, and what they refuse is not taken from the plan", async () => {
    const lab = new KeyLab();
    const throttle = { "/pets/GET": { ...none, burstLimit: 1 }, "//GET": { ...none, burstLimit: 0 } };
    lab.putPlan("plan1", { ...withThrottle(throttle), throttle: { ...none, burstLimit: 2 } }, ["key1"]);
    const { statuses } = open(lab);
    expect(await statuses(3, "/pets")).toBe("200 429 429");
    expect(await statuses(1, "/")).toBe("429");
    expect(await statuses(2, "/toys")).toBe("200 429");
  });

  it("of ANY hold for the verbs that have none of their own", async () => {
    const lab = new KeyLab();
    lab.putPlan(
      "plan1",
      withThrottle({ "/pets/ANY": { ...none, burstLimit: 1 }, "/pets/PUT": { ...none, burstLimit: 2 } }),
      ["key1"],
    );
    const { statuses } = open(lab);
    expect(await statuses(2, "/pets")).toBe("200 429");
    expect(await statuses(1, "/pets", "key1", "POST")).toBe("429");
    expect(await statuses(3, "/pets", "key1", "PUT")).toBe("200 200 429");
  });

  it("change at once, keep the tokens, and go away", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 3 } }, ["key1"]);
    const { statuses } = open(lab);
    expect(await statuses(1, "/pets")).toBe("200");
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 2 } });
    expect(await statuses(3, "/pets")).toBe("200 200 429");
    lab.putPlan("plan1");
    expect(await statuses(3, "/pets")).toBe("200 200 200");
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 1 } });
    expect(await statuses(2, "/pets")).toBe("200 429");
  });

  it("stand before the stage's, which are put back by them and put theirs back", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", { throttle: { ...none, burstLimit: 5 }, quota: { limit: 9, offset: 0, period: "DAY" } }, [
      "key1",
    ]);
    const { statuses, put } = open(lab, { methodSettings: { "pets/GET": settingOf(0, 2) } });
    expect(await statuses(3, "/pets")).toBe("200 200 429");
    // The stage refused one, and the plan has it still.
    expect(await statuses(4, "/toys")).toBe("200 200 200 429");
    put(stageOf({ methodSettings: {} }));
    lab.putPlan("plan1", { quota: { limit: 9, offset: 0, period: "DAY" } });
    // Of those that were refused none counted: 5 of 9 are used.
    expect(await statuses(5, "/toys")).toBe("200 200 200 200 429");
  });
});

const daily = (limit: number) => ({ quota: { limit, offset: 0, period: "DAY" as const } });

describe("the quota of a usage plan", () => {
  it("is each key's own, and begins anew with its period", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", daily(2), ["key1", "key2"]);
    const { statuses, ask: asks } = open(lab);
    expect(await statuses(3, "/pets")).toBe("200 200 429");
    expect(await statuses(1, "/pets", "key2")).toBe("200");
    const answer = await asks({ path: "/pets", headers: ["x-api-key", valueFor("key1")] });
    expect(answer.body).toBe('{"message":"Limit Exceeded"}');
    expect(answer.headers).toContain("LimitExceededException");
    lab.now += 12 * 3_600_000;
    expect(await statuses(3, "/pets")).toBe("200 200 429");
  });

  it("puts the tokens back that a request took which it refuses", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", { ...daily(1), throttle: { ...none, burstLimit: 2 } }, ["key1"]);
    const { statuses } = open(lab);
    expect(await statuses(4, "/pets")).toBe("200 429 429 429");
    lab.putPlan("plan1", { ...daily(9), throttle: { ...none, burstLimit: 2 } });
    expect(await statuses(2, "/pets")).toBe("200 429");
  });

  it("changes at once, and so does what is left of it", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", daily(2), ["key1"]);
    const { statuses } = open(lab);
    expect(await statuses(3, "/pets")).toBe("200 200 429");
    lab.putPlan("plan1", daily(3));
    expect(await statuses(2, "/pets")).toBe("200 429");
    lab.store.put("usageGrant", "plan1", "key1", { since: "2026-11-21", requests: 1 });
    expect(await statuses(2, "/pets")).toBe("200 429");
    lab.store.put("usageGrant", "plan1", "key1", { since: "2026-11-20", requests: 9 });
    expect(await statuses(1, "/pets")).toBe("429");
    lab.putPlan("plan1", {});
    expect(await statuses(1, "/pets")).toBe("200");
  });
});

describe("$context and the log", () => {
  it("know the key", async () => {
    const lab = new KeyLab();
    lab.putPlan("plan1", {}, ["key1"]);
    const template = {
      200: {
        statusCode: "200",
        responseTemplates: { "application/json": "$context.identity.apiKey $context.identity.apiKeyId" },
      },
    };
    const { ask: asks } = lab.gateway({
      snapshots: {
        dep001: snapshotOf({
          "/a": { GET: { ...mockOf(template), apiKeyRequired: true } },
          "/b": { GET: mockOf(template) },
        }),
      },
    });
    const headers = ["x-api-key", valueFor("key1")];
    expect((await asks({ path: "/a", headers })).body).toBe(`${valueFor("key1")} key1`);
    // Nothing is written of what there is not.
    expect((await asks({ path: "/b", headers })).body.trim()).toBe("");
  });
});
