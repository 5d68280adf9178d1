/** Which RestApi a command is about: by id, by name, or the only one that there is. */
import { NotFoundException, type RestApi, type Stage } from "@aws-sdk/client-api-gateway";
import type { CommandOptions } from "./command.ts";
import { type Control, listOf } from "./control.ts";
import { CommandFailed } from "./failure.ts";
import { oneLine } from "./terminal.ts";
import { cutTo } from "./text-table.ts";

export const apiOptions = {
  "api-id": { type: "string", value: "ID", help: "the API; needed where there are several" },
  api: { type: "string", value: "NAME", help: "the same by its name" },
} as const satisfies CommandOptions;

export interface ApiValues {
  readonly "api-id"?: string;
  readonly api?: string;
}

/** A RestApi that has an id, as all have. */
export type NamedApi = RestApi & { readonly id: string };

const pageSize = 500;

/** All pages of a list. */
export async function allPages<T>(
  ask: (page: {
    limit: number;
    position?: string;
  }) => Promise<{ items?: T[] | undefined; position?: string | undefined }>,
): Promise<T[]> {
  const all: T[] = [];
  let position: string | undefined;
  do {
    const page = await ask({ limit: pageSize, ...(position !== undefined && { position }) });
    all.push(...(page.items ?? []));
    ({ position } = page);
  } while (position !== undefined);
  return all;
}

const hasId = (api: RestApi): api is NamedApi => api.id !== undefined;

export async function allApis(control: Control): Promise<NamedApi[]> {
  const apis = await allPages(async (page) => {
    const { items, position } = await control.client.getRestApis(page);
    return { items: listOf(control, items), position };
  });
  return apis.filter(hasId);
}

/** `pets (a1b2c3d4e5)` */
export const apiTitle = ({ id, name }: NamedApi): string => oneLine(`${name ?? ""} (${id})`);

const mostListed = 20;
const messageWidth = 80;

/** For a message: which ones there are. */
export function listed(apis: readonly NamedApi[]): string {
  const lines = apis.slice(0, mostListed).map(({ id, name = "" }) => cutTo(oneLine(`  ${id}  ${name}`), messageWidth));
  if (apis.length > mostListed) lines.push(`  and ${apis.length - mostListed} more`);
  return lines.join("\n");
}

const none = "There is no API yet. This makes one: stagewright deploy openapi.yaml --stage dev";

/** Throws a `CommandFailed` when it is none or not one. */
export async function findApi(control: Control, { "api-id": id, api: name }: ApiValues): Promise<NamedApi> {
  if (id !== undefined && name !== undefined) throw new CommandFailed("Give --api-id or --api, not both.");
  const apis = await allApis(control);
  const candidates = apis.filter(
    (api) => (id === undefined || api.id === id) && (name === undefined || api.name === name),
  );
  const [only, ...more] = candidates;
  if (apis.length === 0) throw new CommandFailed(none);
  if (only === undefined) {
    const asked = id === undefined ? `named ${JSON.stringify(name)}` : `with the id ${JSON.stringify(id)}`;
    throw new CommandFailed(`There is no API ${asked}. There are:\n${listed(apis)}`);
  }
  if (more.length === 0) return only;
  const [what, how] =
    name === undefined
      ? ["There are several APIs", "--api NAME or --api-id ID"]
      : [`Several APIs are named ${JSON.stringify(name)}`, "--api-id"];
  throw new CommandFailed(`${what}. Say which one with ${how}:\n${listed(candidates)}`);
}

/** Throws a `CommandFailed` that names the stages that there are. */
export async function findStage({ client }: Control, api: NamedApi, stageName: string): Promise<Stage> {
  try {
    const { $metadata: _metadata, ...stage } = await client.getStage({ restApiId: api.id, stageName });
    return stage;
  } catch (error) {
    if (!(error instanceof NotFoundException)) throw error;
    const { item = [] } = await client.getStages({ restApiId: api.id });
    const names = item.map((stage) => stage.stageName ?? "");
    const what = names.length === 0 ? "It has none." : `There are: ${names.join(", ")}`;
    throw new CommandFailed(`${apiTitle(api)} has no stage ${JSON.stringify(stageName)}. ${what}`, 2, { cause: error });
  }
}
