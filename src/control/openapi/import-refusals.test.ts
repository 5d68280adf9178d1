/** What refuses an import, and what it warns of (facts/control.md 1.1). */
import { describe, expect, it } from "vitest";
import {
  importRefusal as refusal,
  Imports,
  lambdaUri,
  mock,
  oas30,
  operation,
  swagger,
} from "../../../test/support/import-fixture.ts";

type Given = Readonly<Record<string, unknown>>;

const at = (path: string, members: Given = {}): Given => ({ paths: { [path]: { get: operation(members) } } });
const integrated = (integration: unknown): Given => at("/a", { "x-amazon-apigateway-integration": integration });
const http = { type: "http", httpMethod: "GET", uri: "http://127.0.0.1/" };
const scheme = (authorizer: unknown, name = "Auth"): Given => ({
  securityDefinitions: {
    asks: { type: "apiKey", name, in: "header", "x-amazon-apigateway-authorizer": authorizer },
  },
});
const mapping = (error: string): string =>
  `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${error}]`;
const malformed = (why: string): string =>
  `Unable to parse API definition because of a malformed integration at path /a. ${why}`;
const onGet = (what: string, path = "/a"): string => `Unable to put ${what} on 'GET' for resource at path '${path}'`;
const getAt = (path = "/a"): string => `Unable to put method 'GET' on resource at path '${path}'`;

