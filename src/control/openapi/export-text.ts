/** An export from what it is made of to its text: at once, or in a thread. */
import { limits } from "../../limits.ts";
import type { MethodDocument } from "../../model/documents.ts";
import type { ExportGroup } from "./export-groups.ts";
import { type ExportSource, type OpenApiWriter, tooLargeToExport } from "./export-parts.ts";
import { isInherited } from "./find-documentation.ts";
import { jsonText } from "./json-text.ts";
import { oas30 } from "./oas30.ts";
import { swagger } from "./swagger.ts";
import { writeOpenApi } from "./write-openapi.ts";
import { yamlText } from "./yaml-text.ts";

/** Versions of OpenAPI by the word for them. */
export const writers = { oas30, swagger } as const satisfies Readonly<Record<string, OpenApiWriter>>;
export type ExportType = keyof typeof writers;

/** Formats by the end of a file's name. */
export const formats = { json: (document: object) => jsonText(document), yaml: yamlText } as const;
export type ExportFormat = keyof typeof formats;

export interface ExportOrder {
  readonly exportType: ExportType;
  readonly format: ExportFormat;
  readonly groups: readonly ExportGroup[];
  readonly source: ExportSource;
}

/** Throws the service's 400 when a body has Models and none for JSON, or when it is too long. */
export function exportText({ exportType, format, groups, source }: ExportOrder): string {
  const text = formats[format](writeOpenApi(source, writers[exportType], new Set(groups)));
  if (text.length > limits.exportText) throw tooLargeToExport();
  return text;
}

const count = (map: object | undefined): number => (map === undefined ? 0 : Object.keys(map).length);

const partsOf = ({ requestParameters, methodResponses = {} }: MethodDocument): number =>
  1 +
  count(requestParameters) +
  Object.values(methodResponses).reduce((sum, each) => sum + 1 + count(each.responseParameters), 0);

/** About how many objects the document has: what its text takes to be made. Texts count by their length. */
export function exportSize({ snapshot, documentation }: Pick<ExportSource, "snapshot" | "documentation">): number {
  const methods = snapshot.resources.flatMap(({ resourceMethods }) => Object.values(resourceMethods));
  const objects = methods.reduce((sum, method) => sum + partsOf(method), 0);
  const schemas = (snapshot.models ?? []).reduce((sum, { schema = "" }) => sum + schema.length, 0);
  const documented = (documentation?.parts ?? []).reduce(
    (sum, { location, properties }) => sum + properties.length * (isInherited(location) ? 1 + objects : 1),
    0,
  );
  return objects + (schemas + documented) / 64;
}
