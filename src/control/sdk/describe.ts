/** What an SDK says of a deployed API, whatever the language: its operations, their parameters, and its models. */
import type { MethodDocument, ResourceDocument, SnapshotDocument } from "../../model/documents.ts";
import { methodSettingVerbs } from "../../model/method-settings.ts";
import { parseMethodParameter } from "../../model/mapping-expression.ts";
import { entryOf } from "../../model/record.ts";
import { jsonModelOf } from "../openapi/json-models.ts";

export interface SdkParameter {
  readonly name: string;
  readonly place: "path" | "query" | "header";
  readonly required: boolean;
}

export interface SdkOperation {
  readonly verb: string;
  /** Of the resource, as a template: `/pets/{petId}`. */
  readonly path: string;
  readonly operationName: string | undefined;
  readonly parameters: readonly SdkParameter[];
  /** Name of the Model of the JSON body. */
  readonly requestModel: string | undefined;
  /** Name of the Model of the JSON that the first success answers. */
  readonly responseModel: string | undefined;
}

export interface SdkModel {
  readonly name: string;
  readonly schema: string;
}

/** Everything that an SDK is generated from. Plain data, so that a thread can be given it. */
export interface SdkDescription {
  readonly apiName: string;
  readonly stageName: string;
  readonly region: string;
  /** Where the stage answers, without a slash at the end. */
  readonly invokeUrl: string;
  readonly operations: readonly SdkOperation[];
  readonly models: readonly SdkModel[];
}

const places = { querystring: "query", header: "header" } as const;

/** Those of the path, whether the Method declares them or not, then the declared ones. */
function parametersOf(path: string, { requestParameters = {} }: MethodDocument): SdkParameter[] {
  const inPath = Array.from(path.matchAll(/\{([^{}+]+)\+?\}/g), ([, name = ""]): SdkParameter => ({
    name,
    place: "path",
    required: true,
  }));
  const declared = Object.entries(requestParameters).flatMap(([key, required]): SdkParameter[] => {
    const parameter = parseMethodParameter(key);
    if (parameter === undefined || parameter.location === "path") return [];
    return [{ name: parameter.name, place: places[parameter.location], required }];
  });
  return [...inPath, ...declared];
}

function responseModelOf({ methodResponses = {} }: MethodDocument): string | undefined {
  const [success] = Object.keys(methodResponses)
    .filter((status) => status.startsWith("2"))
    .sort();
  return jsonModelOf(entryOf(methodResponses, success ?? "")?.responseModels);
}

function toOperation(path: string, verb: string, method: MethodDocument): SdkOperation {
  return {
    verb,
    path,
    operationName: method.operationName,
    parameters: parametersOf(path, method),
    requestModel: jsonModelOf(method.requestModels),
    responseModel: responseModelOf(method),
  };
}

/** ANY stands for each verb that has no Method of its own. */
function operationsOf({ path, resourceMethods }: ResourceDocument): SdkOperation[] {
  const any = entryOf(resourceMethods, "ANY");
  return [...methodSettingVerbs].sort().flatMap((verb) => {
    const own = entryOf(resourceMethods, verb);
    if (own !== undefined) return [toOperation(path, verb, own)];
    // Its name would be that of seven operations.
    return any === undefined ? [] : [toOperation(path, verb, { ...any, operationName: "" })];
  });
}

/** How many operations an SDK of a snapshot would have. */
export const operationCount = ({ resources }: SnapshotDocument): number =>
  resources.reduce((sum, { resourceMethods }) => {
    const methods = Object.keys(resourceMethods);
    return sum + (methods.includes("ANY") ? methodSettingVerbs.size : methods.length);
  }, 0);

/** What an SDK says of a snapshot, ordered by path and verb, so that it is always the same. */
export function describeSnapshot(
  snapshot: SnapshotDocument,
): Pick<SdkDescription, "apiName" | "operations" | "models"> {
  const resources = snapshot.resources.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return {
    apiName: snapshot.restApi.name,
    operations: resources.flatMap(operationsOf),
    models: (snapshot.models ?? []).flatMap(({ name, schema }) => (schema === undefined ? [] : [{ name, schema }])),
  };
}
