/** Which resource, or list of resources, each operation answers in HAL. One that is not here answers its members alone. */
import type { OperationName } from "../../model/service.ts";
import type { HalKindName, HalList } from "./kinds.ts";

const api = "/restapis/:restApiId";

export const halResources: Partial<Readonly<Record<OperationName, HalKindName>>> = {
  CreateRestApi: "restApi",
  GetRestApi: "restApi",
  ImportRestApi: "restApi",
  PutRestApi: "restApi",
  UpdateRestApi: "restApi",
  CreateResource: "resource",
  GetResource: "resource",
  UpdateResource: "resource",
  PutMethod: "method",
  GetMethod: "method",
  UpdateMethod: "method",
  PutMethodResponse: "methodResponse",
  GetMethodResponse: "methodResponse",
  UpdateMethodResponse: "methodResponse",
  PutIntegration: "integration",
  GetIntegration: "integration",
  UpdateIntegration: "integration",
  PutIntegrationResponse: "integrationResponse",
  GetIntegrationResponse: "integrationResponse",
  UpdateIntegrationResponse: "integrationResponse",
  CreateDeployment: "deployment",
  GetDeployment: "deployment",
  UpdateDeployment: "deployment",
  CreateStage: "stage",
  GetStage: "stage",
  UpdateStage: "stage",
  GenerateClientCertificate: "clientCertificate",
  GetClientCertificate: "clientCertificate",
  UpdateClientCertificate: "clientCertificate",
  CreateDocumentationPart: "documentationPart",
  GetDocumentationPart: "documentationPart",
  UpdateDocumentationPart: "documentationPart",
  CreateDocumentationVersion: "documentationVersion",
  GetDocumentationVersion: "documentationVersion",
  UpdateDocumentationVersion: "documentationVersion",
  CreateModel: "model",
  GetModel: "model",
  UpdateModel: "model",
  GetModelTemplate: "modelTemplate",
  CreateRequestValidator: "requestValidator",
  GetRequestValidator: "requestValidator",
  UpdateRequestValidator: "requestValidator",
  PutGatewayResponse: "gatewayResponse",
  GetGatewayResponse: "gatewayResponse",
  UpdateGatewayResponse: "gatewayResponse",
  CreateAuthorizer: "authorizer",
  GetAuthorizer: "authorizer",
  UpdateAuthorizer: "authorizer",
  CreateDomainName: "domainName",
  GetDomainName: "domainName",
  UpdateDomainName: "domainName",
  CreateBasePathMapping: "basePathMapping",
  GetBasePathMapping: "basePathMapping",
  UpdateBasePathMapping: "basePathMapping",
  CreateDomainNameAccessAssociation: "domainNameAccessAssociation",
  CreateVpcLink: "vpcLink",
  GetVpcLink: "vpcLink",
  UpdateVpcLink: "vpcLink",
  GetAccount: "account",
  UpdateAccount: "account",
  GetSdkType: "sdkType",
  GetTags: "tags",
  CreateApiKey: "apiKey",
  GetApiKey: "apiKey",
  UpdateApiKey: "apiKey",
  ImportApiKeys: "apiKeyIds",
  CreateUsagePlan: "usagePlan",
  GetUsagePlan: "usagePlan",
  UpdateUsagePlan: "usagePlan",
  CreateUsagePlanKey: "usagePlanKey",
  GetUsagePlanKey: "usagePlanKey",
  GetUsage: "usage",
  UpdateUsage: "usage",
};

