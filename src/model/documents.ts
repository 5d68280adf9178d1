/**
 * What is stored: one type a kind of document. Documents are immutable; a change stores a new one.
 *
 * Members carry the wire's own names (facts/stage.md 2.1, facts/control.md). Dates are whole epoch seconds, as the wire
 * has them; times of our own are epoch milliseconds and say so.
 */
import type { StringMap } from "./record.ts";

export interface AccountDocument {
  readonly cloudwatchRoleArn?: string;
  readonly features: readonly string[];
}

export interface EndpointConfigurationDocument {
  readonly types: readonly string[];
  readonly ipAddressType: string;
  readonly vpcEndpointIds?: readonly string[];
}

export interface RestApiDocument {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly version?: string;
  readonly createdDate: number;
  readonly binaryMediaTypes?: readonly string[];
  readonly minimumCompressionSize?: number;
  readonly apiKeySource: string;
  readonly endpointConfiguration: EndpointConfigurationDocument;
  readonly policy?: string;
  readonly tags?: StringMap;
  readonly disableExecuteApiEndpoint: boolean;
  readonly securityPolicy?: string;
  readonly endpointAccessMode?: string;
  readonly rootResourceId: string;
}

export interface MethodResponseDocument {
  readonly statusCode: string;
  readonly responseParameters?: Readonly<Record<string, boolean>>;
  readonly responseModels?: StringMap;
}

export interface IntegrationResponseDocument {
  readonly statusCode: string;
  readonly selectionPattern?: string;
  readonly responseParameters?: StringMap;
  /** A null value is kept: it was sent as null or as an empty text (facts/mapping.md 6). */
  readonly responseTemplates?: Readonly<Record<string, string | null>>;
  readonly contentHandling?: string;
}

export type IntegrationType = "HTTP" | "AWS" | "MOCK" | "HTTP_PROXY" | "AWS_PROXY";

export interface IntegrationDocument {
  readonly type: IntegrationType;
  readonly httpMethod?: string;
  readonly uri?: string;
  readonly connectionType?: string;
  readonly connectionId?: string;
  readonly credentials?: string;
  readonly requestParameters?: StringMap;
  readonly requestTemplates?: Readonly<Record<string, string | null>>;
  readonly passthroughBehavior: string;
  readonly contentHandling?: string;
  readonly timeoutInMillis: number;
  readonly cacheNamespace: string;
  readonly cacheKeyParameters: readonly string[];
  readonly tlsConfig?: { readonly insecureSkipVerification?: boolean };
  readonly responseTransferMode?: string;
  readonly integrationTarget?: string;
  /** By status code. */
  readonly integrationResponses?: Readonly<Record<string, IntegrationResponseDocument>>;
}

export interface MethodDocument {
  readonly httpMethod: string;
  readonly authorizationType: string;
  readonly authorizerId?: string;
  readonly apiKeyRequired: boolean;
  readonly requestValidatorId?: string;
  readonly operationName?: string;
  readonly requestParameters?: Readonly<Record<string, boolean>>;
  readonly requestModels?: StringMap;
  readonly authorizationScopes?: readonly string[];
  /** By status code. */
  readonly methodResponses?: Readonly<Record<string, MethodResponseDocument>>;
  readonly methodIntegration?: IntegrationDocument;
}

/** A Resource with its Methods, their Integrations and responses: they live and die together. */
export interface ResourceDocument {
  readonly id: string;
  readonly parentId?: string;
  readonly pathPart?: string;
  readonly path: string;
  /** By verb, `ANY` included. */
  readonly resourceMethods: Readonly<Record<string, MethodDocument>>;
}

export interface DeploymentDocument {
  readonly id: string;
  readonly description?: string;
  readonly createdDate: number;
}

/** What a Deployment froze: everything of the RestApi that traffic depends on. Stored under the Deployment's id. */
export interface SnapshotDocument {
  readonly restApi: RestApiDocument;
  readonly resources: readonly ResourceDocument[];
  // What follows is absent in snapshots from before there was any.
  readonly requestValidators?: readonly RequestValidatorDocument[];
  readonly models?: readonly ModelDocument[];
  readonly gatewayResponses?: readonly GatewayResponseDocument[];
  readonly authorizers?: readonly AuthorizerDocument[];
}

