/** Where a Method stands: in its Resource, by verb. What is below a Method is stored with it. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { MethodDocument, ResourceDocument } from "../../model/documents.ts";
import { withEntry, withoutEntry } from "../../model/record.ts";
import type { OperationContext } from "../operation.ts";
import { megabytes } from "./bounds.ts";
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

/** Characters of JSON. Documents never change, so each is measured once. */
const sizes = new WeakMap<MethodDocument, number>();

/** Characters of JSON that a Method takes. Throws for one that is too large. */
export function checkedSize(method: MethodDocument): number {
  const size = sizeOf(method);
  if (size > limits.method) throw badRequest(`A method and all below it can be at most ${megabytes(limits.method)}`);
  return size;
}

/** Throws when all Methods of a RestApi take more than they may. */
export function checkTotalSize(size: number): void {
  if (size > limits.restApiMethods) {
    throw badRequest(`All methods of an API can be at most ${megabytes(limits.restApiMethods)}`);
  }
}

function sizeOf(method: MethodDocument): number {
  const known = sizes.get(method);
  if (known !== undefined) return known;
  const size = JSON.stringify(method).length;
  sizes.set(method, size);
  return size;
}

/** Throws when a Method that is to be stored has grown too large, or all of its RestApi's together have. */
function checkSize({ tx }: OperationContext, restApiId: string, resourceId: string, method: MethodDocument): void {
  let size = checkedSize(method);
  for (const { id, resourceMethods } of tx.list("resource", restApiId)) {
    for (const other of Object.values(resourceMethods)) {
      if (id !== resourceId || other.httpMethod !== method.httpMethod) size += sizeOf(other);
    }
  }
  checkTotalSize(size);
}

/** Stores a Method, new or changed, in its Resource. Throws when it or all of the RestApi's have grown too large. */
export function putMethodDocument(
  context: OperationContext,
  restApiId: string,
  resource: ResourceDocument,
  method: MethodDocument,
): void {
  checkSize(context, restApiId, resource.id, method);
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
