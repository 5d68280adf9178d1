/** OpenAPI 3.0, as the service writes it (facts/control.md 17). */
import type { JsonObject } from "../../model/json.ts";
import { type StringMap, toMap } from "../../model/record.ts";
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
import { withoutEmpty } from "./without-empty.ts";

const schemaPlace = "/components/schemas/";
const textSchema = { type: "string" } as const;

const writeParameter = ({ name, in: place, required, documented }: ParameterPart): JsonObject => ({
  name,
  in: place,
  ...documented.attributes,
  ...(required ? { required } : {}),
  schema: textSchema,
  ...documented.extensions,
});

const writeContent = (models: StringMap): JsonObject =>
  Object.fromEntries(
    Object.entries(models).map(([contentType, model]) => [
      contentType,
      { schema: schemaReference({ schemaPlace }, model) },
    ]),
  );

function writeBody({ body }: OperationPart): JsonObject | undefined {
  if (body === undefined) return undefined;
  const { attributes, extensions: own } = body.documented;
  return { ...attributes, content: writeContent(body.models), required: true, ...own };
}

const writeHeader = ({ required, documented }: HeaderPart): JsonObject => ({
  ...documented.attributes,
  ...(required ? { required } : {}),
  schema: textSchema,
  ...documented.extensions,
});

const writeResponse = ({ statusCode, models, headers, documented }: ResponsePart): JsonObject => ({
  description: documented.attributes["description"] ?? `${statusCode} response`,
  ...withoutEmpty({ headers: toMap(headers.map((header) => [header.name, writeHeader(header)] as const)) }),
  content: writeContent(models),
  ...documented.extensions,
});

export const oas30: OpenApiWriter = {
  schemaPlace,
  schemaOrder: (
    "title multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems " +
    "uniqueItems maxProperties minProperties required type not properties additionalProperties description format"
  ).split(" "),
  verbs: ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH"],
  modelsOf: (models) => Object.values(models),
  writeOperation: (operation) => {
    const { deprecated, ...about } = operation.documented.attributes;
    const { operationId, parameters, security } = operation;
    const responses = operation.responses.map((response) => [response.statusCode, writeResponse(response)] as const);
    return {
      ...about,
      ...withoutEmpty({
        operationId,
        parameters: parameters.map(writeParameter),
        requestBody: writeBody(operation),
        responses: toMap(responses),
        deprecated,
        security,
      }),
      ...operation.documented.extensions,
      ...operation.extensions,
    };
  },
  writeRoot: ({ info, infoDocumented, documented, ...root }) => ({
    openapi: "3.0.1",
    info: inOrder({ ...info, ...infoDocumented.attributes, ...infoDocumented.extensions }, [
      "title",
      "description",
      "version",
    ]),
    servers: [
      {
        url: `https://${root.host}/{basePath}`,
        variables: { basePath: { default: root.stageName } },
        ...withoutEmpty({ [extensions.endpointConfiguration]: root.endpoint }),
      },
    ],
    ...documented.attributes,
    paths: root.paths,
    components: withoutEmpty({ schemas: root.schemas, securitySchemes: root.securitySchemes }),
    ...root.extensions,
    ...documented.extensions,
  }),
};
