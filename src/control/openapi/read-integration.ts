/** `x-amazon-apigateway-integration` to an Integration and its responses (facts/control.md 19). */
import { badRequest, type Fault } from "../../errors.ts";
import type { IntegrationDocument, IntegrationResponseDocument } from "../../model/documents.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { compact, entryOf } from "../../model/record.ts";
import type { IntegrationDraft } from "./definition.ts";
import { extensions } from "./extensions.ts";
import { integrationMembers, integrationResponseMembers, selectionPatternOf } from "./integration-members.ts";
import { resolved } from "./local-references.ts";
import { readMembers } from "./members.ts";

const malformed = (path: string, why: string): Fault =>
  badRequest(`Unable to parse API definition because of a malformed integration at path ${path}. ${why}`);

/** What a tool was to fill in and did not; stage variables, and names with other letters, are the gateway's. */
const leftOver = /\$\{(?!stageVariables\.)[\w.:]{1,128}\}/;

/** Is told what an integration is not good for, in words that go behind its name. */
type Warn = (text: string) => void;

function warnOfLeftOvers(integration: Partial<IntegrationDocument>, warn: Warn): void {
  for (const member of ["uri", "credentials"] as const) {
    const [found] = leftOver.exec(integration[member] ?? "") ?? [];
    if (found !== undefined) warn(`has ${found} in its ${member}, which stands for nothing here.`);
  }
}

function readResponse(root: JsonObject, key: string, value: unknown, path: string): IntegrationResponseDocument {
  if (!isObject(value)) throw malformed(path, `The response ${key} is not an object.`);
  const { statusCode = "200", ...members } = readMembers(
    integrationResponseMembers,
    resolved(root, value),
    (name, expected) => {
      throw malformed(path, `The ${name} of its response ${key} is not ${expected}.`);
    },
  );
  return compact({ ...members, statusCode, selectionPattern: selectionPatternOf(key) });
}

/**
 * The Integration of an operation; undefined where it has none. It may be a reference to one that several share. Throws in
 * the service's words for what is none, and says why.
 */
export function readIntegration(
  root: JsonObject,
  operation: JsonObject,
  path: string,
  warn: Warn,
): IntegrationDraft | undefined {
  const given = entryOf(operation, extensions.integration);
  if (given === undefined || given === null) return undefined;
  if (!isObject(given)) throw malformed(path, "It is not an object.");
  const object = resolved(root, given);
  const integration = readMembers(integrationMembers, object, (name, expected) => {
    throw malformed(path, `Its ${name} is not ${expected}.`);
  });
  if (integration.type === undefined) throw malformed(path, "Its type is missing.");
  warnOfLeftOvers(integration, warn);
  const responses = entryOf(object, "responses") ?? {};
  if (!isObject(responses)) throw malformed(path, "Its responses are not an object.");
  return {
    integration,
    responses: Object.entries(responses).map(([key, value]) => readResponse(root, key, value, path)),
  };
}
