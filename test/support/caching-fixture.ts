/** A gateway with a cache, a clock that stands still, and an endpoint that numbers its answers. */
import type { IntegrationDocument, MethodSettingDocument, StageDocument } from "../../src/model/documents.ts";
import { defaultMethodSetting } from "../../src/model/method-settings.ts";
import {
  type Asked,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  snapshotOf,
} from "./gateway-fixture.ts";

export const cached = (input: Partial<MethodSettingDocument> = {}): MethodSettingDocument => ({
  ...defaultMethodSetting,
  cachingEnabled: true,
  ...input,
});

export const stageWith = (setting: Partial<MethodSettingDocument> = {}, key = "*/*"): Partial<StageDocument> => ({
  cacheClusterEnabled: true,
  cacheClusterSize: "0.5",
  methodSettings: { [key]: cached(setting) },
});

/** One method for every verb, at `/pets/{id}`. */
export function cachingGateway(
  integration: Partial<IntegrationDocument> = {},
  stage: Partial<StageDocument> = stageWith(),
  options: Partial<FixtureInput> = {},
) {
  const clock = { now: 1_767_225_600_000 };
  const snapshots = { dep001: snapshotOf({ "/pets/{id}": { ANY: methodOf({ cacheNamespace: "", ...integration }) } }) };
  const gateway = gatewayOf({ snapshots, stage, now: () => clock.now, ...options });
  let answers = 0;
  gateway.upstream.behaviour = () => ({ body: `answer ${++answers}` });
  return { ...gateway, clock, calls: () => gateway.upstream.dispatched.length };
}

export type CachingGateway = ReturnType<typeof cachingGateway>;

/** The bodies of the answers, one request after the other. */
export async function bodies(gateway: Pick<GatewayFixture, "ask">, ...asked: readonly Asked[]): Promise<string[]> {
  const answers: string[] = [];
  for (const each of asked) answers.push((await gateway.ask({ path: "/pets/1", ...each })).body);
  return answers;
}
