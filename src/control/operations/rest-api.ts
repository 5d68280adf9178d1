/** Operations of RestApi (facts/control.md 1). */
import { badRequest } from "../../errors.ts";
import { kindsOfRestApi, type RestApiDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { wholeSeconds } from "../../model/time.ts";
import type { Transaction } from "../../store/store.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { restApiRules } from "../patch/rules/rest-api.ts";
import { checkRestApiUnmapped } from "./base-path-mapping-checks.ts";
import { checkedDescription, checkedName, checkList } from "./bounds.ts";
import { clonedSettings, clonePartsBelow } from "./clone.ts";
import { findRestApi } from "./find.ts";
import { putBuiltInModels } from "./model.ts";
import { checkedPolicy, shownPolicy } from "./policy.ts";
import {
  checkedApiName,
  checkedCompressionSize,
  checkVpcEndpoints,
  newEndpointConfiguration,
} from "./rest-api-checks.ts";
import { newTags } from "./tag-rules.ts";
import { removeStagesFromPlans } from "./usage-plan-members.ts";

/** A RestApi as a reply shows it. */
export function restApiShape(restApi: RestApiDocument): Output<"GetRestApi"> {
  return restApi.policy === undefined ? restApi : { ...restApi, policy: shownPolicy(restApi.policy) };
}

/** The RestApi that an input asks for; what it leaves out is the source's, where it is a clone, or the default. */
function newRestApi(
  input: Input<"CreateRestApi">,
  context: OperationContext,
  source: RestApiDocument | undefined,
  id: string,
): RestApiDocument {
  if (input.description === "") throw badRequest("Description cannot be an empty string");
  const settings = source === undefined ? undefined : clonedSettings(source, id);
  const size = input.minimumCompressionSize;
  checkList(input.binaryMediaTypes, "binaryMediaTypes");
  const types = input.binaryMediaTypes ?? settings?.binaryMediaTypes ?? [];
  return compact({
    id,
    name: checkedApiName(input.name),
    description: checkedDescription(input.description) ?? settings?.description,
    version: checkedName(input.version, "Version") ?? settings?.version,
    createdDate: wholeSeconds(context.now),
    binaryMediaTypes: types.length > 0 ? [...new Set(types)] : undefined,
    minimumCompressionSize: size === undefined ? settings?.minimumCompressionSize : checkedCompressionSize(size),
    apiKeySource: input.apiKeySource ?? settings?.apiKeySource ?? "HEADER",
    endpointConfiguration:
      input.endpointConfiguration === undefined && settings !== undefined
        ? settings.endpointConfiguration
        : newEndpointConfiguration(input.endpointConfiguration),
    policy: checkedPolicy(input.policy, { ...context, restApiId: id }) ?? settings?.policy,
    tags: newTags(input.tags),
    disableExecuteApiEndpoint: input.disableExecuteApiEndpoint ?? settings?.disableExecuteApiEndpoint ?? false,
    securityPolicy: input.securityPolicy ?? settings?.securityPolicy,
    endpointAccessMode: input.endpointAccessMode ?? settings?.endpointAccessMode,
    rootResourceId: newId("rootResource"),
  });
}

/** Makes a RestApi with its root and the Models that every one has, or all that it is cloned from. */
export function createRestApi(
  input: Input<"CreateRestApi">,
  context: OperationContext,
  id = newId("restApi"),
): RestApiDocument {
  const { tx } = context;
  const source = input.cloneFrom === undefined ? undefined : findRestApi(context, input.cloneFrom);
  const restApi = newRestApi(input, context, source, id);
  tx.put("restApi", "", restApi.id, restApi);
  if (source === undefined) {
    const root = { id: restApi.rootResourceId, path: "/", resourceMethods: {} };
    tx.put("resource", restApi.id, root.id, root);
    putBuiltInModels(tx, restApi.id);
  } else {
    clonePartsBelow(tx, source, restApi);
  }
  return restApi;
}

const CreateRestApi: Run<"CreateRestApi"> = (input, context) => restApiShape(createRestApi(input, context));

const GetRestApi: Run<"GetRestApi"> = (input, context) => restApiShape(findRestApi(context, input.restApiId));

const GetRestApis: Run<"GetRestApis"> = (input, { tx }) => {
  const { items, position } = paginate(tx.list("restApi", ""), input, ({ id }) => id);
  return { items: items.map(restApiShape), position };
};

const UpdateRestApi: Run<"UpdateRestApi"> = (input, context) => {
  const restApi = findRestApi(context, input.restApiId);
  const patched = applyPatch(restApi, input.patchOperations ?? [], restApiRules, context);
  checkVpcEndpoints(patched.endpointConfiguration);
  checkList(patched.binaryMediaTypes, "binaryMediaTypes");
  context.tx.put("restApi", "", patched.id, patched);
  // Unlike the others, this reply carries tags where there are none (facts/control.md 0.3).
  return { ...restApiShape(patched), tags: patched.tags ?? {} };
};

type KindOfRestApi = (typeof kindsOfRestApi)[number];

/** The ids of a kind's documents below a RestApi. */
const idsBelow: Readonly<Record<KindOfRestApi, (tx: Transaction, restApiId: string) => readonly string[]>> = {
  resource: (tx, restApiId) => tx.list("resource", restApiId).map(({ id }) => id),
  deployment: (tx, restApiId) => tx.list("deployment", restApiId).map(({ id }) => id),
  snapshot: (tx, restApiId) => tx.list("deployment", restApiId).map(({ id }) => id),
  stage: (tx, restApiId) => tx.list("stage", restApiId).map(({ stageName }) => stageName),
  documentationVersion: (tx, restApiId) => tx.list("documentationVersion", restApiId).map(({ version }) => version),
  documentationSnapshot: (tx, restApiId) => tx.list("documentationVersion", restApiId).map(({ version }) => version),
  documentationPart: (tx, restApiId) => tx.list("documentationPart", restApiId).map(({ id }) => id),
  requestValidator: (tx, restApiId) => tx.list("requestValidator", restApiId).map(({ id }) => id),
  model: (tx, restApiId) => tx.list("model", restApiId).map(({ name }) => name),
  gatewayResponse: (tx, restApiId) => tx.list("gatewayResponse", restApiId).map(({ responseType }) => responseType),
  authorizer: (tx, restApiId) => tx.list("authorizer", restApiId).map(({ id }) => id),
};

/** Everything below goes too, its Stages included (facts/control.md 1). */
const DeleteRestApi: Run<"DeleteRestApi"> = (input, context) => {
  const { tx } = context;
  const { id: restApiId } = findRestApi(context, input.restApiId);
  checkRestApiUnmapped(context, restApiId);
  // All are found before any goes: snapshots are known by their Deployments.
  const below = kindsOfRestApi.flatMap((kind) => idsBelow[kind](tx, restApiId).map((id) => [kind, id] as const));
  for (const [kind, id] of below) tx.delete(kind, restApiId, id);
  tx.delete("restApi", "", restApiId);
  removeStagesFromPlans(tx, restApiId);
  return {};
};

export const restApiOperations = {
  CreateRestApi,
  GetRestApi,
  GetRestApis,
  UpdateRestApi,
  DeleteRestApi,
} satisfies Partial<Handlers>;
