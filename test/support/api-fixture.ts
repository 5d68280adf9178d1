/** A RestApi of one test, made by the operations themselves on a store in memory. */
import { Fault } from "../../src/errors.ts";
import type { OperationContext } from "../../src/control/operation.ts";
import { integrationOperations } from "../../src/control/operations/integration.ts";
import { integrationResponseOperations } from "../../src/control/operations/integration-response.ts";
import { methodOperations } from "../../src/control/operations/method.ts";
import { methodResponseOperations } from "../../src/control/operations/method-response.ts";
import { resourceOperations } from "../../src/control/operations/resource.ts";
import { restApiOperations } from "../../src/control/operations/rest-api.ts";
import type { Kind } from "../../src/model/documents.ts";
import type { Input } from "../../src/model/service.ts";
import type { Transaction } from "../../src/store/store.ts";
import { contextFor, memoryTransaction } from "./memory-transaction.ts";

export interface ApiFixture {
  readonly context: OperationContext;
  readonly restApiId: string;
  readonly rootId: string;
}

type Rest<T, K extends string> = Omit<T, K>;
type MethodKeys = "restApiId" | "resourceId" | "httpMethod";

/** A RestApi with nothing but its root. */
export function newApi(input: Partial<Input<"CreateRestApi">> = {}): ApiFixture {
  const context = contextFor(memoryTransaction());
  const { id = "", rootResourceId = "" } = restApiOperations.CreateRestApi({ name: "pets", ...input }, context);
  return { context, restApiId: id, rootId: rootResourceId };
}

/** A new child; its id. */
export function newResource({ context, restApiId }: ApiFixture, parentId: string, pathPart: string): string {
  return resourceOperations.CreateResource({ restApiId, parentId, pathPart }, context).id ?? "";
}

/** The path parameters of `GET` on a resource, or on the root. */
export const getOf = ({ restApiId, rootId }: ApiFixture, resourceId = rootId) => ({
  restApiId,
  resourceId,
  httpMethod: "GET",
});

/** Puts `GET` without authorization; its path parameters. */
export function newMethod(api: ApiFixture, input: Partial<Rest<Input<"PutMethod">, MethodKeys>> = {}) {
  methodOperations.PutMethod({ ...getOf(api), authorizationType: "NONE", ...input }, api.context);
  return getOf(api);
}

/** Puts `GET` with an Integration, MOCK unless the input says otherwise; its path parameters. */
export function newIntegration(
  api: ApiFixture,
  input: Partial<Rest<Input<"PutIntegration">, MethodKeys>> = {},
  method: Partial<Rest<Input<"PutMethod">, MethodKeys>> = {},
) {
  const place = newMethod(api, method);
  integrationOperations.PutIntegration({ ...place, type: "MOCK", ...input }, api.context);
  return place;
}

/** Puts `GET` with MOCK and the response 200 on both sides; its path parameters with the code. */
export function newIntegrationResponse(
  api: ApiFixture,
  input: Partial<Rest<Input<"PutIntegrationResponse">, MethodKeys | "statusCode">> = {},
  declared: Partial<Rest<Input<"PutMethodResponse">, MethodKeys | "statusCode">> = {},
) {
  const place = { ...newIntegration(api), statusCode: "200" };
  methodResponseOperations.PutMethodResponse({ ...place, ...declared }, api.context);
  integrationResponseOperations.PutIntegrationResponse({ ...place, ...input }, api.context);
  return place;
}

/** How a piece of work refuses, `{code}: {message}`, or `nothing` when it does not. Anything but a Fault is a failure. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing";
}

export const bad = (message: string): string => `BadRequestException: ${message}`;
export const badMapping = (error: string): string =>
  bad(`Invalid mapping expression specified: Validation Result: warnings : [], errors : [${error}]`);
export const missing = (message: string): string => `NotFoundException: ${message}`;
export const taken = (message: string): string => `ConflictException: ${message}`;

/** Where documents of each kind stand: a kind that is new has to be put here too. */
export const placesOfKinds = {
  account: "account",
  restApi: "account",
  resource: "restApi",
  deployment: "restApi",
  snapshot: "restApi",
  stage: "restApi",
  clientCertificate: "account",
  documentationVersion: "restApi",
  documentationSnapshot: "restApi",
  documentationPart: "restApi",
  requestValidator: "restApi",
  model: "restApi",
  gatewayResponse: "restApi",
  authorizer: "restApi",
  apiKey: "account",
  apiKeyValue: "account",
  usagePlan: "account",
  usagePlanKey: "another",
  usage: "another",
  usageGrant: "another",
  domainName: "account",
  basePathMapping: "another",
  domainNameAccessAssociation: "account",
  vpcLink: "account",
} as const satisfies Record<Kind, "account" | "restApi" | "another">;

export const documentKinds = Object.keys(placesOfKinds) as readonly Kind[];

/** Every document there is, to compare before and after. They are frozen, so this is a picture of the moment. */
export const everything = (tx: Transaction) => documentKinds.map((kind) => Array.from(tx.all(kind)));

/** Values for `it.each`, each with a short text for the test's name. */
export const labelled = <T>(values: readonly T[]): [label: string, value: T][] =>
  values.map((value) => [(JSON.stringify(value) ?? "undefined").slice(0, 60), value]);
