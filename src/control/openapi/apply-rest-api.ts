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

/** Both lists, each element once; undefined for two that are not there. */
const united = (first: readonly string[] | undefined, second: readonly string[] | undefined) =>
  first === undefined || second === undefined ? (second ?? first) : [...new Set([...first, ...second])];

/**
 * The RestApi with what the definition says. `merge` adds to the lists that there are, as the service says of what holds
 * several things; `overwrite` also takes away what belongs to a definition and this one does not have. A policy and the
 * endpoint stay, for their absence would open what was closed.
 */
export function updatedRestApi(
  restApi: RestApiDocument,
  draft: RestApiDraft,
  parameters: ImportParameters,
  overwrite: boolean,
  context: OperationContext,
): RestApiDocument {
  const { binaryMediaTypes: given, ...settings } = checkedSettings(draft, restApi.id, context);
  const { description, version, binaryMediaTypes, minimumCompressionSize, apiKeySource, ...kept } = restApi;
  return compact({
    ...kept,
    ...(overwrite ? { apiKeySource: "HEADER" } : { description, version, minimumCompressionSize, apiKeySource }),
    binaryMediaTypes: checkedTypes(overwrite ? given : united(binaryMediaTypes, given)),
    endpointConfiguration: updatedEndpoint(restApi, draft, parameters, overwrite),
    tags: withTags(restApi.tags, draft.tags),
    ...settings,
  }) as RestApiDocument;
}

function checkedTypes(types: readonly string[] | undefined): readonly string[] | undefined {
  checkList(types, "binaryMediaTypes");
  return types;
}

function updatedEndpoint(
  { endpointConfiguration: present }: RestApiDocument,
  { endpointConfiguration: given }: RestApiDraft,
  { endpointTypes, vpcEndpointIds }: ImportParameters,
  overwrite: boolean,
): RestApiDocument["endpointConfiguration"] {
  const types = endpointTypes ?? present.types;
  const ids = vpcEndpointIds ?? given.vpcEndpointIds;
  // Of another type, the endpoint begins with that type's own defaults.
  if (types[0] !== present.types[0])
    return newEndpointConfiguration({ ...given, ...compact({ vpcEndpointIds: ids }), types });
  const all = overwrite ? (ids ?? present.vpcEndpointIds) : united(present.vpcEndpointIds, ids);
  return newEndpointConfiguration({ ...present, ...given, ...compact({ vpcEndpointIds: all }), types });
}
