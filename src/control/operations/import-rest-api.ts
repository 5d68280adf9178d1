/** ImportRestApi and PutRestApi: a whole RestApi from an OpenAPI definition, or nothing (facts/control.md 1.1). */
import { newId } from "../../model/ids.ts";
import type { Input, Output } from "../../model/service.ts";
import { applyDefinition } from "../openapi/apply-definition.ts";
import { createImported, updatedRestApi } from "../openapi/apply-rest-api.ts";
import type { Definition } from "../openapi/definition.ts";
import { type ImportParameters, readImportParameters } from "../openapi/import-parameters.ts";
import { readWholeDefinition } from "../openapi/read-in-thread.ts";
import { type Handlers, type OperationContext, prepared } from "../operation.ts";
import { findRestApi } from "./find.ts";
import { restApiShape } from "./rest-api.ts";

interface Prepared {
  readonly restApiId: string;
  readonly parameters: ImportParameters;
  readonly definition: Definition;
}

async function prepare(
  { body, parameters: sent }: Pick<Input<"ImportRestApi">, "body" | "parameters">,
  restApiId: string,
  context: Omit<OperationContext, "tx">,
): Promise<Prepared> {
  const parameters = readImportParameters(sent);
  const { accountId, region } = context;
  const options = { ...parameters, restApiId, place: { accountId, region } };
  return { restApiId, parameters, definition: await readWholeDefinition(body, options) };
}

const withWarnings = (reply: Output<"ImportRestApi">, warnings: readonly string[]): Output<"ImportRestApi"> =>
  warnings.length === 0 ? reply : { ...reply, warnings };

const ImportRestApi = prepared<"ImportRestApi", Prepared>({
  prepare: (input, context) => prepare(input, newId("restApi"), context),
  run: ({ failOnWarnings = false }, context, { restApiId, parameters, definition }) => {
    const restApi = createImported(definition.restApi, parameters, restApiId, context);
    const warnings = applyDefinition(context, restApi, definition, "merge", failOnWarnings);
    return withWarnings(restApiShape(restApi), warnings);
  },
});

const PutRestApi = prepared<"PutRestApi", Prepared>({
  find: ({ restApiId }, context) => findRestApi(context, restApiId),
  prepare: (input, context) => prepare(input, input.restApiId, context),
  run: ({ restApiId, mode: sent, failOnWarnings = false }, context, { parameters, definition }) => {
    const mode = sent === "overwrite" ? sent : "merge";
    const present = findRestApi(context, restApiId);
    const restApi = updatedRestApi(present, definition.restApi, parameters, mode === "overwrite", context);
    context.tx.put("restApi", "", restApiId, restApi);
    const warnings = applyDefinition(context, restApi, definition, mode, failOnWarnings);
    return withWarnings(restApiShape(restApi), warnings);
  },
});

export const importRestApiOperations = { ImportRestApi, PutRestApi } satisfies Partial<Handlers>;
