/** What a PATCH of a Resource may do (facts/control.md 2). The texts of refusals are family A's. */
import { badRequest } from "../../../errors.ts";
import type { ResourceDocument } from "../../../model/documents.ts";
import type { OperationContext } from "../../operation.ts";
import { findResource } from "../../operations/find.ts";
import { checkPathPart, isWithin } from "../../operations/resource-tree.ts";
import { compileTable, type Effect } from "../apply.ts";
import { familyA } from "../families.ts";

/** The RestApi whose Resource is patched. */
export interface ResourcePatchContext extends OperationContext {
  readonly restApiId: string;
}

type ResourceEffect = Effect<ResourceDocument, ResourcePatchContext>;

const replaceParentId: ResourceEffect = (resource, { value, context }) => {
  if (resource.parentId === undefined) throw badRequest("Root resource cannot update its parentId.");
  const parent = findResource(context, context.restApiId, value ?? "");
  if (isWithin(context.tx.list("resource", context.restApiId), parent.id, resource.id)) {
    throw badRequest("Resources cannot be cyclical.");
  }
  return { ...resource, parentId: parent.id };
};

const replacePathPart: ResourceEffect = (resource, { value }) => {
  if (resource.parentId === undefined) throw badRequest("Root resource cannot update its pathPart.");
  checkPathPart(value ?? "");
  return { ...resource, pathPart: value ?? "" };
};

export const resourceRules = compileTable<ResourceDocument, ResourcePatchContext>({
  rules: [
    { path: "/parentId", replace: replaceParentId },
    { path: "/pathPart", replace: replacePathPart },
  ],
  refuse: familyA(["/parentId", "/pathPart"]),
});
