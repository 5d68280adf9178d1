/** `stagewright stages`: the stages of one API, or of all. */
import { type APIGateway, NotFoundException, type Stage } from "@aws-sdk/client-api-gateway";
import { defineCommand } from "./command.ts";
import { type Control, controlOptions } from "./control.ts";
import { allApis, apiOptions, findApi, type NamedApi } from "./find-api.ts";
import { invokeUrls } from "./invoke-url.ts";
import { withControl } from "./run.ts";
import { oneLine, type Terminal } from "./terminal.ts";
import { type Column, tableLines } from "./text-table.ts";

/** Requests at once. */
const together = 8;

interface Listed {
  readonly api: NamedApi;
  readonly stage: Stage;
}

/** None where the API has gone since it was listed. */
async function stagesOfOne(client: APIGateway, api: NamedApi): Promise<Listed[]> {
  try {
    const { item = [] } = await client.getStages({ restApiId: api.id });
    return item.map((stage) => ({ api, stage }));
  } catch (error) {
    if (error instanceof NotFoundException) return [];
    throw error;
  }
}

/** In the order of the APIs, some at a time. */
async function stagesOf({ client }: Control, apis: readonly NamedApi[]): Promise<Listed[]> {
  const all: Listed[] = [];
  for (let at = 0; at < apis.length; at += together) {
    const some = apis.slice(at, at + together);
    const lists = await Promise.all(some.map((api) => stagesOfOne(client, api)));
    all.push(...lists.flat());
  }
  return all;
}

const columns: readonly Column[] = [
  { head: "API" },
  { head: "NAME", least: 8 },
  { head: "STAGE" },
  { head: "DEPLOYMENT", spare: true },
  { head: "CANARY", spare: true },
  { head: "UPDATED", spare: true },
];

/** As in `2026-01-02 03:04`, UTC. */
const minute = (date: Date | undefined): string => date?.toISOString().slice(0, 16).replace("T", " ") ?? "";

const row = ({ api, stage }: Listed): string[] =>
  [
    api.id,
    api.name ?? "",
    stage.stageName ?? "",
    stage.deploymentId ?? "",
    stage.canarySettings === undefined ? "" : `${stage.canarySettings.percentTraffic ?? 0} %`,
    minute(stage.lastUpdatedDate),
  ].map(oneLine);

async function show(control: Control, terminal: Terminal, listed: readonly Listed[], json: boolean): Promise<void> {
  if (json) {
    const urlOf = await invokeUrls(control);
    const stages = listed.map(({ api, stage }) => ({
      restApiId: api.id,
      apiName: api.name,
      url: urlOf(api.id, stage.stageName ?? ""),
      ...stage,
    }));
    await terminal.printJson(stages);
    return;
  }
  if (listed.length === 0) {
    terminal.note("There is no stage yet. This makes one: stagewright deploy openapi.yaml --stage dev");
    return;
  }
  const [head = "", ...lines] = tableLines(columns, listed.map(row), terminal.columns);
  await terminal.print(`${[terminal.styled("bold", head), ...lines].join("\n")}\n`);
}

export const stages = defineCommand({
  name: "stages",
  arguments: "",
  count: [0, 0],
  about: "Lists the stages of one API, or of all that there are. Times are UTC.",
  options: { ...apiOptions, ...controlOptions },
  run: ({ values }, terminal) =>
    withControl(values, terminal, async (control) => {
      const isOne = values["api-id"] !== undefined || values.api !== undefined;
      const find = async (): Promise<Listed[]> =>
        stagesOf(control, isOne ? [await findApi(control, values)] : await allApis(control));
      await show(control, terminal, await terminal.progress("looking for stages", find()), values.json === true);
    }),
});
