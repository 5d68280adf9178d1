/** JSON objects of which many are schemas, and many nearly are. */
import * as fc from "fast-check";

const keyword = fc.constantFrom(
  ...(
    "type properties items $ref definitions enum required title allOf not additionalProperties dependencies " +
    "default $schema id format example nullable x-y __proto__ 200 a"
  ).split(" "),
);
const leaf = fc.oneof(
  fc.constantFrom<unknown>("string", "object", "Error", 1, null, true, "#", "#/definitions/a", "#/definitions/Any"),
  fc
    .constantFrom("Error", "Any#/definitions/a")
    .map((model) => `https://apigateway.amazonaws.com/restapis/x/models/${model}`),
);

const trees = fc.letrec<{ value: unknown; schema: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value"), { maxLength: 3 }), tie("schema")),
  schema: fc.dictionary(keyword, tie("value"), { maxKeys: 4, noNullPrototype: true }),
}));

export const randomSchema: fc.Arbitrary<Readonly<Record<string, unknown>>> = trees.schema;
