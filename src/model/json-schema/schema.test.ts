import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { limits } from "../../limits.ts";
import { checkSchema, SchemaRefused, Schemas } from "./schema.ts";

const violations = (schema: object, value: unknown): readonly string[] =>
  new Schemas(() => JSON.stringify(schema)).violationsOf("Model", value);

const own = (text: string): unknown => JSON.parse(text);

/** schema, values that are valid, values that are not with what is said of them. */
const rows: readonly (readonly [schema: object, valid: readonly unknown[], invalid: readonly [unknown, string][]])[] = [
  [{}, [null, 1, "x", [], {}], []],
  [{ title: "x", nullable: true, discriminator: 7, readOnly: "no", example: [] }, [null, {}], []],
  [
    { type: "integer" },
    [0, -7, 1e20],
    [
      ["1", 'instance type (string) does not match any allowed primitive type (allowed: ["integer"])'],
      [1.5, 'instance type (number) does not match any allowed primitive type (allowed: ["integer"])'],
      [true, 'instance type (boolean) does not match any allowed primitive type (allowed: ["integer"])'],
    ],
  ],
  [
    { type: ["object", "null"] },
    [{}, null],
    [[[], 'instance type (array) does not match any allowed primitive type (allowed: ["null","object"])']],
  ],
  [{ type: "number" }, [1, 1.5], []],
  [
    { enum: ["a", { b: [1], c: 2 }] },
    ["a", { c: 2, b: [1] }],
    [["b", 'instance value ("b") not found in enum (possible values: ["a",{"b":[1],"c":2}])']],
  ],
  [
    { minimum: 1, maximum: 3 },
    [1, 3, "0"],
    [
      [0, "numeric instance is lower than the required minimum (minimum: 1, found: 0)"],
      [4, "numeric instance is greater than the required maximum (maximum: 3, found: 4)"],
    ],
  ],
  [
    { minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: true },
    [2, 1.0001],
    [
      [1, "numeric instance is not strictly greater than the required minimum 1"],
      [3, "numeric instance is not strictly lower than the required maximum 3"],
    ],
  ],
  [{ multipleOf: 0.01 }, [4.35, 1.1, 0, -19.99], [[0.005, "remainder of division is not zero (0.005 / 0.01)"]]],
  [
    { minLength: 2, maxLength: 3 },
    ["ab", "😀😀😀", 7],
    [
      ["😀", 'string "😀" is too short (length: 1, required minimum: 2)'],
      ["abcd", 'string "abcd" is too long (length: 4, maximum allowed: 3)'],
    ],
  ],
  [{ pattern: "^a+$" }, ["aa", 1], [["b", 'ECMA 262 regex "^a+$" does not match input string "b"']]],
  [{ pattern: "b" }, ["abc", "a\nb\nc"], [["ac", 'ECMA 262 regex "b" does not match input string "ac"']]],
  [
    { items: { type: "string" }, minItems: 1, maxItems: 2 },
    [["a"], "x"],
    [
      [[], "array is too short: must have at least 1 elements but instance has 0 elements"],
      [["a", "b", "c"], "array is too long: must have at most 2 elements but instance has 3 elements"],
      [[1], 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])'],
    ],
  ],
  [
    { items: [{ type: "string" }], additionalItems: false },
    [["a"], []],
    [[["a", 1], "array is too long: only 1 elements are allowed but instance has 2"]],
  ],
  [
    { items: [{}], additionalItems: { type: "string" } },
    [[1, "a"]],
    [[[1, 1], 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])']],
  ],
  [
    { uniqueItems: true },
    [[1, "1", [1], { a: 1 }]],
    [
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        "array must not contain duplicate elements",
      ],
    ],
  ],
  [
    { required: ["name", "age", "toString"] },
    [{ name: 1, age: 2, toString: 3 }, "x"],
    [[{ name: 1 }, 'object has missing required properties (["age","toString"])']],
  ],
  [
    { minProperties: 1, maxProperties: 1 },
    [{ a: 1 }],
    [
      [{}, "object has too few properties (found 0 but schema requires 1)"],
      [{ a: 1, b: 2 }, "object has too many properties (found 2 but schema allows 1)"],
    ],
  ],
  [
    {
      properties: { a: { type: "string" } },
      patternProperties: { "^x-": { type: "integer" } },
      additionalProperties: false,
    },
    [{ a: "b", "x-b": 1 }, {}, []],
    [
      [{ a: 1 }, 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])'],
      [{ "x-b": "1" }, 'instance type (string) does not match any allowed primitive type (allowed: ["integer"])'],
      [{ c: 1, b: 1 }, 'object instance has properties which are not allowed by the schema: ["b","c"]'],
      [own('{"__proto__": 1}'), 'object instance has properties which are not allowed by the schema: ["__proto__"]'],
    ],
  ],
  [
    { additionalProperties: { type: "string" } },
    [{ a: "b" }],
    [[{ a: 1 }, 'instance type (integer) does not match any allowed primitive type (allowed: ["string"])']],
  ],
  [
    { dependencies: { a: ["b"], c: { required: ["d"] } } },
    [{ a: 1, b: 1 }, { c: 1, d: 1 }, {}],
    [
      [{ a: 1 }, 'property "a" of object has missing property dependencies (["b"])'],
      [{ c: 1 }, 'object has missing required properties (["d"])'],
    ],
  ],
  [
    { allOf: [{ minimum: 1 }, { maximum: 3 }] },
    [2],
    [[4, "numeric instance is greater than the required maximum (maximum: 3, found: 4)"]],
  ],
  [
    { anyOf: [{ type: "string" }, { minimum: 3 }] },
    ["a", 3],
    [[1, "instance failed to match at least one required schema among 2"]],
  ],
  [
    { oneOf: [{ type: "integer" }, { minimum: 3 }] },
    [1, 3.5],
    [
      [3, "instance failed to match exactly one schema (matched 2 out of 2)"],
      [1.5, "instance failed to match exactly one schema (matched 0 out of 2)"],
    ],
  ],
  [{ not: { type: "string" } }, [1], [["a", "instance matched a schema which it should not have"]]],
  [{ format: "email" }, ["a@b.c", 1], [["nobody", 'string "nobody" is not valid against the requested format email']]],
  [{ format: "int32" }, ["nothing"], []],
];