describe("an import is refused for", () => {
  it.each<[string, Given, readonly string[]]>([
    [
      "a Model's name",
      { definitions: { "My-Pet": {} } },
      ["Unable to create model for 'My-Pet': Model name must be alphanumeric: My-Pet"],
    ],
    [
      "a Model's schema",
      { definitions: { Pet: { type: "house" } } },
      [
        "Unable to create model for 'Pet': Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
      ],
    ],
    [
      "schemas that refer to none",
      { definitions: { Pet: { allOf: [{ $ref: "#/definitions/Owner" }, { $ref: "#/x/y" }] } } },
      [
        "Unable to create model for 'Pet': Invalid model specified: Validation Result: warnings : [], errors : [Invalid model specified: Owner, Invalid model specified: #/x/y]",
      ],
    ],
    [
      "a path's characters",
      at("/pets{id}"),
      [
        "Unable to create resource at path '/pets{id}': Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
      ],
    ],
    [
      "a path without a slash",
      at("pets"),
      ["Unable to create resource at path 'pets': A path must begin with a slash"],
    ],
    [
      "two variables",
      { paths: { "/{a}/x": {}, "/{b}/x": {} } },
      [
        "Unable to create resource at path '/{b}/x': A sibling ({a}) of this resource already has a variable path part -- only one is allowed",
      ],
    ],
    [
      "a path below a greedy one",
      { paths: { "/{a+}/x": {} } },
      [
        "Unable to create resource at path '/{a+}/x': Cannot create a child of a resource with a greedy path variable: {a+}",
      ],
    ],
    [
      "names that are not unique",
      at("/a", {
        parameters: [
          { in: "query", name: "x" },
          { in: "header", name: "x" },
        ],
      }),
      [`${getAt()}: Parameter names must be unique across querystring, header and path`],
    ],
    [
      "a parameter's name",
      at("/a", { parameters: [{ in: "query", name: "a b" }] }),
      [`${getAt()}: Invalid mapping expression parameter specified: method.request.querystring.a b`],
    ],
    [
      "a parameter without a name",
      at("/a", { parameters: [{ in: "query" }, { in: "header", name: "" }] }),
      [`${getAt()}: A parameter in 'query' has no name`, `${getAt()}: A parameter in 'header' has no name`],
    ],
    [
      "a validator that there is not",
      at("/a", { "x-amazon-apigateway-request-validator": "none" }),
      [`${getAt()}: Invalid Request Validator identifier specified`],
    ],
    [
      "an authorization type",
      at("/a", { "x-amazon-apigateway-auth": { type: "ask" } }),
      [`${getAt()}: Invalid authorization type specified. Valid options are NONE,AWS_IAM,CUSTOM,COGNITO_USER_POOLS`],
    ],
    [
      "a URI",
      integrated({ ...http, uri: "nowhere" }),
      [`${onGet("integration")}: Invalid HTTP endpoint specified for URI`],
    ],
    [
      "a verb",
      integrated({ ...http, httpMethod: "" }),
      [`${onGet("integration")}: Enumeration value for HttpMethod must be non-empty`],
    ],
    [
      "a timeout",
      integrated({ ...http, timeoutInMillis: 1 }),
      [`${onGet("integration")}: Timeout should be between 50 ms and 29000 ms`],
    ],
    [
      "words that the wire would refuse",
      integrated({ ...mock, contentHandling: "TWIST" }),
      [
        `${onGet("integration")}: Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT`,
      ],
    ],
    [
      "a mapping of what is not declared",
      integrated({ ...http, requestParameters: { "integration.request.header.a": "method.request.header.a" } }),
      [
        `${onGet("integration")}: ${mapping("Invalid mapping expression parameter specified: method.request.header.a")}`,
      ],
    ],
    [
      "headers and patterns of answers, each",
      integrated({
        ...mock,
        responses: {
          default: { statusCode: "200", responseParameters: { "method.response.header.a": "'b'" } },
          "(": { statusCode: "200" },
          x: { statusCode: "9" },
          y: { statusCode: "200", contentHandling: "TWIST" },
        },
      }),
      [
        `${onGet("integration response")}: ${mapping("Invalid mapping expression parameter specified: method.response.header.a")}`,
        `${onGet("integration response")}: Invalid regex pattern specified`,
        `${onGet("integration response")}: Invalid Response status code specified`,
        `${onGet("integration response")}: Invalid contentHandling specified. Valid options are CONVERT_TO_BINARY,CONVERT_TO_TEXT`,
      ],
    ],
    [
      "what is no header of an answer that was not declared",
      at("/a", {
        responses: {},
        "x-amazon-apigateway-integration": {
          ...mock,
          responses: { default: { statusCode: "200", responseParameters: { "method.response.body": "'b'" } } },
        },
      }),
      [
        `${onGet("integration response")}: ${mapping("Invalid mapping expression parameter specified: method.response.body")}\nAdditionally, these warnings were found:\n\tMethod response 200 of 'GET' for resource at path '/a' is not defined. Creating it.`,
      ],
    ],
    [
      "a header of an answer",
      at("/a", { responses: { "200": { headers: { "a b": {} } } } }),
      [
        "Unable to put method response 200 on 'GET' on resource at path '/a': Invalid mapping expression parameter specified: method.response.header.a b",
      ],
    ],
    [
      "an authorizer without a type",
      scheme({ authorizerUri: lambdaUri("asks") }),
      ["Unable to create authorizer 'asks': type is missing"],
    ],
    [
      "an authorizer's type",
      scheme({ type: "guess" }),
      ["Unable to create authorizer 'asks': type is not one of token, request, cognito_user_pools"],
    ],
    [
      "an authorizer of a token that is nowhere",
      scheme({ type: "token", authorizerUri: lambdaUri("asks") }, "Unused"),
      ["Unable to create authorizer 'asks': IdentitySource cannot be empty"],
    ],
    [
      "an authorizer that is no object",
      scheme("asks"),
      ["Unable to create authorizer 'asks': x-amazon-apigateway-authorizer is not an object"],
    ],
    [
      "an authorizer's pools",
      scheme({ type: "cognito_user_pools" }),
      ["Unable to create authorizer 'asks': ProviderARNs cannot be empty"],
    ],
    [
      "a gateway response's type",
      { "x-amazon-apigateway-gateway-responses": { TEAPOT: {} } },
      ["Unable to put gateway response 'TEAPOT': Invalid gateway response type specified"],
    ],
    [
      "a gateway response's header",
      { "x-amazon-apigateway-gateway-responses": { THROTTLED: { responseParameters: { a: "'b'" } } } },
      [`Unable to put gateway response 'THROTTLED': ${mapping("Invalid mapping expression parameter specified: a")}`],
    ],
    [
      "a validator's name",
      { "x-amazon-apigateway-request-validators": { "": {} } },
      ["Unable to create request validator '': Request Validator name cannot be blank"],
    ],
  ])("%s", async (_what, members, errors) => {
    expect(await refusal(swagger(members))).toBe(`Errors found during import:\n\t${errors.join("\n\t")}`);
  });

  it.each<[string, Given, string]>([
    ["an integration that is no object", integrated([]), malformed("It is not an object.")],
    ["an integration without a type", integrated({ uri: "http://127.0.0.1/" }), malformed("Its type is missing.")],
    [
      "an integration's type",
      integrated({ type: "pigeon" }),
      malformed("Its type is not one of http, aws, mock, http_proxy, aws_proxy."),
    ],
    ["an integration's member", integrated({ ...http, uri: { "Fn::Sub": "x" } }), malformed("Its uri is not a text.")],
    [
      "an integration's answers",
      integrated({ ...mock, responses: [{ statusCode: "200" }] }),
      malformed("Its responses are not an object."),
    ],
    [
      "an integration's answer",
      integrated({ ...mock, responses: { default: "200" } }),
      malformed("The response default is not an object."),
    ],
    [
      "a member of an integration's answer",
      integrated({ ...mock, responses: { "4..": { statusCode: [400] } } }),
      malformed("The statusCode of its response 4.. is not a text."),
    ],
    [
      "an operation that is none",
      { paths: { "/a": { get: [] } } },
      "Unable to parse API definition: 'get' at path /a is no operation.",
    ],
    [
      "a demand that is no list",
      at("/a", { security: { asks: [] } }),
      "Unable to parse API definition: security of 'GET' on resource at path '/a' is not a list of objects.",
    ],
    [
      "a list of demands that are none",
      at("/a", { security: ["asks"] }),
      "Unable to parse API definition: security of 'GET' on resource at path '/a' is not a list of objects.",
    ],
    [
      "an authorization that is no object",
      at("/a", { "x-amazon-apigateway-auth": "AWS_IAM" }),
      "Unable to parse API definition: x-amazon-apigateway-auth of 'GET' on resource at path '/a' is not an object with a type.",
    ],
    [
      "an authorization without a type",
      at("/a", { "x-amazon-apigateway-auth": { types: "AWS_IAM" } }),
      "Unable to parse API definition: x-amazon-apigateway-auth of 'GET' on resource at path '/a' is not an object with a type.",
    ],
    [
      "a scheme that leads nowhere",
      { securityDefinitions: { asks: { $ref: "#/x-asks" } } },
      "Invalid OpenAPI input. The reference #/x-asks leads nowhere",
    ],
    [
      "a reference to nothing",
      { paths: { "/a": { $ref: "#/x-paths/a" } } },
      "Invalid OpenAPI input. The reference #/x-paths/a leads nowhere",
    ],
    [
      "references in a circle",
      { paths: { "/a": { $ref: "#/x-b" } }, "x-b": { $ref: "#/x-a" }, "x-a": { $ref: "#/x-b" } },
      "Invalid OpenAPI input. The reference #/x-b leads in a circle",
    ],
    [
      "a reference to elsewhere",
      { definitions: { Pet: { $ref: "http://127.0.0.1/pet.json" } } },
      "Invalid OpenAPI input. Only references within the document are supported: http://127.0.0.1/pet.json",
    ],
    [
      "a file",
      at("/a", { parameters: [{ $ref: "file:///etc/passwd" }] }),
      "Invalid OpenAPI input. Only references within the document are supported: file:///etc/passwd",
    ],
    [
      "an API key's source",
      { "x-amazon-apigateway-api-key-source": "COOKIE" },
      "Invalid API key source specified. Valid options are AUTHORIZER,HEADER",
    ],
    [
      "a compression size",
      { "x-amazon-apigateway-minimum-compression-size": -1 },
      "Invalid minimum compression size, must be between 0 and 10485760",
    ],
    [
      "media types that are no list",
      { "x-amazon-apigateway-binary-media-types": "image/png" },
      "Unable to parse API definition: x-amazon-apigateway-binary-media-types of the document is not a list of texts.",
    ],
    [
      "a policy",
      { "x-amazon-apigateway-policy": { Version: "1" } },
      "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
    ],
    [
      "a tag",
      { tags: [{ name: "aws:x", "x-amazon-apigateway-tag-value": "1" }] },
      "Tag keys must not begin with 'aws:'",
    ],
    [
      "VPC endpoints of a public API",
      { "x-amazon-apigateway-endpoint-configuration": { vpcEndpointIds: ["vpce-1"] } },
      "VPCEndpoints can only be specified with PRIVATE apis.",
    ],
  ])("%s", async (_what, members, message) => {
    expect(await refusal(swagger(members))).toBe(message);
  });
});

