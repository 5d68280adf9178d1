/** GetExport (facts/control.md 17): the deployment that a stage runs, as an OpenAPI document. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { StageDocument } from "../../model/documents.ts";
import { entryOf } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import { exportGroups } from "../openapi/export-groups.ts";
import { type ExportSource, tooLargeToExport } from "../openapi/export-parts.ts";
import {
  type ExportFormat,
  type ExportOrder,
  exportSize,
  exportText,
  type ExportType,
  writers,
} from "../openapi/export-text.ts";
import { versionOf } from "../openapi/write-openapi.ts";
import { type Handlers, type OperationContext, performed } from "../operation.ts";
import { Threads, ThreadSpent } from "../thread.ts";
import { documentationPartsOf } from "./documentation-version.ts";
import { findStage } from "./find.ts";

const isExportType = (text: string): text is ExportType => Object.hasOwn(writers, text);

function checkedExportType(text: string): ExportType {
  if (isExportType(text)) return text;
  throw badRequest(`Invalid export type specified. Valid options are ${Object.keys(writers).join(",")}`);
}

/** By media type. What takes anything gets JSON, as clients do that say nothing. */
const formatsByType: Readonly<Record<string, ExportFormat>> = {
  "application/json": "json",
  "application/hal+json": "json",
  "application/*": "json",
  "*/*": "json",
  "application/yaml": "yaml",
  "application/x-yaml": "yaml",
  "text/yaml": "yaml",
};

/** The first media type of an Accept header that there is a format for. */
function formatOf(accepts: string | undefined): ExportFormat {
  if (accepts === undefined || accepts.trim() === "") return "json";
  const types = accepts.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase() ?? "");
  for (const type of types) {
    const found = entryOf(formatsByType, type);
    if (found !== undefined) return found;
  }
  throw badRequest("Invalid Accept header specified. Valid options are application/json,application/yaml");
}

function sourceOf({ tx, region }: OperationContext, restApiId: string, stage: StageDocument): ExportSource {
  const { stageName, deploymentId, documentationVersion } = stage;
  const snapshot = tx.get("snapshot", restApiId, deploymentId);
  if (snapshot === undefined) throw new Error(`stage ${restApiId}/${stageName} has no snapshot ${deploymentId}`);
  const version =
    documentationVersion === undefined ? undefined : tx.get("documentationVersion", restApiId, documentationVersion);
  const parts = version === undefined ? [] : documentationPartsOf(tx, restApiId, version.version);
  return { snapshot, stageName, region, documentation: version && { version, parts } };
}

function readOrder(input: Input<"GetExport">, context: OperationContext): ExportOrder {
  const stage = findStage(context, input.restApiId, input.stageName);
  return {
    exportType: checkedExportType(input.exportType),
    format: formatOf(input.accepts),
    groups: exportGroups(entryOf(input.parameters, "extensions") ?? undefined),
    source: sourceOf(context, input.restApiId, stage),
  };
}

const threads = new Threads<ExportOrder, string>(new URL("../openapi/export-thread.ts", import.meta.url), {
  name: "export",
  threads: limits.exportThreads,
  queue: limits.exportQueue,
  timeout: limits.exportTimeout,
  heap: limits.exportThreadHeap,
});

async function textInThread(order: ExportOrder): Promise<string> {
  try {
    return await threads.run(order);
  } catch (error) {
    throw error instanceof ThreadSpent ? tooLargeToExport() : error;
  }
}

/** A version is anyone's text, and a file's name and a header are not. */
const fileName = ({ exportType, format, source }: ExportOrder): string =>
  `${exportType}_${versionOf(source.snapshot.restApi).replace(/[^A-Za-z0-9._:+ -]/g, "_")}.${format}`;

const GetExport = performed<"GetExport", ExportOrder>({
  read: readOrder,
  perform: async (order) => ({
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${fileName(order)}"`,
    body: Buffer.from(exportSize(order.source) <= limits.exportInline ? exportText(order) : await textInThread(order)),
  }),
});

export const exportOperations = { GetExport } satisfies Partial<Handlers>;
