/** What documents name is there: the references that the store has to keep whole, as a list of those that are broken. */
import type { MethodDocument } from "../../../src/model/documents.ts";
import { domainNameArn } from "../../../src/model/domain-name.ts";
import { usageParent } from "../../../src/model/usage.ts";
import { limits } from "../../../src/limits.ts";
import type { Reader } from "../../../src/store/store.ts";
import { documentKinds, placesOfKinds } from "../api-fixture.ts";
import { arnPlace } from "./known-names.ts";

type Complain = (broken: boolean, what: string) => void;

function checkMethod(
  present: Reader,
  restApiId: string,
  where: string,
  method: MethodDocument,
  complain: Complain,
): void {
  const { authorizerId, requestValidatorId, requestModels, methodResponses, methodIntegration } = method;
  const lacks = (kind: "authorizer" | "requestValidator" | "model", id: string): boolean =>
    present.get(kind, restApiId, id) === undefined;
  complain(authorizerId !== undefined && lacks("authorizer", authorizerId), `${where}: authorizer ${authorizerId}`);
  complain(
    requestValidatorId !== undefined && lacks("requestValidator", requestValidatorId),
    `${where}: validator ${requestValidatorId}`,
  );
  const models = Object.values(methodResponses ?? {}).flatMap(({ responseModels }) =>
    Object.values(responseModels ?? {}),
  );
  for (const name of [...Object.values(requestModels ?? {}), ...models]) {
    complain(lacks("model", name), `${where}: model ${name}`);
  }
  for (const [status, response] of Object.entries(methodResponses ?? {})) {
    complain(response.statusCode !== status, `${where}: response ${status}`);
  }
  for (const [status, response] of Object.entries(methodIntegration?.integrationResponses ?? {})) {
    complain(response.statusCode !== status, `${where}: integration response ${status}`);
  }
}

function checkResources(present: Reader, complain: Complain): void {
  for (const [restApiId, id, resource] of present.all("resource")) {
    const root = present.get("restApi", "", restApiId)?.rootResourceId;
    const parent = present.get("resource", restApiId, resource.parentId ?? "");
    const where = `resource ${id} ${resource.path}`;
    complain((root === id) !== (resource.parentId === undefined), `${where}: root`);
    if (root !== id) {
      complain(parent === undefined, `${where}: parent ${resource.parentId}`);
      const path = parent && `${parent.path === "/" ? "" : parent.path}/${resource.pathPart}`;
      complain(path !== resource.path, `${where}: path ${path}`);
    }
    const twins = present.list("resource", restApiId).filter(({ path }) => path === resource.path);
    complain(twins.length !== 1, `${where}: is there ${twins.length} times`);
    for (const [verb, method] of Object.entries(resource.resourceMethods)) {
      complain(method.httpMethod !== verb, `${where}: ${verb}`);
      checkMethod(present, restApiId, `${where} ${verb}`, method, complain);
    }
  }
}

function checkStages(present: Reader, complain: Complain): void {
  for (const [restApiId, id, stage] of present.all("stage")) {
    const { deploymentId, canarySettings, clientCertificateId, documentationVersion } = stage;
    for (const deployment of [deploymentId, canarySettings?.deploymentId]) {
      if (deployment === undefined) continue;
      complain(present.get("deployment", restApiId, deployment) === undefined, `stage ${id}: deployment ${deployment}`);
    }
    const certificate = present.get("clientCertificate", "", clientCertificateId ?? "");
    complain(clientCertificateId !== undefined && certificate === undefined, `stage ${id}: ${clientCertificateId}`);
    const version = present.get("documentationVersion", restApiId, documentationVersion ?? "");
    complain(documentationVersion !== undefined && version === undefined, `stage ${id}: ${documentationVersion}`);
  }
  checkPairs(present, "deployment", "snapshot", complain);
  checkPairs(present, "documentationVersion", "documentationSnapshot", complain);
}

type Paired = "deployment" | "snapshot" | "documentationVersion" | "documentationSnapshot";

/** Documents of the two kinds come and go together. */
function checkPairs(present: Reader, one: Paired, other: Paired, complain: Complain): void {
  const placesOf = (kind: Paired): string[] =>
    Array.from(present.all(kind), ([parent, id]) => `${parent}/${id}`).sort();
  complain(placesOf(one).join() !== placesOf(other).join(), `${one} and ${other}`);
}

