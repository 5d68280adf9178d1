/** One of the `documentationParts` of `x-amazon-apigateway-documentation`, both ways (facts/control.md 16, 19). */
import type { DocumentationLocationDocument, DocumentationPartDocument } from "../../model/documents.ts";
import { json, type Members, object, text, unless } from "./members.ts";

/** What a location says by leaving it out is left out. */
const locationMembers: Members<DocumentationLocationDocument> = {
  type: text,
  path: unless("/", text),
  method: unless("*", text),
  statusCode: unless("*", text),
  name: text,
};

export const documentationPartMembers: Members<DocumentationPartDocument> = {
  location: object(locationMembers),
  properties: json,
};
