/** Operations of Resource (facts/control.md 2). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ResourceDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { isEmptyMap } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { resourceRules } from "../patch/rules/resource.ts";
import { findResource, findRestApi } from "./find.ts";
import { checkChildless, checkPathPart, checkPlace, descendants, joinPath, withNewPaths } from "./resource-tree.ts";

type Shape = Output<"GetResource">;

/** Kept with the documents, which never change: a list of hundreds shows the same ones again and again. */
const plainShapes = new WeakMap<ResourceDocument, Shape>();

function plainShape({ resourceMethods, ...rest }: ResourceDocument): Shape {
  if (isEmptyMap(resourceMethods)) return rest;
  return { ...rest, resourceMethods: Object.fromEntries(Object.keys(resourceMethods).map((verb) => [verb, {}])) };
}

/** A Resource as a reply shows it: its Methods by verb, whole only with `embed=methods`, else `{}` each. */
function resourceShape(resource: ResourceDocument, embed?: readonly (string | null)[]): Shape {
  if (embed?.includes("methods") === true && !isEmptyMap(resource.resourceMethods)) return resource;
  const present = plainShapes.get(resource);
  if (present !== undefined) return present;
  const shape = Object.freeze(plainShape(resource));
  plainShapes.set(resource, shape);
  return shape;
}

const comparePaths = (a: ResourceDocument, b: ResourceDocument): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;

const GetResources: Run<"GetResources"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const all = context.tx.list("resource", input.restApiId).toSorted(comparePaths);
  const { items, position } = paginate(all, input, (resource) => resource.id);
  return { items: items.map((resource) => resourceShape(resource, input.embed)), position };
};

const GetResource: Run<"GetResource"> = (input, context) =>
  resourceShape(findResource(context, input.restApiId, input.resourceId), input.embed);

const CreateResource: Run<"CreateResource"> = (input, context) => {
  const { restApiId, pathPart } = input;
  const parent = findResource(context, restApiId, input.parentId);
  checkPathPart(pathPart);
  const all = context.tx.list("resource", restApiId);
  const id = newId("resource");
  checkPlace(all, parent, id, pathPart);
  if (all.length >= limits.resourcesPerApi) {
    throw new Fault(
      "LimitExceededException",
      "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
    );
  }
  const path = joinPath(parent.path, pathPart);
  const resource: ResourceDocument = { id, parentId: parent.id, pathPart, path, resourceMethods: {} };
  context.tx.put("resource", restApiId, id, resource);
  return resourceShape(resource);
};

/** Where a patched Resource now stands, checked against its final neighbours; stores it and what is below it. */
function place(restApiId: string, patched: ResourceDocument, context: OperationContext): ResourceDocument {
  const { parentId, pathPart } = patched;
  if (parentId === undefined || pathPart === undefined) return patched;
  const all = context.tx.list("resource", restApiId);
  const parent = findResource(context, restApiId, parentId);
  checkPlace(all, parent, patched.id, pathPart);
  checkChildless(all, patched.id, pathPart);
  const placed = { ...patched, path: joinPath(parent.path, pathPart) };
  for (const resource of [placed, ...withNewPaths(all, placed)]) {
    context.tx.put("resource", restApiId, resource.id, resource);
  }
  return placed;
}

const UpdateResource: Run<"UpdateResource"> = (input, context) => {
  const { restApiId } = input;
  const resource = findResource(context, restApiId, input.resourceId);
  const patched = applyPatch(resource, input.patchOperations ?? [], resourceRules, { ...context, restApiId });
  return resourceShape(patched === resource ? resource : place(restApiId, patched, context));
};

const DeleteResource: Run<"DeleteResource"> = (input, context) => {
  const { restApiId } = input;
  const resource = findResource(context, restApiId, input.resourceId);
  if (resource.parentId === undefined) throw badRequest("Root resource cannot be deleted.");
  for (const { id } of [resource, ...descendants(context.tx.list("resource", restApiId), resource.id)]) {
    context.tx.delete("resource", restApiId, id);
  }
  return {};
};

export const resourceOperations = {
  GetResources,
  GetResource,
  CreateResource,
  UpdateResource,
  DeleteResource,
} satisfies Partial<Handlers>;
