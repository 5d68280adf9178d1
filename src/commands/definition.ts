/** What an API is defined as, read part by part, so that two states of it can be told apart. */
import type { Method, Resource } from "@aws-sdk/client-api-gateway";
import { isObject, type JsonObject } from "../model/json.ts";
import { setEntry } from "../model/record.ts";
import type { Control } from "./control.ts";
import { allPages } from "./find-api.ts";

export type PartKind = "api" | "method" | "model" | "validator" | "authorizer" | "gateway response";

export interface Part {
  readonly kind: PartKind;
  /** `GET /pets`, or the part's own name. */
  readonly name: string;
  /** Every value in it, by where it stands: `methodIntegration.uri`. */
  readonly values: ReadonlyMap<string, string>;
  /** What it is in a few words, such as where its integration goes. */
  readonly brief: string;
}

/** Parts by kind and name. */
export type Definition = ReadonlyMap<string, Part>;

export const noDefinition: Definition = new Map();

/** Ids are made anew by an import; names are what they stand for. */
type Names = ReadonlyMap<string, string>;

/** Values of an object and of all in it, by their paths. */
function flattened(value: JsonObject, path = "", into = new Map<string, string>()) {
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const name = path === "" ? key : `${path}.${key}`;
    if (isObject(member)) flattened(member, name, into);
    else into.set(name, typeof member === "string" ? member : (JSON.stringify(member) ?? ""));
  }
  return into;
}

const part = (kind: PartKind, name: string, value: object, brief = ""): Part => ({
  kind,
  name,
  brief,
  values: flattened({ ...value }),
});

/** An API's own settings; what every API has by itself is left out. */
const apiMembers = [
  "name",
  "description",
  "version",
  "binaryMediaTypes",
  "minimumCompressionSize",
  "apiKeySource",
  "policy",
  "disableExecuteApiEndpoint",
  "endpointConfiguration",
] as const;

function methodPart({ id, path = "" }: Resource, verb: string, method: Method, names: Names): Part {
  const { httpMethod: _verb, requestValidatorId, authorizerId, methodIntegration, ...rest } = method;
  const { cacheNamespace, ...integration } = methodIntegration ?? {};
  const values = {
    ...rest,
    requestValidator: requestValidatorId && (names.get(requestValidatorId) ?? requestValidatorId),
    authorizer: authorizerId && (names.get(authorizerId) ?? authorizerId),
    ...(methodIntegration !== undefined && {
      // Its own id is what a resource has where none is given.
      integration: { ...integration, cacheNamespace: cacheNamespace === id ? undefined : cacheNamespace },
    }),
  };
  return part("method", `${verb} ${path}`, values, [integration.type, integration.uri].filter(Boolean).join(" "));
}

/** An API stays the same one under another name. */
const keyOf = ({ kind, name }: Part): string => (kind === "api" ? kind : `${kind} ${name}`);

/** Everything of a live definition that an import sets. */
export async function readDefinition({ client }: Control, restApiId: string): Promise<Definition> {
  const place = { restApiId };
  const [api, resources, models, validators, authorizers, responses] = await Promise.all([
    client.getRestApi(place),
    allPages((page) => client.getResources({ ...place, ...page, embed: ["methods"] })),
    allPages((page) => client.getModels({ ...place, ...page })),
    allPages((page) => client.getRequestValidators({ ...place, ...page })),
    allPages((page) => client.getAuthorizers({ ...place, ...page })),
    allPages((page) => client.getGatewayResponses({ ...place, ...page })),
  ]);
  const names: Names = new Map([...validators, ...authorizers].map(({ id = "", name = "" }) => [id, name] as const));
  const own: Record<string, unknown> = {};
  for (const member of apiMembers) setEntry(own, member, api[member]);
  const parts: Part[] = [
    part("api", api.name ?? "", own),
    ...resources.flatMap((resource) =>
      Object.entries(resource.resourceMethods ?? {}).map(([verb, method]) => methodPart(resource, verb, method, names)),
    ),
    ...models.map(({ id: _id, ...model }) => part("model", model.name ?? "", model)),
    ...validators.map(({ id: _id, ...validator }) => part("validator", validator.name ?? "", validator)),
    ...authorizers.map(({ id: _id, ...authorizer }) =>
      part("authorizer", authorizer.name ?? "", authorizer, authorizer.type ?? ""),
    ),
    ...responses
      .filter(({ defaultResponse }) => defaultResponse !== true)
      .map((response) => part("gateway response", response.responseType ?? "", response)),
  ];
  return new Map(parts.map((each) => [keyOf(each), each] as const));
}
