/** The methods that a stage serves: a setting may name one that no deployment has, and nothing would come of it. */
import type { Stage } from "@aws-sdk/client-api-gateway";
import { didYouMean } from "../did-you-mean.ts";
import { entryOf } from "../model/record.ts";
import type { Control } from "./control.ts";
import { everyMethod } from "./stage-keys.ts";
import type { Terminal } from "./terminal.ts";

/** As in `GET /pets`, of the stage's deployment and of its canary's; `ANY` is the verb of a method for all. */
async function servedMethods({ client }: Control, restApiId: string, stage: Stage): Promise<string[]> {
  const ids = new Set([stage.deploymentId, stage.canarySettings?.deploymentId].filter((id) => id !== undefined));
  const deployments = await Promise.all(
    [...ids].map((deploymentId) => client.getDeployment({ restApiId, deploymentId, embed: ["apisummary"] })),
  );
  return deployments.flatMap(({ apiSummary = {} }) =>
    Object.keys(apiSummary).flatMap((path) =>
      Object.keys(entryOf(apiSummary, path) ?? {}).map((verb) => `${verb} ${path}`),
    ),
  );
}

/** Tells when the stage does not serve a method that was named. It is no more than a hint, so what cannot be read is let be. */
export async function noteUnserved(
  control: Control,
  terminal: Terminal,
  restApiId: string,
  stage: Stage,
  method: string,
): Promise<void> {
  if (method === everyMethod) return;
  const served = await servedMethods(control, restApiId, stage).catch((): string[] => []);
  const any = method.replace(/^\S+/, "ANY");
  if (served.length === 0 || served.includes(method) || served.includes(any)) return;
  terminal.note(`stagewright: ${stage.stageName} serves no method ${method}.${didYouMean(method, served)}`);
}