export type UnauthorizedStrategy = "FAIL_WITH_403" | "SUCCEED_WITH_RESPONSE_HEADER" | "SUCCEED_WITHOUT_RESPONSE_HEADER";

/** One value of Stage.methodSettings (facts/stage.md 2.2). */
export interface MethodSettingDocument {
  readonly metricsEnabled: boolean;
  readonly loggingLevel?: string;
  readonly dataTraceEnabled: boolean;
  readonly throttlingBurstLimit: number;
  readonly throttlingRateLimit: number;
  readonly cachingEnabled: boolean;
  readonly cacheTtlInSeconds: number;
  readonly cacheDataEncrypted: boolean;
  readonly requireAuthorizationForCacheControl: boolean;
  readonly unauthorizedCacheControlHeaderStrategy: UnauthorizedStrategy;
}

export interface CanarySettingsDocument {
  readonly deploymentId: string;
  readonly percentTraffic: number;
  readonly stageVariableOverrides?: StringMap;
  readonly useStageCache: boolean;
}

/**
 * A cache cluster that is on its way to a new state. The state that callers see is derived from the clock
 * (`cacheClusterStatus` in model/cache-cluster.ts), so it needs no timer and survives a restart.
 */
export interface CacheClusterTransition {
  readonly status: "CREATE_IN_PROGRESS" | "DELETE_IN_PROGRESS" | "FLUSH_IN_PROGRESS";
  /** Epoch milliseconds. */
  readonly endsAt: number;
  /** Of the changes that end in this millisecond: 2 for the second. */
  readonly nth?: number;
}

export interface StageDocument {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly description?: string;
  readonly cacheClusterEnabled: boolean;
  readonly cacheClusterSize?: string;
  readonly cacheClusterTransition?: CacheClusterTransition;
  /** By the key's spelling as it was patched: every method, `~1pets/GET`, `pets/GET` (facts/stage.md 4.2). */
  readonly methodSettings: Readonly<Record<string, MethodSettingDocument>>;
  readonly variables?: StringMap;
  readonly documentationVersion?: string;
  readonly accessLogSettings?: { readonly format?: string; readonly destinationArn?: string };
  readonly canarySettings?: CanarySettingsDocument;
  readonly clientCertificateId?: string;
  readonly tracingEnabled: boolean;
  readonly webAclArn?: string;
  /** How often what authorizers answered was flushed: what was kept before the last time is never asked for again. */
  readonly authorizerFlushes?: number;
  readonly tags?: StringMap;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
}

export interface ClientCertificateDocument {
  readonly clientCertificateId: string;
  readonly description?: string;
  readonly pemEncodedCertificate: string;
  /** The PKCS #8 key, sealed with the data dir's secret (store/seal.ts); never leaves the store in the clear. */
  readonly sealedPrivateKey: string;
  readonly createdDate: number;
  readonly expirationDate: number;
  readonly tags?: StringMap;
}

export interface DocumentationVersionDocument {
  readonly version: string;
  readonly description?: string;
  readonly createdDate: number;
}

/** What a DocumentationPart describes. Which members there are depends on the type; the defaults are filled in. */
export interface DocumentationLocationDocument {
  readonly type: string;
  /** `/` when nothing else was said. */
  readonly path?: string;
  /** A verb, or `*` for every one. */
  readonly method?: string;
  /** Three digits, or `*` for every one. */
  readonly statusCode?: string;
  readonly name?: string;
}

/** One piece of what a RestApi's owner says about it (facts/control.md 16). */
export interface DocumentationPartDocument {
  readonly id: string;
  readonly location: DocumentationLocationDocument;
  /** JSON, as it was given. */
  readonly properties: string;
}

/** What a DocumentationVersion froze: the RestApi's parts at that time. Stored under the version. */
export interface DocumentationSnapshotDocument {
  readonly parts: readonly DocumentationPartDocument[];
}

