/**
 * Puts a definition below a RestApi, in the transaction of the operation: what the single operations check is checked by
 * the same functions. An error anywhere refuses it all, and the store takes back what was done.
 */
import { badRequest } from "../../errors.ts";
import { builtInModels } from "../../model/built-in-models.ts";
import type { RestApiDocument } from "../../model/documents.ts";
import { gatewayResponseTypes } from "../../model/gateway-responses.ts";
import type { Transaction } from "../../store/store.ts";
import { createAuthorizer } from "../operations/authorizer.ts";
import { putDocumentationParts } from "../operations/documentation-merge.ts";
import { documentationVersionOperations } from "../operations/documentation-version.ts";
import { putGatewayResponse } from "../operations/gateway-response.ts";
import { putModel } from "../operations/model.ts";
import { checkImportedModels } from "../operations/model-checks.ts";
import { modelExists } from "../operations/references.ts";
import { createRequestValidator } from "../operations/request-validator.ts";
import type { OperationContext } from "../operation.ts";
import { applyPaths, type NamedIds } from "./apply-resources.ts";
import type { Definition } from "./definition.ts";
import { Problems } from "./problems.ts";

export type ImportMode = "merge" | "overwrite";

const builtIn: ReadonlySet<string> = new Set(builtInModels.map(({ name }) => name));

interface Applying {
  readonly context: OperationContext;
  readonly restApi: RestApiDocument;
  readonly definition: Definition;
  readonly mode: ImportMode;
  readonly problems: Problems;
}

const namesOf = (list: readonly { readonly name: string }[]): ReadonlySet<string> =>
  new Set(list.map(({ name }) => name));

/** Removes what an overwriting definition has not. Models that every RestApi has stay. */
function removeOthers(
  tx: Transaction,
  restApiId: string,
  { models, validators, authorizers, gatewayResponses }: Definition,
): void {
  const modelNames = namesOf(models);
  const validatorNames = namesOf(validators);
  const authorizerNames = namesOf(authorizers);
  for (const { name } of tx.list("model", restApiId)) {
    if (!modelNames.has(name) && !builtIn.has(name)) tx.delete("model", restApiId, name);
  }
  for (const { id, name = "" } of tx.list("requestValidator", restApiId)) {
    if (!validatorNames.has(name)) tx.delete("requestValidator", restApiId, id);
  }
  for (const { id, name } of tx.list("authorizer", restApiId)) {
    if (!authorizerNames.has(name)) tx.delete("authorizer", restApiId, id);
  }
  const types = new Set(gatewayResponses.map(({ responseType }) => responseType));
  for (const { responseType } of tx.list("gatewayResponse", restApiId)) {
    if (!types.has(responseType)) tx.delete("gatewayResponse", restApiId, responseType);
  }
}

function applyModels({ context, restApi, definition, problems }: Applying): void {
  for (const { name, schema, unknown } of definition.models) {
    problems.attempt(`Unable to create model for '${name}'`, () => {
      const missing = unknown.filter((other) => !modelExists(context, restApi.id, other));
      if (missing.length > 0) {
        const errors = missing.map((other) => `Invalid model specified: ${other}`).join(", ");
        throw badRequest(`Invalid model specified: Validation Result: warnings : [], errors : [${errors}]`);
      }
      putModel(context, { restApiId: restApi.id, name, contentType: "application/json", schema });
    });
  }
  checkImportedModels(context, restApi.id);
}

/** Stores the named things that Methods refer to. One of a name that there is takes its place and its id. */
function applyNamed({ context, restApi: { id: restApiId }, definition, problems }: Applying): NamedIds {
  const { tx } = context;
  const validators = new Map(tx.list("requestValidator", restApiId).map(({ name = "", id }) => [name, id]));
  for (const draft of definition.validators) {
    problems.attempt(`Unable to create request validator '${draft.name}'`, () => {
      const { id } = createRequestValidator(context, { restApiId, ...draft }, validators.get(draft.name));
      validators.set(draft.name, id);
    });
  }
  const authorizers = new Map(tx.list("authorizer", restApiId).map(({ name, id }) => [name, id]));
  for (const draft of definition.authorizers) {
    problems.attempt(`Unable to create authorizer '${draft.name}'`, () => {
      const { type } = draft;
      if (type === undefined) throw badRequest("type is missing");
      authorizers.set(
        draft.name,
        createAuthorizer(context, restApiId, { ...draft, type }, authorizers.get(draft.name)).id,
      );
    });
  }
  return { validators, authorizers };
}

const knownTypes: ReadonlySet<string> = new Set(gatewayResponseTypes);

function applyGatewayResponses({ context, restApi, definition, problems }: Applying): void {
  for (const draft of definition.gatewayResponses) {
    problems.attempt(`Unable to put gateway response '${draft.responseType}'`, () => {
      if (!knownTypes.has(draft.responseType)) throw badRequest("Invalid gateway response type specified");
      putGatewayResponse(context, restApi.id, draft);
    });
  }
}

/** A version that is named freezes the parts, unless there is one of that name. */
function applyDocumentation({ context, restApi, definition: { documentation }, mode, problems }: Applying): void {
  if (documentation === undefined) return;
  const { version, parts } = documentation;
  putDocumentationParts(context.tx, restApi.id, parts, mode);
  if (version === undefined || version === "") return;
  if (context.tx.get("documentationVersion", restApi.id, version) !== undefined) return;
  problems.attempt(`Unable to create documentation version '${version}'`, () =>
    documentationVersionOperations.CreateDocumentationVersion(
      { restApiId: restApi.id, documentationVersion: version },
      context,
    ),
  );
}

/**
 * Puts all of the definition and gives the warnings. The RestApi itself is stored already. Throws a BadRequestException
 * that names everything that cannot be, or every warning where there is to be none.
 */
export function applyDefinition(
  context: OperationContext,
  restApi: RestApiDocument,
  definition: Definition,
  mode: ImportMode,
  failOnWarnings: boolean,
): readonly string[] {
  const problems = new Problems(definition.warnings);
  const applying: Applying = { context, restApi, definition, mode, problems };
  if (mode === "overwrite") removeOthers(context.tx, restApi.id, definition);
  applyModels(applying);
  const ids = applyNamed(applying);
  applyGatewayResponses(applying);
  applyPaths({ context, restApi, ids, problems }, definition, mode === "overwrite");
  applyDocumentation(applying);
  problems.check(failOnWarnings);
  return problems.warnings;
}
