/** ImportDocumentationParts: the documentation of an OpenAPI definition, and nothing else of it (facts/control.md 16). */
import { badRequest, Fault } from "../../errors.ts";
import type { JsonObject } from "../../model/json.ts";
import { Problems } from "../openapi/problems.ts";
import { readDocumentation, type ReadDocumentation } from "../openapi/read-documentation.ts";
import { readOpenApi } from "../openapi/read-in-thread.ts";
import { type Handlers, prepared } from "../operation.ts";
import { putDocumentationParts } from "./documentation-merge.ts";
import { findRestApi } from "./find.ts";

async function readDefinition(body: Uint8Array): Promise<JsonObject> {
  try {
    return (await readOpenApi(body)).root;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "BadRequestException") throw error;
    throw badRequest("Unable to build importer with provided input.");
  }
}

const ImportDocumentationParts = prepared<"ImportDocumentationParts", ReadDocumentation>({
  find: ({ restApiId }, context) => findRestApi(context, restApiId),
  prepare: async ({ body }) => readDocumentation(await readDefinition(body)),
  run: ({ restApiId, mode, failOnWarnings }, context, read) => {
    findRestApi(context, restApiId);
    const problems = new Problems();
    for (const warning of read.warnings) problems.warn(warning);
    problems.check(failOnWarnings === true);
    const { warnings } = problems;
    const ids = putDocumentationParts(context.tx, restApiId, read.parts, mode === "overwrite" ? mode : "merge");
    return { ids, ...(warnings.length > 0 && { warnings }) };
  },
});

export const documentationImportOperations = { ImportDocumentationParts } satisfies Partial<Handlers>;
