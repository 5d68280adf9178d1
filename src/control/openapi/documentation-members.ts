/** One of the `documentationParts` of `x-amazon-apigateway-documentation`, both ways (facts/control.md 16, 19). */
import type { DocumentationLocationDocument, DocumentationPartDocument } from "../../model/documents.ts";
import { json, type Members, object, text } from "./members.ts";

const locationMembers: Members<DocumentationLocationDocument> = {
  type: text,
  path: text,
  method: text,
  statusCode: text,
  name: text,
};

export const documentationPartMembers: Members<DocumentationPartDocument> = {
  location: object(locationMembers),
  properties: json,
};
