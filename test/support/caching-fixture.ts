/** A gateway with a cache, a clock that stands still, and an endpoint that numbers its answers. */
import type { Exchange, Serve } from "../../src/gateway/exchange.ts";
import type { Invocation } from "../../src/gateway/invocation.ts";
import type { Reply } from "../../src/gateway/transport.ts";
import type { IntegrationDocument, MethodSettingDocument, StageDocument } from "../../src/model/documents.ts";
import { defaultMethodSetting } from "../../src/model/method-settings.ts";
import {
  ask,
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
  const exchanges: Exchange[] = [];
  const replies: Reply[] = [];
  const record: Serve = (exchange) => {
    exchanges.push(exchange);
    gateway.serve(exchange);
  };
  /** Of each request so far, whether it was a hit. */
  const results = () =>
    exchanges.map(({ state }) => (state as Pick<Invocation, "cacheResult"> | undefined)?.cacheResult);
  const recorded = { replies, results, ask: (asked: Asked) => ask(record, asked, replies) };
  return { ...gateway, ...recorded, clock, calls: () => gateway.upstream.dispatched.length };
}

export type CachingGateway = ReturnType<typeof cachingGateway>;

/** The bodies of the answers, one request after the other. */
export async function bodies(gateway: Pick<GatewayFixture, "ask">, ...asked: readonly Asked[]): Promise<string[]> {
  const answers: string[] = [];
  for (const each of asked) answers.push((await gateway.ask({ path: "/pets/1", ...each })).body);
  return answers;
}
