/** What the demo does, phase by phase: everything through the official SDK, as any user would. */
import { APIGateway, type PatchOperation } from "@aws-sdk/client-api-gateway";
import { setTimeout as delay } from "node:timers/promises";
import type { RunningServer } from "../test/support/server.ts";
import type { Backend } from "./backend.ts";
import { startTraffic, type Tally, type Traffic } from "./traffic.ts";
import type { View } from "./view.ts";

const livePatches = 50;

export interface Scene {
  readonly control: string;
  readonly gateway: string;
  readonly restApiId: string;
  readonly stageName: string;
  readonly deployments: readonly [first: string, second: string];
  /** Where a client asks. */
  readonly url: string;
  readonly client: APIGateway;
  readonly traffic: Traffic;
}

export interface PhaseResult extends Readonly<Tally> {
  readonly title: string;
  /** Milliseconds from each PATCH's reply to the first answer that showed it. */
  readonly effects: readonly number[];
}

interface Phase {
  readonly title: string;
  /** Changes the stage; gives the effects that could be seen. */
  readonly change: (scene: Scene) => Promise<readonly number[]>;
}

const replace = (path: string, value: string): PatchOperation => ({ op: "replace", path, value });
const copy = (from: string, path: string): PatchOperation => ({ op: "copy", from, path });

function patch({ client, restApiId, stageName }: Scene, patchOperations: PatchOperation[]): Promise<unknown> {
  return client.updateStage({ restApiId, stageName, patchOperations });
}

async function changeVariables(scene: Scene): Promise<readonly number[]> {
  const effects: number[] = [];
  for (let i = 1; i <= livePatches; i++) {
    await patch(scene, [replace("/variables/edition", `edition-${i}`)]);
    effects.push(await scene.traffic.until(({ edition }) => edition === `edition-${i}`));
  }
  return effects;
}

async function openCanary(scene: Scene): Promise<readonly number[]> {
  await patch(scene, [
    replace("/canarySettings/deploymentId", scene.deployments[1]),
    replace("/canarySettings/percentTraffic", "20"),
    replace("/canarySettings/stageVariableOverrides/release", "green"),
  ]);
  return [await scene.traffic.until(({ release }) => release === "green")];
}

/** Nothing is cached while the cluster is being created. */
async function cacheAvailable({ client, restApiId, stageName }: Scene): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const { cacheClusterStatus } = await client.getStage({ restApiId, stageName });
    if (cacheClusterStatus === "AVAILABLE") return;
    await delay(50);
  }
}

async function turnSettingsOn(scene: Scene): Promise<readonly number[]> {
  await patch(scene, [
    replace("/*/*/throttling/rateLimit", "5000"),
    replace("/*/*/throttling/burstLimit", "2500"),
    replace("/cacheClusterEnabled", "true"),
    replace("/cacheClusterSize", "0.5"),
    replace("/*/*/caching/enabled", "true"),
    replace("/*/*/caching/ttlInSeconds", "1"),
  ]);
  await cacheAvailable(scene);
  return [];
}

async function promote(scene: Scene): Promise<readonly number[]> {
  await patch(scene, [
    replace("/canarySettings/percentTraffic", "0"),
    copy("/canarySettings/deploymentId", "/deploymentId"),
    copy("/canarySettings/stageVariableOverrides", "/variables"),
  ]);
  return [await scene.traffic.until(({ release }) => release === "green")];
}

const phases: readonly Phase[] = [
  { title: "steady traffic", change: () => Promise.resolve([]) },
  { title: `${livePatches} live variables`, change: changeVariables },
  { title: "canary at 20 %", change: openCanary },
  { title: "throttle and cache on", change: turnSettingsOn },
  { title: "promoted by copy", change: promote },
];

/** A RestApi with `GET /hello` before the backend, deployed twice; the stage `prod` serves the first. */
export async function setTheScene(server: RunningServer, backend: Backend): Promise<Scene> {
  const client = new APIGateway({
    endpoint: server.control,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const stageName = "prod";
  const { id: restApiId = "", rootResourceId: parentId } = await client.createRestApi({ name: "demo" });
  const { id: resourceId } = await client.createResource({ restApiId, parentId, pathPart: "hello" });
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await client.putMethod({ ...method, authorizationType: "NONE" });
  const deploy = async (deployment: number, more: object): Promise<string> => {
    const uri = `${backend.url}/${deployment}/\${stageVariables.release}/\${stageVariables.edition}`;
    await client.putIntegration({ ...method, type: "HTTP_PROXY", integrationHttpMethod: "GET", uri });
    return (await client.createDeployment({ restApiId, ...more })).id ?? "";
  };
  const first = await deploy(1, { stageName, variables: { release: "blue", edition: "edition-0" } });
  const second = await deploy(2, {});
  const url = `${server.gateway}/_aws/execute-api/${restApiId}/${stageName}/hello`;
  const traffic = startTraffic(url, backend);
  const { control, gateway } = server;
  return { control, gateway, restApiId, stageName, deployments: [first, second], url, client, traffic };
}

/** Runs all phases, each for so long at least; shows each as it goes. Rejects when interrupted. */
export async function tell(
  scene: Scene,
  view: View,
  interrupted: AbortSignal,
  phaseMilliseconds: number,
): Promise<readonly PhaseResult[]> {
  const results: PhaseResult[] = [];
  await scene.traffic.nextPhase();
  for (const { title, change } of phases) {
    interrupted.throwIfAborted();
    let effects: readonly number[] = [];
    const present = (): PhaseResult => ({ ...scene.traffic.tally, title, effects });
    const redraw = setInterval(() => view.update([...results, present()]), 100);
    try {
      const over = delay(phaseMilliseconds, undefined, { signal: interrupted });
      [effects] = await Promise.all([change(scene), over]);
    } finally {
      clearInterval(redraw);
    }
    const result = { ...(await scene.traffic.nextPhase()), title, effects };
    results.push(result);
    view.update(results);
    view.phaseEnded(result);
  }
  return results;
}
