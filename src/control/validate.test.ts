import { describe, expect, it } from "vitest";
import { Fault } from "../errors.ts";
import { limits } from "../limits.ts";
import type { OperationName } from "../model/service.ts";
import { wireOf } from "./wire.ts";

/** What is said to a body and labels of an operation; undefined when nothing is. */
function refusalOf(name: OperationName, body: unknown, labels: readonly string[] = [], query = "") {
  try {
    wireOf(name).readInput({ labels, query, headers: [], body: Buffer.from(JSON.stringify(body)) });
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.status).toBe(400);
    return `${error.code}: ${error.message}`;
  }
}

const one = (text: string) => `ValidationException: 1 validation error detected: ${text}`;
const ops = "Member must satisfy enum value set: [add, remove, move, test, replace, copy]";

describe("texts that were recorded", () => {
  it("an unknown op (facts/stage.md 1.4)", () => {
    const patchOperations = [{ op: "wrong", path: "/name", value: "a" }];
    expect(refusalOf("UpdateRestApi", { patchOperations }, ["abc"])).toBe(
      one(`Value 'wrong' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: ${ops}`),
    );
  });

  it("several are counted and joined (facts/stage.md 1.4)", () => {
    const patchOperations = [{ op: "add" }, { op: "b" }, { op: "replace" }, { op: "" }];
    expect(refusalOf("UpdateStage", { patchOperations }, ["abc", "prod"])).toBe(
      "ValidationException: 2 validation errors detected: " +
        `Value 'b' at 'updateStageInput.patchOperations.2.member.op' failed to satisfy constraint: ${ops}; ` +
        `Value '' at 'updateStageInput.patchOperations.4.member.op' failed to satisfy constraint: ${ops}`,
    );
  });

  it("an endpoint type (facts/control.md 1)", () => {
    expect(refusalOf("CreateRestApi", { name: "a", endpointConfiguration: { types: ["wrong"] } })).toBe(
      one(
        "Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy constraint: " +
          "Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]",
      ),
    );
  });

  it("an IP address type (facts/control.md 1)", () => {
    expect(refusalOf("CreateRestApi", { name: "a", endpointConfiguration: { ipAddressType: "wrong" } })).toContain(
      "Member must satisfy enum value set: [ipv4, dualstack]",
    );
  });

  it("an integration type (facts/control.md 5)", () => {
    expect(refusalOf("PutIntegration", { type: "wrong" }, ["abc", "def", "GET"])).toBe(
      one(
        "Value 'wrong' at 'putIntegrationInput.type' failed to satisfy constraint: " +
          "Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]",
      ),
    );
  });

  it.each(["wrong", "", "600", "99", "1000", "2000", "20", " 200", "200\n"])(
    "the status code %j (facts/control.md 4)",
    (code) => {
      expect(refusalOf("PutMethodResponse", {}, ["abc", "def", "GET", code])).toBe(
        one(
          `Value '${code}' at 'statusCode' failed to satisfy constraint: ` +
            String.raw`Member must satisfy regular expression pattern: [1-5]\d\d`,
        ),
      );
    },
  );

  it("a documentation part's type (facts/control.md 16)", () => {
    expect(refusalOf("CreateDocumentationPart", { location: { type: "X" }, properties: "{}" }, ["abc"])).toContain(
      "at 'createDocumentationPartInput.location.type'",
    );
  });
});

