/** `stagewright deploy`: a definition → an API, a deployment of it, and a stage that serves it; again whenever it changes. */
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { checkedDescription } from "../control/operations/bounds.ts";
import { toStageVariables } from "../control/operations/stage-values.ts";
import { Fault } from "../errors.ts";
import { limits } from "../limits.ts";
import { changeLines } from "./changes.ts";
import { defineCommand } from "./command.ts";
import { type Control, controlOptions, explain } from "./control.ts";
import { deployDefinition, type Deployed, type DeployOptions } from "./deploy-definition.ts";
import { CommandFailed } from "./failure.ts";
import { apiTitle } from "./find-api.ts";
import { Interruption } from "./interruption.ts";
import { withControl } from "./run.ts";
import { oneLine, type Terminal } from "./terminal.ts";
import { cutTo } from "./text-table.ts";
import { FileWatch } from "./watch-file.ts";

const standardInput = "-";

/** At most one byte more than a definition can have, so that no file, however large, fills the memory. */
async function readUpToBound(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > limits.controlBody) break;
  }
  return Buffer.concat(chunks);
}

async function readDefinitionFile(file: string): Promise<Buffer> {
  let bytes: Buffer;
  try {
    bytes = await readUpToBound(file === standardInput ? process.stdin : createReadStream(file));
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "is not there" : code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new CommandFailed(`${file} ${why}. Name an OpenAPI definition in YAML or JSON.`, 2, { cause: error });
  }
  if (bytes.length > limits.controlBody) {
    throw new CommandFailed(`${file} is too large: a definition can have at most ${limits.controlBody} bytes.`);
  }
  return bytes;
}

/** `NAME=VALUE` of options that may be given several times. */
function pairsOf(option: string, given: readonly string[] = []): Record<string, string> {
  const pairs = given.map((pair) => {
    const mark = pair.indexOf("=");
    if (mark <= 0) throw new CommandFailed(`--${option} ${JSON.stringify(pair)} must be NAME=VALUE.`);
    return [pair.slice(0, mark), pair.slice(mark + 1)] as const;
  });
  return Object.fromEntries(pairs);
}

/** What the service would refuse an option for when it has the definition already is refused before. */
function checkedOption<T>(option: string, value: T, check: (value: T) => unknown): T {
  try {
    check(value);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new CommandFailed(`--${option}: ${error.message}`, 2, { cause: error });
  }
  return value;
}

const stageNameForm = /^[\w-]{1,128}$/;

function checkedStageName(stage: string | undefined): string {
  if (stage === undefined) throw new CommandFailed("Name the stage with --stage, such as: --stage dev");
  if (stageNameForm.test(stage)) return stage;
  throw new CommandFailed(`--stage ${JSON.stringify(stage)} must be letters, digits, - and _, 128 at most.`);
}

function percentOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const percent = /^\d+(\.\d+)?%?$/.test(given) ? Number.parseFloat(given) : Number.NaN;
  if (percent >= 0 && percent <= 100) return percent;
  throw new CommandFailed(`--canary ${JSON.stringify(given)} must be a percentage from 0 to 100.`);
}

async function show(
  terminal: Terminal,
  { api, created, stageName, deploymentId, url, ...rest }: Deployed,
): Promise<void> {
  const lines = [terminal.styled("bold", `${apiTitle(api)}${created ? ", a new API" : ""}`)];
  lines.push(...changeLines(rest.changes, terminal));
  for (const warning of rest.warnings) {
    lines.push(cutTo(`  ${terminal.styled("yellow", "!")} ${oneLine(warning)}`, terminal.columns));
  }
  const where = rest.canary === undefined ? stageName : `${rest.canary} % of ${stageName}`;
  lines.push(`  ${where} serves deployment ${deploymentId} at`, `  ${terminal.styled("cyan", url)}`);
  await terminal.print(`${lines.join("\n")}\n`);
}

const toJson = ({ api, ...rest }: Deployed) => ({ restApiId: api.id, apiName: api.name, ...rest });

/** What the file has when it is saved with other bytes than `last`. Rejects when the signal says so. */
async function nextDefinition(
  file: string,
  changes: FileWatch,
  signal: AbortSignal,
  last: Buffer | undefined,
): Promise<Buffer> {
  for (;;) {
    await changes.changed(signal);
    const bytes = await readDefinitionFile(file);
    if (last?.equals(bytes) !== true) return bytes;
  }
}