export const halLists: Partial<Readonly<Record<OperationName, HalList>>> = {
  GetRestApis: {
    curies: ["authorizer", "deployment", "model", "resource", "restapi", "stage"],
    kind: "restApi",
    links: [
      { rel: "restapi:by-id", href: "/restapis/{restapi_id}" },
      { rel: "restapi:create", href: "/restapis" },
      { rel: "restapi:put", href: "/restapis/{restapi_id}?failonwarnings=false{&mode}" },
    ],
  },
  GetResources: {
    curies: ["method", "resource"],
    kind: "resource",
    links: [
      { rel: "resource:by-id", href: `${api}/resources/{resource_id}{?embed}` },
      { rel: "resource:create", href: `${api}/resources/{parent_id}` },
    ],
  },
  GetDeployments: {
    curies: ["deployment"],
    kind: "deployment",
    links: [
      { rel: "deployment:by-id", href: `${api}/deployments/{deployment_id}{?embed}` },
      { rel: "deployment:create", href: `${api}/deployments` },
    ],
  },
  GetStages: {
    curies: ["stage"],
    kind: "stage",
    self: `${api}/stages{?deployment_id}`,
    links: [
      { rel: "stage:by-name", href: `${api}/stages/{stage_name}` },
      { rel: "stage:create", href: `${api}/stages` },
    ],
  },
  GetClientCertificates: {
    curies: ["clientcertificate"],
    kind: "clientCertificate",
    links: [
      { rel: "clientcertificate:by-id", href: "/clientcertificates/{clientcertificate_id}" },
      { rel: "clientcertificate:generate", href: "/clientcertificates" },
    ],
  },
  GetDocumentationParts: {
    curies: ["documentationpart"],
    kind: "documentationPart",
    links: [
      { rel: "documentationpart:by-id", href: `${api}/documentation/parts/{part_id}` },
      { rel: "documentationpart:create", href: `${api}/documentation/parts` },
      { rel: "documentationpart:import", href: `${api}/documentation/parts{?mode,failonwarnings}` },
    ],
  },
  GetDocumentationVersions: {
    curies: ["documentationversion"],
    kind: "documentationVersion",
    links: [
      { rel: "documentationversion:by-id", href: `${api}/documentation/versions/{doc_version}` },
      { rel: "documentationversion:create", href: `${api}/documentation/versions` },
    ],
  },
  GetModels: {
    curies: ["model"],
    kind: "model",
    links: [
      { rel: "model:by-name", href: `${api}/models/{model_name}?flatten=false` },
      { rel: "model:create", href: `${api}/models` },
    ],
  },
  GetRequestValidators: {
    curies: ["requestvalidator"],
    kind: "requestValidator",
    links: [
      { rel: "requestvalidator:by-id", href: `${api}/requestvalidators/{requestvalidator_id}` },
      { rel: "requestvalidator:create", href: `${api}/requestvalidators` },
    ],
  },
  GetAuthorizers: {
    curies: ["authorizer"],
    kind: "authorizer",
    links: [
      { rel: "authorizer:by-id", href: `${api}/authorizers/{authorizer_id}` },
      { rel: "authorizer:create", href: `${api}/authorizers` },
    ],
  },
  GetDomainNames: {
    curies: ["basepathmapping", "domainname"],
    kind: "domainName",
    links: [
      { rel: "domainname:by-name", href: "/domainnames/{domain_name}{?domain_name_id}" },
      { rel: "domainname:create", href: "/domainnames" },
    ],
  },
  GetBasePathMappings: {
    curies: ["basepathmapping"],
    kind: "basePathMapping",
    self: "/domainnames/:domainName/basepathmappings[?domainNameId]{?limit}",
    links: [
      {
        rel: "basepathmapping:by-path",
        href: "/domainnames/:domainName/basepathmappings/{base_path}[?domainNameId]",
      },
      { rel: "basepathmapping:create", href: "/domainnames/:domainName/basepathmappings[?domainNameId]" },
    ],
  },
  GetDomainNameAccessAssociations: {
    curies: ["domainnameaccessassociation"],
    kind: "domainNameAccessAssociation",
    links: [{ rel: "domainnameaccessassociation:create", href: "/domainnameaccessassociations" }],
  },
  GetVpcLinks: {
    curies: ["vpclink"],
    kind: "vpcLink",
    links: [
      { rel: "vpclink:by-id", href: "/vpclinks/{vpclink_id}" },
      { rel: "vpclink:create", href: "/vpclinks" },
    ],
  },
  GetSdkTypes: {
    curies: ["sdktype"],
    kind: "sdkType",
    links: [{ rel: "sdktype:by-id", href: "/sdktypes/{sdktype_id}" }],
  },
  GetGatewayResponses: {
    curies: ["gatewayresponse"],
    kind: "gatewayResponse",
    links: [
      { rel: "first", href: `${api}/gatewayresponses` },
      { rel: "gatewayresponse:by-type", href: `${api}/gatewayresponses/{response_type}` },
    ],
  },
  GetApiKeys: {
    curies: ["apikey", "usageplan"],
    kind: "apiKey",
    links: [
      { rel: "apikey:by-key", href: "/apikeys/{api_Key}?include_value=false" },
      { rel: "apikey:create", href: "/apikeys" },
      { rel: "apikey:import", href: "/apikeys?mode=import{&failonwarnings,format}" },
    ],
  },
  GetUsagePlans: {
    curies: ["usage", "usageplan", "usageplankey"],
    kind: "usagePlan",
    links: [
      { rel: "usageplan:by-id", href: "/usageplans/{usageplanId}" },
      { rel: "usageplan:create", href: "/usageplans" },
    ],
  },
  GetUsagePlanKeys: {
    curies: ["usageplankey"],
    kind: "usagePlanKey",
    links: [
      { rel: "usageplankey:by-id", href: "/usageplans/:usagePlanId/keys/{keyId}" },
      { rel: "usageplankey:create", href: "/usageplans/:usagePlanId/keys" },
    ],
  },
};
