/** `x-amazon-apigateway-integration` and the objects in it, both ways (facts/control.md 17, 19). */
import { limits } from "../../limits.ts";
import type { IntegrationDocument, IntegrationResponseDocument, IntegrationType } from "../../model/documents.ts";
import { entryOf, setEntry } from "../../model/record.ts";
import { defaultResponse } from "./extensions.ts";
import {
  boolean,
  lowered,
  loweredOf,
  type Members,
  number,
  object,
  templates,
  text,
  textMap,
  texts,
  unless,
  unlessEmpty,
  uppered,
} from "./members.ts";

const integrationTypes: readonly IntegrationType[] = ["HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"];

const tlsMembers: Members<NonNullable<IntegrationDocument["tlsConfig"]>> = { insecureSkipVerification: boolean };

/** `responses`, which stands behind `uri`, is `integrationResponseMembers` by selection pattern. */
export const integrationMembers: Members<IntegrationDocument> = {
  connectionId: text,
  credentials: text,
  httpMethod: uppered,
  uri: text,
  requestParameters: unlessEmpty(textMap),
  requestTemplates: unlessEmpty(templates),
  passthroughBehavior: lowered,
  connectionType: unless("INTERNET", text),
  cacheNamespace: text,
  responseTransferMode: text,
  timeoutInMillis: unless(limits.integrationTimeoutMaximum, number),
  cacheKeyParameters: unlessEmpty(texts),
  contentHandling: text,
  tlsConfig: unlessEmpty(object(tlsMembers)),
  integrationTarget: text,
  type: loweredOf(integrationTypes),
};

/** One of `responses`; its key is the selection pattern. */
export const integrationResponseMembers: Members<IntegrationResponseDocument> = {
  statusCode: text,
  responseParameters: unlessEmpty(textMap),
  responseTemplates: unlessEmpty(templates),
  contentHandling: text,
};

/** The selection pattern that a key of `responses` stands for; undefined for none. */
export const selectionPatternOf = (key: string): string | undefined => (key === defaultResponse ? undefined : key);

/** The responses by the keys that they have in OpenAPI; of two with one pattern the first stays. */
export function responsesByPattern(
  responses: IntegrationDocument["integrationResponses"],
): Readonly<Record<string, IntegrationResponseDocument>> {
  const byPattern: Record<string, IntegrationResponseDocument> = {};
  for (const response of Object.values(responses ?? {})) {
    const key = response.selectionPattern || defaultResponse;
    if (entryOf(byPattern, key) === undefined) setEntry(byPattern, key, response);
  }
  return byPattern;
}