/**
 * Deploys what the file has and then, whenever it changes, what it has then. What is wrong with it is told, and the next change
 * is waited for; but one that is not there at the beginning is a wrong name, and ends it.
 */
async function watch(
  file: string,
  terminal: Terminal,
  signal: AbortSignal,
  deploy: (definition: Buffer) => Promise<void>,
): Promise<void> {
  // Before it is read for the first time: what is written from then on is a change.
  const changes = await FileWatch.of(file);
  let bytes: Buffer | undefined = await readDefinitionFile(file);
  let last: Buffer | undefined;
  for (;;) {
    try {
      bytes ??= await nextDefinition(file, changes, signal, last);
      // What could not be deployed is tried again when it is saved again, even as it is: the server may be back.
      last = undefined;
      await deploy(bytes);
      last = bytes;
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof CommandFailed)) throw error;
      terminal.fail(error);
    }
    if (signal.aborted) return;
    bytes = undefined;
    terminal.note(`watching ${file}; Ctrl-C ends it`);
  }
}

export const deploy = defineCommand({
  name: "deploy",
  arguments: "FILE",
  count: [1, 1],
  about:
    "Makes an API of an OpenAPI definition (2.0 or 3.0, YAML or JSON; - is standard input), or gives the API of that name " +
    "the definition; deploys it; points the stage at the deployment, or makes the stage; says what changed, and where it " +
    "is called.",
  options: {
    stage: { type: "string", short: "s", value: "STAGE", help: "the stage that serves it" },
    watch: { type: "boolean", short: "w", help: "does it again whenever the file changes" },
    "api-id": { type: "string", value: "ID", help: "the API; else the one named as info.title says" },
    merge: { type: "boolean", help: "keeps what the API has and the file has not" },
    "fail-on-warnings": { type: "boolean", help: "changes nothing where there are any" },
    variable: {
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      help: "a variable of the stage, or of its canary; may be repeated",
    },
    canary: { type: "string", value: "PERCENT", help: "deploys to a canary of the stage, for so many requests" },
    description: { type: "string", empty: true, value: "TEXT", help: "of the deployment" },
    parameter: {
      type: "string",
      multiple: true,
      value: "NAME=VALUE",
      help: "of the import, such as basepath=prepend; may be repeated",
    },
    ...controlOptions,
  },
  more: `  stagewright deploy openapi.yaml --stage dev --watch
  stagewright deploy openapi.yaml --stage prod --canary 10`,
  run: async ({ values, positionals }, terminal) => {
    const [file = ""] = positionals;
    const options: DeployOptions = {
      file: file === standardInput ? "standard input" : file,
      stageName: checkedStageName(values.stage),
      apiId: values["api-id"],
      mode: values.merge === true ? "merge" : "overwrite",
      failOnWarnings: values["fail-on-warnings"] ?? false,
      variables: checkedOption("variable", pairsOf("variable", values.variable), toStageVariables),
      canary: percentOf(values.canary),
      description: checkedOption("description", values.description, checkedDescription),
      parameters: pairsOf("parameter", values.parameter),
    };
    const watches = values.watch === true;
    if (watches && file === standardInput) throw new CommandFailed("Standard input cannot be watched: name a file.");
    const stopped = new AbortController();
    /** Whether a change is waited for. Until then nothing listens to the signal of `stopped`. */
    let waits = false;
    let watched: string | undefined = undefined;
    const interruption = new Interruption(terminal, (code) => (waits ? stopped.abort() : process.exit(code)));
    const once = async (control: Control, definition: Buffer): Promise<void> => {
      const deployed = await deployDefinition(control, terminal, interruption, { ...options, watched }, definition);
      watched = deployed.api.id;
      if (values.json !== true) await show(terminal, deployed);
      else if (watches) await terminal.print(`${JSON.stringify(toJson(deployed))}\n`);
      else await terminal.printJson(toJson(deployed));
      if (interruption.exitCode !== undefined) stopped.abort();
    };
    try {
      await withControl(values, terminal, async (control) => {
        if (!watches) {
          await once(control, await readDefinitionFile(file));
          return;
        }
        await watch(file, terminal, stopped.signal, async (bytes) => {
          waits = false;
          try {
            await once(control, bytes);
          } catch (error) {
            throw explain(error, control.endpoint);
          } finally {
            waits = true;
          }
        });
      });
    } finally {
      interruption.close();
    }
    if (!watches && interruption.exitCode !== undefined) process.exitCode = interruption.exitCode;
  },
});
