/**
 * A tour of all 124 operations, as data: the same calls are made by the JavaScript SDK, boto3 and the AWS CLI. Steps are
 * in order; each builds on those before it, and the last ones take everything down again.
 */
import type { OperationName } from "../../../src/model/service.ts";

export interface TourStep {
  readonly call: OperationName;
  /**
   * Members as the SDKs name them. `<api.id>` in a text stands for a member of an earlier answer; an object with the one
   * member `bytes` is a payload.
   */
  readonly input?: Readonly<Record<string, unknown>>;
  /** The name of its answer in later steps. */
  readonly as?: string;
  /** What the answer has to show, at least. */
  readonly gives?: Readonly<Record<string, unknown>>;
}

const replace = (path: string, value: string): object => ({ op: "replace", path, value });
const json = (value: unknown): string => JSON.stringify(value);

const api = { restApiId: "<api.id>" };
const resource = { ...api, resourceId: "<resource.id>" };
const method = { ...resource, httpMethod: "GET" };
const response = { ...method, statusCode: "200" };
const stage = { ...api, stageName: "prod" };
const plan = { usagePlanId: "<plan.id>" };
const key = { ...plan, keyId: "<key.id>" };
const domain = { domainName: "api.example.com" };
const privateDomain = { domainName: "private.example.com", domainNameId: "<privateDomain.domainNameId>" };
const mapping = { ...domain, basePath: "shop" };
const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-3333-4444-555555555555";
const lambda = "arn:aws:lambda:us-east-1:000000000000:function:guard";
const authorizerUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${lambda}/invocations`;
const balancer = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/net/inner/0123456789abcdef";

const account: readonly TourStep[] = [
  {
    call: "UpdateAccount",
    input: { patchOperations: [replace("/cloudwatchRoleArn", "arn:aws:iam::000000000000:role/logs")] },
  },
  { call: "GetAccount", gives: { cloudwatchRoleArn: "arn:aws:iam::000000000000:role/logs" } },
  { call: "GenerateClientCertificate", input: { description: "ours" }, as: "certificate" },
  {
    call: "UpdateClientCertificate",
    input: {
      clientCertificateId: "<certificate.clientCertificateId>",
      patchOperations: [replace("/description", "theirs")],
    },
    gives: { description: "theirs" },
  },
  {
    call: "GetClientCertificate",
    input: { clientCertificateId: "<certificate.clientCertificateId>" },
    gives: { description: "theirs" },
  },
  { call: "GetClientCertificates", gives: { items: [{ description: "theirs" }] } },
  {
    call: "CreateVpcLink",
    input: { name: "inner", targetArns: [balancer] },
    as: "link",
    gives: { name: "inner", targetArns: [balancer] },
  },
  {
    call: "UpdateVpcLink",
    input: { vpcLinkId: "<link.id>", patchOperations: [replace("/name", "inside")] },
    gives: { name: "inside" },
  },
  { call: "GetVpcLink", input: { vpcLinkId: "<link.id>" }, gives: { name: "inside" } },
  { call: "GetVpcLinks", gives: { items: [{ name: "inside" }] } },
];

const definition: readonly TourStep[] = [
  { call: "CreateRestApi", input: { name: "tour", tags: { team: "red" } }, as: "api", gives: { name: "tour" } },
  {
    call: "UpdateRestApi",
    input: { ...api, patchOperations: [replace("/description", "all of it")] },
    gives: { description: "all of it" },
  },
  { call: "GetRestApi", input: api, gives: { description: "all of it" } },
  { call: "GetRestApis", gives: { items: [{ name: "tour" }] } },
  {
    call: "CreateResource",
    input: { ...api, parentId: "<api.rootResourceId>", pathPart: "pet" },
    as: "resource",
    gives: { path: "/pet" },
  },
  {
    call: "UpdateResource",
    input: { ...resource, patchOperations: [replace("/pathPart", "pets")] },
    gives: { path: "/pets" },
  },
  { call: "GetResource", input: resource, gives: { path: "/pets" } },
  { call: "GetResources", input: { ...api, embed: ["methods"] }, gives: { items: [{ path: "/" }, { path: "/pets" }] } },
  {
    call: "CreateModel",
    input: { ...api, name: "Pet", contentType: "application/json", schema: json({ type: "object" }) },
    gives: { name: "Pet" },
  },
  {
    call: "UpdateModel",
    input: { ...api, modelName: "Pet", patchOperations: [replace("/description", "a pet")] },
    gives: { description: "a pet" },
  },
  { call: "GetModel", input: { ...api, modelName: "Pet" }, gives: { description: "a pet" } },
  { call: "GetModels", input: api },
  { call: "GetModelTemplate", input: { ...api, modelName: "Pet" } },
  { call: "CreateRequestValidator", input: { ...api, name: "all" }, as: "validator", gives: { name: "all" } },
  {
    call: "UpdateRequestValidator",
    input: {
      ...api,
      requestValidatorId: "<validator.id>",
      patchOperations: [replace("/validateRequestParameters", "true")],
    },
    gives: { validateRequestParameters: true },
  },
  {
    call: "GetRequestValidator",
    input: { ...api, requestValidatorId: "<validator.id>" },
    gives: { validateRequestParameters: true },
  },
  { call: "GetRequestValidators", input: api, gives: { items: [{ name: "all" }] } },
  {
    call: "CreateAuthorizer",
    input: {
      ...api,
      name: "guard",
      type: "TOKEN",
      authorizerUri,
      identitySource: "method.request.header.Authorization",
    },
    as: "authorizer",
    gives: { name: "guard", authType: "custom" },
  },
  {
    call: "UpdateAuthorizer",
    input: {
      ...api,
      authorizerId: "<authorizer.id>",
      patchOperations: [replace("/authorizerResultTtlInSeconds", "60")],
    },
    gives: { authorizerResultTtlInSeconds: 60 },
  },
  {
    call: "GetAuthorizer",
    input: { ...api, authorizerId: "<authorizer.id>" },
    gives: { authorizerResultTtlInSeconds: 60 },
  },
  { call: "GetAuthorizers", input: api, gives: { items: [{ name: "guard" }] } },
  {
    call: "TestInvokeAuthorizer",
    input: { ...api, authorizerId: "<authorizer.id>", headers: { Authorization: "allow" } },
  },
  {
    call: "PutMethod",
    input: {
      ...method,
      authorizationType: "NONE",
      requestValidatorId: "<validator.id>",
      requestModels: { "application/json": "Pet" },
    },
    gives: { httpMethod: "GET", apiKeyRequired: false },
  },
  {
    call: "UpdateMethod",
    input: { ...method, patchOperations: [replace("/operationName", "listPets")] },
    gives: { operationName: "listPets" },
  },
  { call: "GetMethod", input: method, gives: { operationName: "listPets" } },
  { call: "PutMethodResponse", input: response, gives: { statusCode: "200" } },
  {
    call: "UpdateMethodResponse",
    input: {
      ...response,
      patchOperations: [{ op: "add", path: "/responseParameters/method.response.header.x-pets", value: "true" }],
    },
    gives: { responseParameters: { "method.response.header.x-pets": true } },
  },
  { call: "GetMethodResponse", input: response, gives: { statusCode: "200" } },
  {
    call: "PutIntegration",
    input: { ...method, type: "MOCK", requestTemplates: { "application/json": '{"statusCode":200}' } },
    gives: { type: "MOCK" },
  },
  {
    call: "UpdateIntegration",
    input: { ...method, patchOperations: [replace("/timeoutInMillis", "1000")] },
    gives: { timeoutInMillis: 1000 },
  },
  { call: "GetIntegration", input: method, gives: { timeoutInMillis: 1000 } },
  {
    call: "PutIntegrationResponse",
    input: { ...response, responseTemplates: { "application/json": '["cat"]' } },
    gives: { statusCode: "200" },
  },
  {
    call: "UpdateIntegrationResponse",
    input: {
      ...response,
      patchOperations: [{ op: "add", path: "/responseParameters/method.response.header.x-pets", value: "'1'" }],
    },
    gives: { responseParameters: { "method.response.header.x-pets": "'1'" } },
  },
  { call: "GetIntegrationResponse", input: response, gives: { statusCode: "200" } },
  {
    call: "TestInvokeMethod",
    input: { ...method, pathWithQueryString: "/pets" },
    gives: { status: 200, body: '["cat"]' },
  },
  {
    call: "PutGatewayResponse",
    input: { ...api, responseType: "THROTTLED", statusCode: "503" },
    gives: { statusCode: "503", defaultResponse: false },
  },
  {
    call: "UpdateGatewayResponse",
    input: { ...api, responseType: "THROTTLED", patchOperations: [replace("/statusCode", "420")] },
    gives: { statusCode: "420" },
  },
  { call: "GetGatewayResponse", input: { ...api, responseType: "THROTTLED" }, gives: { statusCode: "420" } },
  { call: "GetGatewayResponses", input: api },
];

const documentation: readonly TourStep[] = [
  {
    call: "CreateDocumentationPart",
    input: { ...api, location: { type: "RESOURCE", path: "/pets" }, properties: json({ description: "Pets." }) },
    as: "part",
    gives: { location: { type: "RESOURCE", path: "/pets" } },
  },
  {
    call: "UpdateDocumentationPart",
    input: {
      ...api,
      documentationPartId: "<part.id>",
      patchOperations: [replace("/properties", json({ description: "All pets." }))],
    },
    gives: { properties: json({ description: "All pets." }) },
  },
  {
    call: "GetDocumentationPart",
    input: { ...api, documentationPartId: "<part.id>" },
    gives: { properties: json({ description: "All pets." }) },
  },
  { call: "GetDocumentationParts", input: api },
  {
    call: "ImportDocumentationParts",
    input: {
      ...api,
      mode: "merge",
      body: {
        bytes: json({
          swagger: "2.0",
          info: { title: "tour", version: "1" },
          paths: {},
          "x-amazon-apigateway-documentation": {
            documentationParts: [{ location: { type: "API" }, properties: { description: "A tour." } }],
          },
        }),
      },
    },
  },
  {
    call: "CreateDocumentationVersion",
    input: { ...api, documentationVersion: "1.0" },
    gives: { version: "1.0" },
  },
  {
    call: "UpdateDocumentationVersion",
    input: { ...api, documentationVersion: "1.0", patchOperations: [replace("/description", "the first")] },
    gives: { description: "the first" },
  },
  {
    call: "GetDocumentationVersion",
    input: { ...api, documentationVersion: "1.0" },
    gives: { description: "the first" },
  },
  { call: "GetDocumentationVersions", input: api, gives: { items: [{ version: "1.0" }] } },
];

const stages: readonly TourStep[] = [
  { call: "CreateDeployment", input: { ...stage, description: "first" }, as: "first", gives: { description: "first" } },
  { call: "CreateDeployment", input: api, as: "second" },
  {
    call: "UpdateDeployment",
    input: { ...api, deploymentId: "<second.id>", patchOperations: [replace("/description", "second")] },
    gives: { description: "second" },
  },
  { call: "GetDeployment", input: { ...api, deploymentId: "<second.id>" }, gives: { description: "second" } },
  { call: "GetDeployments", input: api },
  {
    call: "CreateStage",
    input: { ...api, stageName: "next", deploymentId: "<second.id>", variables: { release: "two" } },
    gives: { stageName: "next", variables: { release: "two" } },
  },
  {
    call: "UpdateStage",
    input: {
      ...stage,
      patchOperations: [replace("/cacheClusterEnabled", "true"), replace("/*/*/throttling/burstLimit", "7")],
    },
    gives: { cacheClusterEnabled: true },
  },
  { call: "GetStage", input: stage, gives: { stageName: "prod", deploymentId: "<first.id>" } },
  { call: "GetStages", input: api },
  { call: "FlushStageCache", input: { ...api, stageName: "next" } },
  { call: "FlushStageAuthorizersCache", input: stage },
  { call: "GetExport", input: { ...stage, exportType: "oas30", parameters: { extensions: "integrations" } } },
  { call: "GetSdkTypes" },
  { call: "GetSdkType", input: { id: "javascript" }, gives: { id: "javascript" } },
  { call: "GetSdk", input: { ...stage, sdkType: "javascript" } },
  {
    call: "TagResource",
    input: { resourceArn: "arn:aws:apigateway:us-east-1::/restapis/<api.id>", tags: { size: "small" } },
  },
  {
    call: "GetTags",
    input: { resourceArn: "arn:aws:apigateway:us-east-1::/restapis/<api.id>" },
    gives: { tags: { team: "red", size: "small" } },
  },
  {
    call: "UntagResource",
    input: { resourceArn: "arn:aws:apigateway:us-east-1::/restapis/<api.id>", tagKeys: ["team"] },
  },
];

const keys: readonly TourStep[] = [
  { call: "CreateApiKey", input: { name: "anna", enabled: true }, as: "key", gives: { name: "anna", enabled: true } },
  {
    call: "UpdateApiKey",
    input: { apiKey: "<key.id>", patchOperations: [replace("/description", "of Anna")] },
    gives: { description: "of Anna" },
  },
  { call: "GetApiKey", input: { apiKey: "<key.id>", includeValue: true }, gives: { value: "<key.value>" } },
  { call: "GetApiKeys", input: { nameQuery: "an" }, gives: { items: [{ name: "anna" }] } },
  {
    call: "ImportApiKeys",
    input: { format: "csv", body: { bytes: "Name,Key,Enabled\nbert,0123456789012345678901234567890,true\n" } },
    as: "imported",
  },
  {
    call: "CreateUsagePlan",
    input: {
      name: "gold",
      apiStages: [{ apiId: "<api.id>", stage: "prod" }],
      quota: { limit: 100, period: "DAY", offset: 0 },
    },
    as: "plan",
    gives: { name: "gold" },
  },
  {
    call: "UpdateUsagePlan",
    input: { ...plan, patchOperations: [{ op: "add", path: "/throttle/rateLimit", value: "5" }] },
    gives: { throttle: { rateLimit: 5 } },
  },
  { call: "GetUsagePlan", input: plan, gives: { name: "gold" } },
  { call: "GetUsagePlans", gives: { items: [{ name: "gold" }] } },
  { call: "CreateUsagePlanKey", input: { ...key, keyType: "API_KEY" }, gives: { id: "<key.id>", name: "anna" } },
  { call: "GetUsagePlanKey", input: key, gives: { id: "<key.id>" } },
  { call: "GetUsagePlanKeys", input: plan, gives: { items: [{ id: "<key.id>" }] } },
  { call: "UpdateUsage", input: { ...key, patchOperations: [replace("/remaining", "50")] } },
  {
    call: "GetUsage",
    input: { ...plan, startDate: "<today>", endDate: "<today>" },
    gives: { usagePlanId: "<plan.id>" },
  },
];

const domains: readonly TourStep[] = [
  {
    call: "CreateDomainName",
    input: { ...domain, regionalCertificateArn: certificateArn, endpointConfiguration: { types: ["REGIONAL"] } },
    gives: { domainName: "api.example.com" },
  },
  {
    call: "UpdateDomainName",
    input: { ...domain, patchOperations: [replace("/securityPolicy", "TLS_1_2")] },
    gives: { securityPolicy: "TLS_1_2" },
  },
  { call: "GetDomainName", input: domain, gives: { domainName: "api.example.com" } },
  { call: "GetDomainNames", gives: { items: [{ domainName: "api.example.com" }] } },
  {
    call: "CreateBasePathMapping",
    input: { ...mapping, ...api, stage: "prod" },
    gives: { basePath: "shop", stage: "prod" },
  },
  {
    call: "UpdateBasePathMapping",
    input: { ...mapping, patchOperations: [replace("/stage", "next")] },
    gives: { stage: "next" },
  },
  { call: "GetBasePathMapping", input: mapping, gives: { stage: "next" } },
  { call: "GetBasePathMappings", input: domain, gives: { items: [{ basePath: "shop" }] } },
  {
    call: "CreateDomainName",
    input: { domainName: "private.example.com", certificateArn, endpointConfiguration: { types: ["PRIVATE"] } },
    as: "privateDomain",
  },
  {
    call: "CreateDomainNameAccessAssociation",
    input: {
      domainNameArn: "<privateDomain.domainNameArn>",
      accessAssociationSourceType: "VPCE",
      accessAssociationSource: "vpce-0123456789abcdef0",
    },
    as: "association",
  },
  {
    call: "GetDomainNameAccessAssociations",
    gives: { items: [{ accessAssociationSource: "vpce-0123456789abcdef0" }] },
  },
  {
    call: "RejectDomainNameAccessAssociation",
    input: {
      domainNameArn: "<privateDomain.domainNameArn>",
      domainNameAccessAssociationArn: "<association.domainNameAccessAssociationArn>",
    },
  },
  {
    call: "CreateDomainNameAccessAssociation",
    input: {
      domainNameArn: "<privateDomain.domainNameArn>",
      accessAssociationSourceType: "VPCE",
      accessAssociationSource: "vpce-0123456789abcdef1",
    },
    as: "otherAssociation",
  },
  {
    call: "DeleteDomainNameAccessAssociation",
    input: { domainNameAccessAssociationArn: "<otherAssociation.domainNameAccessAssociationArn>" },
  },
];

const openApi = (title: string): string =>
  json({
    openapi: "3.0.1",
    info: { title, version: "1" },
    paths: {
      "/toys": {
        get: {
          responses: { 200: { description: "200 response" } },
          "x-amazon-apigateway-integration": {
            type: "mock",
            requestTemplates: { "application/json": '{"statusCode":200}' },
            responses: { default: { statusCode: "200" } },
          },
        },
      },
    },
  });

const imports: readonly TourStep[] = [
  { call: "ImportRestApi", input: { body: { bytes: openApi("toys") } }, as: "toys", gives: { name: "toys" } },
  {
    call: "PutRestApi",
    input: { restApiId: "<toys.id>", mode: "overwrite", body: { bytes: openApi("more toys") } },
    gives: { name: "more toys" },
  },
  { call: "DeleteRestApi", input: { restApiId: "<toys.id>" } },
];

const departure: readonly TourStep[] = [
  { call: "DeleteBasePathMapping", input: mapping },
  { call: "DeleteDomainName", input: domain },
  { call: "DeleteDomainName", input: privateDomain },
  { call: "DeleteUsagePlanKey", input: key },
  {
    call: "UpdateUsagePlan",
    input: { ...plan, patchOperations: [{ op: "remove", path: "/apiStages", value: "<api.id>:prod" }] },
  },
  { call: "DeleteUsagePlan", input: plan },
  { call: "DeleteApiKey", input: { apiKey: "<key.id>" } },
  { call: "DeleteStage", input: { ...api, stageName: "next" } },
  { call: "DeleteDeployment", input: { ...api, deploymentId: "<second.id>" } },
  { call: "DeleteDocumentationVersion", input: { ...api, documentationVersion: "1.0" } },
  { call: "DeleteDocumentationPart", input: { ...api, documentationPartId: "<part.id>" } },
  { call: "DeleteGatewayResponse", input: { ...api, responseType: "THROTTLED" } },
  { call: "DeleteIntegrationResponse", input: response },
  { call: "DeleteMethodResponse", input: response },
  { call: "DeleteIntegration", input: method },
  { call: "DeleteMethod", input: method },
  { call: "DeleteAuthorizer", input: { ...api, authorizerId: "<authorizer.id>" } },
  { call: "DeleteRequestValidator", input: { ...api, requestValidatorId: "<validator.id>" } },
  { call: "DeleteModel", input: { ...api, modelName: "Pet" } },
  { call: "DeleteResource", input: resource },
  { call: "DeleteRestApi", input: api },
  { call: "DeleteVpcLink", input: { vpcLinkId: "<link.id>" } },
  { call: "DeleteClientCertificate", input: { clientCertificateId: "<certificate.clientCertificateId>" } },
];

export const tour: readonly TourStep[] = [
  ...account,
  ...definition,
  ...documentation,
  ...stages,
  ...keys,
  ...domains,
  ...imports,

  ...departure,
];
