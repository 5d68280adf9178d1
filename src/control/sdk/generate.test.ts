import { unzipSync } from "fflate";
import { expect, it } from "vitest";
import { descriptionOf, operationOf } from "../../../test/support/sdk-descriptions.ts";
import { limits } from "../../limits.ts";
import { generateSdk } from "./generate.ts";

const java = { "service.name": "Pets", "java.package-name": "com.example" };

it.each([
  ["javascript", {}, "apiGateway-js-sdk/apigClient.js"],
  ["java", java, "generated-code/src/main/java/com/example/Pets.java"],
])("makes a zip of type %s", (type, parameters, path) => {
  expect(Object.keys(unzipSync(generateSdk(type, descriptionOf(), parameters)))).toContain(path);
});

it("refuses an SDK that is too large, and a type that nobody wrote", () => {
  const operations = [operationOf({ path: `/${"x".repeat(limits.sdkSize)}` })];
  expect(() => generateSdk("javascript", descriptionOf({ operations }), {})).toThrow(
    "The SDK would be larger than 32 MB",
  );
  expect(() => generateSdk("toString", descriptionOf(), {})).toThrow("no SDK of type toString is generated");
});
