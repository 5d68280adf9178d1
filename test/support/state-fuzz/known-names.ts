/** What there is to be named in a call: ids and names of documents, by the member that takes them. */
import type { MethodDocument, ResourceDocument } from "../../../src/model/documents.ts";
import { domainNameArn } from "../../../src/model/domain-name.ts";
import type { Reader } from "../../../src/store/store.ts";

/** Of the control planes under test. */
export const arnPlace = { region: "us-east-1", accountId: "123456789012" };

/** A call in the making: which operation, and what its input names already. */
export interface Scope {
  readonly operation: string;
  readonly present: Reader;
  readonly chosen: Readonly<Record<string, unknown>>;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const restApiOf = ({ chosen }: Scope): string => text(chosen["restApiId"] ?? chosen["apiId"]);
const keys = (map: object | undefined): readonly string[] => Object.keys(map ?? {});

function resourceOf({ present, chosen, ...scope }: Scope): ResourceDocument | undefined {
  return present.get("resource", restApiOf({ present, chosen, ...scope }), text(chosen["resourceId"]));
}

function methodOf(scope: Scope): MethodDocument | undefined {
  return resourceOf(scope)?.resourceMethods[text(scope.chosen["httpMethod"])];
}

const isOfIntegration = ({ operation }: Scope): boolean => operation.includes("Integration");

/** Methods that the operation can be of: those that have an Integration, where it needs one. */
function methodsIn({ resourceMethods }: ResourceDocument, scope: Scope): readonly string[] {
  const needsOne = isOfIntegration(scope) && scope.operation !== "PutIntegration";
  return Object.values(resourceMethods)
    .filter(({ methodIntegration }) => !needsOne || methodIntegration !== undefined)
    .map(({ httpMethod }) => httpMethod);
}

function methodsOf(scope: Scope): readonly string[] {
  const resource = resourceOf(scope);
  return resource === undefined ? [] : methodsIn(resource, scope);
}

function statusCodesOf(scope: Scope): readonly string[] {
  const method = methodOf(scope);
  return keys(isOfIntegration(scope) ? method?.methodIntegration?.integrationResponses : method?.methodResponses);
}

/** The key of the domain that a scope names, which is private where it has an id. */
function domainKeyOf({ present, chosen }: Scope): string {
  const { domainName, domainNameId } = chosen;
  return (
    [...present.all("domainName")].find(
      ([, , domain]) => domain.domainName === domainName && domain.domainNameId === domainNameId,
    )?.[1] ?? ""
  );
}

type Names = (scope: Scope) => readonly string[];

const plans: Names = ({ present }) => present.list("usagePlan", "").map(({ id }) => id);
const apiKeys: Names = ({ present }) => present.list("apiKey", "").map(({ id }) => id);
const stages: Names = (scope) => scope.present.list("stage", restApiOf(scope)).map(({ stageName }) => stageName);
const versions: Names = (scope) =>
  scope.present.list("documentationVersion", restApiOf(scope)).map(({ version }) => version);
const resources: Names = (scope) => scope.present.list("resource", restApiOf(scope)).map(({ id }) => id);
const resourcesWithMethods: Names = (scope) =>
  scope.present.list("resource", restApiOf(scope)).flatMap((one) => (methodsIn(one, scope).length > 0 ? one.id : []));
const isOfMethod = ({ operation }: Scope): boolean => /Method|Integration/.test(operation) && operation !== "PutMethod";
const restApis: Names = ({ present }) => present.list("restApi", "").map(({ id }) => id);

function taggedArns({ present }: Scope): readonly string[] {
  const prefix = `arn:aws:apigateway:${arnPlace.region}::`;
  return [
    ...present.list("restApi", "").map(({ id }) => `${prefix}/restapis/${id}`),
    ...Array.from(present.all("stage"), ([restApiId, id]) => `${prefix}/restapis/${restApiId}/stages/${id}`),
    ...present.list("apiKey", "").map(({ id }) => `${prefix}/apikeys/${id}`),
    ...present.list("usagePlan", "").map(({ id }) => `${prefix}/usageplans/${id}`),
    ...present.list("clientCertificate", "").map((one) => `${prefix}/clientcertificates/${one.clientCertificateId}`),
    ...present.list("domainName", "").map((domain) => domainNameArn(domain, arnPlace)),
  ];
}

/** By member, those that can be named; a member that is not here is free. */
export const knownNames: Readonly<Record<string, Names>> = {
  restApiId: restApis,
  apiId: restApis,
  cloneFrom: restApis,
  resourceId: (scope) => (isOfMethod(scope) ? resourcesWithMethods(scope) : resources(scope)),
  parentId: resources,
  httpMethod: methodsOf,
  statusCode: statusCodesOf,
  deploymentId: (scope) => scope.present.list("deployment", restApiOf(scope)).map(({ id }) => id),
  stageName: stages,
  stage: stages,
  documentationVersion: versions,
  documentationPartId: (scope) => scope.present.list("documentationPart", restApiOf(scope)).map(({ id }) => id),
  requestValidatorId: (scope) => scope.present.list("requestValidator", restApiOf(scope)).map(({ id }) => id),
  modelName: (scope) => scope.present.list("model", restApiOf(scope)).map(({ name }) => name),
  authorizerId: (scope) => scope.present.list("authorizer", restApiOf(scope)).map(({ id }) => id),
  responseType: () => ["DEFAULT_4XX", "THROTTLED", "UNAUTHORIZED", "ACCESS_DENIED"],
  clientCertificateId: ({ present }) =>
    present.list("clientCertificate", "").map(({ clientCertificateId }) => clientCertificateId),
  // One that is on its way out is gone at some time or other.
  vpcLinkId: ({ present }) =>
    present.list("vpcLink", "").flatMap(({ id, transition }) => (transition.status === "DELETING" ? [] : id)),
  apiKey: apiKeys,
  keyId: (scope) => {
    const { usagePlanId } = scope.chosen;
    if (scope.operation === "CreateUsagePlanKey" || usagePlanId === undefined) return apiKeys(scope);
    return scope.present.list("usagePlanKey", text(usagePlanId)).map(({ id }) => id);
  },
  usagePlanId: plans,
  domainName: ({ present }) => present.list("domainName", "").map(({ domainName }) => domainName),
  domainNameId: ({ present, chosen }) =>
    present
      .list("domainName", "")
      .flatMap(({ domainName, domainNameId }) => (domainName === chosen["domainName"] ? (domainNameId ?? []) : [])),
  basePath: (scope) => scope.present.list("basePathMapping", domainKeyOf(scope)).map(({ basePath }) => basePath),
  domainNameArn: ({ present }) =>
    present
      .list("domainName", "")
      .filter(({ domainNameId }) => domainNameId !== undefined)
      .map((domain) => domainNameArn(domain, arnPlace)),
  domainNameAccessAssociationArn: ({ present }) =>
    present.list("domainNameAccessAssociation", "").map((one) => one.domainNameAccessAssociationArn),
  resourceArn: taggedArns,
};
