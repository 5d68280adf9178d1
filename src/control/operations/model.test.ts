import { describe, expect, it } from "vitest";
import {
  bad,
  everything,
  missing,
  newApi,
  newMethod,
  newResource,
  getOf,
  refusalOf,
  taken,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { PatchOperation } from "../../model/service.ts";
import { modelRules } from "../patch/rules/model.ts";
import { methodOperations } from "./method.ts";
import { methodResponseOperations } from "./method-response.ts";
import { modelOperations } from "./model.ts";
import { restApiOperations } from "./rest-api.ts";

const { CreateModel, GetModel, GetModels, UpdateModel, DeleteModel, GetModelTemplate } = modelOperations;

const contentType = "application/json";
const schema = '{"type":"object"}';

/** A RestApi with the Model `Pet`. */
function open() {
  const api = newApi();
  const { context, restApiId } = api;
  const place = { restApiId, modelName: "Pet" };
  const reply = CreateModel({ restApiId, name: "Pet", contentType, schema, description: "a pet" }, context);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const patched = UpdateModel({ ...place, patchOperations }, context);
    expect(GetModel(place, context)).toStrictEqual(patched);
    return patched;
  };
  const create = (name: string, input: object = {}) =>
    CreateModel({ restApiId, contentType, schema, ...input, name }, context);
  return { api, tx: context.tx, context, restApiId, place, reply, update, create };
}

const invalid = bad(
  "Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]",
);
const noSchema = bad("Model schema must have at least 1 property or array items defined");

const inUse = (where: string) => taken(`Cannot delete model 'Pet', is referenced in method ${where}`);

