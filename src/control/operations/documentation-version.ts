/**
 * Operations of DocumentationVersion (facts/control.md 16): a snapshot of the RestApi's DocumentationParts, which a Stage
 * may show.
 */
import { badRequest, conflict } from "../../errors.ts";
import type { DocumentationPartDocument, DocumentationVersionDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import { wholeSeconds } from "../../model/time.ts";
import type { Reader } from "../../store/store.ts";
import type { Handlers, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { documentationVersionRules } from "../patch/rules/documentation-version.ts";
import { checkedDescription, checkedName } from "./bounds.ts";
import { findDocumentationVersion, findRestApi, findStage } from "./find.ts";

const kind = "documentationVersion";
const snapshot = "documentationSnapshot";

/** The parts that a version froze, in order of their creation. A version from before there were parts has none. */
export const documentationPartsOf = (
  reader: Reader,
  restApiId: string,
  version: string,
): readonly DocumentationPartDocument[] => reader.get(snapshot, restApiId, version)?.parts ?? [];

const CreateDocumentationVersion: Run<"CreateDocumentationVersion"> = (input, context) => {
  const { tx, now } = context;
  const { restApiId, documentationVersion: version, stageName } = input;
  findRestApi(context, restApiId);
  if (version === "") throw badRequest("Documentation version cannot be an empty string");
  checkedName(version, "Documentation version");
  if (tx.get(kind, restApiId, version) !== undefined) throw conflict("Documentation version already exists");
  const created = wholeSeconds(now);
  const document: DocumentationVersionDocument = compact({
    version,
    createdDate: created,
    description: input.description === "" ? undefined : checkedDescription(input.description),
  });
  if (stageName !== undefined) {
    const stage = findStage(context, restApiId, stageName);
    tx.put("stage", restApiId, stageName, { ...stage, documentationVersion: version, lastUpdatedDate: created });
  }
  tx.put(kind, restApiId, version, document);
  // The parts themselves are shared: they are frozen, and a later change of one stores a new one.
  tx.put(snapshot, restApiId, version, { parts: tx.list("documentationPart", restApiId) });
  return document;
};

const GetDocumentationVersion: Run<"GetDocumentationVersion"> = (input, context) =>
  findDocumentationVersion(context, input.restApiId, input.documentationVersion);

const GetDocumentationVersions: Run<"GetDocumentationVersions"> = (input, context) => {
  findRestApi(context, input.restApiId);
  return paginate(context.tx.list(kind, input.restApiId), input, ({ version }) => version);
};

const UpdateDocumentationVersion: Run<"UpdateDocumentationVersion"> = (input, context) => {
  const document = findDocumentationVersion(context, input.restApiId, input.documentationVersion);
  const patched = applyPatch(document, input.patchOperations ?? [], documentationVersionRules, undefined);
  context.tx.put(kind, input.restApiId, patched.version, patched);
  return patched;
};

const DeleteDocumentationVersion: Run<"DeleteDocumentationVersion"> = (input, context) => {
  const { restApiId } = input;
  const { version } = findDocumentationVersion(context, restApiId, input.documentationVersion);
  if (context.tx.list("stage", restApiId).some((stage) => stage.documentationVersion === version)) {
    throw badRequest("Active stages pointing to this documentation version must be moved or deleted");
  }
  context.tx.delete(kind, restApiId, version);
  context.tx.delete(snapshot, restApiId, version);
  return {};
};

export const documentationVersionOperations = {
  CreateDocumentationVersion,
  GetDocumentationVersion,
  GetDocumentationVersions,
  UpdateDocumentationVersion,
  DeleteDocumentationVersion,
} satisfies Partial<Handlers>;
