/** The names of the OpenAPI extensions of REST APIs (facts/control.md 19): the one place where they are spelt. */
export const extensions = {
  anyMethod: "x-amazon-apigateway-any-method",
  apiKeySource: "x-amazon-apigateway-api-key-source",
  auth: "x-amazon-apigateway-auth",
  authorizer: "x-amazon-apigateway-authorizer",
  authtype: "x-amazon-apigateway-authtype",
  binaryMediaTypes: "x-amazon-apigateway-binary-media-types",
  documentation: "x-amazon-apigateway-documentation",
  endpointAccessMode: "x-amazon-apigateway-endpoint-access-mode",
  endpointConfiguration: "x-amazon-apigateway-endpoint-configuration",
  gatewayResponses: "x-amazon-apigateway-gateway-responses",
  importExportVersion: "x-amazon-apigateway-importexport-version",
  integration: "x-amazon-apigateway-integration",
  integrations: "x-amazon-apigateway-integrations",
  minimumCompressionSize: "x-amazon-apigateway-minimum-compression-size",
  policy: "x-amazon-apigateway-policy",
  requestValidator: "x-amazon-apigateway-request-validator",
  requestValidators: "x-amazon-apigateway-request-validators",
  securityPolicy: "x-amazon-apigateway-security-policy",
  tagValue: "x-amazon-apigateway-tag-value",
} as const;

/** The key of an integration's response without a selection pattern. */
export const defaultResponse = "default";

/** What stands for an API key, and for a signed call, among the security schemes (facts/control.md 17, 19). */
export const apiKeyScheme = "api_key";
export const signatureScheme = "sigv4";
export const signatureAuthtype = "awsSigv4";
