/** `stagewright stage promote`: the stage gets what its canary has (facts/stage.md 4.7). */
import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import { defineCommand } from "./command.ts";
import { controlOptions } from "./control.ts";
import { CommandFailed } from "./failure.ts";
import { apiOptions, findApi, findStage } from "./find-api.ts";
import { withControl } from "./run.ts";
import { changeStage } from "./stage-change.ts";

/** In one call, so that no request sees a half of it. Copied variables stand beside those that the stage has. */
const promotion: readonly PatchOperation[] = [
  { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
  { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
  { op: "remove", path: "/canarySettings" },
];

export const stagePromote = defineCommand({
  name: "stage promote",
  arguments: "STAGE",
  count: [1, 1],
  about: "Gives a stage the deployment and the variables of its canary, and ends the canary: in one step.",
  options: { ...apiOptions, ...controlOptions },
  run: ({ values, positionals }, terminal) =>
    withControl(values, terminal, async (control) => {
      const [stageName = ""] = positionals;
      const api = await findApi(control, values);
      const before = await findStage(control, api, stageName);
      if (before.canarySettings === undefined) {
        throw new CommandFailed(
          `The stage ${stageName} has no canary to promote. This opens one:\n` +
            `  stagewright deploy openapi.yaml --stage ${stageName} --canary 10 --api-id ${api.id}`,
        );
      }
      const json = values.json === true;
      await changeStage(control, terminal, { api, stageName, patchOperations: [...promotion], json, before });
    }),
});
