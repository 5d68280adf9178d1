/** Operations of Model (facts/control.md 10). */
import { badRequest, conflict, type Fault } from "../../errors.ts";
import { builtInModels } from "../../model/built-in-models.ts";
import type { MethodDocument, ModelDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { flattened } from "../../model/json-schema/flatten.ts";
import { sampleTemplate } from "../../model/json-schema/sample-template.ts";
import { compact, type StringMap } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import type { Transaction } from "../../store/store.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { modelRules } from "../patch/rules/model.ts";
import { checkedDescription } from "./bounds.ts";
import { findModel, findRestApi } from "./find.ts";
import { checkedModelContentType, checkedModelName, checkedModelSchema, checkModelBounds } from "./model-checks.ts";
import { methodThat } from "./references.ts";

const kind = "model";

/** Gives a RestApi that is new the Models that every one has. */
export function putBuiltInModels(tx: Transaction, restApiId: string): void {
  for (const model of builtInModels) tx.put(kind, restApiId, model.name, { id: newId(kind), ...model });
}

/** A Model as it is to be stored; throws in the service's words for what it cannot be. */
function newModel(input: Input<"CreateModel">, id = newId(kind)): ModelDocument {
  const name = checkedModelName(input.name);
  const contentType = checkedModelContentType(input.contentType);
  return compact({
    id,
    name,
    description: input.description === "" ? undefined : checkedDescription(input.description),
    contentType,
    schema: checkedModelSchema(input.schema, contentType),
  });
}

/** Stores a Model: new, or in place of the one of its name. How many there are is not asked. */
export function putModel({ tx }: OperationContext, input: Input<"CreateModel">): void {
  const model = newModel(input, tx.get(kind, input.restApiId, input.name)?.id);
  tx.put(kind, input.restApiId, model.name, model);
}

const CreateModel: Run<"CreateModel"> = (input, context) => {
  const { restApiId } = input;
  findRestApi(context, restApiId);
  const model = newModel(input);
  if (context.tx.get(kind, restApiId, model.name) !== undefined) {
    throw conflict("Model name already exists for this REST API");
  }
  checkModelBounds(context, restApiId, model);
  context.tx.put(kind, restApiId, model.name, model);
  return model;
};

const schemasOf =
  ({ tx }: OperationContext, restApiId: string) =>
  (name: string): string | undefined =>
    tx.get(kind, restApiId, name)?.schema;

const GetModel: Run<"GetModel"> = (input, context) => {
  const { restApiId, modelName, flatten } = input;
  const model = findModel(context, restApiId, modelName);
  if (flatten !== true || model.schema === undefined) return model;
  return { ...model, schema: flattened(modelName, schemasOf(context, restApiId)) };
};

const GetModels: Run<"GetModels"> = (input, context) => {
  findRestApi(context, input.restApiId);
  return paginate(context.tx.list(kind, input.restApiId), input, ({ name }) => name);
};

const UpdateModel: Run<"UpdateModel"> = (input, context) => {
  const model = findModel(context, input.restApiId, input.modelName);
  const patched = applyPatch(model, input.patchOperations ?? [], modelRules, undefined);
  checkModelBounds(context, input.restApiId, patched);
  context.tx.put(kind, input.restApiId, patched.name, patched);
  return patched;
};

const names = (models: StringMap | undefined, name: string): boolean => Object.values(models ?? {}).includes(name);

const inUse = (name: string, where: string, method: string): Fault =>
  conflict(`Cannot delete model '${name}', is referenced in method ${where}: ${method}`);

const DeleteModel: Run<"DeleteModel"> = (input, context) => {
  const { restApiId } = input;
  const { name } = findModel(context, restApiId, input.modelName);
  const asked = methodThat(context, restApiId, ({ requestModels }) => names(requestModels, name));
  if (asked !== undefined) throw inUse(name, "request", asked);
  const answers = ({ methodResponses }: MethodDocument): boolean =>
    Object.values(methodResponses ?? {}).some(({ responseModels }) => names(responseModels, name));
  const answered = methodThat(context, restApiId, answers);
  if (answered !== undefined) throw inUse(name, "response", answered);
  context.tx.delete(kind, restApiId, name);
  return {};
};

const GetModelTemplate: Run<"GetModelTemplate"> = (input, context) => {
  const { restApiId, modelName } = input;
  const { schema } = findModel(context, restApiId, modelName);
  if (schema === undefined) throw badRequest(`Model ${modelName} has no schema to make a template from`);
  return { value: sampleTemplate(modelName, schemasOf(context, restApiId)) };
};

export const modelOperations = {
  CreateModel,
  GetModel,
  GetModels,
  UpdateModel,
  DeleteModel,
  GetModelTemplate,
} satisfies Partial<Handlers>;