export interface ModelDocument {
  readonly id: string;
  /** Its place below the RestApi too. */
  readonly name: string;
  readonly description?: string;
  readonly contentType: string;
  /** A JSON Schema as it was given, draft 4. */
  readonly schema?: string;
}

/** What a Method has checked of its requests (facts/control.md 9). */
export interface RequestValidatorDocument {
  readonly id: string;
  readonly name?: string;
  readonly validateRequestBody: boolean;
  readonly validateRequestParameters: boolean;
}

export type AuthorizerType = "TOKEN" | "REQUEST" | "COGNITO_USER_POOLS";

/** Who a Method's callers are asked for (facts/control.md 8). */
export interface AuthorizerDocument {
  readonly id: string;
  readonly name: string;
  readonly type: AuthorizerType;
  readonly providerARNs?: readonly string[];
  /** A word of the customer's own for exports; `custom` and `cognito_user_pools` unless it was sent. */
  readonly authType?: string;
  readonly authorizerUri?: string;
  readonly authorizerCredentials?: string;
  /** Mapping expressions such as `method.request.header.Auth`, separated by commas. */
  readonly identitySource?: string;
  readonly identityValidationExpression?: string;
  /** Absent: 300. */
  readonly authorizerResultTtlInSeconds?: number;
}

/** What was set for one type of gateway response (facts/control.md 11). */
export interface GatewayResponseDocument {
  /** Its id below the RestApi. */
  readonly responseType: string;
  readonly statusCode?: string;
  readonly responseParameters: StringMap;
  readonly responseTemplates: StringMap;
}

export type QuotaPeriod = "DAY" | "WEEK" | "MONTH";

/** Tokens a second, and the size of the bucket (facts/control.md 13); what is absent is the account's. */
export interface PlanThrottleDocument {
  readonly rateLimit?: number;
  readonly burstLimit?: number;
}

export interface QuotaDocument {
  readonly limit: number;
  /** The day that a period starts with: 0 is Sunday, or the first of the month. */
  readonly offset: number;
  readonly period: QuotaPeriod;
}

export interface ApiKeyDocument {
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly customerId?: string;
  readonly enabled: boolean;
  readonly createdDate: number;
  readonly lastUpdatedDate: number;
  /** `{apiId}/{stageName}`: shown, and of no effect since there are usage plans. */
  readonly stageKeys: readonly string[];
  readonly tags?: StringMap;
  /** The value, sealed (store/seal.ts); never leaves the store in the clear but for who asks for it. */
  readonly sealedValue: string;
  /** What the value is looked up by: a keyed hash (model/api-key-hash.ts). */
  readonly valueHash: string;
}

/** Which ApiKey has a value; stored under the value's hash. */
export interface ApiKeyValueDocument {
  readonly apiKeyId: string;
}

/** A Stage that a UsagePlan is for. */
export interface ApiStageDocument {
  readonly apiId: string;
  readonly stage: string;
  /** Limits of methods, by `{resource path}/{verb}` such as `/pets/GET`. */
  readonly throttle?: Readonly<Record<string, PlanThrottleDocument>>;
}

export interface UsagePlanDocument {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages: readonly ApiStageDocument[];
  readonly throttle?: PlanThrottleDocument;
  readonly quota?: QuotaDocument;
  readonly productCode?: string;
  readonly tags?: StringMap;
}

/** That an ApiKey belongs to a UsagePlan: below the plan, under the key's id. */
export interface UsagePlanKeyDocument {
  readonly id: string;
}

/** What one ApiKey used of one UsagePlan on one day: below `{usagePlanId}/{apiKeyId}`, under the day (`2026-11-21`, UTC). */
export interface UsageDocument {
  readonly day: string;
  /** Requests that counted. */
  readonly used: number;
  /** What was left of the quota at the end of the day, or is now; absent where there was no quota. */
  readonly remaining?: number;
}

/** Requests that UpdateUsage gave an ApiKey beyond the quota of one period (or took): below the plan, under the key's id. */
export interface UsageGrantDocument {
  /** The first day of the period. */
  readonly since: string;
  readonly requests: number;
}

