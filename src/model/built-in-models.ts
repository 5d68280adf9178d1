/** The Models that every RestApi has from the start (facts/control.md 10). */
import type { ModelDocument } from "./documents.ts";

export const builtInModels: readonly Omit<ModelDocument, "id">[] = [
  {
    name: "Empty",
    description: "This is a default empty schema model",
    contentType: "application/json",
    schema: `{
  "$schema": "http://json-schema.org/draft-04/schema#",
  "title" : "Empty Schema",
  "type" : "object"
}`,
  },
  {
    name: "Error",
    description: "This is a default error schema model",
    contentType: "application/json",
    schema: `{
  "$schema" : "http://json-schema.org/draft-04/schema#",
  "title" : "Error Schema",
  "type" : "object",
  "properties" : {
    "message" : { "type" : "string" }
  }
}`,
  },
];
