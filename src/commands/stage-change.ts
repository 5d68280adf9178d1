/** One UpdateStage, and what it changed. */
import type { PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import type { Control } from "./control.ts";
import { apiTitle, findStage, type NamedApi } from "./find-api.ts";
import { changedLines } from "./stage-shape.ts";
import type { Terminal } from "./terminal.ts";

export interface StageChange {
  readonly api: NamedApi;
  readonly stageName: string;
  readonly patchOperations: PatchOperation[];
  readonly json: boolean;
  /** The stage as it is, where that is known already. */
  readonly before?: Stage;
}

/** Prints the stage as JSON, or a line for each key that differs now; answers the stage as it is then. */
export async function changeStage(control: Control, terminal: Terminal, change: StageChange): Promise<Stage> {
  const { api, stageName, patchOperations, json } = change;
  const place = { restApiId: api.id, stageName };
  const before = change.before ?? (await findStage(control, api, stageName));
  const { $metadata: _metadata, ...after } = await control.client.updateStage({ ...place, patchOperations });
  if (json) {
    await terminal.printJson({ restApiId: api.id, apiName: api.name, ...after });
    return after;
  }
  const lines = changedLines(before, after, terminal);
  const head = terminal.styled("bold", `${stageName} of ${apiTitle(api)}`);
  await terminal.print(`${[head, ...(lines.length === 0 ? ["  is as it was"] : lines)].join("\n")}\n`);
  return after;
}
