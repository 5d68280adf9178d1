/** A definition as it is imported: what OpenAPI 2.0 and 3.0 have in common, in the words of the documents that it becomes. */
import type {
  AuthorizerDocument,
  EndpointConfigurationDocument,
  GatewayResponseDocument,
  IntegrationDocument,
  IntegrationResponseDocument,
  MethodResponseDocument,
  RequestValidatorDocument,
  RestApiDocument,
} from "../../model/documents.ts";
import type { StringMap } from "../../model/record.ts";
import type { NewDocumentationPart } from "../operations/documentation-merge.ts";

/** What a definition says of the RestApi itself; what it does not mention is absent. */
export interface RestApiDraft {
  readonly settings: Partial<RestApiDocument>;
  readonly endpointConfiguration: Partial<EndpointConfigurationDocument>;
  readonly tags?: StringMap;
}

export interface ModelDraft {
  readonly name: string;
  /** JSON; references to other Models have the service's URL. */
  readonly schema: string;
  /** Names of Models that it refers to and the definition does not have. */
  readonly unknown: readonly string[];
}

export type ValidatorDraft = { readonly name: string } & Partial<RequestValidatorDocument>;
export type AuthorizerDraft = { readonly name: string } & Partial<AuthorizerDocument>;
export type GatewayResponseDraft = { readonly responseType: string } & Partial<GatewayResponseDocument>;

export interface IntegrationDraft {
  readonly integration: Partial<IntegrationDocument>;
  readonly responses: readonly IntegrationResponseDocument[];
}

/** An operation. Authorizer and validator are named; their ids are looked up where the RestApi is. */
export interface MethodDraft {
  readonly httpMethod: string;
  readonly operationName?: string;
  readonly apiKeyRequired: boolean;
  readonly authorizationType: string;
  readonly authorizationScopes?: readonly string[];
  readonly authorizerName?: string;
  readonly validatorName?: string;
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly requestModels: StringMap;
  readonly responses: readonly MethodResponseDocument[];
  readonly integration?: IntegrationDraft;
}

export interface PathDraft {
  /** As the definition has it; the base path is in front where that is asked for. */
  readonly path: string;
  readonly methods: readonly MethodDraft[];
}

export interface Definition {
  readonly restApi: RestApiDraft;
  readonly models: readonly ModelDraft[];
  readonly validators: readonly ValidatorDraft[];
  readonly authorizers: readonly AuthorizerDraft[];
  readonly gatewayResponses: readonly GatewayResponseDraft[];
  readonly paths: readonly PathDraft[];
  /** Characters of JSON that the operations of all paths take as they are here. */
  readonly methodsSize: number;
  /** Absent where documentation is to be left alone. */
  readonly documentation?: { readonly version?: string; readonly parts: readonly NewDocumentationPart[] };
  readonly warnings: readonly string[];
}
