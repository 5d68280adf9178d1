import { describe, expect, test } from "vitest";
import { gatewayOf, methodOf, named, snapshotOf, valueOf } from "../../test/support/gateway-fixture.ts";
import { seeded } from "../../test/support/seeded.ts";

const canary = (percentTraffic: number) => ({
  canarySettings: { deploymentId: "dep002", percentTraffic, useStageCache: false },
});

describe("the canary (facts/runtime.md 3)", () => {
  const snapshots = {
    dep001: snapshotOf({ "/": { GET: named("base") }, "/only-base": { GET: named("old") } }),
    dep002: snapshotOf({ "/": { GET: named("canary") } }),
  };

  test.each([0, 0.5, 10.5, 50, 99.9, 100])("%d percent of the requests", async (percent) => {
    const gateway = gatewayOf({ snapshots, stage: canary(percent), random: seeded(20_260_101) });
    const requests = 20_000;
    let hits = 0;
    for (let i = 0; i < requests; i++) if ((await gateway.ask({})).body === "canary") hits++;
    // Four standard deviations of the binomial distribution.
    const share = percent / 100;
    const tolerance = 4 * Math.sqrt(requests * share * (1 - share));
    expect(Math.abs(hits - requests * share)).toBeLessThanOrEqual(tolerance);
  });

  test.each([
    [0.1049999, "canary"],
    [0.105, "base"],
  ])("a draw of %d under 10.5 percent is served by the %s", async (draw, body) => {
    const gateway = gatewayOf({ snapshots, stage: canary(10.5), random: () => draw });
    expect(await gateway.ask({})).toMatchObject({ body });
  });

  test("a request of the canary is routed by the canary's deployment", async () => {
    const gateway = gatewayOf({ snapshots, stage: canary(100) });
    expect(await gateway.ask({ path: "/only-base" })).toMatchObject({ status: 403 });
  });

  test.each([
    [0, "false"],
    [100, "true"],
  ])("at %d percent, context.isCanaryRequest is %s", async (percent, text) => {
    const mapped = methodOf({ requestParameters: { "integration.request.header.X": "context.isCanaryRequest" } });
    const both = { dep001: snapshotOf({ "/": { GET: mapped } }), dep002: snapshotOf({ "/": { GET: mapped } }) };
    const gateway = gatewayOf({ snapshots: both, stage: canary(percent) });
    await gateway.ask({});
    expect(valueOf(gateway.upstream.last, "x")).toBe(text);
  });

  test("its variables are the stage's with the overrides; a change of either acts on the next request", async () => {
    const uri = "http://${stageVariables.host}.test/${stageVariables.version}";
    const http = { dep001: snapshotOf({ "/": { GET: methodOf({ uri }) } }) };
    const variables = { host: "one", version: "v1" };
    const gateway = gatewayOf({ snapshots: http, stage: { variables } });
    const asked = async (): Promise<string> => {
      await gateway.ask({});
      const { origin, target } = gateway.upstream.last;
      return origin.host + target;
    };
    expect(await asked()).toBe("one.test/v1");
    const settings = { deploymentId: "dep001", percentTraffic: 100, useStageCache: false };
    gateway.put({ variables, canarySettings: { ...settings, stageVariableOverrides: { version: "v2" } } });
    expect(await asked()).toBe("one.test/v2");
    gateway.put({
      variables: { host: "two" },
      canarySettings: { ...settings, stageVariableOverrides: { version: "v3" } },
    });
    expect(await asked()).toBe("two.test/v3");
    gateway.put({ variables: { host: "two" } });
    expect(await asked()).toBe("two.test/");
  });
});
