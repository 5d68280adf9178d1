/** OpenAPI 2.0, as the service writes it (facts/control.md 17). */
import type { JsonObject } from "../../model/json-schema/syntax.ts";
import {
  type Dialect,
  type OperationPart,
  type ParameterPart,
  type ResponsePart,
  schemaReference,
} from "./export-parts.ts";
import { extensions } from "./extensions.ts";
import { jsonModelOf } from "./json-models.ts";
import { withoutEmpty } from "./without-empty.ts";

const schemaPlace = "/definitions/";

const writeParameter = ({ name, in: place, required, documented }: ParameterPart): JsonObject => ({
  name,
  in: place,
  ...documented.attributes,
  required,
  type: "string",
  ...documented.extensions,
});

function writeBody({ body }: OperationPart): readonly JsonObject[] {
  const model = body && jsonModelOf(body.models);
  if (body === undefined || model === undefined) return [];
  const { attributes, extensions: own } = body.documented;
  return [
    { in: "body", name: model, ...attributes, required: true, schema: schemaReference({ schemaPlace }, model), ...own },
  ];
}

function writeResponse({ statusCode, models, headers, documented }: ResponsePart): JsonObject {
  const model = jsonModelOf(models);
  const named = headers.map(
    ({ name, documented: { attributes, extensions: own } }) =>
      [name, { type: "string", ...attributes, ...own }] as const,
  );
  return withoutEmpty({
    description: documented.attributes["description"] ?? `${statusCode} response`,
    schema: model === undefined ? undefined : schemaReference({ schemaPlace }, model),
    headers: Object.fromEntries(named),
    ...documented.extensions,
  });
}

export const swagger: Dialect = {
  exportType: "swagger",
  schemaPlace,
  schemaOrder: ["type", "format", "required", "discriminator", "properties", "items", "title", "description"],
  verbs: ["GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS"],
  writeOperation: (operation) => {
    const { tags, summary, description, externalDocs, deprecated } = operation.documented.attributes;
    const { responses } = operation;
    return {
      ...withoutEmpty({
        tags,
        summary,
        description,
        externalDocs,
        operationId: operation.operationId,
        consumes: operation.consumes,
        produces: operation.produces,
        parameters: [...operation.parameters.map(writeParameter), ...writeBody(operation)],
      }),
      responses: Object.fromEntries(responses.map((response) => [response.statusCode, writeResponse(response)])),
      ...withoutEmpty({ security: operation.security, deprecated }),
      ...operation.documented.extensions,
      ...operation.extensions,
    };
  },
  writeRoot: ({ info, infoDocumented, documented, ...root }) => ({
    swagger: "2.0",
    info: {
      ...withoutEmpty({ description: info.description, version: info.version, title: info.title }),
      ...infoDocumented.attributes,
      ...infoDocumented.extensions,
    },
    host: root.host,
    basePath: `/${root.stageName}`,
    ...documented.attributes,
    schemes: ["https"],
    paths: root.paths,
    ...withoutEmpty({ securityDefinitions: root.securitySchemes, definitions: root.schemas }),
    ...root.extensions,
    ...withoutEmpty({ [extensions.endpointConfiguration]: root.endpoint }),
    ...documented.extensions,
  }),
};
