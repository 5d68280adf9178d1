import { describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { flattened } from "./flatten.ts";
import { sampleTemplate } from "./sample-template.ts";
import { checkSchema, Schemas } from "./schema.ts";

const url = (name: string) => `https://apigateway.amazonaws.com/restapis/a1b2c3/models/${name}`;

/** The texts of these models. */
const of =
  (models: Readonly<Record<string, object>>) =>
  (name: string): string | undefined =>
    Object.hasOwn(models, name) ? JSON.stringify(models[name]) : undefined;

describe("flattened", () => {
  const models = of({
    Pet: {
      properties: { owner: { $ref: url("Owner") }, self: { $ref: "#" }, tag: { $ref: "#/definitions/Tag" } },
      definitions: { Tag: { type: "string" } },
    },
    Owner: { required: ["name"], properties: { pets: { items: { $ref: url("Pet") } }, next: { $ref: "#" } } },
    Lost: { $ref: url("Nothing") },
  });

  it("has every model that it leads to among its definitions", () => {
    const text = flattened("Pet", models);
    expect(JSON.parse(text)).toEqual({
      properties: {
        owner: { $ref: "#/definitions/Owner" },
        self: { $ref: "#" },
        tag: { $ref: "#/definitions/Tag" },
      },
      definitions: {
        Owner: {
          required: ["name"],
          properties: { pets: { items: { $ref: "#" } }, next: { $ref: "#/definitions/Owner" } },
        },
        Tag: { type: "string" },
      },
    });
    expect(() => checkSchema(text)).not.toThrow();
    const alone = new Schemas(() => text);
    expect(alone.violationsOf("Pet", { owner: { name: 1, pets: [{ owner: {} }] } })).toHaveLength(1);
  });

  it("leaves alone what leads nowhere", () => {
    expect(JSON.parse(flattened("Lost", models))).toEqual({ $ref: url("Nothing") });
  });
});

const template = (schema: object, others: Readonly<Record<string, object>> = {}) =>
  sampleTemplate("Model", of({ ...others, Model: schema }));

describe("sampleTemplate", () => {
  it("walks the schema", () => {
    const photo = { type: "object", properties: { id: { type: "string" }, public: { type: "boolean" } } };
    const photos = {
      type: "object",
      properties: { page: { type: "integer" }, photo: { type: "array", items: photo } },
    };
    expect(template({ type: "object", properties: { photos, "a b": { type: ["string", "null"] } } })).toBe(
      [
        "#set($inputRoot = $input.path('$'))",
        "{",
        '  "photos" : {',
        '    "page" : $inputRoot.photos.page,',
        '    "photo" : [',
        "#foreach($elem in $inputRoot.photos.photo)",
        "      {",
        '        "id" : "$elem.id",',
        '        "public" : $elem.public',
        "      }#if($foreach.hasNext),#end",
        "",
        "#end",
        "    ]",
        "  },",
        '  "a b" : "$inputRoot[\'a b\']"',
        "}",
      ].join("\n"),
    );
  });

  it("names the elements of arrays in arrays apart", () => {
    expect(template({ items: { items: { type: "number" } } })).toContain("#foreach($elem2 in $elem)\n");
  });

  it("follows references, and ends where they go round", () => {
    const text = template({ $ref: url("Owner") }, { Owner: { properties: { pets: { items: { $ref: "#" } } } } });
    expect(text).toContain("#foreach($elem in $inputRoot.pets)");
    expect(template({ $ref: "#" })).toBe("#set($inputRoot = $input.path('$'))\n{}");
    expect(template({ $ref: url("Nothing") })).toContain("$input.path('$'))\n\"$inputRoot\"");
  });

  it("has a bound where references make much of little", () => {
    const definitions: Record<string, object> = { d40: {} };
    for (let i = 0; i < 40; i++) {
      const next = { $ref: `#/definitions/d${i + 1}` };
      definitions[`d${i}`] = { properties: { a: next, b: next } };
    }
    const text = template({ definitions, $ref: "#/definitions/d0" });
    expect(text.split(" : ").length).toBeLessThan(limits.sampleTemplateParts * 2);
  });
});