describe("texts in the same form", () => {
  it("a required member that is missing or null", () => {
    const missing = one(
      "Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
    );
    expect(refusalOf("CreateRestApi", {})).toBe(missing);
    expect(refusalOf("CreateRestApi", { name: null })).toBe(missing);
    expect(refusalOf("CreateRestApi", { name: "" })).toBeUndefined();
  });

  it("a required member within a structure", () => {
    expect(refusalOf("CreateDocumentationPart", { location: {}, properties: "{}" }, ["abc"])).toBe(
      one(
        "Value null at 'createDocumentationPartInput.location.type' failed to satisfy constraint: Member must not be null",
      ),
    );
  });

  it("a required query", () => {
    expect(refusalOf("UntagResource", {}, ["arn"])).toBe(
      one("Value null at 'tagKeys' failed to satisfy constraint: Member must not be null"),
    );
    expect(refusalOf("UntagResource", {}, ["arn"], "tagKeys=a")).toBeUndefined();
  });

  it("a query that is none of its values", () => {
    expect(refusalOf("PutRestApi", {}, ["abc"], "mode=both")).toBe(
      one(
        "Value 'both' at 'mode' failed to satisfy constraint: Member must satisfy enum value set: [merge, overwrite]",
      ),
    );
  });

  it("a null in a list", () => {
    expect(refusalOf("UpdateStage", { patchOperations: [null] }, ["abc", "prod"])).toBe(
      one(
        "Value null at 'updateStageInput.patchOperations.1.member' failed to satisfy constraint: Member must not be null",
      ),
    );
  });

  it("long values are cut, and many failures are not all told", () => {
    const op = "x".repeat(1_000_000);
    const text = refusalOf("UpdateStage", { patchOperations: [{ op }] }, ["abc", "prod"]) ?? "";
    expect(text).toContain(`'${"x".repeat(limits.echoedValue)}...'`);
    expect(text.length).toBeLessThan(2_000);
    const patchOperations = Array.from({ length: 1_000 }, () => ({ op: "x" }));
    expect(refusalOf("UpdateStage", { patchOperations }, ["abc", "prod"])).toContain(
      `: ${limits.validationFailures} validation errors detected: `,
    );
  });
});

const createStage = (body: object) => refusalOf("CreateStage", { stageName: "a", deploymentId: "b", ...body }, ["abc"]);

describe("values of the wrong type", () => {
  const big = "com.amazon.coral.value.json.numbers.TruncatingBigNumber";

  it.each([
    [{ stageName: true }, "class java.lang.Boolean can not be converted to an String"],
    [{ stageName: 1.5 }, `class ${big} can not be converted to an String`],
    [{ stageName: {} }, "Start of structure or map found where not expected."],
    [{ stageName: [] }, "Start of list found where not expected."],
    [{ cacheClusterEnabled: "true" }, "class java.lang.String can not be converted to an Boolean"],
    [{ cacheClusterEnabled: 1 }, `class ${big} can not be converted to an Boolean`],
    [{ canarySettings: { percentTraffic: "1" } }, "class java.lang.String can not be converted to an Double"],
    [{ canarySettings: [] }, "Start of list found where not expected."],
    [{ canarySettings: "a" }, "Unrecognized collection type class java.lang.String"],
    [{ variables: { a: 1 } }, `class ${big} can not be converted to an String`],
    [{ variables: [] }, "Start of list found where not expected."],
    [{ variables: 1 }, `Unrecognized collection type class ${big}`],
  ])("%j", (body, text) => {
    expect(createStage(body)).toBe(`SerializationException: ${text}`);
  });

  it("lists and whole numbers", () => {
    const create = (body: object) => refusalOf("CreateRestApi", { name: "a", ...body });
    expect(create({ binaryMediaTypes: {} })).toBe(
      "SerializationException: Start of structure or map found where not expected.",
    );
    expect(create({ binaryMediaTypes: "a" })).toBe(
      "SerializationException: Unrecognized collection type class java.lang.String",
    );
    expect(create({ minimumCompressionSize: 2 ** 31 })).toBe(
      "SerializationException: 2147483648 is too large for Integer",
    );
    expect(create({ minimumCompressionSize: 1.9 })).toBeUndefined();
    expect(refusalOf("GetRestApis", {}, [], "limit=x")).toBe(
      "SerializationException: class java.lang.String can not be converted to an Integer",
    );
  });

  it("a number too large for JSON", () => {
    const body = Buffer.from('{"stageName":"a","deploymentId":"b","canarySettings":{"percentTraffic":1e999}}');
    const read = () => wireOf("CreateStage").readInput({ labels: ["abc"], query: "", headers: [], body });
    expect(read).toThrow("too large for Double");
  });

  it("come before constraints", () => {
    expect(refusalOf("UpdateStage", { patchOperations: [{ op: "x" }, { op: 1 }] }, ["a", "b"])).toMatch(
      /^SerializationEx/,
    );
  });
});
