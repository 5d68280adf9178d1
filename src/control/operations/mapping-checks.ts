/** What parameter mappings and mapping templates may be (facts/control.md 5, 6; facts/mapping.md 3). */
import { badRequest, type Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { MethodDocument, MethodResponseDocument } from "../../model/documents.ts";
import {
  type MappingSide,
  type MappingSource,
  parseIntegrationParameter,
  parseMappingSource,
  parseResponseHeader,
} from "../../model/mapping-expression.ts";
import { entryOf, type StringMap, toMap } from "../../model/record.ts";
import { checkMap, isContentType } from "./bounds.ts";

/** The refusal of a mapping that is none. */
export const invalidMapping = (error: string): Fault =>
  badRequest(`Invalid mapping expression specified: Validation Result: warnings : [], errors : [${error}]`);

function parsedSource(text: string, side: MappingSide): MappingSource {
  const source = parseMappingSource(text, side);
  if (source === undefined) throw invalidMapping(`Invalid mapping expression specified: ${text}`);
  return source;
}

/** Throws when the Integration's requestParameters do not parse, or take from what the Method does not declare. */
export function checkRequestMappings(mappings: StringMap | undefined, method: MethodDocument): void {
  checkMap(mappings, "requestParameters");
  for (const [key, text] of Object.entries(mappings ?? {})) {
    if (parseIntegrationParameter(key) === undefined) {
      throw invalidMapping(`Invalid mapping expression specified: ${key}`);
    }
    const source = parsedSource(text, "request");
    if (source.kind !== "parameter") continue;
    const declared = `method.request.${source.parameter.location}.${source.parameter.name}`;
    if (entryOf(method.requestParameters, declared) === undefined) {
      throw invalidMapping(`Invalid mapping expression parameter specified: ${text}`);
    }
  }
}

/** Throws when an IntegrationResponse's responseParameters do not parse, or fill what the MethodResponse does not declare. */
export function checkResponseMappings(mappings: StringMap | undefined, declared: MethodResponseDocument): void {
  checkMap(mappings, "responseParameters");
  for (const [key, text] of Object.entries(mappings ?? {})) {
    if (parseResponseHeader(key) === undefined || entryOf(declared.responseParameters, key) === undefined) {
      throw invalidMapping(`Invalid mapping expression parameter specified: ${key}`);
    }
    parsedSource(text, "response");
  }
}

export type Templates = Readonly<Record<string, string | null>>;

/** A template as it is stored: an empty one and none are both null (facts/mapping.md 6). */
export const storedTemplate = (text: string | null | undefined): string | null =>
  text === undefined || text === "" ? null : text;

/** Templates as they are stored; undefined stays so. */
export const storedTemplates = (templates: Templates | undefined): Templates | undefined =>
  templates === undefined
    ? undefined
    : toMap(Object.entries(templates).map(([type, text]) => [type, storedTemplate(text)] as const));

/** Throws when a template's key is neither a content type nor `$default` (facts/mapping.md 2.1), or a template is too large. */
export function checkTemplates(templates: Templates | undefined, what: string): void {
  checkMap(templates, what, limits.mappingTemplate);
  for (const [type, text] of Object.entries(templates ?? {})) {
    if (type !== "$default" && !isContentType(type)) {
      throw badRequest(`Validation Result: warnings : [], errors : [Invalid content type specified: ${type}]`);
    }
    if (text !== null && Buffer.byteLength(text) > limits.mappingTemplate) {
      throw badRequest(`Mapping templates can be at most ${limits.mappingTemplate / 1024} KB`);
    }
  }
}
