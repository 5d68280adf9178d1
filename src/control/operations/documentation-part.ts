/** Operations of DocumentationPart (facts/control.md 16). */
import { conflict, notFound } from "../../errors.ts";
import type { DocumentationPartDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { isEmptyMap } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { documentationPartRules } from "../patch/rules/documentation-part.ts";
import {
  checkDocumentationBounds,
  checkedLocation,
  checkedProperties,
  contentOf,
  describeLocation,
  locationKey,
} from "./documentation-checks.ts";
import { findRestApi } from "./find.ts";

const kind = "documentationPart";

/** One 404 for both (facts/control.md 0.2). */
function findPart({ tx }: OperationContext, restApiId: string, id: string): DocumentationPartDocument {
  const part = tx.get(kind, restApiId, id);
  if (part === undefined) throw notFound("Invalid Documentation part identifier specified");
  return part;
}

const CreateDocumentationPart: Run<"CreateDocumentationPart"> = (input, context) => {
  const { restApiId } = input;
  findRestApi(context, restApiId);
  const part: DocumentationPartDocument = {
    id: newId(kind),
    location: checkedLocation(input.location),
    properties: checkedProperties(input.properties),
  };
  const present = context.tx.list(kind, restApiId);
  const key = locationKey(part.location);
  if (present.some(({ location }) => locationKey(location) === key)) {
    throw conflict(`Documentation part already exists for the specified location: ${describeLocation(part.location)}.`);
  }
  checkDocumentationBounds([...present, part]);
  context.tx.put(kind, restApiId, part.id, part);
  return part;
};

const GetDocumentationPart: Run<"GetDocumentationPart"> = (input, context) =>
  findPart(context, input.restApiId, input.documentationPartId);

/** Documented are those that say something. */
const isDocumented = ({ properties }: DocumentationPartDocument): boolean => !isEmptyMap(contentOf(properties));

/** Whether a list's input asks for this part. */
function isAskedFor(
  part: DocumentationPartDocument,
  { type, nameQuery, path, locationStatus }: Input<"GetDocumentationParts">,
): boolean {
  const { location } = part;
  if (type !== undefined && location.type !== type) return false;
  if (path !== undefined && location.path !== path) return false;
  if (nameQuery !== undefined && location.name !== nameQuery) return false;
  return locationStatus === undefined || isDocumented(part) === (locationStatus === "DOCUMENTED");
}

const GetDocumentationParts: Run<"GetDocumentationParts"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const parts = context.tx.list(kind, input.restApiId).filter((part) => isAskedFor(part, input));
  return paginate(parts, input, ({ id }) => id);
};

const UpdateDocumentationPart: Run<"UpdateDocumentationPart"> = (input, context) => {
  const { restApiId } = input;
  const part = findPart(context, restApiId, input.documentationPartId);
  const patched = applyPatch(part, input.patchOperations ?? [], documentationPartRules, undefined);
  const others = context.tx.list(kind, restApiId).filter(({ id }) => id !== part.id);
  checkDocumentationBounds([...others, patched]);
  context.tx.put(kind, restApiId, patched.id, patched);
  return patched;
};

const DeleteDocumentationPart: Run<"DeleteDocumentationPart"> = (input, context) => {
  const { restApiId } = input;
  findRestApi(context, restApiId);
  context.tx.delete(kind, restApiId, findPart(context, restApiId, input.documentationPartId).id);
  return {};
};

export const documentationPartOperations = {
  CreateDocumentationPart,
  GetDocumentationPart,
  GetDocumentationParts,
  UpdateDocumentationPart,
  DeleteDocumentationPart,
} satisfies Partial<Handlers>;
