/** One deployment of a definition: what has to be done for it, in an order that leaves nothing half done. */
import { BadRequestException, NotFoundException, type RestApi, type Stage } from "@aws-sdk/client-api-gateway";
import { DocumentRefused } from "../control/openapi/document-refused.ts";
import { parseOpenApi } from "../control/openapi/read-openapi.ts";
import { Fault } from "../errors.ts";
import { limits } from "../limits.ts";
import { isObject, type JsonObject } from "../model/json.ts";
import { entryOf, isEmptyMap, mergeEntries } from "../model/record.ts";
import { type Change, changesBetween } from "./changes.ts";
import type { Control } from "./control.ts";
import { noDefinition, readDefinition } from "./definition.ts";
import { CommandFailed } from "./failure.ts";
import { allApis, allPages, apiTitle, listed, type NamedApi } from "./find-api.ts";
import type { Interruption } from "./interruption.ts";
import { invokeUrls } from "./invoke-url.ts";
import { oneLine, type Terminal } from "./terminal.ts";

export interface DeployOptions {
  /** For messages. */
  readonly file: string;
  readonly stageName: string;
  /** Undefined for the one that is named as the definition says. */
  readonly apiId: string | undefined;
  /** The API that a watch has deployed to: it goes on with that one, whatever the definition calls it, while it is there. */
  readonly watched?: string | undefined;
  readonly mode: "merge" | "overwrite";
  readonly failOnWarnings: boolean;
  readonly variables: Readonly<Record<string, string>>;
  /** Percent of the requests; undefined for a deployment to the stage itself. */
  readonly canary: number | undefined;
  readonly description: string | undefined;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Deployed {
  readonly api: NamedApi;
  /** Whether the API was made for it. */
  readonly created: boolean;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly canary: number | undefined;
  readonly url: string;
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
}

/** What `info.title` says, the name of an import's API. Throws a `CommandFailed` for what is no definition at all. */
function titleOf(definition: Buffer, file: string): string | undefined {
  let root: JsonObject;
  try {
    ({ root } = parseOpenApi(definition, limits.importValues));
  } catch (error) {
    if (!(error instanceof DocumentRefused) && !(error instanceof Fault)) throw error;
    const why =
      error instanceof Fault ? 'It must say "openapi: 3.0.1" or "swagger: 2.0" at its top.' : oneLine(error.message);
    throw new CommandFailed(`${file} is no definition in OpenAPI 3.0 or 2.0. ${why}`.trimEnd(), 2, { cause: error });
  }
  const info = entryOf(root, "info");
  const title = isObject(info) ? entryOf(info, "title") : undefined;
  return typeof title === "string" && title !== "" ? title : undefined;
}

/** The API that the definition is for; undefined when it has to be made. */
async function targetOf(control: Control, options: DeployOptions, definition: Buffer): Promise<NamedApi | undefined> {
  const { apiId, watched, file } = options;
  const title = titleOf(definition, file);
  const apis = await allApis(control);
  const same = apis.find(({ id }) => id === watched);
  if (same !== undefined) return same;
  if (apiId !== undefined) {
    const named = apis.find(({ id }) => id === apiId);
    if (named !== undefined) return named;
    throw new CommandFailed(`There is no API with the id ${JSON.stringify(apiId)}. There are:\n${listed(apis)}`);
  }
  if (title === undefined) {
    throw new CommandFailed(
      `${file} has no info.title, by which its API is found. Give it one, or name the API with --api-id.`,
    );
  }
  const [only, ...more] = apis.filter(({ name }) => name === title);
  if (more.length > 0 && only !== undefined) {
    throw new CommandFailed(
      `Several APIs are named ${JSON.stringify(title)}. Say which one with --api-id:\n${listed([only, ...more])}`,
    );
  }
  return only;
}

/** The stage, where there is one. */
async function stageOf({ client }: Control, restApiId: string, stageName: string): Promise<Stage | undefined> {
  try {
    return await client.getStage({ restApiId, stageName });
  } catch (error) {
    if (error instanceof NotFoundException) return undefined;
    throw error;
  }
}

/** What the deployment would be refused for is found out before anything is changed. */
function checkStage(options: DeployOptions, id: string | undefined, stage: Stage | undefined): void {
  const { stageName, canary } = options;
  if (canary !== undefined && stage === undefined) {
    throw new CommandFailed(
      `There is no stage ${stageName} yet that could have a canary. Deploy without --canary first.`,
    );
  }
  if (canary === undefined && stage?.canarySettings !== undefined) {
    throw new CommandFailed(
      `The stage ${stageName} has a canary. End it first, one way or the other:\n` +
        `  stagewright stage promote ${stageName} --api-id ${id}\n` +
        `  stagewright stage set ${stageName} canary=off --api-id ${id}\n` +
        "or deploy to it, with --canary PERCENT.",
    );
  }
}

/** Gives the API the definition, or makes it. */
async function putDefinition(
  control: Control,
  options: DeployOptions,
  definition: Buffer,
  target: NamedApi | undefined,
) {
  const { parameters, failOnWarnings, mode } = options;
  const given = { body: definition, failOnWarnings, ...(!isEmptyMap(parameters) && { parameters }) };
  const api: RestApi =
    target === undefined
      ? await control.once.importRestApi(given)
      : await control.once.putRestApi({ ...given, restApiId: target.id, mode });
  return { ...api, id: api.id ?? "" };
}

/** A deployment, which the stage or its canary serves when this is answered. Variables stand beside those that there are. */
async function createDeployment(
  { once }: Control,
  options: DeployOptions,
  restApiId: string,
  stage: Stage | undefined,
) {
  const { stageName, description, canary, variables } = options;
  const own = { restApiId, stageName, ...(description !== undefined && { description }) };
  if (canary !== undefined) {
    const overrides = mergeEntries(stage?.canarySettings?.stageVariableOverrides, variables);
    const canarySettings = {
      percentTraffic: canary,
      ...(!isEmptyMap(overrides) && { stageVariableOverrides: overrides }),
      ...(stage?.canarySettings?.useStageCache === true && { useStageCache: true }),
    };
    return await once.createDeployment({ ...own, canarySettings });
  }
  const all = mergeEntries(stage?.variables, variables);
  return await once.createDeployment({ ...own, ...(!isEmptyMap(variables) && { variables: all }) });
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** An API that was made for a deployment which failed; throws what is to be said of it. */
async function takeBack({ client }: Control, api: NamedApi, failure: unknown): Promise<never> {
  try {
    await client.deleteRestApi({ restApiId: api.id });
  } catch (error) {
    throw new CommandFailed(
      `${reasonOf(failure)}\n${apiTitle(api)} was made for it and cannot be deleted: ${reasonOf(error)}`,
      1,
      { cause: error },
    );
  }
  throw failure;
}

const mostNamed = 10;

/** The same error, with the methods that it is about, which the service does not name. */
async function withMethods({ client }: Control, restApiId: string, error: unknown): Promise<unknown> {
  if (!(error instanceof BadRequestException) || !error.message.startsWith("No integration defined")) return error;
  const place = { restApiId, embed: ["methods"] };
  const resources = await allPages((page) => client.getResources({ ...place, ...page })).catch(() => []);
  const methods = resources.flatMap(({ path = "", resourceMethods = {} }) =>
    Object.entries(resourceMethods)
      .filter(([, { methodIntegration }]) => methodIntegration === undefined)
      .map(([verb]) => `${verb} ${path}`),
  );
  if (methods.length === 0) return error;
  const more = methods.length > mostNamed ? ` and ${methods.length - mostNamed} more` : "";
  return new CommandFailed(
    `${error.message}: ${oneLine(methods.slice(0, mostNamed).join(", "))}${more}.\n` +
      "Each needs an x-amazon-apigateway-integration, which says where its requests go.",
    2,
    { cause: error },
  );
}

/** Changes what there is: the one part that is not broken off. An API that was made for nothing is taken away again. */
async function apply(
  control: Control,
  options: DeployOptions,
  definition: Buffer,
  { target, stage }: { readonly target: NamedApi | undefined; readonly stage: Stage | undefined },
) {
  const api = await putDefinition(control, options, definition, target);
  try {
    const { id = "" } = await createDeployment(control, options, api.id, stage);
    return { api, deploymentId: id };
  } catch (refused) {
    const error = await withMethods(control, api.id, refused);
    if (target === undefined) return await takeBack(control, api, error);
    const serves = stage === undefined ? "is not there" : "serves what it did";
    throw new CommandFailed(
      `${apiTitle(target)} has the new definition, but it cannot be deployed: ${reasonOf(error)}\n` +
        `The stage ${options.stageName} ${serves}. Correct ${options.file} and deploy it again.`,
      2,
      { cause: error },
    );
  }
}

/** What every new API has. */
const initialModels: ReadonlySet<string> = new Set(["Empty", "Error"]);

/** Deploys a definition. Throws a `CommandFailed`, or what the management API refused with. */
export async function deployDefinition(
  control: Control,
  terminal: Terminal,
  interruption: Interruption,
  options: DeployOptions,
  definition: Buffer,
): Promise<Deployed> {
  const { stageName, canary } = options;
  const look = async () => {
    const target = await targetOf(control, options, definition);
    const stage = target && (await stageOf(control, target.id, stageName));
    checkStage(options, target?.id, stage);
    return { target, stage, before: target === undefined ? noDefinition : await readDefinition(control, target.id) };
  };
  const { target, stage, before } = await terminal.progress("looking at what there is", look());
  const { api, deploymentId } = await terminal.progress(
    `deploying ${options.file}`,
    interruption.finishing(() => apply(control, options, definition, { target, stage })),
  );
  const [after, urlOf] = await Promise.all([readDefinition(control, api.id), invokeUrls(control)]);
  return {
    api,
    created: target === undefined,
    stageName,
    deploymentId,
    canary,
    url: urlOf(api.id, stageName),
    changes: changesBetween(before, after).filter(
      ({ kind, name }) => target !== undefined || kind !== "model" || !initialModels.has(name),
    ),
    warnings: api.warnings ?? [],
  };
}
