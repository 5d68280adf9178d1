/** What the root of an OpenAPI document and its `info` say of a RestApi, both ways (facts/control.md 1.1, 19). */
import type { EndpointConfigurationDocument, RestApiDocument } from "../../model/documents.ts";
import { extensions } from "./extensions.ts";
import { boolean, json, type Members, named, number, text, texts, unless, unlessEmpty } from "./members.ts";

/** `info`; an export orders them as its version of OpenAPI does. */
export const infoMembers: Members<RestApiDocument> = {
  name: named("title", text),
  description: text,
  version: text,
};

/** Extensions at the root. */
export const restApiMembers: Members<RestApiDocument> = {
  securityPolicy: named(extensions.securityPolicy, text),
  policy: named(extensions.policy, json),
  apiKeySource: named(extensions.apiKeySource, unless("HEADER", text)),
  minimumCompressionSize: named(extensions.minimumCompressionSize, number),
  binaryMediaTypes: named(extensions.binaryMediaTypes, unlessEmpty(texts)),
  endpointAccessMode: named(extensions.endpointAccessMode, text),
};

/** `x-amazon-apigateway-endpoint-configuration` has these of the RestApi's own … */
export const endpointMembers: Members<RestApiDocument> = { disableExecuteApiEndpoint: unless(false, boolean) };

/** … and these of its endpoint configuration. The types are a parameter of an import and no part of the document. */
export const endpointConfigurationMembers: Members<EndpointConfigurationDocument> = {
  vpcEndpointIds: unlessEmpty(texts),
  ipAddressType: text,
};
