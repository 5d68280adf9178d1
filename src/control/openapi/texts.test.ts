import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { jsonText } from "./json-text.ts";
import { yamlText } from "./yaml-text.ts";

const sample = {
  swagger: "2.0",
  schemes: ["https"],
  servers: [{ url: "u", variables: {} }, { list: [[1, [true]], []] }],
  paths: { "/{proxy+}": { get: null } },
  "200": 'a\n"b"',
};

describe("the layout of exports", () => {
  it("is two blanks a level in JSON, with lists on the line of their name", () => {
    expect(jsonText(sample)).toBe(
      [
        "{",
        '  "200" : "a\\n\\"b\\"",',
        '  "swagger" : "2.0",',
        '  "schemes" : [ "https" ],',
        '  "servers" : [ {',
        '    "url" : "u",',
        '    "variables" : { }',
        "  }, {",
        '    "list" : [ [ 1, [ true ] ], [ ] ]',
        "  } ],",
        '  "paths" : {',
        '    "/{proxy+}" : {',
        '      "get" : null',
        "    }",
        "  }",
        "}",
      ].join("\n"),
    );
  });

  it("is blocks in YAML, with lists at the margin of their name and texts in quotes", () => {
    expect(yamlText(sample)).toBe(
      [
        "---",
        '"200": "a\\n\\"b\\""',
        'swagger: "2.0"',
        "schemes:",
        '- "https"',
        "servers:",
        '- url: "u"',
        "  variables: {}",
        "- list:",
        "  - - 1",
        "    - - true",
        "  - []",
        "paths:",
        "  /{proxy+}:",
        "    get: null",
        "",
      ].join("\n"),
    );
  });
});

/** Keys and texts that a careless writer would get wrong. */
const awkward = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("yes", "null", "~", "- a", "a: b", "a #b", "#", "|", "&x", "*x", "!t", "%d", "@", "`", "1.0", "0x1f"),
  fc.constantFrom(
    "",
    " ",
    "a ",
    "\u0085",
    "\u2028",
    "\u007f",
    "\ufeff",
    "\u0000",
    "__proto__",
    "<<",
    "=",
    "/{a}",
    "{}",
    "[]",
  ),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    awkward,
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => !Object.is(each, -0)),
    ),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 4 }),
    tie("map"),
  ),
  map: fc.dictionary(awkward, tie("tree"), { maxKeys: 4, noNullPrototype: true }),
}));

describe("what is written is read again", () => {
  it("from JSON", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(JSON.stringify(JSON.parse(jsonText(value)))).toBe(JSON.stringify(value));
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("from YAML, by the package that reads imports, in both versions of YAML", () => {
    fc.assert(
      fc.property(fc.dictionary(awkward, tree, { minKeys: 1, maxKeys: 4 }), (value) => {
        const text = yamlText(value);
        for (const version of ["1.2", "1.1"] as const) {
          expect(JSON.stringify(parse(text, { version, maxAliasCount: 0 }))).toBe(JSON.stringify(value));
        }
      }),
      { seed: 5, numRuns: 500 },
    );
  });
});