function checkKeys(present: Reader, complain: Complain): void {
  const stagesOfKeys = new Set<string>();
  for (const [usagePlanId, apiKeyId] of present.all("usagePlanKey")) {
    const plan = present.get("usagePlan", "", usagePlanId);
    complain(plan === undefined, `plan key ${apiKeyId}: plan ${usagePlanId}`);
    complain(present.get("apiKey", "", apiKeyId) === undefined, `plan ${usagePlanId}: key ${apiKeyId}`);
    for (const { apiId, stage } of plan?.apiStages ?? []) {
      const place = `${apiKeyId} ${apiId} ${stage}`;
      complain(stagesOfKeys.has(place), `key has two plans: ${place}`);
      stagesOfKeys.add(place);
    }
  }
  const members = new Set(Array.from(present.all("usagePlanKey"), ([parent, id]) => usageParent(parent, id)));
  for (const [parent] of present.all("usage")) complain(!members.has(parent), `use of ${parent}`);
  for (const [plan, key] of present.all("usageGrant"))
    complain(!members.has(usageParent(plan, key)), `grant of ${key}`);
  for (const { id, apiStages } of present.list("usagePlan", "")) {
    for (const { apiId, stage } of apiStages) {
      complain(present.get("stage", apiId, stage) === undefined, `plan ${id}: stage ${apiId}:${stage}`);
    }
  }
  const hashes = present
    .list("apiKey", "")
    .map(({ id, valueHash }) => `${valueHash} ${id}`)
    .sort();
  const values = Array.from(present.all("apiKeyValue"), ([, hash, { apiKeyId }]) => `${hash} ${apiKeyId}`).sort();
  complain(hashes.join() !== values.join(), "keys and their values");
}

function checkDomains(present: Reader, complain: Complain): void {
  for (const [key, basePath, { restApiId, stage, ...mapping }] of present.all("basePathMapping")) {
    const where = `mapping ${key}/${basePath}`;
    complain(mapping.basePath !== basePath, where);
    complain(present.get("domainName", "", key) === undefined, `${where}: domain`);
    complain(present.get("restApi", "", restApiId) === undefined, `${where}: API ${restApiId}`);
    complain(stage !== undefined && present.get("stage", restApiId, stage) === undefined, `${where}: stage ${stage}`);
  }
  const arns = new Set(present.list("domainName", "").map((domain) => domainNameArn(domain, arnPlace)));
  for (const association of present.list("domainNameAccessAssociation", "")) {
    complain(!arns.has(association.domainNameArn), `association: domain ${association.domainNameArn}`);
  }
}

/** What stands below a RestApi goes with it, and what is the account's stands below nothing. */
function checkParents(present: Reader, complain: Complain): void {
  for (const kind of documentKinds) {
    const place = placesOfKinds[kind];
    for (const [parent, id] of present.all(kind)) {
      const isLeft = place === "restApi" && present.get("restApi", "", parent) === undefined;
      complain(isLeft, `${kind} ${parent}/${id} is left over`);
      complain((place === "account") !== (parent === ""), `${kind} ${parent}/${id} stands elsewhere`);
    }
  }
}

function checkQuotas(present: Reader, complain: Complain): void {
  const most = (count: number, quota: number, what: string): void => complain(count > quota, `${count} ${what}`);
  for (const { id } of present.list("restApi", "")) {
    most(present.list("stage", id).length, limits.stagesPerApi, "stages");
    most(present.list("resource", id).length, limits.importResources, "resources");
    most(present.list("authorizer", id).length, limits.authorizersPerApi, "authorizers");
    most(present.list("requestValidator", id).length, limits.requestValidators, "validators");
    most(present.list("model", id).length, limits.importModels, "models");
    most(present.list("documentationPart", id).length, limits.documentationParts, "documentation parts");
  }
  most(present.list("apiKey", "").length, limits.apiKeys, "keys");
  most(present.list("usagePlan", "").length, limits.usagePlans, "plans");
  most(present.list("clientCertificate", "").length, limits.clientCertificates, "certificates");
  most(present.list("vpcLink", "").length, limits.vpcLinks, "links");
  for (const [, key] of present.all("domainName")) {
    most(present.list("basePathMapping", key).length, limits.basePathMappings, "mappings");
  }
}

/** What is broken, in words; empty when all is whole. */
export function brokenReferences(present: Reader): readonly string[] {
  const found: string[] = [];
  const complain: Complain = (broken, what) => {
    if (broken) found.push(what);
  };
  for (const check of [checkResources, checkStages, checkKeys, checkDomains, checkParents, checkQuotas]) {
    check(present, complain);
  }
  return found;
}
