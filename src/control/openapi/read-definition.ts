/** An OpenAPI definition to what it comes to here. Nothing is looked up in the store: that is `apply-definition.ts`. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { GatewayResponseDocument, RequestValidatorDocument } from "../../model/documents.ts";
import { isObject, type JsonObject } from "../../model/json.ts";
import { compact, entryOf, isEmptyMap, setEntry, type StringMap } from "../../model/record.ts";
import type { Definition, GatewayResponseDraft, RestApiDraft, ValidatorDraft } from "./definition.ts";
import { dialects } from "./dialects.ts";
import { TooManyValues } from "./document-refused.ts";
import { extensions } from "./extensions.ts";
import { gatewayResponseMembers } from "./gateway-response-members.ts";
import { checkType, checkTypes } from "./member-types.ts";
import { type Members, readMembers } from "./members.ts";
import { Problems } from "./problems.ts";
import { checkTotalSize } from "../operations/method-place.ts";
import { readDocumentation } from "./read-documentation.ts";
import type { OpenApi } from "./read-openapi.ts";
import type { Reading } from "./read-operation.ts";
import { type BasePathMode, readPaths } from "./read-paths.ts";
import { Security } from "./read-security.ts";
import { requestValidatorMembers } from "./request-validator-members.ts";
import { endpointConfigurationMembers, endpointMembers, infoMembers, restApiMembers } from "./rest-api-members.ts";
import { SchemaModels } from "./schema-models.ts";
import { listAt, mapAt, textAt } from "./values.ts";

export interface ReadOptions {
  readonly restApiId: string;
  readonly basePath: BasePathMode;
  readonly ignoreDocumentation: boolean;
  /** `TooManyValues` is thrown when its Methods come to more than this, characters of JSON. */
  readonly methods?: number;
}

/** Members of an extension object at the root; one of another form is an error. */
function membersOf<D extends object>(table: Members<D>, object: JsonObject, where: string): Partial<D> {
  return readMembers(table, object, (name, expected) => {
    throw badRequest(`Unable to parse API definition: ${name} of ${where} is not ${expected}.`);
  });
}

/** Tags whose definition has a value for them are the RestApi's own. */
function readTags(root: JsonObject): StringMap | undefined {
  const tags: Record<string, string> = {};
  for (const tag of listAt(root, "tags")) {
    if (!isObject(tag)) continue;
    const [name, value] = [textAt(tag, "name"), textAt(tag, extensions.tagValue)];
    if (name !== undefined && value !== undefined) setEntry(tags, name, value);
  }
  return isEmptyMap(tags) ? undefined : tags;
}

function readRestApi(root: JsonObject, endpoint: JsonObject): RestApiDraft {
  return compact({
    settings: {
      ...membersOf(infoMembers, mapAt(root, "info"), "info"),
      ...membersOf(restApiMembers, root, "the document"),
      ...membersOf(endpointMembers, endpoint, extensions.endpointConfiguration),
    },
    endpointConfiguration: membersOf(endpointConfigurationMembers, endpoint, extensions.endpointConfiguration),
    tags: readTags(root),
  });
}

/** The entries of a map at the root whose keys are names, each read by a table. */
function readNamed<D extends object, R>(
  root: JsonObject,
  extension: string,
  table: Members<D>,
  toDraft: (name: string, members: Partial<D>) => R,
): R[] {
  return Object.entries(mapAt(root, extension)).map(([name, value]) =>
    toDraft(name, membersOf(table, isObject(value) ? value : {}, `${extension}.${name}`)),
  );
}

const toValidator = (name: string, members: Partial<RequestValidatorDocument>): ValidatorDraft => ({
  ...members,
  name,
});
const toGatewayResponse = (name: string, members: Partial<GatewayResponseDocument>): GatewayResponseDraft => ({
  ...members,
  responseType: name,
});

/** Members of the root that are read, beside those that must be there. */
const rootTypes = {
  tags: "array",
  servers: "array",
  definitions: "object",
  securityDefinitions: "object",
  components: "object",
} as const;

const componentTypes = { schemas: "object", securitySchemes: "object" } as const;

/** Warns of what a definition must have and has not, and of what is something else than it must be. */
function checkRoot(root: JsonObject, problems: Problems): void {
  const required = (name: string): boolean => {
    const value = entryOf(root, name);
    if (value === undefined || value === null) problems.warn(`Parse issue: attribute ${name} is missing`);
    checkType(value, "object", name, problems);
    return isObject(value);
  };
  if (required("info")) {
    for (const name of ["title", "version"]) {
      if (textAt(mapAt(root, "info"), name) === undefined)
        problems.warn(`Parse issue: attribute info.${name} is missing`);
    }
  }
  required("paths");
  for (const [name, type] of Object.entries(rootTypes)) checkType(entryOf(root, name), type, name, problems);
  checkTypes(mapAt(root, "components"), componentTypes, "components", problems);
}

/** What is counted of a definition while it is read, so that a short one cannot come to more than there is room for. */
function counters(methods: number): Pick<Reading, "spend" | "measure"> & { readonly size: () => number } {
  let entries = 0;
  let size = 0;
  return {
    spend: (more) => {
      entries += more;
      if (entries > limits.importEntries) {
        throw badRequest(
          `The operations of a definition can have at most ${limits.importEntries} parameters and responses`,
        );
      }
    },
    measure: (method) => {
      size += JSON.stringify(method).length;
      if (size > methods) throw new TooManyValues();
      checkTotalSize(size);
    },
    size: () => size,
  };
}

/** Reads a whole definition. Throws a BadRequestException that names what is wrong with it. */
export function readDefinition({ version, root }: OpenApi, options: ReadOptions): Definition {
  const problems = new Problems();
  const dialect = dialects[version];
  checkRoot(root, problems);
  const restApi = readRestApi(root, dialect.endpoint(root));
  const models = new SchemaModels({
    root,
    schemas: dialect.schemas,
    restApiId: options.restApiId,
    problems,
  });
  const security = new Security(root, dialect.securitySchemes(root), problems);
  const validatorName = textAt(root, extensions.requestValidator);
  const { size, ...counting } = counters(options.methods ?? Number.POSITIVE_INFINITY);
  const paths = readPaths(options.basePath, {
    root,
    dialect,
    models,
    security,
    problems,
    validatorName,
    ...counting,
  });
  const documentation = options.ignoreDocumentation ? undefined : readDocumentation(root);
  for (const warning of documentation?.warnings ?? []) problems.warn(warning);
  const drafts = models.drafts;
  problems.check(false);
  return compact({
    restApi,
    models: drafts,
    validators: readNamed(root, extensions.requestValidators, requestValidatorMembers, toValidator),
    authorizers: security.authorizers,
    gatewayResponses: readNamed(root, extensions.gatewayResponses, gatewayResponseMembers, toGatewayResponse),
    paths,
    methodsSize: size(),
    documentation: documentation && {
      parts: documentation.parts,
      ...compact({ version: textAt(mapAt(root, extensions.documentation), "version") }),
    },
    warnings: problems.warnings,
  });
}
