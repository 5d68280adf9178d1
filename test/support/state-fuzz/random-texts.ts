/** Values for members of inputs that name nothing that is there, mostly such as the service takes. */
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";
const lambdaUri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:f/invocations";
const balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/inner/0123456789abcdef";
const userPool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abcDEF123";
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "execute-api:/*" }],
});
const mapping = { default: { statusCode: "200" }, "5\\d\\d": { statusCode: "500" } };

/** A definition of an API: some paths, with what they refer to. */
function definition(paths: readonly string[], extension: object): string {
  const operation = {
    responses: { "200": { description: "200 response" }, "500": { description: "broken" } },
    "x-amazon-apigateway-integration": {
      type: "mock",
      requestTemplates: { "application/json": '{"statusCode":200}' },
      responses: mapping,
    },
    ...extension,
  };
  return JSON.stringify({
    swagger: "2.0",
    info: { title: "imported", version: "1" },
    "x-amazon-apigateway-request-validators": { all: { validateRequestBody: true, validateRequestParameters: true } },
    "x-amazon-apigateway-documentation": {
      documentationParts: [{ location: { type: "API" }, properties: { description: "imported" } }],
    },
    "x-amazon-apigateway-gateway-responses": { THROTTLED: { statusCode: "420" } },
    securityDefinitions: {
      guard: {
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: lambdaUri },
      },
    },
    definitions: { Pet: { type: "object" }, Toy: { $ref: "#/definitions/Pet" } },
    paths: Object.fromEntries(paths.map((path) => [path, { get: operation, post: operation }])),
  });
}

const keyFile = (names: readonly string[]): string =>
  [
    "Name,Key,Enabled,Usageplanids",
    ...names.map((name) => `${name},${name.repeat(12)}-0123456789-0123456789,true,`),
  ].join("\n");

/** By `{shape or operation}.{member}` or by member. */
export const randomTexts: Readonly<Record<string, readonly string[]>> = {
  name: ["one", "two", "Three", "one two", "__proto__", "ünï", "four", "five", ""],
  "CreateModel.name": ["Pet", "Toy", "Empty", "constructor", "Not a name"],
  description: ["", "some words", "others"],
  stageDescription: ["of the stage"],
  stageName: ["prod", "next", "test", "a", "toString", "hasOwnProperty", "not a name"],
  stage: ["prod", "(none)"],
  domainName: ["api.example.com", "*.example.com", "www.example.com", "no domain"],
  basePath: ["", "shop", "v1", "(none)", "a/b"],
  pathPart: ["pets", "toys", "{id}", "{all+}", "{proxy+}", "a b", "__proto__"],
  httpMethod: ["GET", "POST", "ANY", "OPTIONS", "get"],
  integrationHttpMethod: ["GET", "POST", "ANY"],
  statusCode: ["200", "404", "500"],
  contentType: ["application/json", "text/plain"],
  schema: [
    '{"type":"object"}',
    '{"$ref":"#/definitions/a","definitions":{"a":{"type":"string"}}}',
    '{"type":"array","items":{"type":"integer"}}',
    "{",
  ],
  "CreateAuthorizer.type": ["TOKEN", "TOKEN", "REQUEST", "COGNITO_USER_POOLS"],
  type: ["TOKEN", "REQUEST", "API", "RESOURCE"],
  authorizerUri: [lambdaUri],
  authorizerCredentials: ["arn:aws:iam::123456789012:role/r"],
  credentials: ["arn:aws:iam::123456789012:role/r"],
  cloudwatchRoleArn: ["arn:aws:iam::123456789012:role/logs", "", "not an arn"],
  identitySource: ["method.request.header.Authorization", "method.request.querystring.who"],
  identityValidationExpression: ["^[a-z]+$", "("],
  providerARNs: [userPool],
  targetArns: [balancer],
  authorizationType: ["NONE", "NONE", "NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS"],
  "PutIntegration.type": ["MOCK", "MOCK", "MOCK", "HTTP", "HTTP_PROXY", "AWS_PROXY"],
  uri: ["http://127.0.0.1:1/", "https://example.com/{id}", lambdaUri, "no uri"],
  connectionId: ["${stageVariables.link}"],
  certificateArn: [certificateArn],
  regionalCertificateArn: [certificateArn],
  ownershipVerificationCertificateArn: [certificateArn],
  certificateName: ["mine"],
  policy: [policy, "{", ""],
  managementPolicy: [policy],
  accessAssociationSource: ["vpce-0123456789abcdef0", "vpce-0123456789abcdef1"],
  keyType: ["API_KEY"],
  value: ["01234567890123456789", "a-value-of-a-key-that-is-long-enough", "short"],
  selectionPattern: ["5\\d\\d", "", "("],
  cacheNamespace: ["shared"],
  passthroughBehavior: ["WHEN_NO_MATCH", "NEVER", "WHEN_NO_TEMPLATES", "SOMETIMES"],
  operationName: ["listPets"],
  properties: ['{"description":"x"}', '{"summary":"y","tags":["a"]}', "no json"],
  documentationVersion: ["1", "2", "\u0000", "constructor", "\ud800"],
  path: ["/", "/pets", "/pets/{id}"],
  method: ["GET", "*"],
  customerId: ["c1"],
  productCode: ["p1"],
  startDate: ["2026-11-01"],
  endDate: ["2026-11-20"],
  exportType: ["swagger", "oas30", "other"],
  accepts: ["application/json", "application/yaml"],
  sdkType: ["javascript"],
  id: ["java", "javascript", "cobol"],
  stageKeys: [],
  "CreateVpcLink.targetArns": [balancer],
  "ImportApiKeys.body": [keyFile(["anna", "bert"]), keyFile(["cleo"]), keyFile(["anna", "dora"]), "no keys", ""],
  body: [
    definition(["/a", "/a/{b}"], {}),
    definition(["/pets", "/toys/{id}", "/toys/{proxy+}"], { security: [{ guard: [] }] }),
    definition(["/"], { "x-amazon-apigateway-request-validator": "all" }),
    definition(["no path"], {}),
    "openapi: 3.0.1\ninfo: {title: yaml, version: '1'}\npaths: {}\n",
    "[]",
  ],
  destinationArn: ["arn:aws:logs:us-east-1:123456789012:log-group:access", "no arn"],
  format: ["$context.requestId", '{"id":"$context.requestId"}', "csv"],
  position: ["x"],
  truststoreUri: ["s3://bucket/key.pem"],
  offset: ["0", "3"],
  limit: ["10", "5", "100", "0", "-1"],
  rateLimit: ["5", "0.5", "7", "100", "-1", "x"],
  burstLimit: ["7", "5", "9", "-1"],
  throttlingRateLimit: ["5", "-1"],
  throttlingBurstLimit: ["7", "-1"],
  period: ["DAY", "WEEK", "MONTH"],
  percentTraffic: ["0", "10", "99.99", "101"],
  remaining: ["5", "0"],
  timeoutInMillis: ["1000", "50", "29000", "1"],
  authorizerResultTtlInSeconds: ["0", "300", "60", "3601"],
  minimumCompressionSize: ["0", "1024", "2048", "-1"],
  cacheClusterSize: ["0.5", "1.6", "9"],
  types: ["REGIONAL", "EDGE", "PRIVATE"],
  vpcEndpointIds: ["vpce-0123456789abcdef0"],
  routingMode: ["BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY"],
  variables: ['{"a":"b"}'],
  stageVariableOverrides: ['{"a":"c"}'],
  throttle: ['{"/pets/GET":{"rateLimit":1,"burstLimit":2}}', "{}"],
  labels: ["x"],
};