describe("an import warns of", () => {
  it.each<[string, unknown, readonly string[]]>([
    ["an info that is missing", { swagger: "2.0", paths: {} }, ["Parse issue: attribute info is missing"]],
    [
      "what is missing",
      { swagger: "2.0", info: {} },
      [
        "Parse issue: attribute info.title is missing",
        "Parse issue: attribute info.version is missing",
        "Parse issue: attribute paths is missing",
      ],
    ],
    [
      "a Model that there is not",
      swagger(at("/a", { responses: { "200": { schema: { $ref: "#/definitions/Pet" } } } })),
      ["Reference to model 'Pet' not found. Ignoring."],
    ],
    [
      "a parameter of a form",
      swagger(at("/a", { parameters: [{ in: "formData", name: "file" }] })),
      ["Parameter 'file' in 'formData' of method 'GET' on resource at path '/a' is not supported. Ignoring."],
    ],
    [
      "a cookie",
      oas30(at("/a", { parameters: [{ in: "cookie", name: "id" }] })),
      ["Parameter 'id' in 'cookie' of method 'GET' on resource at path '/a' is not supported. Ignoring."],
    ],
    [
      "a method that there is not here",
      oas30({ paths: { "/a": { trace: {} } } }),
      ["Method 'TRACE' at path '/a' is not supported. Ignoring."],
    ],
    [
      "a demand that nothing checks",
      swagger({ ...at("/a", { security: [{ basic: [] }] }), securityDefinitions: { basic: { type: "basic" } } }),
      ["Security scheme 'basic' of 'GET' on resource at path '/a' has no authorizer. Ignoring."],
    ],
    [
      "an answer that was not declared",
      swagger(at("/a", { responses: {} })),
      ["Method response 200 of 'GET' for resource at path '/a' is not defined. Creating it."],
    ],
    [
      "an answer that was not declared, once",
      swagger(
        at("/a", {
          "x-amazon-apigateway-integration": {
            ...mock,
            responses: { default: { statusCode: "200" }, a: { statusCode: "400" }, b: { statusCode: "400" } },
          },
        }),
      ),
      ["Method response 400 of 'GET' for resource at path '/a' is not defined. Creating it."],
    ],
    [
      "a place that a template's variable was to fill",
      swagger(
        at("/a", {
          "x-amazon-apigateway-integration": {
            ...http,
            uri: "http://127.0.0.1/${stageVariables.path}/${Table.Arn}",
            credentials: "arn:aws:iam::123456789012:role/${AWS::StackName}",
          },
        }),
      ),
      [
        "The integration of 'GET' on resource at path '/a' has ${Table.Arn} in its uri, which stands for nothing here.",
        "The integration of 'GET' on resource at path '/a' has ${AWS::StackName} in its credentials, which stands for nothing here.",
      ],
    ],
    [
      "a method that is there twice",
      swagger({ paths: { "/a": { get: operation(), put: operation() }, "/a/": { get: operation() } } }),
      ["Method 'GET' on resource at path '/a' is defined more than once. The last one is taken."],
    ],
    [
      "documentation of nothing",
      swagger({
        "x-amazon-apigateway-documentation": { documentationParts: [{ location: { type: "HOUSE" }, properties: {} }] },
      }),
      ["Documentation part 1 is ignored: Invalid documentation location type specified"],
    ],
  ])("%s", async (_what, definition, warnings) => {
    const { reply } = await new Imports().import(definition);
    expect(reply.warnings).toEqual(warnings);
    expect(await refusal(definition, true)).toBe(`Warnings found during import:\n\t${warnings.join("\n\t")}`);
  });
});
