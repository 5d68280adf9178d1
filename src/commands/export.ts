/** `stagewright export`: what a stage serves, as OpenAPI. */
import { rename, rm, writeFile } from "node:fs/promises";
import { defineCommand } from "./command.ts";
import { controlOptions } from "./control.ts";
import { CommandFailed } from "./failure.ts";
import { apiOptions, findApi, findStage } from "./find-api.ts";
import { withControl } from "./run.ts";
import { oneLine } from "./terminal.ts";

const types: ReadonlyMap<string, string> = new Map([
  ["oas30", "OpenAPI 3.0"],
  ["swagger", "OpenAPI 2.0"],
]);

/** Whole, or not at all. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, bytes, { flag: "wx" });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new CommandFailed(`${path} cannot be written (${code}). Name another file with --output.`, 2, {
      cause: error,
    });
  }
}

export const exportStage = defineCommand({
  name: "export",
  arguments: "STAGE",
  count: [1, 1],
  about: "Writes what a stage serves as an OpenAPI definition: YAML, or JSON with --json.",
  options: {
    output: { type: "string", short: "o", value: "FILE", help: "writes it there; else to standard output" },
    type: { type: "string", value: "TYPE", help: "oas30 (OpenAPI 3.0, where nothing is said) or swagger (2.0)" },
    extensions: {
      type: "string",
      value: "LIST",
      help:
        "what of API Gateway's own goes with it: apigateway (all of it, where nothing is said), integrations, authorizers, " +
        "documentation, validators, gatewayresponses, or none",
    },
    ...apiOptions,
    ...controlOptions,
  },
  more: `  stagewright export prod --output openapi.yaml
  stagewright export prod --type swagger --extensions integrations,authorizers`,
  run: ({ values, positionals }, terminal) => {
    const [stageName = ""] = positionals;
    const { type: exportType = "oas30", extensions = "apigateway", output } = values;
    if (!types.has(exportType)) {
      const known = [...types].map(([name, what]) => `${name} (${what})`).join(" or ");
      throw new CommandFailed(`--type ${JSON.stringify(exportType)} must be ${known}.`);
    }
    return withControl(values, terminal, async (control) => {
      const api = await findApi(control, values);
      await findStage(control, api, stageName);
      const asked = control.once.getExport({
        restApiId: api.id,
        stageName,
        exportType,
        accepts: values.json === true ? "application/json" : "application/yaml",
        ...(extensions !== "none" && { parameters: { extensions } }),
      });
      const { body = new Uint8Array() } = await terminal.progress(`exporting ${oneLine(stageName)}`, asked);
      if (output === undefined) await terminal.print(`${Buffer.from(body).toString().trimEnd()}\n`);
      else {
        await writeWhole(output, body);
        terminal.note(`${output} has ${stageName} of ${oneLine(api.name ?? api.id)}`);
      }
    });
  },
});
