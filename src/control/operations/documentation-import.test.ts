import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bad, everything, missing, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import { documentationImportOperations } from "./documentation-import.ts";

const { ImportDocumentationParts } = documentationImportOperations;

/** A definition with these parts. */
const definition = (documentationParts: unknown, version: object = { swagger: "2.0" }): Buffer =>
  Buffer.from(JSON.stringify({ ...version, paths: {}, "x-amazon-apigateway-documentation": { documentationParts } }));

function open() {
  const { context, restApiId } = newApi();
  const run = async (body: Uint8Array, more: Partial<Input<"ImportDocumentationParts">> = {}) => {
    const input = { restApiId, body, ...more };
    const plan = await ImportDocumentationParts.prepare(input, context);
    return ImportDocumentationParts.run(input, context, plan);
  };
  const refusal = async (...args: Parameters<typeof run>): Promise<string> => {
    const before = everything(context.tx);
    let error: unknown;
    try {
      await run(...args);
    } catch (thrown) {
      error = thrown;
    }
    expect(everything(context.tx)).toEqual(before);
    return refusalOf(() => {
      if (error !== undefined) throw error;
    });
  };
  const stored = () =>
    context.tx.list("documentationPart", restApiId).map(({ location, properties }) => [location.type, properties]);
  return { run, refusal, stored };
}

const api = (properties: unknown) => ({ location: { type: "API" }, properties });

describe("ImportDocumentationParts", () => {
  it.each([{ swagger: "2.0" }, { openapi: "3.0.1" }])("takes the parts of %j", async (version) => {
    const { run, stored } = open();
    const parts = [
      api({ info: { description: "Pets" } }),
      { location: { type: "RESPONSE", method: "GET", statusCode: 200 }, properties: { description: "ok" } },
      { location: { type: "RESOURCE" }, properties: '{ "as": "text" }' },
    ];
    const { ids, warnings } = await run(definition(parts, version));
    expect(ids).toHaveLength(3);
    expect(warnings).toBeUndefined();
    expect(stored()).toEqual([
      ["API", '{"info":{"description":"Pets"}}'],
      ["RESPONSE", '{"description":"ok"}'],
      ["RESOURCE", '{ "as": "text" }'],
    ]);
  });

  it("takes YAML", async () => {
    const { run, stored } = open();
    const yaml = `openapi: 3.0.0
x-amazon-apigateway-documentation:
  documentationParts:
    - location: { type: RESPONSE, statusCode: 404 }
      properties:
        description: Not there
`;
    await run(Buffer.from(yaml));
    expect(stored()).toEqual([["RESPONSE", '{"description":"Not there"}']]);
  });

  it("merges, unless it is told to overwrite", async () => {
    const { run, stored } = open();
    await run(definition([api({ a: 1, b: 1 }), { location: { type: "RESOURCE" }, properties: {} }]));
    await run(definition([api({ b: 2 })]));
    expect(stored()).toEqual([
      ["API", '{"a":1,"b":2}'],
      ["RESOURCE", "{}"],
    ]);
    await run(definition([api({ c: 3 })]), { mode: "overwrite" });
    expect(stored()).toEqual([["API", '{"c":3}']]);
  });

  const wrong: readonly (readonly [part: unknown, words: string])[] = [
    ["text", "it is not an object"],
    [{}, "it has no location"],
    [{ location: [] }, "its location is not an object"],
    [{ location: { type: "API" } }, "Documentation part properties must be non-empty"],
    [{ location: { type: "API" }, properties: [1] }, "its properties is not an object"],
    [api("[1]"), "Documentation part properties must be a JSON object"],
    [{ location: { type: "__proto__" }, properties: {} }, "Invalid documentation location type specified"],
    [{ location: { type: "MODEL" }, properties: {} }, "[Location type: MODEL must have name defined.]"],
  ];

  it("leaves out what cannot be, with a warning each, or fails on them", async () => {
    const { run, refusal, stored } = open();
    const body = definition([...wrong.map(([part]) => part), api({})]);
    const warnings = wrong.map(([, words], index) => `Documentation part ${index + 1} is ignored: ${words}`);
    expect(await refusal(body, { failOnWarnings: true })).toBe(
      bad(`Warnings found during import:\n\t${warnings.join("\n\t")}`),
    );
    const reply = await run(body);
    expect(reply.ids).toHaveLength(1);
    expect(reply.warnings).toEqual(warnings);
    expect(stored()).toEqual([["API", "{}"]]);
  });

  it.each([
    ["no part", definition([])],
    ["no list", definition({ 0: api({}) })],
    ["no documentation", Buffer.from('{"swagger":"2.0"}')],
    ["documentation that is none", Buffer.from('{"swagger":"2.0","x-amazon-apigateway-documentation":[]}')],
  ])("takes a definition with %s", async (_name, body) => {
    const { run, stored } = open();
    expect(await run(body)).toStrictEqual({ ids: [] });
    expect(stored()).toEqual([]);
  });

  it("refuses what is no definition, too many parts, and an unknown API", async () => {
    const { refusal } = open();
    const words = bad("Unable to build importer with provided input.");
    expect(await refusal(Buffer.from(""))).toBe(words);
    expect(await refusal(Buffer.from("{}"))).toBe(words);
    expect(await refusal(Buffer.from('{"swagger":"3.0"}'))).toBe(words);
    expect(await refusal(Buffer.from([0xff, 0xfe, 0x00]))).toBe(words);
    const many = Array.from({ length: limits.documentationParts + 1 }, () => api({}));
    expect(await refusal(definition(many))).toBe(bad("A definition can have at most 2000 documentation parts"));
    expect(await refusal(definition([]), { restApiId: "nope" })).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });

  it("answers or refuses, whatever the parts are", async () => {
    const part = fc.oneof(
      fc.jsonValue(),
      fc.record({
        location: fc.oneof(fc.dictionary(fc.constantFrom("type", "path", "name", "statusCode"), fc.jsonValue())),
        properties: fc.jsonValue(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.array(part)), async (parts) => {
        const { run } = open();
        const { ids = [], warnings = [] } = await run(definition(parts));
        expect(ids.length + warnings.length).toBeLessThanOrEqual(Array.isArray(parts) ? parts.length : 0);
      }),
      { seed: 16, numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const { run } = open();
        await run(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(Fault));
      }),
      { seed: 16, numRuns: 200 },
    );
  });
});
