/**
 * HAL, as data: the links, curies and embedded resources of every resource (facts/stage.md 1.2).
 *
 * In an href, `:stageName` stands for a value of this resource or of one around it, and `{stage_name}` is left to the
 * caller: a link with such a part is templated. `[?domainNameId]` stands for the pair of that name, where it has a value.
 */

export type HalKindName =
  | "restApi"
  | "resource"
  | "method"
  | "methodResponse"
  | "integration"
  | "integrationResponse"
  | "deployment"
  | "stage"
  | "clientCertificate"
  | "documentationPart"
  | "documentationVersion"
  | "model"
  | "modelTemplate"
  | "requestValidator"
  | "gatewayResponse"
  | "authorizer"
  | "account"
  | "apiKey"
  | "apiKeyIds"
  | "usagePlan"
  | "usagePlanKey"
  | "usage"
  | "domainName"
  | "basePathMapping"
  | "domainNameAccessAssociation"
  | "vpcLink"
  | "sdkType"
  | "tags";

export interface HalLink {
  readonly rel: string;
  readonly href: string;
  /** The variable whose value is also the link's `name` and `title`. */
  readonly named?: string;
  /** Only when this member of the document holds: it is there, true, and not empty. */
  readonly when?: string;
  /** One link for each key of this member, which is a map; the key is the variable named here. */
  readonly each?: { readonly member: string; readonly variable: string };
}

export interface HalEmbed {
  readonly rel: string;
  /** The member that holds the resource; with `variable`, a map of several by that variable. It is not written plainly. */
  readonly member: string;
  readonly kind: HalKindName;
  readonly variable?: string;
}

export interface HalKind {
  readonly curies: readonly string[];
  /** Variable → the member that holds its value. */
  readonly binds?: Readonly<Record<string, string>>;
  readonly links: readonly HalLink[];
  readonly embeds?: readonly HalEmbed[];
}

export interface HalList {
  readonly curies: readonly string[];
  readonly kind: HalKindName;
  /** Without it, `self` is the request's own target. */
  readonly self?: string;
  readonly links: readonly HalLink[];
}

const link = (rel: string, href: string, more: Omit<HalLink, "rel" | "href"> = {}): HalLink => ({ rel, href, ...more });

const api = "/restapis/:restApiId";
const resource = `${api}/resources/:resourceId`;
const method = `${resource}/methods/:httpMethod`;
const stage = `${api}/stages/:stageName`;
const deployment = `${api}/deployments/:deploymentId`;
const certificate = "/clientcertificates/:clientCertificateId";
const documentationPart = `${api}/documentation/parts/:documentationPartId`;
const documentationVersion = `${api}/documentation/versions/:documentationVersion`;

const model = `${api}/models/:modelName`;
const requestValidator = `${api}/requestvalidators/:requestValidatorId`;
const gatewayResponse = `${api}/gatewayresponses/:responseType`;
const authorizer = `${api}/authorizers/:authorizerId`;

const domain = "/domainnames/:domainName";
const domainName = `${domain}[?domainNameId]`;
const basePathMappings = `${domain}/basepathmappings`;
const basePathMapping = `${basePathMappings}/:basePath[?domainNameId]`;
const vpcLink = "/vpclinks/:vpcLinkId";
const apiKey = "/apikeys/:apiKey";
const usagePlan = "/usageplans/:usagePlanId";
const usagePlanKey = `${usagePlan}/keys/:keyId`;

