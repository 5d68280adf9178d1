/**
 * What a Method or an Integration may refer to by name. One function a kind, so that a kind that has a store of its own
 * is looked up there and nowhere else.
 */
import type { MethodDocument } from "../../model/documents.ts";
import type { OperationContext } from "../operation.ts";

type Exists = (context: OperationContext, restApiId: string, name: string) => boolean;

/** Whether the RestApi has a Model of this name. */
export const modelExists: Exists = ({ tx }, restApiId, name) => tx.get("model", restApiId, name) !== undefined;

/** Whether the RestApi has an Authorizer of this id: none can be made yet. */
export const authorizerExists: Exists = () => false;

/** Whether the RestApi has a RequestValidator of this id. */
export const requestValidatorExists: Exists = ({ tx }, restApiId, id) =>
  tx.get("requestValidator", restApiId, id) !== undefined;

/** The first Method for which this holds, as the service's texts name it: `/pets/GET`, and `//GET` for the root's. */
export function methodThat(
  { tx }: OperationContext,
  restApiId: string,
  holds: (method: MethodDocument) => boolean,
): string | undefined {
  for (const { path, resourceMethods } of tx.list("resource", restApiId)) {
    const method = Object.values(resourceMethods).find(holds);
    if (method !== undefined) return `${path}/${method.httpMethod}`;
  }
  return undefined;
}
