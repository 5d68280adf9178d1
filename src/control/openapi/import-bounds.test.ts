/** How much a definition may come to, and what is read in a thread. */
import { describe, expect, it } from "vitest";
import {
  bodyOf,
  importRefusal as refusal,
  Imports,
  mock,
  operation,
  swagger,
} from "../../../test/support/import-fixture.ts";
import { limits } from "../../limits.ts";
import { readingTasks } from "./reading-tasks.ts";

type Given = Readonly<Record<string, unknown>>;

/** So many schemas with names. */
const manySchemas = (count: number): Given => entries(count, "M", { type: "string" });

/** An integration with so many templates of 200,000 characters. */
const templated = (count: number): Given => ({
  ...mock,
  requestTemplates: Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`application/x${i}`, "x".repeat(200_000)]),
  ),
});

/** So many paths with one method each, which share `#/x-shared`. */
const pathsOf = (count: number, prefix: string) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `/${prefix}${i}`,
      { get: operation({ "x-amazon-apigateway-integration": { $ref: "#/x-shared" } }) },
    ]),
  );

/** So many parameters, all of which are the same one. */
const same = (count: number): readonly Given[] => Array.from({ length: count }, () => ({ in: "query", name: "same" }));

/** A map of so many members. */
const entries = (count: number, prefix: string, value: unknown): Given =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, value]));

/** So many answers, all of which are the one that is referred to. */
const answers = (count: number, $ref: string): Given =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${200 + i}`, { $ref }]));

/** A definition of them, of so many templates each. */
const templatedPaths = (count: number, prefix: string, templates: number) =>
  swagger({ paths: pathsOf(count, prefix), "x-shared": templated(templates) });

const place = { accountId: "000000000000", region: "us-east-1" };
const readOptions = { restApiId: "a", basePath: "ignore", ignoreDocumentation: false, place } as const;

describe("an import is refused for", () => {
  it("everything that is wrong, up to a bound, and warnings beside it", async () => {
    const names = Array.from({ length: limits.importProblems + 50 }, (_, i) => `a_${i}`);
    const definitions = Object.fromEntries(names.map((name) => [name, {}]));
    const message = await refusal(swagger({ info: { title: "x" }, definitions }));
    const lines = message.split("\n");
    expect(lines).toHaveLength(limits.importProblems + 3);
    expect(lines.slice(-3)).toEqual([
      `\tUnable to create model for 'a_${limits.importProblems - 1}': Model name must be alphanumeric: a_${limits.importProblems - 1}`,
      "Additionally, these warnings were found:",
      "\tParse issue: attribute info.version is missing",
    ]);
    expect(message.length).toBeLessThan(20_000);
  });

  it("too many resources, with the service's code", async () => {
    const paths = Object.fromEntries(Array.from({ length: limits.importResources + 1 }, (_, i) => [`/p${i}`, {}]));
    expect(await refusal(swagger({ paths }))).toBe(`A definition can have at most ${limits.importResources} paths`);
    const deep = Object.fromEntries(Array.from({ length: limits.importResources / 2 }, (_, i) => [`/p${i}/a/b`, {}]));
    await expect(new Imports().import(swagger({ paths: deep }))).rejects.toMatchObject({
      code: "LimitExceededException",
    });
  });

  it("too many Models, but for more than are created one by one", async () => {
    const imports = new Imports();
    const { restApi, models } = await imports.import(swagger({ definitions: manySchemas(limits.models + 100) }));
    expect(models).toHaveLength(limits.models + 102);
    const more = swagger({ definitions: manySchemas(limits.importModels) });
    await expect(imports.put(restApi.id, more)).rejects.toMatchObject({
      code: "LimitExceededException",
      message: `Maximum number of Models for this API has been reached: ${limits.importModels}`,
    });
  });

  it("too many operations, however short the definition is", async () => {
    const verbs = ["get", "put", "post", "delete", "patch", "options", "head", "x-amazon-apigateway-any-method"];
    const item = Object.fromEntries(verbs.map((verb) => [verb, {}]));
    const count = limits.importMethods / verbs.length + 1;
    const paths = Object.fromEntries(Array.from({ length: count }, (_, i) => [`/p${i}`, { $ref: "#/x-item" }]));
    expect(await refusal(swagger({ paths, "x-item": item }))).toBe(
      `A definition can have at most ${limits.importMethods} operations`,
    );
  });

  it("operations that come to more than the store takes, before all of them are worked out", async () => {
    const template = "x".repeat(250_000);
    const shared = { ...mock, requestTemplates: { "application/json": template } };
    const paths = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, i) => [
        `/p${i}`,
        { get: operation({ "x-amazon-apigateway-integration": { $ref: "#/x-shared" } }) },
      ]),
    );
    expect(await refusal(swagger({ paths, "x-shared": shared }))).toBe("All methods of an API can be at most 16 MB");
  });

  it("a method that is too large", async () => {
    const paths = { "/a": { get: operation({ "x-amazon-apigateway-integration": templated(22) }) } };
    expect(await refusal(swagger({ paths }))).toBe(
      "Errors found during import:\n\tUnable to put method 'GET' on resource at path '/a': A method and all below it can be at most 4 MB",
    );
  });

  it("methods that are too large beside those that are there", async () => {
    const imports = new Imports();
    const { restApi } = await imports.import(templatedPaths(8, "a", 10));
    await expect(imports.put(restApi.id, templatedPaths(1, "b", 5))).rejects.toThrow(
      "All methods of an API can be at most 16 MB",
    );
    await imports.put(restApi.id, templatedPaths(1, "b", 1));
  });

  it("answers of one integration that many operations share", async () => {
    const responses = Object.fromEntries(
      Array.from({ length: 400 }, (_, i) => [`a${i}`, { statusCode: `${100 + i}` }]),
    );
    const paths = Object.fromEntries(
      Array.from({ length: limits.importResources }, (_, i) => [
        `/p${i}`,
        { get: { "x-amazon-apigateway-integration": { $ref: "#/x-shared" } } },
      ]),
    );
    const shared = { ...mock, responses };
    expect(await refusal(swagger({ paths, "x-shared": shared }))).toBe("All methods of an API can be at most 16 MB");
  });

  it.each<[string, Given, number]>([
    ["parameters of a path", { parameters: same(10_000) }, 101],
    ["parameters of a path, for each of its verbs", { parameters: same(10_000), get: {}, put: {}, post: {} }, 26],
    ["parameters of an operation", { get: { parameters: same(10_000) } }, 101],
    ["answers", { get: { responses: entries(10_000, "x-", {}) } }, 101],
    ["headers of the answers of one operation", { get: { responses: answers(101, "#/x-long") } }, 1],
  ])("long lists that many paths share and that come to nothing: %s", async (_what, item, count) => {
    const paths = Object.fromEntries(Array.from({ length: count }, (_, i) => [`/p${i}`, { $ref: "#/x-item" }]));
    const long = { headers: entries(10_000, "h", "none") };
    expect(await refusal(swagger({ paths, "x-item": item, "x-long": long }))).toBe(
      `The operations of a definition can have at most ${limits.importEntries} parameters and responses`,
    );
  });

  it("schemas that overlap and come to too much", async () => {
    let nested: Given = { type: "string", description: "x".repeat(250_000) };
    for (let i = 0; i < 80; i++) nested = { type: "array", items: nested };
    const places = Array.from({ length: 80 }, (_, i) => [`p${i}`, { $ref: `#/x-own${"/items".repeat(i)}` }]);
    const definitions = { Pet: { type: "object", properties: Object.fromEntries(places) as Given } };
    const definition = swagger({ definitions, "x-own": nested });
    const message = "All model schemas of an API can be at most 16 MB";
    expect(await refusal(definition)).toBe(message);
    // Before they are all written out.
    expect(() => readingTasks.definition(bodyOf(definition), readOptions, limits.importValues)).toThrow(message);
  });
});

