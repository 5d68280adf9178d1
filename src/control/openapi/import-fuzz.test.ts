/** Whatever is sent, an import is a 400 or a whole RestApi: never a failure of ours, never a part of one. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { components, Imports, lambdaUri, mock, operation, swagger } from "../../../test/support/import-fixture.ts";
import { Fault } from "../../errors.ts";
import type { MethodDocument } from "../../model/documents.ts";

fc.configureGlobal({ seed: 20_261_122, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false });

type Given = Readonly<Record<string, unknown>>;

/** A definition that has some of everything. */
function pets(version: "2.0" | "3.0"): Given {
  const schemas = version === "2.0" ? "#/definitions" : "#/components/schemas";
  const answer =
    version === "2.0"
      ? { description: "ok", schema: { $ref: `${schemas}/Pet` } }
      : { description: "ok", content: { "application/json": { schema: { $ref: `${schemas}/Pet` } } } };
  const scheme = {
    type: "apiKey",
    name: "Auth",
    in: "header",
    "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: lambdaUri("asks") },
  };
  return {
    ...(version === "2.0" ? { swagger: "2.0", basePath: "/v1" } : { openapi: "3.0.1", servers: [{ url: "/v1" }] }),
    info: { title: "pets", version: "1", description: "All" },
    tags: [{ name: "team", "x-amazon-apigateway-tag-value": "red" }],
    paths: {
      "/pets/{id}": {
        parameters: [{ name: "id", in: "path", required: true }],
        get: operation({ operationId: "get", security: [{ asks: [] }], responses: { "200": answer } }),
        "x-amazon-apigateway-any-method": operation({
          "x-amazon-apigateway-integration": {
            ...mock,
            requestParameters: { "integration.request.path.id": "method.request.path.id" },
            responses: { default: { statusCode: "200" }, "4\\d{2}": { statusCode: "404" } },
          },
        }),
      },
    },
    ...components(version, {
      schemas: { Pet: { type: "object", properties: { next: { $ref: `${schemas}/Pet` } } } },
      securitySchemes: { asks: scheme },
    }),
    "x-amazon-apigateway-policy": {
      Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "execute-api:/*" }],
    },
    "x-amazon-apigateway-binary-media-types": ["image/png"],
    "x-amazon-apigateway-request-validators": { body: { validateRequestBody: true } },
    "x-amazon-apigateway-gateway-responses": { THROTTLED: { statusCode: 503 } },
    "x-amazon-apigateway-documentation": {
      documentationParts: [{ location: { type: "API" }, properties: { a: "b" } }],
    },
  };
}

/** Values to put where others are expected. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    "",
    "x",
    0,
    -1,
    Number.MAX_VALUE,
    true,
    [],
    {},
    [[]],
    [null],
    { $ref: "#" },
    { $ref: "#/paths" },
    { $ref: "#/definitions/Pet" },
    { $ref: "#/info/%" },
    { $ref: "http://127.0.0.1/" },
    { $ref: null },
    "__proto__",
    { ["__proto__"]: { a: 1 } },
    { constructor: { prototype: { a: 1 } } },
    "\u0000",
    "\ud800",
    "${AWS::Region}",
    "x".repeat(3_000),
    "/",
    "{a+}",
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

type Mutation = readonly [place: number, how: "set" | "drop" | "rename" | "copy", value: unknown, name: string];

const mutation: fc.Arbitrary<Mutation> = fc.tuple(
  fc.nat(10_000),
  fc.constantFrom("set" as const, "drop" as const, "rename" as const, "copy" as const),
  strange,
  fc.constantFrom(
    "__proto__",
    "constructor",
    "",
    "$ref",
    "x-a",
    "get",
    "/",
    "200",
    "default",
    "a b",
    "schema",
    "in",
    "type",
  ),
);

/** Every place of a value: the object or list that it stands in, and its key. */
function placesOf(value: unknown, found: [Record<string, unknown>, string][] = []) {
  if (typeof value !== "object" || value === null) return found;
  for (const key of Object.keys(value)) {
    found.push([value as Record<string, unknown>, key]);
    placesOf((value as Given)[key], found);
  }
  return found;
}

const define = (object: object, key: string, value: unknown): unknown =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });

