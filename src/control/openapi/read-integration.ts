/** `x-amazon-apigateway-integration` to an Integration and its responses (facts/control.md 19). */
import { badRequest, type Fault } from "../../errors.ts";
import type { IntegrationResponseDocument } from "../../model/documents.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { compact, entryOf } from "../../model/record.ts";
import type { IntegrationDraft } from "./definition.ts";
import { extensions } from "./extensions.ts";
import { integrationMembers, integrationResponseMembers, selectionPatternOf } from "./integration-members.ts";
import { resolved } from "./local-references.ts";
import { readMembers } from "./members.ts";
import { mapAt } from "./values.ts";

const malformed = (path: string): Fault =>
  badRequest(`Unable to parse API definition because of a malformed integration at path ${path}.`);

/**
 * The Integration of an operation; undefined where it has none. It may be a reference to one that several share. Throws in
 * the service's words for what is none.
 */
export function readIntegration(root: JsonObject, operation: JsonObject, path: string): IntegrationDraft | undefined {
  const given = entryOf(operation, extensions.integration);
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw malformed(path);
  const object = resolved(root, given);
  const refuse = (): never => {
    throw malformed(path);
  };
  const integration = readMembers(integrationMembers, object, refuse);
  if (integration.type === undefined) throw malformed(path);
  const responses = Object.entries(mapAt(object, "responses")).map(([key, value]): IntegrationResponseDocument => {
    if (!isObject(value)) throw malformed(path);
    const { statusCode = "200", ...members } = readMembers(integrationResponseMembers, resolved(root, value), refuse);
    return compact({ ...members, statusCode, selectionPattern: selectionPatternOf(key) });
  });
  return { integration, responses };
}
