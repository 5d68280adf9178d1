/** What there is not is told before what is wrong with a request (facts/stage.md 1.4). */
import { describe, expect, it } from "vitest";
import { testControl } from "../../test/support/control.ts";
import { sdkInProcess } from "../../test/support/sdk-in-process.ts";

const { serve, failures } = testControl();
const client = sdkInProcess(serve);
const restApiId = "nothing123";
const body = Buffer.from("no definition");

describe("an unknown RestApi", () => {
  it.each([
    ["PutRestApi", () => client.putRestApi({ restApiId, body })],
    ["ImportDocumentationParts", () => client.importDocumentationParts({ restApiId, body })],
    ["CreateModel", () => client.createModel({ restApiId, name: "", contentType: "no type" })],
    ["CreateStage", () => client.createStage({ restApiId, stageName: "a b", deploymentId: "none" })],
    ["GetExport", () => client.getExport({ restApiId, stageName: "s", exportType: "none" })],
    ["GetSdk", () => client.getSdk({ restApiId, stageName: "s", sdkType: "none" })],
  ])("is told first: %s", async (_name, call) => {
    await expect(call()).rejects.toMatchObject({
      name: "NotFoundException",
      message: `Invalid API identifier specified 123456789012:${restApiId}`,
    });
    expect(failures).toEqual([]);
  });
});
