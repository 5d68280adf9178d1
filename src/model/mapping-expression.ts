/**
 * The grammar of parameter mappings (facts/mapping.md 3): what stands left (a place of the request or reply that is made)
 * and right (where its value comes from). The control plane refuses what does not parse, the gateway compiles what does.
 */

export type ParameterLocation = "path" | "querystring" | "header";

/** A parameter: where it is and what it is called. */
export interface Parameter {
  readonly location: ParameterLocation;
  readonly name: string;
}

/** Where a mapped value comes from. */
export type MappingSource =
  | { readonly kind: "parameter"; readonly parameter: Parameter; readonly multiValue: boolean }
  /** The whole body, or what a JSON path without `$.` finds in it. */
  | { readonly kind: "body"; readonly jsonPath: string | undefined }
  | { readonly kind: "stageVariable"; readonly name: string }
  /** `context.identity.sourceIp` has the path `identity.sourceIp`. */
  | { readonly kind: "context"; readonly path: string }
  | { readonly kind: "literal"; readonly text: string };

/** Whose mappings: the Integration's requestParameters or the IntegrationResponse's responseParameters. */
export type MappingSide = "request" | "response";

const name = "[a-zA-Z0-9._$-]+";
/** Printable characters: a line end or other control character has no place in a header or a URI. */
const printable = "[^\\u0000-\\u001f\\u007f]";

const methodParameter = new RegExp(`^method\\.request\\.(path|querystring|header)\\.(${name})$`);
const integrationParameter = new RegExp(`^integration\\.request\\.(path|querystring|header)\\.(${name})$`);
const gatewayResponseHeader = new RegExp(`^gatewayresponse\\.header\\.(${name})$`);
const responseHeader = new RegExp(`^method\\.response\\.header\\.(${name})$`);

const sources = {
  request: {
    parameter: new RegExp(`^method\\.request\\.(multivalue)?(path|querystring|header)\\.(${name})$`),
    body: new RegExp(`^method\\.request\\.body(?:\\.(${printable}+))?$`),
  },
  response: {
    parameter: new RegExp(`^integration\\.response\\.(multivalue)?(header)\\.(${name})$`),
    body: new RegExp(`^integration\\.response\\.body(?:\\.(${printable}+))?$`),
  },
} as const;
const stageVariable = /^stageVariables\.(\w+)$/;
const contextVariable = /^context\.([a-zA-Z0-9._:$-]+)$/;
const literal = new RegExp(`^'(${printable}*)'$`);

const toParameter = (location: string | undefined, parameterName: string | undefined): Parameter => ({
  location: location as ParameterLocation,
  name: parameterName ?? "",
});

/** `method.request.path.petId`, a key of Method.requestParameters; undefined when it is not one. */
export function parseMethodParameter(key: string): Parameter | undefined {
  const found = methodParameter.exec(key);
  return found === null ? undefined : toParameter(found[1], found[2]);
}

/** `integration.request.header.x`, a key of Integration.requestParameters; undefined when it is not one. */
export function parseIntegrationParameter(key: string): Parameter | undefined {
  const found = integrationParameter.exec(key);
  return found === null ? undefined : toParameter(found[1], found[2]);
}

/** The header's name in `method.response.header.x`, a key of responseParameters; undefined when it is not one. */
export function parseResponseHeader(key: string): string | undefined {
  return responseHeader.exec(key)?.[1];
}

/** The header's name in `gatewayresponse.header.x`, a key of a GatewayResponse's responseParameters; undefined when it is not one. */
export function parseGatewayResponseHeader(key: string): string | undefined {
  return gatewayResponseHeader.exec(key)?.[1];
}

/**
 * What a GatewayResponse's parameter or template takes a value from (facts/runtime.md 13): all of a request mapping's
 * sources but the body. `method.input.params.x`, which definitions also write, is a header.
 */
export function parseGatewayResponseSource(text: string): MappingSource | undefined {
  const source = parseMappingSource(text.replace(/^method\.input\.params\./, "method.request.header."), "request");
  return source?.kind === "body" ? undefined : source;
}

/** The right side of a mapping; undefined when it is not one. */
export function parseMappingSource(text: string, side: MappingSide): MappingSource | undefined {
  const forms = sources[side];
  const parameter = forms.parameter.exec(text);
  if (parameter !== null) {
    const [, multi, location, parameterName] = parameter;
    if (multi !== undefined && location === "path") return undefined;
    return { kind: "parameter", parameter: toParameter(location, parameterName), multiValue: multi !== undefined };
  }
  const body = forms.body.exec(text);
  if (body !== null) return { kind: "body", jsonPath: body[1] };
  const variable = stageVariable.exec(text)?.[1];
  if (variable !== undefined) return { kind: "stageVariable", name: variable };
  const path = contextVariable.exec(text)?.[1];
  if (path !== undefined) return { kind: "context", path };
  const constant = literal.exec(text)?.[1];
  return constant === undefined ? undefined : { kind: "literal", text: constant };
}
