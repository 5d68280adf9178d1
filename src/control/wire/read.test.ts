import { describe, expect, it } from "vitest";
import type { OperationName } from "../../model/service.ts";
import { wireOf } from "../wire.ts";

const read = (name: OperationName, body: string, query = "", labels = ["abc", "def"]) =>
  wireOf(name).readInput({ labels, query, headers: [], body: Buffer.from(body) });

describe("inputs", () => {
  it("keep nulls and every key of a map", () => {
    const input = read("CreateStage", '{"stageName":"a","deploymentId":"b","variables":{"__proto__":"x","c":null}}');
    expect(Object.entries(input["variables"] as object)).toEqual([
      ["__proto__", "x"],
      ["c", null],
    ]);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("have well-formed texts", () => {
    const input = read(
      "CreateStage",
      String.raw`{"stageName":"\ud800","deploymentId":"b","variables":{"\udc00":"\ud800a"}}`,
    );
    expect(input).toMatchObject({ stageName: "\ufffd", variables: { "\ufffd": "\ufffda" } });
  });

  it("take the last of several equal keys", () => {
    expect(read("CreateStage", '{"stageName":"a","stageName":"z","deploymentId":"b"}')).toMatchObject({
      stageName: "z",
    });
  });

  it.each([
    ["embed=methods", { embed: ["methods"] }],
    ["embed=a&embed=b", { embed: ["a", "b"] }],
    ["limit=5&position=a%2Bb", { limit: 5, position: "a+b" }],
    ["limit=-1", { limit: -1 }],
    ["position=a+b", { position: "a b" }],
    ["", {}],
  ])("of GetResources with the query %j", (query, members) => {
    expect(read("GetResources", "", query)).toEqual({ restApiId: "abc", ...members });
  });

  it.each([
    ["deploymentId=a", "a"],
    ["deployment_id=a", "a"],
  ])("of GetStages with %s", (query, deploymentId) => {
    expect(read("GetStages", "", query)).toEqual({ restApiId: "abc", deploymentId });
  });

  it.each([
    ["includeValue=true", true],
    ["includeValue=TRUE", true],
    ["includeValue=1", false],
    ["includeValue=", false],
  ])("of GetApiKey with %s", (query, includeValue) => {
    expect(read("GetApiKey", "", query, ["k"])).toEqual({ apiKey: "k", includeValue });
  });

  it("free-form queries are those that nothing else means", () => {
    const query = "extensions=postman&X-Amz-Date=a&x-amz-signature=b&__proto__=c";
    const input = read("GetExport", "", query, ["a", "b", "c"]);
    expect(Object.entries(input["parameters"] as object)).toEqual([
      ["__proto__", "c"],
      ["extensions", "postman"],
    ]);
  });
});
