/** Operations of a definition, and the Models that their schemas become. */
import { describe, expect, it } from "vitest";
import {
  components,
  Imports,
  mock,
  oas30,
  operation,
  type Spelling,
  spellings,
  swagger,
} from "../../../test/support/import-fixture.ts";

type Given = Readonly<Record<string, unknown>>;

const header = (name: string): Given => ({ [`method.response.header.${name}`]: "'x'" });

const importOf = (definition: unknown) => new Imports().import(definition);
const inEach = describe.each(
  spellings
    .filter(({ label }) => label.endsWith("JSON"))
    .map((spelling): [string, Spelling] => [spelling.label, spelling]),
);

const petSchema = { type: "object", required: ["name"], properties: { name: { type: "string" } } };
const modelUrl = (restApiId: string, name: string): string =>
  `https://apigateway.amazonaws.com/restapis/${restApiId}/models/${name}`;

inEach("operations of OpenAPI %s", (_label, { spell, version }) => {
  const place = version === "2.0" ? "#" : "#/components";
  const schemas = version === "2.0" ? "#/definitions" : "#/components/schemas";
  /** A response with a body of JSON. */
  const answering = (schema: unknown): Given =>
    version === "2.0"
      ? { description: "ok", schema }
      : { description: "ok", content: { "application/json": { schema } } };

  it("declares the answers of an integration that the operation does not, with the headers that they set", async () => {
    const { method, integration } = await importOf(
      spell({
        paths: {
          "/pets": {
            get: operation({
              "x-amazon-apigateway-integration": {
                ...mock,
                responses: {
                  default: { statusCode: "200" },
                  "4\\d{2}": { statusCode: "400", responseParameters: header("a") },
                  "5\\d{2}": { statusCode: "400", responseParameters: header("__proto__") },
                },
              },
            }),
          },
        },
      }),
    );
    expect(method("/pets").methodResponses).toEqual({
      "200": { statusCode: "200" },
      "400": {
        statusCode: "400",
        responseParameters: { "method.response.header.a": false, "method.response.header.__proto__": false },
      },
    });
    expect(integration("/pets").integrationResponses?.["400"]?.responseParameters).toEqual(header("__proto__"));
  });

  it("declares those of a proxy without a word, as real exports leave them out", async () => {
    const proxy = { type: "http_proxy", httpMethod: "ANY", uri: "http://127.0.0.1/", responses: mock.responses };
    const { method, reply } = await importOf(
      spell({
        paths: { "/": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": proxy } } },
      }),
    );
    expect(reply.warnings).toBeUndefined();
    expect(method("/", "ANY").methodResponses).toEqual({ "200": { statusCode: "200" } });
  });

  it("follows references from one to the next", async () => {
    const chain = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`p${i}`, { $ref: `#/x-chain/p${i + 1}` }]));
    const { method } = await importOf(
      spell({
        "x-chain": { ...chain, p10: { name: "size", in: "query" } },
        paths: { "/pets": { get: operation({ parameters: [{ $ref: "#/x-chain/p0" }] }) } },
      }),
    );
    expect(method("/pets").requestParameters).toEqual({ "method.request.querystring.size": false });
  });

  it("declares parameters of the operation, of its path and of the definition", async () => {
    const { method } = await importOf(
      spell({
        ...components(version, { parameters: { Trace: { name: "trace", in: "header", required: true } } }),
        paths: {
          "/pets/{id}": {
            parameters: [
              { name: "id", in: "path", required: true },
              { name: "size", in: "query", required: true },
              { $ref: `${place}/parameters/Trace` },
            ],
            get: operation({ operationId: "getPet", parameters: [{ name: "size", in: "query" }] }),
            put: operation({ parameters: [{ name: "__proto__", in: "header", required: true }] }),
          },
        },
      }),
    );
    expect(method("/pets/{id}")).toMatchObject({
      operationName: "getPet",
      requestParameters: {
        "method.request.path.id": true,
        "method.request.querystring.size": false,
        "method.request.header.trace": true,
      },
    });
    expect(method("/pets/{id}", "PUT").requestParameters).toMatchObject({ "method.request.header.__proto__": true });
  });

  it("declares the answers that have a status, with their headers", async () => {
    const { method, reply } = await importOf(
      spell({
        ...components(version, {
          responses: { Gone: { description: "gone", headers: { "X-When": { type: "string" } } } },
        }),
        paths: {
          "/pets": {
            get: operation({
              responses: {
                "200": { description: "ok", headers: { "x-total": { type: "integer" } } },
                "404": { description: "none" },
                "410": { $ref: `${place}/responses/Gone` },
                default: { description: "all else" },
                "x-note": {},
              },
            }),
          },
        },
      }),
    );
    expect(method("/pets").methodResponses).toStrictEqual({
      "200": { statusCode: "200", responseParameters: { "method.response.header.x-total": false } },
      "404": { statusCode: "404" },
      "410": { statusCode: "410", responseParameters: { "method.response.header.X-When": false } },
    });
    expect(reply.warnings).toBeUndefined();
  });

  it("makes a Model of each schema with a name, with the service's URLs between them", async () => {
    const { restApi, models, method } = await importOf(
      spell({
        ...components(version, {
          schemas: {
            Pet: {
              ...petSchema,
              properties: { ...petSchema.properties, owner: { $ref: `${schemas}/Owner` }, $ref: { type: "string" } },
            },
            Owner: { type: "object", properties: { pets: { type: "array", items: { $ref: `${schemas}/Pet` } } } },
            Name: { allOf: [{ $ref: `${schemas}/Pet/properties/name` }], example: { $ref: "#/no/reference" } },
          },
        }),
        paths: { "/pets": { get: operation({ responses: { "200": answering({ $ref: `${schemas}/Pet` }) } }) } },
      }),
    );
    expect(models.map(({ name }) => name)).toEqual(["Empty", "Error", "Pet", "Owner", "Name"]);
    const schemaOf = (wanted: string) =>
      JSON.parse(models.find(({ name }) => name === wanted)?.schema ?? "") as unknown;
    expect(schemaOf("Pet")).toEqual({
      ...petSchema,
      properties: { ...petSchema.properties, owner: { $ref: modelUrl(restApi.id, "Owner") }, $ref: { type: "string" } },
    });
    expect(schemaOf("Owner")).toEqual({
      type: "object",
      properties: { pets: { type: "array", items: { $ref: modelUrl(restApi.id, "Pet") } } },
    });
    expect(schemaOf("Name")).toEqual({
      allOf: [{ $ref: `${modelUrl(restApi.id, "Pet")}#/properties/name` }],
      example: { $ref: "#/no/reference" },
    });
    expect(method("/pets").methodResponses?.["200"]?.responseModels).toEqual({ "application/json": "Pet" });
  });

  it("makes one Model of all inline schemas that are equal, under a name of its own", async () => {
    const inline = answering({ type: "array", items: { $ref: `${schemas}/Pet` } });
    const definition = spell({
      ...components(version, { schemas: { Pet: petSchema } }),
      paths: {
        "/a": { get: operation({ responses: { "200": inline } }) },
        "/b": { get: operation({ responses: { "200": inline, "201": answering({ type: "string" }) } }) },
      },
    });
    const { models, method } = await importOf(definition);
    const made = models.map(({ name }) => name).filter((name) => /^MODEL[0-9a-f]{6}$/.test(name));
    expect(made).toHaveLength(2);
    const of = (path: string, code: string) => method(path).methodResponses?.[code]?.responseModels;
    expect(of("/a", "200")).toEqual({ "application/json": made[0] });
    expect(of("/b", "200")).toEqual(of("/a", "200"));
    expect(of("/b", "201")).toEqual({ "application/json": made[1] });
    const again = await importOf(definition);
    expect(again.models.map(({ name }) => name)).toEqual(models.map(({ name }) => name));
  });

  it("finds a name for an inline schema whose name is taken, however often", async () => {
    const inline = { type: "string", title: "mine" };
    const definition = (schemas_: Given) =>
      spell({
        ...components(version, { schemas: schemas_ }),
        paths: { "/a": { get: operation({ responses: { "200": answering(inline) } }) } },
      });
    const taken: Record<string, Given> = {};
    for (let i = 0; i < 5; i++) {
      const { models, method } = await importOf(definition(taken));
      const name = method("/a").methodResponses?.["200"]?.responseModels?.["application/json"] ?? "";
      expect(taken).not.toHaveProperty(name);
      expect(JSON.parse(models.find((model) => model.name === name)?.schema ?? "")).toEqual(inline);
      for (let length = name.length; length <= 45; length++) taken[name.padEnd(length, "0")] = { type: "object" };
    }
  });

  it("decodes the names in references", async () => {
    const { models } = await importOf(
      spell({
        ...components(version, {
          schemas: { Pet: petSchema, Other: { allOf: [{ $ref: `${schemas}/%50et/properties/%6eame` }] } },
        }),
      }),
    );
    expect(models.find(({ name }) => name === "Other")?.schema).toContain("/models/Pet#/properties/%6eame");
  });

  it("makes a Model of any other place that a schema refers to, however they refer to each other", async () => {
    const { restApi, models, method, reply } = await importOf(
      spell({
        paths: {
          "/a": { get: operation({ responses: { "200": answering({ $ref: "#/x-own/node" }) } }) },
        },
        "x-own": {
          node: { type: "object", properties: { next: { $ref: "#/x-own/node" }, leaf: { $ref: "#/x-own/leaf" } } },
          leaf: { type: "string" },
        },
      }),
    );
    const name = method("/a").methodResponses?.["200"]?.responseModels?.["application/json"] ?? "";
    const [, , node, leaf] = models;
    expect(node?.name).toBe(name);
    expect(JSON.parse(node?.schema ?? "")).toEqual({
      type: "object",
      properties: {
        next: { $ref: modelUrl(restApi.id, name) },
        leaf: { $ref: modelUrl(restApi.id, leaf?.name ?? "") },
      },
    });
    expect(reply.warnings).toBeUndefined();
  });

  it("follows a long chain of references without a stack", async () => {
    const length = 900;
    const chain = Object.fromEntries(
      Array.from({ length }, (_, i) => [`s${i}`, { type: "array", items: { $ref: `#/x-own/s${i + 1}` } }]),
    );
    const { models } = await importOf(
      spell({
        paths: { "/a": { get: operation({ responses: { "200": answering({ $ref: "#/x-own/s0" }) } }) } },
        "x-own": { ...chain, [`s${length}`]: { type: "string" } },
      }),
    );
    expect(models).toHaveLength(length + 3);
  });

  it("takes a reference to what every RestApi has", async () => {
    const { method, reply } = await importOf(
      spell({ paths: { "/a": { get: operation({ responses: { "200": answering({ $ref: `${schemas}/Empty` }) } }) } } }),
    );
    expect(method("/a").methodResponses?.["200"]?.responseModels).toEqual({ "application/json": "Empty" });
    expect(reply.warnings).toBeUndefined();
  });

  it("replaces a Model that every RestApi has", async () => {
    const { models } = await importOf(spell(components(version, { schemas: { Error: { type: "string" } } })));
    expect(models.map(({ name, schema }) => [name, JSON.parse(schema ?? "")])).toMatchObject([
      ["Empty", { title: "Empty Schema" }],
      ["Error", { type: "string" }],
    ]);
  });
});

