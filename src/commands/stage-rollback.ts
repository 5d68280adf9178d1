/** `stagewright stage rollback`: the stage goes to the deployment before the one that it serves. */
import type { Deployment, Stage } from "@aws-sdk/client-api-gateway";
import { defineCommand } from "./command.ts";
import { type Control, controlOptions } from "./control.ts";
import { CommandFailed } from "./failure.ts";
import { allPages, apiOptions, findApi, findStage } from "./find-api.ts";
import { withControl } from "./run.ts";
import { changeStage } from "./stage-change.ts";

/** The oldest first. Dates are whole seconds: of one second, those come first that are listed first. */
async function deploymentsOf({ client }: Control, restApiId: string): Promise<Deployment[]> {
  const all = await allPages((page) => client.getDeployments({ restApiId, ...page }));
  return all.toSorted((a, b) => (a.createdDate?.getTime() ?? 0) - (b.createdDate?.getTime() ?? 0));
}

/** The id of the one before the stage's. */
async function previousOf(control: Control, restApiId: string, { deploymentId, stageName }: Stage): Promise<string> {
  const all = await deploymentsOf(control, restApiId);
  const previous = all[all.findIndex(({ id }) => id === deploymentId) - 1];
  if (previous?.id !== undefined) return previous.id;
  throw new CommandFailed(
    `The stage ${stageName} serves ${deploymentId}, and there is no deployment before it.` +
      (all.length > 1
        ? ` Name one of the later ones with --to: ${all
            .map(({ id }) => id)
            .slice(1, 6)
            .join(", ")}`
        : ""),
  );
}

export const stageRollback = defineCommand({
  name: "stage rollback",
  arguments: "STAGE",
  count: [1, 1],
  about:
    "Points a stage at the deployment that was made before the one that it serves, or at the one that --to names. " +
    "Its settings and variables stay as they are.",
  options: {
    ...apiOptions,
    to: { type: "string", value: "DEPLOYMENT", help: "id of the deployment" },
    ...controlOptions,
  },
  run: ({ values, positionals }, terminal) =>
    withControl(values, terminal, async (control) => {
      const [stageName = ""] = positionals;
      const api = await findApi(control, values);
      const before = await findStage(control, api, stageName);
      if (before.canarySettings !== undefined) {
        throw new CommandFailed(
          `The stage ${stageName} has a canary. End that first:\n` +
            `  stagewright stage set ${stageName} canary=off --api-id ${api.id}\n` +
            "The stage itself serves what it did before the canary was opened.",
        );
      }
      const value = values.to ?? (await previousOf(control, api.id, before));
      const patchOperations = [{ op: "replace" as const, path: "/deploymentId", value }];
      await changeStage(control, terminal, { api, stageName, patchOperations, json: values.json === true, before });
    }),
});