export const halKinds: Readonly<Record<HalKindName, HalKind>> = {
  restApi: {
    curies: ["authorizer", "deployment", "model", "resource", "restapi", "stage"],
    binds: { restApiId: "id", rootResourceId: "rootResourceId" },
    links: [
      link("self", api),
      link("authorizer:by-id", `${api}/authorizers/{authorizer_id}`),
      link("authorizer:create", `${api}/authorizers`),
      link("deployment:by-id", `${api}/deployments/{deployment_id}{?embed}`),
      link("deployment:create", `${api}/deployments`),
      link("model:by-name", `${api}/models/{model_name}?flatten=false`),
      link("model:create", `${api}/models`),
      link("resource:by-id", `${api}/resources/{resource_id}{?embed}`),
      link("resource:create", `${api}/resources/:rootResourceId`),
      link("restapi:authorizers", `${api}/authorizers`),
      link("restapi:delete", api),
      link("restapi:deployments", `${api}/deployments{?limit}`),
      link("restapi:models", `${api}/models`),
      link("restapi:resources", `${api}/resources{?limit,embed}`),
      link("restapi:stages", `${api}/stages{?deployment_id}`),
      link("restapi:update", api),
      link("stage:by-name", `${api}/stages/{stage_name}`),
      link("stage:create", `${api}/stages`),
    ],
  },
  resource: {
    curies: ["method", "resource"],
    binds: { resourceId: "id" },
    links: [
      link("self", resource),
      link("method:by-http-method", `${resource}/methods/{http_method}`),
      link("method:put", `${resource}/methods/{http_method}`),
      link("resource:create-child", resource),
      link("resource:delete", resource, { when: "parentId" }),
      link("resource:methods", method, { each: { member: "resourceMethods", variable: "httpMethod" } }),
      link("resource:update", resource),
    ],
    embeds: [{ rel: "resource:methods", member: "resourceMethods", kind: "method", variable: "httpMethod" }],
  },
  method: {
    curies: ["integration", "integrationresponse", "method", "methodresponse"],
    links: [
      link("self", method, { named: "httpMethod" }),
      link("integration:put", `${method}/integration`),
      link("method:delete", method),
      link("method:integration", `${method}/integration`, { when: "methodIntegration" }),
      link("method:responses", `${method}/responses/:statusCode`, {
        each: { member: "methodResponses", variable: "statusCode" },
      }),
      link("method:update", method),
      link("methodresponse:put", `${method}/responses/{status_code}`),
    ],
    embeds: [
      { rel: "method:integration", member: "methodIntegration", kind: "integration" },
      { rel: "method:responses", member: "methodResponses", kind: "methodResponse", variable: "statusCode" },
    ],
  },
  methodResponse: {
    curies: ["methodresponse"],
    binds: { statusCode: "statusCode" },
    links: [
      link("self", `${method}/responses/:statusCode`, { named: "statusCode" }),
      link("methodresponse:delete", `${method}/responses/:statusCode`),
      link("methodresponse:update", `${method}/responses/:statusCode`),
    ],
  },
  integration: {
    curies: ["integration", "integrationresponse"],
    links: [
      link("self", `${method}/integration`),
      link("integration:delete", `${method}/integration`),
      link("integration:responses", `${method}/integration/responses/:statusCode`, {
        each: { member: "integrationResponses", variable: "statusCode" },
      }),
      link("integration:update", `${method}/integration`),
      link("integrationresponse:put", `${method}/integration/responses/{status_code}`),
    ],
    embeds: [
      {
        rel: "integration:responses",
        member: "integrationResponses",
        kind: "integrationResponse",
        variable: "statusCode",
      },
    ],
  },
  integrationResponse: {
    curies: ["integrationresponse"],
    binds: { statusCode: "statusCode" },
    links: [
      link("self", `${method}/integration/responses/:statusCode`, { named: "statusCode" }),
      link("integrationresponse:delete", `${method}/integration/responses/:statusCode`),
      link("integrationresponse:update", `${method}/integration/responses/:statusCode`),
    ],
  },
  deployment: {
    curies: ["deployment"],
    binds: { deploymentId: "id" },
    links: [
      link("self", deployment),
      link("deployment:delete", deployment),
      link("deployment:stages", `${api}/stages?deployment_id=:deploymentId`),
      link("deployment:update", deployment),
    ],
  },
  stage: {
    curies: ["stage"],
    binds: { stageName: "stageName" },
    links: [
      link("self", stage),
      link("stage:delete", stage),
      link("stage:flush-authorizer-cache", `${stage}/cache/authorizers`),
      link("stage:flush-cache", `${stage}/cache/data`, { when: "cacheClusterEnabled" }),
      link("stage:update", stage),
    ],
  },
  clientCertificate: {
    curies: ["clientcertificate"],
    binds: { clientCertificateId: "clientCertificateId" },
    links: [
      link("self", certificate),
      link("clientcertificate:delete", certificate),
      link("clientcertificate:update", certificate),
    ],
  },
  documentationPart: {
    curies: ["documentationpart"],
    binds: { documentationPartId: "id" },
    links: [
      link("self", documentationPart),
      link("documentationpart:delete", documentationPart),
      link("documentationpart:update", documentationPart),
    ],
  },
  documentationVersion: {
    curies: ["documentationversion"],
    binds: { documentationVersion: "version" },
    links: [
      link("self", documentationVersion),
      link("documentationversion:delete", documentationVersion),
      link("documentationversion:update", documentationVersion),
    ],
  },
  model: {
    curies: ["model"],
    binds: { modelName: "name" },
    links: [
      link("self", model),
      link("model:delete", model),
      link("model:generate-template", `${model}/default_template`),
      link("model:update", model),
    ],
  },
  modelTemplate: { curies: ["model"], links: [link("self", `${model}/default_template`)] },
  requestValidator: {
    curies: ["requestvalidator"],
    binds: { requestValidatorId: "id" },
    links: [
      link("self", requestValidator),
      link("requestvalidator:delete", requestValidator),
      link("requestvalidator:update", requestValidator),
    ],
  },
  gatewayResponse: {
    curies: ["gatewayresponse"],
    binds: { responseType: "responseType" },
    links: [
      link("self", gatewayResponse),
      link("gatewayresponse:delete", gatewayResponse),
      link("gatewayresponse:put", `${api}/gatewayresponses/{response_type}`),
      link("gatewayresponse:update", gatewayResponse),
    ],
  },
  authorizer: {
    curies: ["authorizer"],
    binds: { authorizerId: "id" },
    links: [
      link("self", authorizer),
      link("authorizer:delete", authorizer),
      link("authorizer:test-invoke", authorizer),
      link("authorizer:update", authorizer),
    ],
  },
  domainName: {
    curies: ["basepathmapping", "domainname"],
    binds: { domainName: "domainName", domainNameId: "domainNameId" },
    links: [
      link("self", domainName),
      link("basepathmapping:by-base-path", `${basePathMappings}/{base_path}[?domainNameId]`),
      link("basepathmapping:create", `${basePathMappings}[?domainNameId]`),
      link("domainname:basepathmappings", `${basePathMappings}[?domainNameId]{?limit}`),
      link("domainname:delete", domainName),
      link("domainname:update", domainName),
    ],
  },
  basePathMapping: {
    curies: ["basepathmapping"],
    binds: { basePath: "basePath" },
    links: [
      link("self", basePathMapping),
      link("basepathmapping:create", `${basePathMappings}[?domainNameId]`),
      link("basepathmapping:delete", basePathMapping),
      link("basepathmapping:update", basePathMapping),
    ],
  },
  domainNameAccessAssociation: {
    curies: ["domainnameaccessassociation"],
    binds: { associationArn: "domainNameAccessAssociationArn" },
    links: [link("self", "/domainnameaccessassociations/:associationArn")],
  },
  vpcLink: {
    curies: ["vpclink"],
    binds: { vpcLinkId: "id" },
    links: [link("self", vpcLink), link("vpclink:delete", vpcLink), link("vpclink:update", vpcLink)],
  },
  apiKey: {
    curies: ["apikey", "usageplan"],
    binds: { apiKey: "id" },
    links: [
      link("self", apiKey),
      link("apikey:delete", apiKey),
      link("apikey:update", apiKey),
      link("apikey:usageplans", "/usageplans?keyId=:apiKey{&limit}"),
      link("usageplan:by-id", "/usageplans/{usageplanId}"),
    ],
  },
  apiKeyIds: {
    curies: ["apikey"],
    links: [
      link("self", "/apikeys"),
      link("apikey:by-key", "/apikeys/{api_Key}?include_value=false"),
      link("apikey:create", "/apikeys"),
      link("apikey:delete", "/apikeys/{api_Key}"),
    ],
  },
  usagePlan: {
    curies: ["usage", "usageplan", "usageplankey"],
    binds: { usagePlanId: "id" },
    links: [
      link("self", usagePlan),
      link("usage:get", `${usagePlan}/usage{?keyId,startDate,endDate}`),
      link("usageplan:delete", usagePlan),
      link("usageplan:update", usagePlan),
      link("usageplan:usageplankeys", `${usagePlan}/keys`),
      link("usageplankey:create", `${usagePlan}/keys`),
    ],
  },
  usagePlanKey: {
    curies: ["usageplankey"],
    binds: { keyId: "id" },
    links: [link("self", usagePlanKey), link("usageplankey:delete", usagePlanKey)],
  },
  usage: {
    curies: ["usage"],
    binds: { usagePlanId: "usagePlanId" },
    links: [link("self", `${usagePlan}/usage`), link("usage:update", `${usagePlan}/keys/{keyId}/usage`)],
  },
  account: {
    curies: ["account"],
    links: [link("self", "/account"), link("account:update", "/account")],
  },
  sdkType: {
    curies: ["sdktype"],
    binds: { sdkTypeId: "id" },
    links: [link("self", "/sdktypes/:sdkTypeId")],
  },
  tags: {
    curies: ["tags"],
    links: [
      link("self", "/tags/:resourceArn"),
      link("tags:tag", "/tags/:resourceArn"),
      link("tags:untag", "/tags/:resourceArn{?tagKeys}"),
    ],
  },
};
