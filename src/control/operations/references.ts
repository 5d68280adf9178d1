/**
 * What a Method or an Integration may refer to by name. One function a kind, so that a kind that has a store of its own
 * is looked up there and nowhere else.
 */
import type { MethodDocument } from "../../model/documents.ts";
import type { OperationContext } from "../operation.ts";

type Exists = (context: OperationContext, restApiId: string, name: string) => boolean;

/** Whether the RestApi has a Model of this name. */
export const modelExists: Exists = ({ tx }, restApiId, name) => tx.get("model", restApiId, name) !== undefined;

/** Whether the RestApi has an Authorizer of this id. */
export const authorizerExists: Exists = ({ tx }, restApiId, id) => tx.get("authorizer", restApiId, id) !== undefined;

/** Whether the RestApi has a RequestValidator of this id. */
export const requestValidatorExists: Exists = ({ tx }, restApiId, id) =>
  tx.get("requestValidator", restApiId, id) !== undefined;

/** Where the first Method is for which this holds. */
export function methodPlace(
  { tx }: OperationContext,
  restApiId: string,
  holds: (method: MethodDocument) => boolean,
): { readonly path: string; readonly httpMethod: string } | undefined {
  for (const { path, resourceMethods } of tx.list("resource", restApiId)) {
    const method = Object.values(resourceMethods).find(holds);
    if (method !== undefined) return { path, httpMethod: method.httpMethod };
  }
  return undefined;
}

/** The same as most of the service's texts name it: `/pets/GET`, and `//GET` for the root's. */
export function methodThat(
  context: OperationContext,
  restApiId: string,
  holds: (method: MethodDocument) => boolean,
): string | undefined {
  const place = methodPlace(context, restApiId, holds);
  return place && `${place.path}/${place.httpMethod}`;
}