/**
 * What most calls of an operation have beside what they must: with more than that, hardly any would be taken. The texts
 * count before those above.
 */
export const usualMembers: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  CreateAuthorizer: {
    type: ["TOKEN", "REQUEST"],
    authorizerUri: [lambdaUri],
    identitySource: ["method.request.header.A"],
  },
  CreateBasePathMapping: { basePath: ["", "shop", "v1"], stage: ["(none)"] },
  CreateDeployment: { stageName: ["prod", "next", "test"] },
  CreateDomainNameAccessAssociation: {},
  CreateDomainName: { regionalCertificateArn: [certificateArn], endpointConfiguration: [], types: ["REGIONAL"] },
  CreateModel: { schema: ['{"type":"object"}', '{"type":"string"}'], name: ["Pet", "Toy", "Cat"] },
  CreateRestApi: { name: ["one", "two"], cloneFrom: [] },
  CreateStage: {
    stageName: ["prod", "next", "test", "last"],
    documentationVersion: [],
    canarySettings: [],
    variables: [],
  },
  CreateUsagePlan: { name: ["one"], apiStages: [], throttle: [], quota: [] },
  CreateVpcLink: { name: ["one"] },
  PutIntegration: { type: ["MOCK", "HTTP_PROXY"], uri: ["http://127.0.0.1:1/"], integrationHttpMethod: ["GET"] },
  PutIntegrationResponse: { statusCode: ["200", "404"] },
  PutMethod: {
    authorizationType: ["NONE"],
    httpMethod: ["GET", "POST", "ANY"],
    requestValidatorId: [],
    requestModels: [],
  },
};

/** Keys of maps, by member. */
export const randomKeys: Readonly<Record<string, readonly string[]>> = {
  tags: ["team", "size", "__proto__", "colour", "cost", "x", "aws:no"],
  variables: ["a", "release", "link", "__proto__", "no name"],
  stageVariableOverrides: ["a", "release"],
  requestParameters: ["method.request.header.x", "method.request.querystring.q", "method.request.path.id"],
  "PutIntegration.requestParameters": ["integration.request.header.x", "integration.request.querystring.q"],
  responseParameters: ["method.response.header.x", "method.response.header.y"],
  "PutGatewayResponse.responseParameters": ["gatewayresponse.header.x"],
  responseTemplates: ["application/json", "text/plain", "__proto__"],
  requestTemplates: ["application/json", "text/plain"],
  requestModels: ["application/json", "text/plain"],
  responseModels: ["application/json"],
  parameters: ["extensions", "basepath"],
  throttle: ["/pets/GET", "/ANY", "no key"],
};

/** Texts of map entries, by member. */
export const randomEntries: Readonly<Record<string, readonly string[]>> = {
  requestModels: ["Pet", "Empty", "Toy", "Error", "Nothing"],
  responseModels: ["Pet", "Error", "Empty", "Nothing"],
  "PutIntegration.requestParameters": ["method.request.header.x", "'constant'", "method.request.path.id"],
  responseParameters: ["'1'", "integration.response.header.x"],
  requestTemplates: ['{"statusCode":200}', "#if", "$input.body"],
  responseTemplates: ['{"statusCode":200}', "#if", ""],
  parameters: ["ignore", "apigateway", "documentation"],
};