it("measures what is stored as no less than it is", async () => {
  const responses = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`a${i}`, { statusCode: `${100 + i}` }]));
  const bare = { "x-amazon-apigateway-integration": { type: "http_proxy", httpMethod: "GET", uri: "http://a.test" } };
  const answering = { "x-amazon-apigateway-integration": { ...mock, responses } };
  const definition = bodyOf(swagger({ paths: { "/a": { get: bare }, "/b": { get: answering, put: {} } } }));
  const { methodsSize } = readingTasks.definition(definition, readOptions, limits.importValues);
  const { resources } = await new Imports().import(definition);
  const stored = resources.flatMap(({ resourceMethods }) => Object.values(resourceMethods));
  expect(JSON.stringify(stored).length).toBeGreaterThan(methodsSize);
  expect(JSON.stringify(stored).length).toBeLessThan(3 * methodsSize + stored.length * limits.importDefaults);
});

describe("what is read in a thread", () => {
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`/p${i}`, { $ref: "#/x-item" }]));
  const item = { get: operation(), put: operation(), post: operation() };
  it.each<[string, unknown]>([
    ["a long definition", swagger({ "x-long": "x".repeat(limits.importInline), paths: { "/p1": item } })],
    ["long YAML", `${"# x\n".repeat(limits.importInlineYaml)}swagger: '2.0'\npaths: { /p1: {} }`],
    [
      "YAML that begins like JSON",
      `{ swagger: '2.0', paths: { /p1: {} }, x-long: ${"x".repeat(limits.importInlineYaml)} }`,
    ],
    ["a short one that comes to much", swagger({ paths: many, "x-item": item })],
  ])("comes to the same: %s", async (_what, definition) => {
    const { resources } = await new Imports().import(definition);
    expect(resources.map(({ path }) => path)).toContain("/p1");
  });

  it("is refused in the same words", async () => {
    expect(await refusal("x".repeat(limits.importInline + 1))).toMatch(/^Invalid OpenAPI input\. It must say /);
    expect(await refusal(`{${"x".repeat(limits.importInlineYaml)}`)).toMatch(
      /^Invalid OpenAPI input\. Line 1, column /,
    );
    const wrong = { "x-long": "x".repeat(limits.importInline), paths: { "/a": { get: [] } } };
    expect(await refusal(swagger(wrong))).toBe("Unable to parse API definition: 'get' at path /a is no operation.");
  });
});
