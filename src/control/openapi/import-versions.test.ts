/** One API, spelt in both versions of OpenAPI, as JSON and as YAML, comes to the same documents. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  components,
  type Imported,
  Imports,
  mock,
  type Spelling,
  spellings,
} from "../../../test/support/import-fixture.ts";

fc.configureGlobal({ seed: 20_261_123, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false });

type Given = Readonly<Record<string, unknown>>;
type Version = Spelling["version"];

/** A schema, its references written as `{ model: "A" }`. */
type Schema =
  | { readonly model: string }
  | { readonly type: string; readonly items?: Schema; readonly properties?: Readonly<Record<string, Schema>> };

interface Operation {
  readonly operationId: string | undefined;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: "query" | "header";
    readonly required: boolean;
  }[];
  readonly body: Schema | undefined;
  readonly responses: Readonly<
    Record<string, { readonly headers: readonly string[]; readonly body: Schema | undefined }>
  >;
}

interface Api {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly paths: readonly (readonly [path: string, operations: Readonly<Record<string, Operation>>])[];
}

const modelNames = ["A", "B", "C"] as const;

const { schema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(...modelNames).map((model) => ({ model })),
    fc.constantFrom("string", "integer").map((type) => ({ type })),
    tie("schema").map((items) => ({ type: "array", items })),
    fc
      .dictionary(fc.constantFrom("a", "b", "$ref", "items"), tie("schema"))
      .map((properties) => ({ type: "object", properties })),
  ),
}));
const body = fc.option(schema, { nil: undefined });

/** An operation's integration answers 200. */
const withSuccess = (responses: Operation["responses"]): Operation["responses"] => ({
  "200": { headers: [], body: undefined },
  ...responses,
});

const operation: fc.Arbitrary<Operation> = fc.record({
  operationId: fc.option(fc.constantFrom("list", "get_it", "1"), { nil: undefined }),
  parameters: fc.uniqueArray(
    fc.record({
      name: fc.constantFrom("a", "b", "X-c", "d.e"),
      in: fc.constantFrom("query" as const, "header" as const),
      required: fc.boolean(),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  ),
  body,
  responses: fc
    .dictionary(
      fc.constantFrom("200", "201", "404"),
      fc.record({ headers: fc.uniqueArray(fc.constantFrom("X-Total", "location", "x-b")), body }),
    )
    .map(withSuccess),
});

const api: fc.Arbitrary<Api> = fc.record({
  schemas: fc.record({ A: schema, B: schema, C: schema }),
  paths: fc.uniqueArray(
    fc.tuple(
      fc.constantFrom("/", "/a", "/a/b", "/a/{id}", "/c/{proxy+}", "/a/b/c.d"),
      fc.dictionary(fc.constantFrom("get", "post", "x-amazon-apigateway-any-method"), operation),
    ),
    { selector: ([path]) => path, maxLength: 4 },
  ),
});

const place = (version: Version): string => (version === "2.0" ? "#/definitions/" : "#/components/schemas/");

function spelledSchema(version: Version, given: Schema): Given {
  if ("model" in given) return { $ref: `${place(version)}${given.model}` };
  const { type, items, properties } = given;
  return {
    type,
    ...(items !== undefined && { items: spelledSchema(version, items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, below]) => [name, spelledSchema(version, below)]),
      ),
    }),
  };
}

const content = (version: Version, given: Schema | undefined): Given => {
  if (given === undefined) return {};
  const spelled = spelledSchema(version, given);
  return version === "2.0" ? { schema: spelled } : { content: { "application/json": { schema: spelled } } };
};

function spelledOperation(version: Version, { operationId, parameters, body: given, responses }: Operation): Given {
  const inBody = given === undefined ? [] : [{ in: "body", name: "body", ...content("2.0", given) }];
  return {
    ...(operationId !== undefined && { operationId }),
    ...(version === "2.0"
      ? { parameters: [...parameters, ...inBody] }
      : { parameters, ...(given !== undefined && { requestBody: content("3.0", given) }) }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([code, response]) => [
        code,
        {
          description: code,
          headers: Object.fromEntries(response.headers.map((name) => [name, {}])),
          ...content(version, response.body),
        },
      ]),
    ),
    "x-amazon-apigateway-integration": mock,
  };
}

const spelledApi = (version: Version, { schemas, paths }: Api): Given => ({
  ...components(version, {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, given]) => [name, spelledSchema(version, given)])),
  }),
  paths: Object.fromEntries(
    paths.map(([path, operations]) => [
      path,
      Object.fromEntries(Object.entries(operations).map(([verb, given]) => [verb, spelledOperation(version, given)])),
    ]),
  ),
});

/** The documents as text, with paths and names in the place of ids. */
function withoutIds({ restApi, resources, models }: Imported): string {
  let text = JSON.stringify({ restApi, resources, models });
  for (const { id, path } of resources) text = text.replaceAll(id, path);
  for (const { id, name } of models) text = text.replaceAll(id, name);
  return text.replaceAll(restApi.id, "API");
}

/** What the definition says of a Method, worked out plainly. */
function expectedMethod({ operationId, parameters, responses }: Operation): Given {
  return {
    ...(operationId !== undefined && { operationName: operationId }),
    ...(parameters.length > 0 && {
      requestParameters: Object.fromEntries(
        parameters.map(({ name, in: where, required }) => [
          `method.request.${where === "query" ? "querystring" : where}.${name}`,
          required,
        ]),
      ),
    }),
    methodResponses: Object.fromEntries(
      Object.entries(responses).map(([statusCode, { headers }]) => [
        statusCode,
        {
          statusCode,
          ...(headers.length > 0 && {
            responseParameters: Object.fromEntries(headers.map((name) => [`method.response.header.${name}`, false])),
          }),
        },
      ]),
    ),
  };
}

const verbOf = (member: string): string => (member.startsWith("x-") ? "ANY" : member.toUpperCase());

describe("an API in any spelling", () => {
  it("comes to the same documents, which say what the API says", async () => {
    await fc.assert(
      fc.asyncProperty(api, async (given) => {
        const texts: string[] = [];
        for (const { spell, version } of spellings) {
          const imported = await new Imports().import(spell(spelledApi(version, given)), { failOnWarnings: true });
          texts.push(withoutIds(imported));
          for (const [path, operations] of given.paths) {
            for (const [member, expected] of Object.entries(operations)) {
              expect(imported.method(path, verbOf(member))).toMatchObject(expectedMethod(expected));
            }
          }
        }
        expect(new Set(texts).size).toBe(1);
      }),
      { numRuns: 150 },
    );
  });
});