/** A certificate that was uploaded with a DomainName, in place of one that an ARN names. */
export interface UploadedCertificateDocument {
  /** PEM, both. */
  readonly body: string;
  readonly chain?: string;
  /** PEM, sealed (store/seal.ts); never leaves the store in the clear. */
  readonly sealedPrivateKey: string;
}

export interface MutualTlsDocument {
  readonly truststoreUri?: string;
  readonly truststoreVersion?: string;
}

/** A custom domain name (facts/control.md 14), stored under its name; a private one under `{domainName}+{domainNameId}`. */
export interface DomainNameDocument {
  readonly domainName: string;
  /** Of a private one, whose name need not be unique. */
  readonly domainNameId?: string;
  readonly certificateName?: string;
  readonly certificateArn?: string;
  readonly certificateUploadDate?: number;
  readonly uploadedCertificate?: UploadedCertificateDocument;
  readonly regionalCertificateName?: string;
  readonly regionalCertificateArn?: string;
  readonly regionalDomainName?: string;
  readonly distributionDomainName?: string;
  readonly endpointConfiguration: EndpointConfigurationDocument;
  readonly securityPolicy: string;
  readonly endpointAccessMode?: string;
  readonly mutualTlsAuthentication?: MutualTlsDocument;
  readonly ownershipVerificationCertificateArn?: string;
  readonly policy?: string;
  readonly managementPolicy?: string;
  readonly routingMode: string;
  readonly tags?: StringMap;
}

/** Which stage a DomainName serves below a path. Its parent is the DomainName's id, its own id the base path. */
export interface BasePathMappingDocument {
  /** One segment, or `(none)` for what no other mapping takes. */
  readonly basePath: string;
  readonly restApiId: string;
  /** Absent: the segment behind the base path names the stage. */
  readonly stage?: string;
}

/** That a VPC endpoint may call a private DomainName; stored under what its ARN names. */
export interface DomainNameAccessAssociationDocument {
  readonly domainNameAccessAssociationArn: string;
  readonly domainNameArn: string;
  readonly accessAssociationSourceType: string;
  readonly accessAssociationSource: string;
  readonly tags?: StringMap;
}

/**
 * A VPC link that is on its way to a new state: to be AVAILABLE, or to be gone. What callers see is derived from the
 * clock (model/vpc-link.ts), so it needs no timer and survives a restart.
 */
export interface VpcLinkTransition {
  readonly status: "PENDING" | "DELETING";
  /** Epoch milliseconds. */
  readonly endsAt: number;
}

export interface VpcLinkDocument {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly targetArns: readonly string[];
  readonly transition: VpcLinkTransition;
  readonly tags?: StringMap;
}

/** Every kind of document. The parent of those below a RestApi is its id; of the others it is empty. */
export interface Documents {
  account: AccountDocument;
  restApi: RestApiDocument;
  resource: ResourceDocument;
  deployment: DeploymentDocument;
  snapshot: SnapshotDocument;
  stage: StageDocument;
  clientCertificate: ClientCertificateDocument;
  documentationVersion: DocumentationVersionDocument;
  documentationSnapshot: DocumentationSnapshotDocument;
  documentationPart: DocumentationPartDocument;
  requestValidator: RequestValidatorDocument;
  model: ModelDocument;
  gatewayResponse: GatewayResponseDocument;
  authorizer: AuthorizerDocument;
  apiKey: ApiKeyDocument;
  apiKeyValue: ApiKeyValueDocument;
  usagePlan: UsagePlanDocument;
  usagePlanKey: UsagePlanKeyDocument;
  usage: UsageDocument;
  usageGrant: UsageGrantDocument;
  domainName: DomainNameDocument;
  basePathMapping: BasePathMappingDocument;
  domainNameAccessAssociation: DomainNameAccessAssociationDocument;
  vpcLink: VpcLinkDocument;
}

export type Kind = keyof Documents;

/** Kinds whose parent is a RestApi: they go when it goes. */
export const kindsOfRestApi = [
  "resource",
  "deployment",
  "snapshot",
  "stage",
  "documentationVersion",
  "documentationSnapshot",
  "documentationPart",
  "requestValidator",
  "model",
  "gatewayResponse",
  "authorizer",
] as const satisfies readonly Kind[];
