/** Members of a definition that are something else than they must be. */
import { expect, it } from "vitest";
import { importRefusal as refusal, Imports, oas30, operation, swagger } from "../../../test/support/import-fixture.ts";

type Given = Readonly<Record<string, unknown>>;

const at = (path: string, members: Given): Given => ({ paths: { [path]: { get: operation(members) } } });

it.each<[location: string, type: string, definition: unknown]>([
  ["info", "object", swagger({ info: [] })],
  ["paths", "object", swagger({ paths: ["/a"] })],
  ["definitions", "object", swagger({ definitions: [{ type: "object" }] })],
  ["securityDefinitions", "object", swagger({ securityDefinitions: "none" })],
  ["components", "object", oas30({ components: [] })],
  ["components.schemas", "object", oas30({ components: { schemas: [] } })],
  ["servers", "array", oas30({ servers: { url: "/v1" } })],
  ["tags", "array", swagger({ tags: { name: "a" } })],
  ["paths.'/a'", "object", swagger({ paths: { "/a": [] } })],
  ["paths.'/a'.parameters", "array", swagger({ paths: { "/a": { parameters: { id: { in: "query" } } } } })],
  ["paths.'/a'(get).parameters", "array", swagger(at("/a", { parameters: { id: { in: "query" } } }))],
  ["paths.'/a'(get).responses", "object", swagger({ paths: { "/a": { get: { responses: [{ "200": {} }] } } } })],
  ["paths.'/a'(get).responses.200", "object", swagger(at("/a", { responses: { "200": "fine" } }))],
  ["paths.'/a'(get).responses.200.headers", "object", swagger(at("/a", { responses: { "200": { headers: ["x"] } } }))],
  ["paths.'/a'(get).responses.200.content", "object", oas30(at("/a", { responses: { "200": { content: [] } } }))],
  ["paths.'/a'(get).requestBody", "object", oas30(at("/a", { requestBody: "any" }))],
  ["paths.'/__proto__'(get).parameters", "array", swagger(at("/__proto__", { parameters: "none" }))],
  [
    "paths.'/a'(x-amazon-apigateway-any-method).parameters",
    "array",
    swagger({ paths: { "/a": { "x-amazon-apigateway-any-method": operation({ parameters: "none" }) } } }),
  ],
])("%s that is not of type %s is told of, and refused where warnings are", async (location, type, definition) => {
  const warning = `Parse issue: attribute ${location} is not of type \`${type}\``;
  const { reply } = await new Imports().import(definition);
  expect(reply.warnings).toEqual([warning]);
  expect(await refusal(definition, true)).toBe(`Warnings found during import:\n\t${warning}`);
});

it("nothing is told of a member that is null", async () => {
  const definition = swagger(at("/a", { parameters: null, responses: { "200": null } }));
  const { reply } = await new Imports().import(definition);
  expect(reply).not.toHaveProperty("warnings");
});
