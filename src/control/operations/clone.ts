/** CreateRestApi's `cloneFrom`: a new RestApi with another one's settings, Resources and all below those. */
import type { MethodDocument, ResourceDocument, RestApiDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";

/** The settings that a clone takes over. The policy's own ARNs follow to the new id; tags and dates stay behind. */
export function clonedSettings(
  source: RestApiDocument,
  newRestApiId: string,
): Partial<RestApiDocument> & Pick<RestApiDocument, "endpointConfiguration"> {
  const { id, name: _name, createdDate: _created, tags: _tags, rootResourceId: _root, policy, ...settings } = source;
  return policy === undefined ? settings : { ...settings, policy: policy.replaceAll(`:${id}/`, `:${newRestApiId}/`) };
}

/** The default cache namespace is the Resource's id, so it follows to the new one. */
function cloneMethod(method: MethodDocument, newIds: ReadonlyMap<string, string>): MethodDocument {
  const { methodIntegration: integration } = method;
  if (integration === undefined) return method;
  const cacheNamespace = newIds.get(integration.cacheNamespace) ?? integration.cacheNamespace;
  return { ...method, methodIntegration: { ...integration, cacheNamespace } };
}

/** The same tree with new ids; the root gets the given one. */
export function cloneResources(resources: readonly ResourceDocument[], rootId: string): ResourceDocument[] {
  const newIds = new Map(
    resources.map(({ id, parentId }) => [id, parentId === undefined ? rootId : newId("resource")]),
  );
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
