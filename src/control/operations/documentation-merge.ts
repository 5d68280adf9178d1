/** Puts many DocumentationParts at once, as an import does (facts/control.md 16). */
import type { DocumentationPartDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { mergeEntries } from "../../model/record.ts";
import type { Transaction } from "../../store/store.ts";
import { checkDocumentationBounds, contentOf, locationKey } from "./documentation-checks.ts";

const kind = "documentationPart";

/** A part that is to be stored; its location and properties were checked. */
export type NewDocumentationPart = Omit<DocumentationPartDocument, "id">;

/** What both say; where both say something of the same, what is new wins. A text that says nothing new leaves the first. */
function merged(present: string, added: string): string {
  const content = contentOf(present);
  const both = JSON.stringify(mergeEntries(content, contentOf(added)));
  return both === JSON.stringify(content) ? present : both;
}

/**
 * Stores the parts and gives their ids, in their order. `merge` keeps what there is: a part for a location that has one
 * adds to its content, under the same id. `overwrite` removes all others, and all ids are new. The same location twice
 * is one part.
 */
export function putDocumentationParts(
  tx: Transaction,
  restApiId: string,
  parts: readonly NewDocumentationPart[],
  mode: "merge" | "overwrite",
): readonly string[] {
  const before = tx.list(kind, restApiId);
  const byLocation = new Map<string, DocumentationPartDocument>();
  if (mode === "merge") for (const part of before) byLocation.set(locationKey(part.location), part);
  else for (const { id } of before) tx.delete(kind, restApiId, id);
  const put = new Map<string, DocumentationPartDocument>();
  for (const { location, properties } of parts) {
    const key = locationKey(location);
    const present = byLocation.get(key);
    const part =
      present === undefined
        ? { id: newId(kind), location, properties }
        : { ...present, properties: merged(present.properties, properties) };
    byLocation.set(key, part);
    put.set(part.id, part);
  }
  checkDocumentationBounds([...byLocation.values()]);
  for (const [id, part] of put) tx.put(kind, restApiId, id, part);
  return [...put.keys()];
}
