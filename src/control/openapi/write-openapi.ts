/** A deployed RestApi as an OpenAPI document (facts/control.md 17, 19). */
import type {
  GatewayResponseDocument,
  MethodDocument,
  ResourceDocument,
  RestApiDocument,
} from "../../model/documents.ts";
import { defaultTemplates } from "../../model/gateway-responses.ts";
import type { JsonObject } from "../../model/json.ts";
import { compact, setEntry } from "../../model/record.ts";
import { isoDate } from "../../model/time.ts";
import { documentationPartMembers } from "./documentation-members.ts";
import type { ExportGroups } from "./export-groups.ts";
import type { OpenApiWriter, ExportSource } from "./export-parts.ts";
import { apiKeyScheme, extensions, signatureScheme } from "./extensions.ts";
import { findDocumentation } from "./find-documentation.ts";
import { gatewayResponseMembers } from "./gateway-response-members.ts";
import { writeMembers } from "./members.ts";
import { requestValidatorMembers } from "./request-validator-members.ts";
import { endpointConfigurationMembers, endpointMembers, restApiMembers } from "./rest-api-members.ts";
import { withoutEmpty } from "./without-empty.ts";
import { operationPart, type OperationScope } from "./write-operation.ts";
import { writeSchemas } from "./write-schemas.ts";
import { writeSecuritySchemes } from "./write-security.ts";

/** The RestApi's version, or its date where it has none: in the document and in the file's name. */
export const versionOf = ({ version, createdDate }: RestApiDocument): string => version ?? isoDate(createdDate);

/** Names for these documents, by id: their own, or with the id behind it where another one has it. */
function namesOf(
  documents: readonly { readonly id: string; readonly name?: string }[],
  taken: readonly string[],
): ReadonlyMap<string, string> {
  const names = new Set(taken);
  return new Map(
    documents.map(({ id, name = id }) => {
      const unique = names.has(name) ? `${name}-${id}` : name;
      names.add(unique);
      return [id, unique];
    }),
  );
}

/** A Resource with its Methods in the order of the version. */
interface Served {
  readonly resource: ResourceDocument;
  readonly methods: readonly MethodDocument[];
}

/** The Resources by path. One without Methods serves nothing and has no path of its own. */
function servedResources(resources: readonly ResourceDocument[], { verbs }: OpenApiWriter): readonly Served[] {
  const served = resources.flatMap((resource): readonly Served[] => {
    const methods = [...verbs, "ANY"].flatMap((verb) => resource.resourceMethods[verb] ?? []);
    return methods.length === 0 ? [] : [{ resource, methods }];
  });
  return served.toSorted((a, b) => (a.resource.path < b.resource.path ? -1 : 1));
}

function writePath({ resource, methods }: Served, writer: OpenApiWriter, scope: OperationScope): JsonObject {
  const { id: resourceId, path } = resource;
  const operations = methods.map((method) => {
    const verb = method.httpMethod === "ANY" ? extensions.anyMethod : method.httpMethod.toLowerCase();
    return [verb, writer.writeOperation(operationPart(method, { path, resourceId }, scope))] as const;
  });
  return { ...Object.fromEntries(operations), ...scope.documentation.of({ type: "RESOURCE", path }).extensions };
}

const writePaths = (served: readonly Served[], writer: OpenApiWriter, scope: OperationScope): JsonObject =>
  Object.fromEntries(served.map((each) => [each.resource.path, writePath(each, writer, scope)]));

/** What an endpoint configuration says beside what follows from the types, which no document has. */
function writeEndpoint(restApi: RestApiDocument): JsonObject {
  const { types, ipAddressType, ...rest } = restApi.endpointConfiguration;
  const holds = types.includes("PRIVATE") ? "dualstack" : "ipv4";
  return {
    ...writeMembers(endpointMembers, restApi),
    ...writeMembers(endpointConfigurationMembers, ipAddressType === holds ? rest : { ...rest, ipAddressType }),
  };
}

function writeDocumentation({ documentation }: ExportSource): JsonObject | undefined {
  if (documentation === undefined) return undefined;
  const { version, parts } = documentation;
  return {
    version: version.version,
    createdDate: isoDate(version.createdDate),
    documentationParts: parts.map((part) => writeMembers(documentationPartMembers, part)),
  };
}

/** What a class of types has as its template anyway is not said; a type of its own has it said. */
function writeGatewayResponse(response: GatewayResponseDocument): JsonObject {
  const { responseTemplates, ...rest } = response;
  const isClass = response.responseType.startsWith("DEFAULT_");
  const holds = isClass && JSON.stringify(responseTemplates) === JSON.stringify(defaultTemplates);
  return writeMembers(gatewayResponseMembers, holds ? rest : response);
}

/** The extensions at the root that were asked for. */
function writeExtensions(source: ExportSource, groups: ExportGroups, { validators }: OperationScope): JsonObject {
  const { restApi, requestValidators = [], gatewayResponses = [] } = source.snapshot;
  const written: Record<string, unknown> = {};
  if (groups.has("documentation")) written[extensions.documentation] = writeDocumentation(source);
  if (groups.has("gatewayResponses")) {
    written[extensions.gatewayResponses] = Object.fromEntries(
      gatewayResponses.map((response) => [response.responseType, writeGatewayResponse(response)]),
    );
  }
  if (groups.has("validators")) {
    const named: Record<string, unknown> = {};
    for (const validator of requestValidators) {
      setEntry(named, validators.get(validator.id) ?? validator.id, writeMembers(requestValidatorMembers, validator));
    }
    written[extensions.requestValidators] = named;
  }
  // Binary media types say what an integration gets as text, so they go with the integrations.
  const { binaryMediaTypes } = restApi;
  if (groups.has("settings")) Object.assign(written, writeMembers(restApiMembers, restApi));
  else if (groups.has("integrations"))
    Object.assign(written, writeMembers(restApiMembers, compact({ binaryMediaTypes })));
  return withoutEmpty(written);
}

/**
 * The document of a stage's deployment, with the extensions that were asked for. Throws the service's 400 when a body has
 * Models and none for JSON.
 */
export function writeOpenApi(source: ExportSource, writer: OpenApiWriter, groups: ExportGroups): JsonObject {
  const { restApi, resources, models = [], authorizers = [], requestValidators = [] } = source.snapshot;
  const scope: OperationScope = {
    groups,
    documentation: findDocumentation(groups.has("documentation") ? (source.documentation?.parts ?? []) : []),
    authorizers: namesOf(authorizers, [apiKeyScheme, signatureScheme]),
    validators: namesOf(requestValidators, []),
  };
  const served = servedResources(resources, writer);
  const methods = served.flatMap((each) => each.methods);
  return writer.writeRoot({
    info: compact({ title: restApi.name, description: restApi.description, version: versionOf(restApi) }),
    infoDocumented: scope.documentation.ofInfo(),
    documented: scope.documentation.of({ type: "API" }),
    host: `${restApi.id}.execute-api.${source.region}.amazonaws.com`,
    stageName: source.stageName,
    endpoint: groups.has("settings") ? writeEndpoint(restApi) : {},
    paths: writePaths(served, writer, scope),
    schemas: writeSchemas(models, methods, writer, scope.documentation),
    securitySchemes: writeSecuritySchemes(authorizers, methods, scope),
    extensions: writeExtensions(source, groups, scope),
  });
}
