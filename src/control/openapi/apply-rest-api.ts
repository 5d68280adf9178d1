/** What a definition says of the RestApi itself, for a new one and for one that there is (facts/control.md 1.1). */
import type { RestApiDocument } from "../../model/documents.ts";
import { compact } from "../../model/record.ts";
import { toWord } from "../patch/coerce.ts";
import { checkedDescription, checkedName, checkList } from "../operations/bounds.ts";
import { checkedPolicy } from "../operations/policy.ts";
import { createRestApi } from "../operations/rest-api.ts";
import {
  checkedApiKeySource,
  checkedApiName,
  checkedCompressionSize,
  endpointAccessModes,
  newEndpointConfiguration,
  securityPolicies,
} from "../operations/rest-api-checks.ts";
import { withTags } from "../operations/tag-rules.ts";
import type { OperationContext } from "../operation.ts";
import type { RestApiDraft } from "./definition.ts";
import type { ImportParameters } from "./import-parameters.ts";

/** An empty text says nothing. */
const filled = (text: string | undefined): string | undefined => (text === "" ? undefined : text);

/** The settings of a draft, each checked as the single operations check it. */
function checkedSettings(
  { settings }: RestApiDraft,
  restApiId: string,
  context: OperationContext,
): Partial<RestApiDocument> {
  const { apiKeySource, minimumCompressionSize, binaryMediaTypes } = settings;
  checkList(binaryMediaTypes, "binaryMediaTypes");
  return compact({
    name: filled(settings.name) === undefined ? undefined : checkedApiName(settings.name),
    description: checkedDescription(filled(settings.description)),
    version: checkedName(filled(settings.version), "Version"),
    binaryMediaTypes:
      binaryMediaTypes === undefined || binaryMediaTypes.length === 0 ? undefined : [...new Set(binaryMediaTypes)],
    minimumCompressionSize:
      minimumCompressionSize === undefined ? undefined : checkedCompressionSize(minimumCompressionSize),
    apiKeySource: apiKeySource === undefined ? undefined : checkedApiKeySource(apiKeySource.toUpperCase()),
    policy: checkedPolicy(settings.policy, { ...context, restApiId }),
    disableExecuteApiEndpoint: settings.disableExecuteApiEndpoint,
    securityPolicy: toWord(settings.securityPolicy, securityPolicies, "securityPolicy"),
    endpointAccessMode: toWord(settings.endpointAccessMode, endpointAccessModes, "endpointAccessMode"),
  });
}

/** A definition without a title gets the name that the service gives it. */
const nameOfTime = (now: number): string => `Imported on ${new Date(now).toISOString()}`;

/** Makes the RestApi of a definition, with its root. */
export function createImported(
  draft: RestApiDraft,
  parameters: ImportParameters,
  restApiId: string,
  context: OperationContext,
): RestApiDocument {
  const { name = nameOfTime(context.now), ...settings } = checkedSettings(draft, restApiId, context);
  const endpointConfiguration = {
    ...draft.endpointConfiguration,
    ...compact({ types: parameters.endpointTypes, vpcEndpointIds: parameters.vpcEndpointIds }),
  };
  const input = { ...settings, name, endpointConfiguration, tags: draft.tags };
  return createRestApi(input, context, restApiId);
}

/**
 * The RestApi with what the definition says. `overwrite` also takes away what belongs to a definition and this one does not
 * have; a policy and the endpoint stay, for their absence would open what was closed.
 */
export function updatedRestApi(
  restApi: RestApiDocument,
  draft: RestApiDraft,
  parameters: ImportParameters,
  overwrite: boolean,
  context: OperationContext,
): RestApiDocument {
  const settings = checkedSettings(draft, restApi.id, context);
  const { description, version, binaryMediaTypes, minimumCompressionSize, apiKeySource, ...kept } = restApi;
  const own = { description, version, binaryMediaTypes, minimumCompressionSize, apiKeySource };
  return compact({
    ...(overwrite ? { apiKeySource: "HEADER" } : own),
    ...kept,
    endpointConfiguration: updatedEndpoint(restApi, draft, parameters),
    tags: withTags(restApi.tags, draft.tags),
    ...settings,
  }) as RestApiDocument;
}

function updatedEndpoint(
  { endpointConfiguration: present }: RestApiDocument,
  { endpointConfiguration: given }: RestApiDraft,
  { endpointTypes, vpcEndpointIds }: ImportParameters,
): RestApiDocument["endpointConfiguration"] {
  const types = endpointTypes ?? present.types;
  // Of another type, the endpoint begins with that type's own defaults.
  const base = types[0] === present.types[0] ? present : {};
  return newEndpointConfiguration({ ...base, ...given, ...compact({ vpcEndpointIds }), types });
}
