/** Imports of one test, through the operations themselves, on a store in memory that takes refused work back. */
import { expect } from "vitest";
import { stringify } from "yaml";
import type { Prepared } from "../../src/control/operation.ts";
import { importRestApiOperations } from "../../src/control/operations/import-rest-api.ts";
import type {
  AuthorizerDocument,
  IntegrationDocument,
  MethodDocument,
  ModelDocument,
  ResourceDocument,
  RestApiDocument,
} from "../../src/model/documents.ts";
import type { Input, OperationName, Output } from "../../src/model/service.ts";
import { Image } from "../../src/store/image.ts";
import { everything } from "./api-fixture.ts";
import { contextFor } from "./memory-transaction.ts";

type Given = Readonly<Record<string, unknown>>;

/** A definition as it is sent: JSON of a value, or a text as it stands. */
export const bodyOf = (definition: unknown): Buffer =>
  Buffer.isBuffer(definition)
    ? definition
    : Buffer.from(typeof definition === "string" ? definition : JSON.stringify(definition));

/** A document of OpenAPI 2.0 with these members. */
export const swagger = (members: Given = {}): Given => ({
  swagger: "2.0",
  info: { title: "pets", version: "1" },
  paths: {},
  ...members,
});

/** A document of OpenAPI 3.0 with these members. */
export const oas30 = (members: Given = {}): Given => ({
  openapi: "3.0.1",
  info: { title: "pets", version: "1" },
  paths: {},
  ...members,
});

export const mock = {
  type: "mock",
  requestTemplates: { "application/json": '{"statusCode": 200}' },
  responses: { default: { statusCode: "200" } },
} as const;

/** An operation that answers 200 of its own. */
export const operation = (members: Given = {}): Given => ({
  responses: { "200": { description: "200 response" } },
  "x-amazon-apigateway-integration": mock,
  ...members,
});

/** What can be asked of an imported RestApi. */
export interface Imported {
  readonly reply: Output<"ImportRestApi">;
  readonly restApi: RestApiDocument;
  readonly resources: readonly ResourceDocument[];
  readonly models: readonly ModelDocument[];
  readonly authorizers: readonly AuthorizerDocument[];
  /** The Method of a path; throws when there is none. */
  readonly method: (path: string, verb?: string) => MethodDocument;
  readonly integration: (path: string, verb?: string) => IntegrationDocument;
}

export class Imports {
  readonly image = new Image();
  readonly context = contextFor(this.image);

  /** Imports a new RestApi; rejects as the operation does, and then nothing has changed. */
  async import(definition: unknown, input: Partial<Input<"ImportRestApi">> = {}): Promise<Imported> {
    const reply = await this.#run("ImportRestApi", { body: bodyOf(definition), ...input });
    return this.of(reply.id ?? "", reply);
  }

  /** Puts a definition over a RestApi that there is. */
  async put(restApiId: string, definition: unknown, input: Partial<Input<"PutRestApi">> = {}): Promise<Imported> {
    const reply = await this.#run("PutRestApi", { body: bodyOf(definition), restApiId, ...input });
    return this.of(restApiId, reply);
  }

  /** Every document. */
  everything(): unknown {
    return everything(this.image);
  }

  of(restApiId: string, reply: Output<"ImportRestApi"> = {}): Imported {
    const { image } = this;
    const restApi = image.get("restApi", "", restApiId);
    if (restApi === undefined) throw new Error(`There is no RestApi ${restApiId}.`);
    const resources = image.list("resource", restApiId);
    const method = (path: string, verb = "GET"): MethodDocument => {
      const found = resources.find((resource) => resource.path === path)?.resourceMethods[verb];
      if (found === undefined) throw new Error(`There is no ${verb} ${path}.`);
      return found;
    };
    return {
      reply,
      restApi,
      resources,
      models: image.list("model", restApiId),
      authorizers: image.list("authorizer", restApiId),
      method,
      integration: (path, verb) => {
        const { methodIntegration } = method(path, verb);
        if (methodIntegration === undefined) throw new Error(`${path} has no integration.`);
        return methodIntegration;
      },
    };
  }

  async #run<N extends OperationName & keyof typeof importRestApiOperations>(
    name: N,
    input: Input<N>,
  ): Promise<Output<N>> {
    const { prepare, run } = importRestApiOperations[name] as unknown as Prepared<N>;
    const ready = await prepare(input, this.context);
    return this.image.run((tx) => run(input, { ...this.context, tx }, ready)).result;
  }
}

/** A way to send a definition: its version, and how it is spelt. */
export interface Spelling {
  readonly label: string;
  /** The document of these members, as bytes. */
  readonly spell: (members: Given) => Buffer;
  readonly version: "2.0" | "3.0";
}

const json = (document: Given): Buffer => bodyOf(document);
const yaml = (document: Given): Buffer => bodyOf(stringify(document));

/** Both versions, in JSON and in YAML. */
export const spellings: readonly Spelling[] = [
  { label: "2.0 JSON", version: "2.0", spell: (members) => json(swagger(members)) },
  { label: "2.0 YAML", version: "2.0", spell: (members) => yaml(swagger(members)) },
  { label: "3.0 JSON", version: "3.0", spell: (members) => json(oas30(members)) },
  { label: "3.0 YAML", version: "3.0", spell: (members) => yaml(oas30(members)) },
];

/** The members of a root that has these security schemes, schemas, parameters and responses. */
export function components(version: "2.0" | "3.0", parts: Readonly<Record<string, Given>>): Given {
  const { securitySchemes = {}, schemas = {}, ...rest } = parts;
  return version === "2.0"
    ? { securityDefinitions: securitySchemes, definitions: schemas, ...rest }
    : { components: parts };
}

export const lambdaUri = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:${name}/invocations`;

/** How an import is refused, and that nothing has changed then. */
export async function importRefusal(definition: unknown, failOnWarnings = false): Promise<string> {
  const imports = new Imports();
  await imports.import(swagger());
  const before = imports.everything();
  const error: unknown = await imports.import(definition, { failOnWarnings }).catch((reason: unknown) => reason);
  expect(imports.everything()).toEqual(before);
  if (!(error instanceof Error)) throw new Error("It was imported.");
  expect(error.name).toBe("BadRequestException");
  return error.message;
}