describe.each(rows)("%j", (schema, valid, invalid) => {
  it.each(valid.map((value) => [value]))("takes %j", (value) => {
    expect(violations(schema, value)).toEqual([]);
  });
  it.each(invalid)("says of %j: %s", (value, text) => {
    expect(violations(schema, value)).toEqual([text]);
  });
});

test.each<[string, readonly string[], readonly string[]]>([
  [
    "date-time",
    ["2026-02-28T23:59:60Z", "2024-02-29T00:00:00.123+05:30"],
    ["2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z"],
  ],
  ["hostname", ["a.example", "x-1"], ["-a", "a_b", "", `${"a".repeat(64)}.b`]],
  ["ipv4", ["127.0.0.1"], ["127.0.0.256", "::1"]],
  ["ipv6", ["::1"], ["127.0.0.1", "x"]],
  ["uri", ["https://a/b?c#d", "urn:x:y"], ["/a", "a b", "http://a b"]],
  ["email", ["a.b@c"], ["@b", "a@", "a b@c"]],
])("the format %s", (format, valid, invalid) => {
  for (const text of valid) expect([text, violations({ format }, text)]).toEqual([text, []]);
  for (const text of invalid) expect([text, violations({ format }, text).length]).toEqual([text, 1]);
});

const url = (name: string) => `https://apigateway.amazonaws.com/restapis/a1b2c3/models/${name}`;

describe("references", () => {
  const tree = { properties: { children: { items: { $ref: "#" } }, name: { $ref: "#/definitions/the~1name%20" } } };
  const named = { ...tree, definitions: { "the/name ": { type: "string" } } };

  it("lead into the same schema, which may be recursive", () => {
    expect(violations(named, { name: "a", children: [{ name: "b", children: [] }] })).toEqual([]);
    expect(violations(named, { name: "a", children: [{ children: [{ name: 7 }] }] })).toHaveLength(1);
  });

  it("lead to other models, which may lead back", () => {
    const models: Readonly<Record<string, object>> = {
      Pet: { properties: { owner: { $ref: url("Owner") }, tag: { $ref: `${url("Owner")}#/definitions/Tag` } } },
      Owner: {
        required: ["pets"],
        properties: { pets: { items: { $ref: url("Pet") } } },
        definitions: { Tag: { type: "null" } },
      },
    };
    const schemas = new Schemas((name) => JSON.stringify(models[name]));
    expect(schemas.violationsOf("Pet", { owner: { pets: [{}, { owner: { pets: [] } }] }, tag: null })).toEqual([]);
    expect(schemas.violationsOf("Pet", { owner: { pets: [{ owner: {} }] } })).toEqual([
      'object has missing required properties (["pets"])',
    ]);
    expect(schemas.violationsOf("Pet", { tag: 1 })).toHaveLength(1);
  });

  it("to a model that is not there are refused once a value needs them", () => {
    const schemas = new Schemas((name) =>
      name === "Pet" ? JSON.stringify({ properties: { owner: { $ref: url("Owner") } } }) : undefined,
    );
    expect(schemas.violationsOf("Pet", {})).toEqual([]);
    expect(() => schemas.violationsOf("Pet", { owner: 1 })).toThrow(SchemaRefused);
    expect(() => schemas.violationsOf("Nothing", {})).toThrow("there is no model Nothing");
  });
});

