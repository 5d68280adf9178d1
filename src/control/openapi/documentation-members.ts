/** One of the `documentationParts` of `x-amazon-apigateway-documentation`, both ways (facts/control.md 16, 19). */
import type { DocumentationLocationDocument, DocumentationPartDocument } from "../../model/documents.ts";
import { json, type Members, object, text, unless } from "./members.ts";

/** The root's path is left out, and `*` is written: so do the service's exports. */
const locationMembers: Members<DocumentationLocationDocument> = {
  type: text,
  path: unless("/", text),
  method: text,
  statusCode: text,
  name: text,
};

export const documentationPartMembers: Members<DocumentationPartDocument> = {
  location: object(locationMembers),
  properties: json,
};
