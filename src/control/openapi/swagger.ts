/** OpenAPI 2.0, as the service writes it (facts/control.md 17). */
import type { JsonObject } from "../../model/json.ts";
import { toMap } from "../../model/record.ts";
import {
  inOrder,
  type HeaderPart,
  type OpenApiWriter,
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

/** What is always there cannot be said of a header here. */
const writeHeader = ({ documented }: HeaderPart): JsonObject => ({
  type: "string",
  ...documented.attributes,
  ...documented.extensions,
});

function writeResponse({ statusCode, models, headers, documented }: ResponsePart): JsonObject {
  const model = jsonModelOf(models);
  return {
    description: documented.attributes["description"] ?? `${statusCode} response`,
    ...withoutEmpty({
      schema: model === undefined ? undefined : schemaReference({ schemaPlace }, model),
      headers: toMap(headers.map((header) => [header.name, writeHeader(header)] as const)),
    }),
    ...documented.extensions,
  };
}

export const swagger: OpenApiWriter = {
  schemaPlace,
  schemaOrder: ["type", "format", "required", "discriminator", "properties", "items", "title", "description"],
  verbs: ["GET", "PUT", "POST", "HEAD", "DELETE", "PATCH", "OPTIONS"],
  modelsOf: (models) => {
    const model = jsonModelOf(models);
    return model === undefined ? [] : [model];
  },
  writeOperation: (operation) => {
    const { deprecated, ...about } = operation.documented.attributes;
    const { operationId, consumes, produces, responses } = operation;
    const parameters = [...operation.parameters.map(writeParameter), ...writeBody(operation)];
    return {
      ...about,
      ...withoutEmpty({ operationId, consumes, produces, parameters }),
      responses: toMap(responses.map((response) => [response.statusCode, writeResponse(response)] as const)),
      ...withoutEmpty({ security: operation.security, deprecated }),
      ...operation.documented.extensions,
      ...operation.extensions,
    };
  },
  writeRoot: ({ info, infoDocumented, documented, ...root }) => ({
    swagger: "2.0",
    info: inOrder({ ...info, ...infoDocumented.attributes, ...infoDocumented.extensions }, [
      "description",
      "version",
      "title",
    ]),
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
