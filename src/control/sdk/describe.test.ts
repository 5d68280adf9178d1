import { describe, expect, it } from "vitest";
import type { MethodDocument, SnapshotDocument } from "../../model/documents.ts";
import { newApi } from "../../../test/support/api-fixture.ts";
import { describeSnapshot } from "./describe.ts";

const methodOf = (httpMethod: string, more: Partial<MethodDocument> = {}): MethodDocument => ({
  httpMethod,
  authorizationType: "NONE",
  apiKeyRequired: false,
  ...more,
});

/** A snapshot with these Methods, by path. */
function snapshotOf(paths: Readonly<Record<string, readonly MethodDocument[]>>): SnapshotDocument {
  const { context, restApiId } = newApi();
  const restApi = context.tx.get("restApi", "", restApiId);
  if (restApi === undefined) throw new Error("no RestApi");
  const resources = Object.entries(paths).map(([path, methods]) => ({
    id: path,
    path,
    resourceMethods: Object.fromEntries(methods.map((method) => [method.httpMethod, method])),
  }));
  return {
    restApi,
    resources,
    models: [
      { id: "a", name: "Pet", contentType: "application/json", schema: "{}" },
      { id: "b", name: "Text", contentType: "text/plain" },
    ],
  };
}

/** The one operation of a Method at a path. */
const operationOf = (path: string, method: Partial<MethodDocument>) =>
  describeSnapshot(snapshotOf({ [path]: [methodOf("GET", method)] })).operations[0];

const response = (statusCode: string, name: string) => ({
  statusCode,
  responseModels: { "application/json": name },
});

describe("describeSnapshot", () => {
  it("orders operations by path and verb, and has the models with a schema", () => {
    const { apiName, operations, models } = describeSnapshot(
      snapshotOf({ "/pets": [methodOf("POST"), methodOf("GET")], "/": [methodOf("PUT")], "/empty": [] }),
    );
    expect(apiName).toBe("pets");
    expect(operations.map(({ verb, path }) => `${verb} ${path}`)).toEqual(["PUT /", "GET /pets", "POST /pets"]);
    expect(models).toEqual([{ name: "Pet", schema: "{}" }]);
  });

  it("takes ANY for the verbs that have no Method of their own", () => {
    const any = methodOf("ANY", { operationName: "everything" });
    const { operations } = describeSnapshot(snapshotOf({ "/": [any, methodOf("GET", { operationName: "one" })] }));
    expect(operations.map(({ verb, operationName }) => [verb, operationName])).toEqual([
      ["DELETE", ""],
      ["GET", "one"],
      ...["HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map((verb) => [verb, ""]),
    ]);
  });

  it("has the parameters of the path, then the declared ones", () => {
    const requestParameters = {
      "method.request.path.a": true,
      "method.request.querystring.page": false,
      "method.request.querystring.tags": true,
      "method.request.header.X.Trace": false,
      "method.request.body.x": true,
      __proto__: true,
    };
    expect(operationOf("/{a}/{b+}", { requestParameters })?.parameters).toEqual([
      { name: "a", place: "path", required: true },
      { name: "b", place: "path", required: true },
      { name: "page", place: "query", required: false },
      { name: "tags", place: "query", required: true },
      { name: "X.Trace", place: "header", required: false },
    ]);
  });

  it.each([
    [{ "text/xml": "X", "application/json": "A" }, "A"],
    [{ "application/vnd.pets+json; charset=utf-8": "A" }, "A"],
    [{ $default: "A" }, "A"],
    [{ "text/xml": "X" }, undefined],
    [undefined, undefined],
  ] as const)("has the model of JSON: %j", (requestModels, name) => {
    const models = requestModels && { requestModels };
    expect(operationOf("/", { ...models })?.requestModel).toBe(name);
  });

  it("has the model of the first success", () => {
    const methodResponses = { "400": response("400", "E"), "202": response("202", "B"), "200": response("200", "A") };
    expect(operationOf("/", { methodResponses })?.responseModel).toBe("A");
    expect(operationOf("/", { methodResponses: { "400": response("400", "E") } })?.responseModel).toBeUndefined();
  });
});
