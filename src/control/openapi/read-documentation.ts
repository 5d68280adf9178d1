/** The documentation parts of a definition, from `x-amazon-apigateway-documentation` (facts/control.md 16, 19). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import { checkedLocation, checkedProperties } from "../operations/documentation-checks.ts";
import type { NewDocumentationPart } from "../operations/documentation-merge.ts";
import { documentationPartMembers } from "./documentation-members.ts";
import { extensions } from "./extensions.ts";
import { readMembers } from "./members.ts";

export interface ReadDocumentation {
  readonly parts: readonly NewDocumentationPart[];
  /** One for each part that cannot be, in their order. */
  readonly warnings: readonly string[];
}

function readPart(value: unknown): NewDocumentationPart {
  if (!isObject(value)) throw badRequest("it is not an object");
  const { location, properties } = readMembers(documentationPartMembers, value, (name, expected) => {
    throw badRequest(`its ${name} is not ${expected}`);
  });
  if (location === undefined) throw badRequest("it has no location");
  return { location: checkedLocation(location), properties: checkedProperties(properties) };
}

/** Reads the parts of a definition; none where it has no documentation. Those that cannot be are left out and warned of. */
export function readDocumentation(root: JsonObject): ReadDocumentation {
  const documentation = entryOf(root, extensions.documentation);
  const list = isObject(documentation) ? entryOf(documentation, "documentationParts") : undefined;
  if (!Array.isArray(list)) return { parts: [], warnings: [] };
  if (list.length > limits.documentationParts) {
    throw badRequest(`A definition can have at most ${limits.documentationParts} documentation parts`);
  }
  const parts: NewDocumentationPart[] = [];
  const warnings: string[] = [];
  for (const [index, value] of list.entries()) {
    try {
      parts.push(readPart(value));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      warnings.push(`Documentation part ${index + 1} is ignored: ${error.message}`);
    }
  }
  return { parts, warnings };
}
