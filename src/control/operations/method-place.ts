/** Where a Method stands: in its Resource, by verb. What is below a Method is stored with it. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { MethodDocument, ResourceDocument } from "../../model/documents.ts";
import { withEntry, withoutEntry } from "../../model/record.ts";
import type { OperationContext } from "../operation.ts";
import { findMethod, findResource } from "./find.ts";

/** The path parameters of every operation on a Method or below it. */
export interface MethodInput {
  readonly restApiId: string;
  readonly resourceId: string;
  readonly httpMethod: string;
}

export interface MethodPlace {
  readonly resource: ResourceDocument;
  readonly method: MethodDocument;
}

/** The Resource and its Method; 404 for either. */
export function findMethodPlace(context: OperationContext, input: MethodInput): MethodPlace {
  const resource = findResource(context, input.restApiId, input.resourceId);
  return { resource, method: findMethod(resource, input.httpMethod) };
}

/** Stores a Method, new or changed, in its Resource. Throws when all that is below it has grown too large. */
export function putMethodDocument(
  context: OperationContext,
  restApiId: string,
  resource: ResourceDocument,
  method: MethodDocument,
): void {
  if (JSON.stringify(method).length > limits.method) {
    throw badRequest(`A method and all below it can be at most ${limits.method / 1_048_576} MB`);
  }
  const resourceMethods = withEntry(resource.resourceMethods, method.httpMethod, method);
  context.tx.put("resource", restApiId, resource.id, { ...resource, resourceMethods });
}

/** Removes a Method and all below it. */
export function deleteMethodDocument(
  context: OperationContext,
  restApiId: string,
  resource: ResourceDocument,
  httpMethod: string,
): void {
  const resourceMethods = withoutEntry(resource.resourceMethods, httpMethod);
  context.tx.put("resource", restApiId, resource.id, { ...resource, resourceMethods });
}
