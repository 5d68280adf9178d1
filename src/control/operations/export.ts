/** GetExport (facts/control.md 17): the deployment that a stage runs, as an OpenAPI document. */
import { badRequest } from "../../errors.ts";
import type { StageDocument } from "../../model/documents.ts";
import { entryOf } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { exportGroups } from "../openapi/export-groups.ts";
import type { OpenApiWriter, ExportSource } from "../openapi/export-parts.ts";
import { jsonText } from "../openapi/json-text.ts";
import { oas30 } from "../openapi/oas30.ts";
import { swagger } from "../openapi/swagger.ts";
import { versionOf, writeOpenApi } from "../openapi/write-openapi.ts";
import { yamlText } from "../openapi/yaml-text.ts";
import { documentationPartsOf } from "./documentation-version.ts";
import { findStage } from "./find.ts";

const writers: readonly OpenApiWriter[] = [oas30, swagger];

function writerOf(exportType: string): OpenApiWriter {
  const found = writers.find((writer) => writer.exportType === exportType);
  if (found !== undefined) return found;
  const known = writers.map((writer) => writer.exportType).join(",");
  throw badRequest(`Invalid export type specified. Valid options are ${known}`);
}

interface Format {
  /** The end of a file's name. */
  readonly extension: string;
  readonly write: (document: object) => string;
}

const json: Format = { extension: "json", write: (document) => jsonText(document) };
const yaml: Format = { extension: "yaml", write: yamlText };

/** By media type. What takes anything gets JSON, as clients do that say nothing. */
const formats: Readonly<Record<string, Format>> = {
  "application/json": json,
  "application/hal+json": json,
  "application/*": json,
  "*/*": json,
  "application/yaml": yaml,
  "application/x-yaml": yaml,
  "text/yaml": yaml,
};

/** The first media type of an Accept header that there is a format for. */
function formatOf(accepts: string | undefined): Format {
  if (accepts === undefined || accepts.trim() === "") return json;
  const types = accepts.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  for (const type of types) {
    const found = entryOf(formats, type);
    if (found !== undefined) return found;
  }
  throw badRequest("Invalid Accept header specified. Valid options are application/json,application/yaml");
}

function sourceOf(context: OperationContext, restApiId: string, stage: StageDocument): ExportSource {
  const { tx, region } = context;
  const { stageName, deploymentId, documentationVersion } = stage;
  const snapshot = tx.get("snapshot", restApiId, deploymentId);
  if (snapshot === undefined) throw new Error(`stage ${restApiId}/${stageName} has no snapshot ${deploymentId}`);
  const version =
    documentationVersion === undefined ? undefined : tx.get("documentationVersion", restApiId, documentationVersion);
  const parts = version === undefined ? [] : documentationPartsOf(tx, restApiId, version.version);
  return { snapshot, stageName, region, documentation: version && { version, parts } };
}

/** A version is anyone's text, and a file's name and a header are not. */
const fileName = (exportType: string, version: string, extension: string): string =>
  `${exportType}_${version.replace(/[^A-Za-z0-9._:+ -]/g, "_")}.${extension}`;

const GetExport: Run<"GetExport"> = (input, context) => {
  const stage = findStage(context, input.restApiId, input.stageName);
  const writer = writerOf(input.exportType);
  const format = formatOf(input.accepts);
  const source = sourceOf(context, input.restApiId, stage);
  const document = writeOpenApi(source, writer, exportGroups(entryOf(input.parameters, "extensions") ?? undefined));
  const file = fileName(writer.exportType, versionOf(source.snapshot.restApi), format.extension);
  return {
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${file}"`,
    body: Buffer.from(format.write(document)),
  };
};

export const exportOperations = { GetExport } satisfies Partial<Handlers>;
