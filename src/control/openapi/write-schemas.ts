/** Models as schemas of OpenAPI: those that Methods name, and those that these lead to (facts/control.md 17). */
import type { MethodDocument, ModelDocument } from "../../model/documents.ts";
import { withReferences } from "../../model/json-schema/flatten.ts";
import { parseSchema } from "../../model/json-schema/references.ts";
import { withSubschemas } from "../../model/json-schema/subschemas.ts";
import type { JsonObject } from "../../model/json.ts";
import { setEntry } from "../../model/record.ts";
import { type OpenApiWriter, inOrder } from "./export-parts.ts";
import type { Documentation } from "./find-documentation.ts";

/** The names of the Models that Methods have in this version, in the order of the Methods. */
function modelsOfMethods(methods: readonly MethodDocument[], { modelsOf }: OpenApiWriter): ReadonlySet<string> {
  const ofMethod = ({ requestModels = {}, methodResponses = {} }: MethodDocument): readonly string[] => {
    const answers = Object.values(methodResponses).flatMap(({ responseModels = {} }) => modelsOf(responseModels));
    return [...modelsOf(requestModels), ...answers];
  };
  return new Set(methods.flatMap(ofMethod));
}

/** A schema with its keywords in the order of the version, all the way down. */
const ordered = (schema: JsonObject, order: readonly string[]): JsonObject =>
  inOrder(
    withSubschemas(schema, (subschema) => ordered(subschema, order)),
    order,
  );

/** The schemas by the Models' names. */
export function writeSchemas(
  models: readonly ModelDocument[],
  methods: readonly MethodDocument[],
  writer: OpenApiWriter,
  documentation: Documentation,
): JsonObject {
  const byName = new Map(models.map((model) => [model.name, model]));
  const { schemaPlace, schemaOrder } = writer;
  const waiting = [...modelsOfMethods(methods, writer)];
  const named = new Set(waiting);
  const placeOf = (name: string): string | undefined => {
    if (!byName.has(name)) return undefined;
    if (!named.has(name)) waiting.push(name);
    named.add(name);
    return `${schemaPlace}${name}`;
  };
  const schemas: Record<string, unknown> = {};
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    // `$schema` names a draft, and OpenAPI has its own.
    const { $schema: _draft, ...schema } = withReferences(parseSchema(byName.get(name)?.schema ?? "{}"), name, placeOf);
    const { attributes, extensions } = documentation.of({ type: "MODEL", name });
    setEntry(schemas, name, ordered({ ...schema, ...attributes, ...extensions }, schemaOrder));
  }
  return schemas;
}
