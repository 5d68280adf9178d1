/** What a Model may be, whether it was created or patched (facts/control.md 10). */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { ModelDocument } from "../../model/documents.ts";
import { checkSchema, SchemaRefused } from "../../model/json-schema/schema.ts";
import type { OperationContext } from "../operation.ts";
import { checkedName, isContentType, megabytes } from "./bounds.ts";

/** The name; throws for one that is empty or has other characters than letters and digits. */
export function checkedModelName(name: string): string {
  if (name === "") throw badRequest("Model name must be non-empty");
  checkedName(name, "Model name");
  if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
  return name;
}

export function checkedModelContentType(contentType: string): string {
  checkedName(contentType, "Content type");
  if (!isContentType(contentType)) throw badRequest(`Invalid content type specified: ${contentType}`);
  return contentType;
}

/** Types whose Models must have a schema. */
const withSchema = /[/+](?:json|xml)\s*(?:;|$)/i;

/** The schema's text as it was given; undefined for none, where the content type needs none. */
export function checkedModelSchema(text: string | undefined, contentType: string): string | undefined {
  if (text === undefined || text.trim() === "") {
    if (!withSchema.test(contentType)) return undefined;
    throw badRequest("Model schema must have at least 1 property or array items defined");
  }
  if (text.length > limits.modelSchema) {
    throw badRequest(`Model schema can be at most ${limits.modelSchema / 1024} KB`);
  }
  try {
    checkSchema(text);
  } catch (error) {
    if (!(error instanceof SchemaRefused)) throw error;
    throw badRequest(
      "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
    );
  }
  return text;
}

export const modelsTooLarge = (): Fault =>
  badRequest(`All model schemas of an API can be at most ${megabytes(limits.restApiModels)}`);

function checkBounds(models: readonly ModelDocument[], maximum: number): void {
  if (models.length > maximum) {
    throw new Fault("LimitExceededException", `Maximum number of Models for this API has been reached: ${maximum}`);
  }
  const size = models.reduce((sum, { schema = "" }) => sum + schema.length, 0);
  if (size > limits.restApiModels) throw modelsTooLarge();
}

/** Throws when a RestApi would have too many Models, or their schemas together would be too large. */
export function checkModelBounds({ tx }: OperationContext, restApiId: string, model: ModelDocument): void {
  const others = tx.list("model", restApiId).filter(({ name }) => name !== model.name);
  checkBounds([...others, model], limits.models);
}

/** As `checkModelBounds`, of all Models that an import has put: it may put more than are created one by one. */
export const checkImportedModels = ({ tx }: OperationContext, restApiId: string): void =>
  checkBounds(tx.list("model", restApiId), limits.importModels);