describe("Model", () => {
  it("is created", () => {
    const { reply, create, context, place } = open();
    expect(reply).toStrictEqual({ id: reply.id, name: "Pet", description: "a pet", contentType, schema });
    expect(reply.id).toMatch(/^[a-z0-9]{6}$/);
    expect(GetModel(place, context)).toStrictEqual(reply);
    expect(create("Bare", { description: "" })).not.toHaveProperty("description");
    expect(create("Text", { contentType: "text/plain", schema: undefined })).not.toHaveProperty("schema");
  });

  it("Empty and Error are there from the start", () => {
    const { context, restApiId } = newApi();
    const [empty, error] = GetModels({ restApiId }, context).items ?? [];
    expect(empty).toMatchObject({ name: "Empty", description: "This is a default empty schema model", contentType });
    expect(JSON.parse(empty?.schema ?? "")).toEqual({
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Empty Schema",
      type: "object",
    });
    expect(error).toMatchObject({ name: "Error", description: "This is a default error schema model", contentType });
    expect(JSON.parse(error?.schema ?? "")).toEqual({
      $schema: "http://json-schema.org/draft-04/schema#",
      title: "Error Schema",
      type: "object",
      properties: { message: { type: "string" } },
    });
    DeleteModel({ restApiId, modelName: "Empty" }, context);
    expect(GetModels({ restApiId }, context).items).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ["", {}, bad("Model name must be non-empty")],
    ["a-b", {}, bad("Model name must be alphanumeric: a-b")],
    ["__proto__", {}, bad("Model name must be alphanumeric: __proto__")],
    ["é", {}, bad("Model name must be alphanumeric: é")],
    ["x".repeat(2_000), {}, bad("Model name can be at most 1024 characters without control characters")],
    ["New", { contentType: "nothing" }, bad("Invalid content type specified: nothing")],
    ["New", { schema: "" }, noSchema],
    ["New", { schema: undefined }, noSchema],
    ["New", { schema: undefined, contentType: "application/xml" }, noSchema],
    ["New", { schema: undefined, contentType: "application/vnd.pet+json" }, noSchema],
    ["New", { schema: "{" }, invalid],
    ["New", { schema: '{"type":"pet"}' }, invalid],
    ["New", { schema: '{"$ref":"http://other.example/model"}' }, invalid],
    ["New", { schema: "1" }, invalid],
    ["New", { schema: `{"title":"${"x".repeat(limits.modelSchema)}"}` }, bad("Model schema can be at most 400 KB")],
    ["Pet", {}, taken("Model name already exists for this REST API")],
    ["Empty", {}, taken("Model name already exists for this REST API")],
  ])("%.20s with %.60j is refused", (name, input, words) => {
    const { tx, create } = open();
    const before = everything(tx);
    expect(refusalOf(() => create(name, input))).toBe(words);
    expect(everything(tx)).toEqual(before);
  });

  it("that is not there, and a RestApi that is not", () => {
    const { context, place } = open();
    const noApi = missing("Invalid API identifier specified 123456789012:none");
    expect(refusalOf(() => GetModels({ restApiId: "none" }, context))).toBe(noApi);
    expect(refusalOf(() => CreateModel({ restApiId: "none", name: "", contentType }, context))).toBe(noApi);
    for (const at of [
      { ...place, restApiId: "none" },
      { ...place, modelName: "None" },
    ]) {
      const words = missing(`Invalid model name specified: ${at.modelName}`);
      expect(refusalOf(() => GetModel(at, context))).toBe(words);
      expect(refusalOf(() => GetModelTemplate(at, context))).toBe(words);
      expect(refusalOf(() => UpdateModel({ ...at, patchOperations: [] }, context))).toBe(words);
      expect(refusalOf(() => DeleteModel(at, context))).toBe(words);
    }
  });

  it("stays while a Method has it, in its request or in a response", () => {
    const { api, context, place } = open();
    const pets = newResource(api, api.rootId, "test");
    const root = newMethod(api, { requestModels: { [contentType]: "Pet" } });
    const below = getOf(api, pets);
    methodOperations.PutMethod({ ...below, authorizationType: "NONE" }, context);
    methodResponseOperations.PutMethodResponse(
      { ...below, statusCode: "200", responseModels: { [contentType]: "Pet" } },
      context,
    );
    expect(refusalOf(() => DeleteModel(place, context))).toBe(inUse("request: //GET"));
    methodOperations.DeleteMethod(root, context);
    expect(refusalOf(() => DeleteModel(place, context))).toBe(inUse("response: /test/GET"));
    methodOperations.DeleteMethod(below, context);
    DeleteModel(place, context);
    expect(refusalOf(() => newMethod(api, { requestModels: { [contentType]: "Pet" } }))).toBe(
      bad("Invalid model identifier specified: Pet"),
    );
  });

  it("has bounds on number and size together", () => {
    const { create, restApiId, tx, update } = open();
    const large = "x".repeat(limits.restApiModels - 200);
    tx.put("model", restApiId, "Large", { id: "large1", name: "Large", contentType, schema: large });
    const text = `{"title":"${"x".repeat(200)}"}`;
    const words = bad("All model schemas of an API can be at most 16 MB");
    expect(refusalOf(() => create("New", { schema: text }))).toBe(words);
    expect(refusalOf(() => update([{ op: "replace", path: "/schema", value: text }]))).toBe(words);
    tx.delete("model", restApiId, "Large");
    for (let i = 0; i < limits.models; i++)
      tx.put("model", restApiId, `M${i}`, { id: "x", name: `M${i}`, contentType });
    expect(refusalOf(() => create("New"))).toBe(
      "LimitExceededException: Maximum number of Models for this API has been reached: 1000",
    );
  });

  it("is flattened when asked for", () => {
    const { context, create, restApiId } = open();
    const $ref = `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet`;
    create("Pets", { schema: JSON.stringify({ items: { $ref } }) });
    const at = { restApiId, modelName: "Pets" };
    expect(GetModel({ ...at, flatten: false }, context).schema).toContain($ref);
    expect(JSON.parse(GetModel({ ...at, flatten: true }, context).schema ?? "")).toEqual({
      items: { $ref: "#/definitions/Pet" },
      definitions: { Pet: { type: "object" } },
    });
  });

  it("gives a template", () => {
    const { context, create, restApiId } = open();
    expect(GetModelTemplate({ restApiId, modelName: "Error" }, context)).toEqual({
      value: '#set($inputRoot = $input.path(\'$\'))\n{\n  "message" : "$inputRoot.message"\n}',
    });
    create("Text", { contentType: "text/plain", schema: undefined });
    expect(refusalOf(() => GetModelTemplate({ restApiId, modelName: "Text" }, context))).toBe(
      bad("Model Text has no schema to make a template from"),
    );
  });

  it("is cloned, references and all, and goes with its RestApi", () => {
    const { context, create, restApiId, reply } = open();
    create("Pets", {
      schema: `{"items":{"$ref":"https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet"}}`,
    });
    const before = everything(context.tx);
    const { id = "" } = restApiOperations.CreateRestApi({ name: "copy", cloneFrom: restApiId }, context);
    const models = context.tx.list("model", id);
    expect(models.map(({ name }) => name)).toEqual(["Empty", "Error", "Pet", "Pets"]);
    expect(models[2]).toStrictEqual({ ...reply, id: models[2]?.id });
    expect(models[2]?.id).not.toBe(reply.id);
    expect(models[3]?.schema).toContain(`/restapis/${id}/models/Pet`);
    restApiOperations.DeleteRestApi({ restApiId: id }, context);
    expect(everything(context.tx)).toEqual(before);
  });

  describePatchMatrix("Model", {
    rules: modelRules.table.rules as never,
    rows: [
      { rule: "/description", value: "another", ops: { replace: { description: "another" } } },
      { rule: "/schema", value: '{"type":"array"}', ops: { replace: { schema: '{"type":"array"}' } } },
    ],
    open,
    ...familyA("/description, /schema"),
    unlisted: ["/name", "/contentType", "/schema/type"],
  });

  it("an update clears a description, but not a schema", () => {
    expect(open().update([{ op: "replace", path: "/description", value: "" }])).not.toHaveProperty("description");
    const replace = (value?: string) => refusalOf(() => open().update([{ op: "replace", path: "/schema", value }]));
    expect(replace("")).toBe(noSchema);
    expect(replace()).toBe(noSchema);
    expect(replace("x")).toBe(invalid);
  });
});
