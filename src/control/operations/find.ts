/** Looks documents up, and says in the service's words which one there is not. */
import { notFound } from "../../errors.ts";
import type {
  AccountDocument,
  ApiKeyDocument,
  AuthorizerDocument,
  BasePathMappingDocument,
  ClientCertificateDocument,
  DeploymentDocument,
  DocumentationVersionDocument,
  DomainNameAccessAssociationDocument,
  DomainNameDocument,
  IntegrationDocument,
  MethodDocument,
  ModelDocument,
  RequestValidatorDocument,
  ResourceDocument,
  RestApiDocument,
  StageDocument,
  UsagePlanDocument,
  VpcLinkDocument,
} from "../../model/documents.ts";
import { accessAssociationArn, domainNameKey, none } from "../../model/domain-name.ts";
import { compact, entryOf } from "../../model/record.ts";
import { vpcLinkStatus } from "../../model/vpc-link.ts";
import type { OperationContext } from "../operation.ts";

/** The RestApi; 404 in the words of facts/stage.md 1.4. Ids are case-sensitive. */
export function findRestApi(context: OperationContext, restApiId: string): RestApiDocument {
  const restApi = context.tx.get("restApi", "", restApiId);
  if (restApi === undefined) {
    throw notFound(`Invalid API identifier specified ${context.accountId}:${restApiId}`);
  }
  return restApi;
}

/** The Stage of a RestApi; 404 for either (facts/stage.md 3). */
export function findStage(context: OperationContext, restApiId: string, stageName: string): StageDocument {
  findRestApi(context, restApiId);
  const stage = context.tx.get("stage", restApiId, stageName);
  if (stage === undefined) throw notFound("Invalid Stage identifier specified");
  return stage;
}

/** The Deployment of a RestApi; 404 for either (facts/control.md 7). */
export function findDeployment(context: OperationContext, restApiId: string, deploymentId: string): DeploymentDocument {
  findRestApi(context, restApiId);
  const deployment = context.tx.get("deployment", restApiId, deploymentId);
  if (deployment === undefined) throw notFound("Invalid Deployment identifier specified");
  return deployment;
}

/** The Resource of a RestApi; one 404 for both (facts/control.md 0.2). */
export function findResource(context: OperationContext, restApiId: string, resourceId: string): ResourceDocument {
  const resource = context.tx.get("resource", restApiId, resourceId);
  if (resource === undefined) throw notFound("Invalid Resource identifier specified");
  return resource;
}

/** The Method of a Resource; 404 (facts/control.md 3). */
export function findMethod(resource: ResourceDocument, httpMethod: string): MethodDocument {
  const method = entryOf(resource.resourceMethods, httpMethod);
  if (method === undefined) throw notFound("Invalid Method identifier specified");
  return method;
}

/** The Integration of a Method; 404 (facts/control.md 5). */
export function findIntegration(method: MethodDocument): IntegrationDocument {
  if (method.methodIntegration === undefined) throw notFound("Invalid Integration identifier specified");
  return method.methodIntegration;
}

/** An entry of methodResponses or integrationResponses by its status code; 404 (facts/control.md 4, 6). */
export function findResponse<R>(responses: Readonly<Record<string, R>> | undefined, statusCode: string): R {
  const response = entryOf(responses, statusCode);
  if (response === undefined) throw notFound("Invalid Response status code specified");
  return response;
}

/** The ClientCertificate; 404 (facts/control.md 15). */
export function findClientCertificate(context: OperationContext, id: string): ClientCertificateDocument {
  const certificate = context.tx.get("clientCertificate", "", id);
  if (certificate === undefined) throw notFound("Invalid Client Certificate identifier specified");
  return certificate;
}

/** The DocumentationVersion of a RestApi; 404 for either (facts/control.md 16). */
export function findDocumentationVersion(
  context: OperationContext,
  restApiId: string,
  version: string,
): DocumentationVersionDocument {
  findRestApi(context, restApiId);
  const found = context.tx.get("documentationVersion", restApiId, version);
  if (found === undefined) throw notFound("Invalid Documentation version specified");
  return found;
}

/** The RequestValidator of a RestApi; one 404 for both (facts/control.md 0.2). */
export function findRequestValidator(
  context: OperationContext,
  restApiId: string,
  id: string,
): RequestValidatorDocument {
  const validator = context.tx.get("requestValidator", restApiId, id);
  if (validator === undefined) throw notFound("Invalid Request Validator identifier specified");
  return validator;
}