const deep = (levels: number) => `${'{"not":'.repeat(levels)}{}${"}".repeat(levels)}`;

describe("checkSchema", () => {
  it.each([
    "",
    "x",
    "[]",
    '"a"',
    "null",
    '{"type":"text"}',
    '{"type":[]}',
    '{"enum":[]}',
    '{"properties":[]}',
    '{"properties":{"a":1}}',
    '{"items":7}',
    '{"required":"a"}',
    '{"minLength":-1}',
    '{"minimum":"1"}',
    '{"multipleOf":0}',
    '{"pattern":"("}',
    '{"patternProperties":{"[":{}}}',
    '{"$ref":"other.json"}',
    '{"$ref":"#/definitions/None"}',
    '{"$ref":"#x"}',
    '{"$ref":"#/%"}',
    '{"definitions":{"a":{"not":1}}}',
    '{"allOf":[]}',
    `{"enum":${"[".repeat(limits.modelJsonDepth)}${"]".repeat(limits.modelJsonDepth)}}`,
    `{"example":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    deep(limits.modelSchemaDepth),
    "[".repeat(300_000),
    deep(50_000),
  ])("refuses %.40s", (text) => {
    expect(() => checkSchema(text)).toThrow(SchemaRefused);
  });

  it.each([
    "{}",
    deep(limits.modelSchemaDepth - 1),
    '{"$ref":"#"}',
    '{"$ref":"#/definitions/a","definitions":{"a":{}}}',
  ])("takes %.40s", (text) => {
    expect(() => checkSchema(text)).not.toThrow();
  });

  it("never fails otherwise, and neither does validation by what it took", () => {
    const keyword = fc.constantFrom(
      "type",
      "items",
      "properties",
      "not",
      "$ref",
      "enum",
      "anyOf",
      "required",
      "pattern",
    );
    const json = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<unknown>("string", "#", "object", 1, -1, true, null, "a", ["a"]),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(keyword, tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(json, json, (schema, value) => {
        const text = JSON.stringify(schema);
        try {
          checkSchema(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SchemaRefused);
          return;
        }
        expect(violations(schema as object, value).every((each) => typeof each === "string")).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

describe("what takes too long", () => {
  const tooLong = ["instance takes too long to validate"];

  it("is invalid: each level twice the one below", () => {
    const definitions: Record<string, object> = { d40: {} };
    for (let i = 0; i < 40; i++) {
      const next = { $ref: `#/definitions/d${i + 1}` };
      definitions[`d${i}`] = { allOf: [next, next] };
    }
    expect(violations({ definitions, $ref: "#/definitions/d0" }, {})).toEqual(tooLong);
  });

  it("is invalid: a value that is nested too deep to compare", () => {
    const deepest = own(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);
    expect(violations({ uniqueItems: true }, [deepest])).toEqual(tooLong);
    expect(violations({ enum: [1] }, deepest)).toEqual(tooLong);
  });

  it("is invalid: a schema that leads to itself", () => {
    expect(violations({ $ref: "#" }, {})).toEqual(tooLong);
  });

  it("is invalid: many texts under a pattern that goes many ways", () => {
    const schema = { items: { pattern: "(a?){300}b" } };
    expect(
      violations(
        schema,
        Array.from({ length: 1_000 }, () => "a".repeat(2_000)),
      ).at(-1),
    ).toBe(tooLong[0]);
  });

  it("what is wrong is told in bounded words", () => {
    const found = violations(
      { items: { enum: ["x"] } },
      Array.from({ length: 100 }, () => "y".repeat(5_000)),
    );
    expect(found).toHaveLength(limits.validationViolations);
    expect(Math.max(...found.map(({ length }) => length))).toBe(limits.validationViolationLength + 1);
  });
});
