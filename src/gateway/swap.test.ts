import { describe, expect, test } from "vitest";
import { apiId, gatewayOf, methodOf, snapshotOf, stageName } from "../../test/support/gateway-fixture.ts";

const uri = (name: string): string => `http://${name}.test/\${stageVariables.version}`;

describe("a stage that changes under traffic", () => {
  test("each request sees the old or the new, never a mixture, and one under way ends on what it began with", async () => {
    const snapshots = {
      old001: snapshotOf({ "/": { GET: methodOf({ uri: uri("old") }) } }),
      new001: snapshotOf({ "/": { GET: methodOf({ uri: uri("new") }) } }),
    };
    const sides = [
      { deploymentId: "old001", variables: { version: "old" } },
      { deploymentId: "new001", variables: { version: "new" } },
    ];
    const gateway = gatewayOf({ snapshots, stage: sides[0] ?? {} });
    gateway.upstream.answerLater = true;
    const answers: Promise<{ status: number }>[] = [];
    for (let i = 0; i < 400; i++) {
      gateway.put(sides[i % 2] ?? {});
      answers.push(gateway.ask({}), gateway.ask({}));
      if (i % 7 === 0) gateway.upstream.release();
    }
    gateway.upstream.release();
    for (const answer of await Promise.all(answers)) expect(answer.status).toBe(200);
    const seen = gateway.upstream.dispatched.map(({ origin, target }) => `${origin.host}${target}`);
    expect(new Set(seen)).toEqual(new Set(["old.test/old", "new.test/new"]));
    expect(seen).toHaveLength(800);
  });

  test("a stage that is deleted is unknown to the next request", async () => {
    const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: methodOf() } }) } });
    gateway.upstream.answerLater = true;
    const underWay = gateway.ask({});
    gateway.table.apply({ kind: "deleteStage", apiId, stageName });
    gateway.table.apply({ kind: "deleteSnapshot", apiId, deploymentId: "dep001" });
    expect(await gateway.ask({})).toMatchObject({ status: 403 });
    gateway.upstream.release();
    expect(await underWay).toMatchObject({ status: 200, body: "ok" });
  });
});
