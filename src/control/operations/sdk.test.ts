import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newIntegration, newResource, refusalOf } from "../../../test/support/api-fixture.ts";
import type { Input } from "../../model/service.ts";
import { deploymentOperations } from "./deployment.ts";
import { modelOperations } from "./model.ts";
import { sdkOperations } from "./sdk.ts";

const { GetSdk, GetSdkType, GetSdkTypes } = sdkOperations;

/** A RestApi whose stage `prod` has `GET /`. */
function open() {
  const api = newApi();
  const { context, restApiId } = api;
  newIntegration(api);
  deploymentOperations.CreateDeployment({ restApiId, stageName: "prod" }, context);
  const ask = (input: Partial<Input<"GetSdk">> = {}) =>
    GetSdk.read({ restApiId, stageName: "prod", sdkType: "javascript", ...input }, context);
  const perform = (plan: ReturnType<typeof ask>) =>
    GetSdk.perform(plan, undefined as never, new AbortController().signal);
  return { api, context, restApiId, ask, perform };
}

const java = { serviceName: "Pets", javaPackageName: "com.example" };

describe("GetSdk", () => {
  it("answers a zip under a name that tells type and time", async () => {
    const { ask, perform } = open();
    const { body, ...headers } = await perform(ask());
    expect(headers).toEqual({
      contentType: "application/octet-stream",
      contentDisposition: 'attachment; filename="javascript_2026-01-02_03-04Z.zip"',
    });
    expect(Object.keys(unzipSync(body ?? new Uint8Array()))).toHaveLength(8);
    const inJava = await perform(ask({ sdkType: "java", parameters: { ...java, other: null } }));
    expect(inJava.contentDisposition).toContain('"java_');
  });

  it("is of what the stage serves, not of what the API has become, nor of its canary", async () => {
    const { api, context, restApiId, ask, perform } = open();
    modelOperations.CreateModel({ restApiId, name: "Late", contentType: "application/json", schema: "{}" }, context);
    newIntegration({ ...api, rootId: newResource(api, api.rootId, "late") });
    const canarySettings = { percentTraffic: 50 };
    deploymentOperations.CreateDeployment({ restApiId, stageName: "prod", canarySettings }, context);
    const { body } = await perform(ask());
    const files = unzipSync(body ?? new Uint8Array());
    const text = Buffer.from(files["apiGateway-js-sdk/apigClient.js"] ?? "").toString();
    expect(text).toContain("client.rootGet = ");
    expect(text).not.toContain("late");
    expect(text).toContain(`"http://127.0.0.1:8080/_aws/execute-api/${restApiId}/prod"`);
  });

  it("refuses what cannot be generated", async () => {
    const { context, restApiId, ask, perform } = open();
    expect(refusalOf(() => ask({ restApiId: "none" }))).toBe(
      missing("Invalid API identifier specified 123456789012:none"),
    );
    expect(refusalOf(() => ask({ stageName: "none" }))).toBe(missing("Invalid Stage identifier specified"));
    expect(refusalOf(() => ask({ sdkType: "none" }))).toBe(missing("Invalid SDK type identifier specified"));
    expect(refusalOf(() => ask({ sdkType: "java" }))).toBe(bad("Missing required parameter: serviceName"));
    const any = { httpMethod: "ANY", authorizationType: "NONE", apiKeyRequired: false };
    const resources = Array.from({ length: 1_429 }, (_none, index) => ({
      id: `r${index}`,
      path: `/${index}`,
      resourceMethods: { ANY: any, GET: { ...any, httpMethod: "GET" } },
    }));
    const { deploymentId = "" } = context.tx.get("stage", restApiId, "prod") ?? {};
    const snapshot = context.tx.get("snapshot", restApiId, deploymentId);
    if (snapshot !== undefined) context.tx.put("snapshot", restApiId, deploymentId, { ...snapshot, resources });
    expect(refusalOf(() => ask())).toBe(bad("The SDK would have more than 10000 operations"));
    const leaf = { properties: { a: {} } };
    const properties = Object.fromEntries(Array.from({ length: 200 }, (_none, index) => [`p${index}`, leaf]));
    const schema = JSON.stringify({ properties });
    for (let i = 0; i < 50; i++) {
      const model = { id: `m${i}`, name: `M${i}`, contentType: "application/json", schema };
      context.tx.put("model", restApiId, model.name, model);
    }
    deploymentOperations.CreateDeployment({ restApiId, stageName: "prod" }, context);
    await expect(perform(ask({ sdkType: "java", parameters: java }))).rejects.toMatchObject({
      code: "BadRequestException",
      message: "The SDK would have more than 10000 classes of models",
    });
  });
});

describe("the types of SDKs", () => {
  it("are the service's", () => {
    const { context } = open();
    expect(GetSdkTypes({ limit: 4 }, context).items).toHaveLength(4);
    expect(GetSdkTypes({}, context).items?.map(({ id }) => id)).toEqual([
      "android",
      "java",
      "javascript",
      "objectivec",
      "ruby",
      "swift",
    ]);
    expect(GetSdkType({ id: "ruby" }, context)).toMatchObject({ friendlyName: "Ruby" });
  });
});