describe("bodies", () => {
  it("have the content types of 2.0's consumes and produces", async () => {
    const { method } = await importOf(
      swagger({
        consumes: ["application/xml"],
        definitions: { Pet: petSchema },
        paths: {
          "/pets": {
            post: operation({
              produces: ["application/json", "text/plain"],
              parameters: [{ in: "body", name: "pet", schema: { $ref: "#/definitions/Pet" } }],
              responses: { "200": { description: "ok", schema: { $ref: "Pet" } } },
            }),
            put: operation({
              consumes: ["application/json"],
              parameters: [{ in: "body", name: "pet", schema: { $ref: "#/definitions/Pet" } }],
            }),
          },
        },
      }),
    );
    expect(method("/pets", "POST")).toMatchObject({
      requestModels: { "application/xml": "Pet" },
      methodResponses: { "200": { responseModels: { "application/json": "Pet", "text/plain": "Pet" } } },
    });
    expect(method("/pets", "PUT").requestModels).toEqual({ "application/json": "Pet" });
    expect(method("/pets", "PUT")).not.toHaveProperty("requestParameters");
  });

  it("have the content of 3.0's request bodies and answers", async () => {
    const { method } = await importOf(
      oas30({
        components: {
          schemas: { Pet: petSchema },
          requestBodies: { Pet: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } } },
        },
        paths: {
          "/pets": {
            post: operation({
              requestBody: { $ref: "#/components/requestBodies/Pet" },
              responses: {
                "201": {
                  description: "made",
                  headers: { Location: { required: true }, Age: {} },
                  content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } }, "text/plain": {} },
                },
                "204": { description: "nothing", content: {} },
                "4XX": { description: "a range" },
              },
            }),
          },
        },
      }),
    );
    expect(method("/pets", "POST")).toMatchObject({
      requestModels: { "application/json": "Pet" },
      methodResponses: {
        "201": {
          responseModels: { "application/json": "Pet" },
          responseParameters: { "method.response.header.Location": true, "method.response.header.Age": false },
        },
        "204": { statusCode: "204" },
      },
    });
    expect(Object.keys(method("/pets", "POST").methodResponses ?? {})).toEqual(["200", "201", "204"]);
  });
});