/** The Authorizer of a RestApi; one 404 for both (facts/control.md 8). */
export function findAuthorizer(context: OperationContext, restApiId: string, id: string): AuthorizerDocument {
  const authorizer = context.tx.get("authorizer", restApiId, id);
  if (authorizer === undefined) throw notFound("Invalid Authorizer identifier specified");
  return authorizer;
}

/** The Model of a RestApi; one 404 for both (facts/control.md 0.2). */
export function findModel(context: OperationContext, restApiId: string, name: string): ModelDocument {
  const model = context.tx.get("model", restApiId, name);
  if (model === undefined) throw notFound(`Invalid model name specified: ${name}`);
  return model;
}

/** The VpcLink, which is not gone yet; 404 (facts/control.md 15). */
export function findVpcLink(context: OperationContext, id: string): VpcLinkDocument {
  const link = context.tx.get("vpcLink", "", id);
  if (link === undefined || vpcLinkStatus(link, context.now) === undefined) {
    throw notFound("Invalid Vpc Link identifier specified");
  }
  return link;
}

/** The ApiKey; 404 (facts/control.md 12). */
export function findApiKey(context: OperationContext, id: string): ApiKeyDocument {
  const key = context.tx.get("apiKey", "", id);
  if (key === undefined) throw notFound("Invalid API Key identifier specified");
  return key;
}

/** The UsagePlan; 404 (facts/control.md 13). */
export function findUsagePlan(context: OperationContext, id: string): UsagePlanDocument {
  const plan = context.tx.get("usagePlan", "", id);
  if (plan === undefined) throw notFound("Invalid Usage Plan ID specified");
  return plan;
}

/** An ApiKey of a UsagePlan; 404 for either. */
export function findUsagePlanKey(context: OperationContext, usagePlanId: string, apiKeyId: string): ApiKeyDocument {
  findUsagePlan(context, usagePlanId);
  const member = context.tx.get("usagePlanKey", usagePlanId, apiKeyId);
  if (member === undefined) throw notFound("Invalid API Key identifier specified");
  return findApiKey(context, member.id);
}

/** How a path names a DomainName; a private one by its id too. */
export interface DomainNamePlace {
  readonly domainName: string;
  readonly domainNameId?: string | undefined;
}

/** The DomainName; 404 (facts/control.md 14). */
export function findDomainName(context: OperationContext, place: DomainNamePlace): DomainNameDocument {
  const { domainName, domainNameId } = place;
  const domain = context.tx.get("domainName", "", domainNameKey(compact({ domainName, domainNameId })));
  // A name that holds a plus sign would be another one's name and id.
  if (domain?.domainName !== domainName) throw notFound("Invalid domain name identifier specified");
  return domain;
}

/** The BasePathMapping with its DomainName; 404 for either (facts/control.md 14). */
export function findBasePathMapping(
  context: OperationContext,
  place: DomainNamePlace & { readonly basePath: string },
): { readonly domain: DomainNameDocument; readonly mapping: BasePathMappingDocument } {
  const domain = findDomainName(context, place);
  const mapping = context.tx.get("basePathMapping", domainNameKey(domain), place.basePath || none);
  if (mapping === undefined) throw notFound("Invalid base path mapping identifier specified");
  return { domain, mapping };
}

/** The DomainNameAccessAssociation of an ARN, and what it is stored under; 404 (facts/control.md 14). */
export function findAccessAssociation(
  context: OperationContext,
  arn: string,
): { readonly key: string; readonly association: DomainNameAccessAssociationDocument } {
  const key = arn.slice(accessAssociationArn("", context).length);
  const association = context.tx.get("domainNameAccessAssociation", "", key);
  if (association?.domainNameAccessAssociationArn !== arn) {
    throw notFound("Invalid domain name access association identifier specified");
  }
  return { key, association };
}

/** The one Account, as it is until it is changed (facts/control.md 15). */
export function findAccount(context: OperationContext): AccountDocument {
  return context.tx.get("account", "", accountKey) ?? { features: ["UsagePlans"] };
}

/** The id under which the Account is stored. */
export const accountKey = "account";
