/** CreateRestApi's `cloneFrom`: a new RestApi with another one's settings, Resources and all below those. */
import type { MethodDocument, ResourceDocument, RestApiDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Transaction } from "../../store/store.ts";

/** The settings that a clone takes over. The policy's own ARNs follow to the new id; tags and dates stay behind. */
export function clonedSettings(
  source: RestApiDocument,
  newRestApiId: string,
): Partial<RestApiDocument> & Pick<RestApiDocument, "endpointConfiguration"> {
  const { id, name: _name, createdDate: _created, tags: _tags, rootResourceId: _root, policy, ...settings } = source;
  return policy === undefined ? settings : { ...settings, policy: policy.replaceAll(`:${id}/`, `:${newRestApiId}/`) };
}

type NewIds = ReadonlyMap<string, string>;

/** The default cache namespace is the Resource's id, so it follows to the new one. */
function cloneMethod(method: MethodDocument, newIds: NewIds): MethodDocument {
  const { methodIntegration: integration, requestValidatorId, authorizerId } = method;
  return {
    ...method,
    ...(authorizerId !== undefined && { authorizerId: newIds.get(authorizerId) ?? authorizerId }),
    ...(requestValidatorId !== undefined && {
      requestValidatorId: newIds.get(requestValidatorId) ?? requestValidatorId,
    }),
    ...(integration !== undefined && {
      methodIntegration: {
        ...integration,
        cacheNamespace: newIds.get(integration.cacheNamespace) ?? integration.cacheNamespace,
      },
    }),
  };
}

/** The same tree with new ids. */
function cloneResources(resources: readonly ResourceDocument[], newIds: NewIds): ResourceDocument[] {
  const cloned: ResourceDocument[] = [];
  for (const resource of resources) {
    const { id, parentId, resourceMethods } = resource;
    const methods = Object.entries(resourceMethods).map(([verb, method]) => [verb, cloneMethod(method, newIds)]);
    cloned.push({
      ...resource,
      id: newIds.get(id) ?? id,
      ...(parentId === undefined ? {} : { parentId: newIds.get(parentId) ?? parentId }),
      resourceMethods: Object.fromEntries(methods) as ResourceDocument["resourceMethods"],
    });
  }
  return cloned;
}

/** Stores what is below one RestApi below another that is new, under new ids; the root gets the one that is set for it. */
export function clonePartsBelow(tx: Transaction, source: RestApiDocument, target: RestApiDocument): void {
  const resources = tx.list("resource", source.id);
  const validators = tx.list("requestValidator", source.id);
  const authorizers = tx.list("authorizer", source.id);
  const newIds: NewIds = new Map([
    ...resources.map(({ id }): [string, string] => [id, newId("resource")]),
    ...validators.map(({ id }): [string, string] => [id, newId("requestValidator")]),
    ...authorizers.map(({ id }): [string, string] => [id, newId("authorizer")]),
    [source.rootResourceId, target.rootResourceId],
  ]);
  for (const resource of cloneResources(resources, newIds)) tx.put("resource", target.id, resource.id, resource);
  for (const validator of validators) {
    const id = newIds.get(validator.id) ?? validator.id;
    tx.put("requestValidator", target.id, id, { ...validator, id });
  }
  for (const authorizer of authorizers) {
    const id = newIds.get(authorizer.id) ?? authorizer.id;
    tx.put("authorizer", target.id, id, { ...authorizer, id });
  }
  for (const model of tx.list("model", source.id)) {
    // References to other Models follow to the new RestApi.
    const schema = model.schema?.replaceAll(`/restapis/${source.id}/models/`, `/restapis/${target.id}/models/`);
    tx.put("model", target.id, model.name, compact({ ...model, id: newId("model"), schema }));
  }
  for (const response of tx.list("gatewayResponse", source.id)) {
    tx.put("gatewayResponse", target.id, response.responseType, response);
  }
  for (const part of tx.list("documentationPart", source.id)) {
    const id = newId("documentationPart");
    tx.put("documentationPart", target.id, id, { ...part, id });
  }
}