/** The definition with one thing after the other done to it. */
function mutated(definition: Given, mutations: readonly Mutation[]): Given {
  const copy = structuredClone(definition);
  for (const [place, how, value, name] of mutations) {
    const places = placesOf(copy);
    const [object, key] = places[place % places.length] ?? [];
    if (object === undefined || key === undefined) break;
    const present = object[key];
    if (how === "set") define(object, key, structuredClone(value));
    else {
      if (how !== "copy") delete object[key];
      if (how !== "drop") define(object, name, structuredClone(present));
    }
  }
  return copy;
}

/** Throws unless all that Methods name is there. */
function checkWhole(imports: Imports, restApiId: string): void {
  const { image } = imports;
  const resources = image.list("resource", restApiId);
  const ids = new Set(resources.map(({ id }) => id));
  const authorizers = new Set<string | undefined>(image.list("authorizer", restApiId).map(({ id }) => id));
  const validators = new Set<string | undefined>(image.list("requestValidator", restApiId).map(({ id }) => id));
  const checkMethod = (method: MethodDocument): void => {
    expect(authorizers.has(method.authorizerId) || method.authorizerId === undefined).toBe(true);
    expect(validators.has(method.requestValidatorId) || method.requestValidatorId === undefined).toBe(true);
    for (const model of Object.values(method.requestModels ?? {})) {
      expect(image.get("model", restApiId, model)).toBeDefined();
    }
    for (const code of Object.keys(method.methodIntegration?.integrationResponses ?? {})) {
      expect(Object.keys(method.methodResponses ?? {})).toContain(code);
    }
  };
  for (const { parentId, resourceMethods } of resources) {
    expect(parentId === undefined || ids.has(parentId)).toBe(true);
    Object.values(resourceMethods).forEach(checkMethod);
  }
}

/** Sends it as a new RestApi and over one that there is. */
async function send(body: Buffer, mode: "merge" | "overwrite", basepath: string): Promise<void> {
  const imports = new Imports();
  const { restApi } = await imports.import(swagger({ paths: { "/old": { get: operation() } } }));
  for (const restApiId of [undefined, restApi.id]) {
    const before = imports.everything();
    const parameters = { basepath };
    try {
      const { restApi: made } =
        restApiId === undefined
          ? await imports.import(body, { parameters })
          : await imports.put(restApiId, body, { parameters, mode });
      checkWhole(imports, made.id);
    } catch (error) {
      if (!(error instanceof Fault) || (error.status !== 400 && error.status !== 429)) throw error;
      expect(imports.everything()).toEqual(before);
    }
  }
}

const mode = fc.constantFrom("merge" as const, "overwrite" as const);
const basepath = fc.constantFrom("ignore", "prepend", "split");

describe("an import of anything", () => {
  it("is whole where nothing is wrong", async () => {
    for (const version of ["2.0", "3.0"] as const) {
      const imports = new Imports();
      const { restApi, reply } = await imports.import(pets(version));
      checkWhole(imports, restApi.id);
      expect(reply.warnings).toEqual([
        "Method response 404 of 'ANY' for resource at path '/pets/{id}' is not defined. Creating it.",
      ]);
    }
  });

  it("is a refusal or whole: values of a definition set, dropped, renamed and copied", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("2.0" as const, "3.0" as const),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        mode,
        basepath,
        async (version, mutations, asYaml, how, base) => {
          const definition = mutated(pets(version), mutations);
          const text = asYaml ? stringify(definition, { aliasDuplicateObjects: false }) : JSON.stringify(definition);
          await send(Buffer.from(text), how, base);
        },
      ),
      { numRuns: 1_500 },
    );
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  it("is a refusal or whole: bytes of a definition changed", async () => {
    const texts = (["2.0", "3.0"] as const).flatMap((version) => [
      JSON.stringify(pets(version)),
      stringify(pets(version)),
    ]);
    const change = fc.tuple(fc.nat(10_000), fc.nat(8), fc.uint8Array({ maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        mode,
        async (text, changes, how) => {
          let bytes = Buffer.from(text);
          for (const [place, drop, insert] of changes) {
            const at = place % bytes.length;
            bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + drop)]);
          }
          await send(bytes, how, "ignore");
        },
      ),
      { numRuns: 600 },
    );
  });

  it("is a refusal: any value, any bytes", async () => {
    const given = fc.oneof(
      fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value) ?? "null")),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(given, async (bytes) => {
        await expect(new Imports().import(bytes)).rejects.toThrow(/^Invalid OpenAPI input\./);
      }),
      { numRuns: 500 },
    );
  });
});
