import { describe, expect, it } from "vitest";
import { bad, missing, refusalOf } from "../../../test/support/api-fixture.ts";
import { checkedSdkParameters, findSdkType } from "./parameters.ts";
import { sdkTypes } from "./sdk-types.ts";

const check = (type: string, given: Readonly<Record<string, string>>) => checkedSdkParameters(findSdkType(type), given);
const java = { serviceName: "Pets", javaPackageName: "com.example.pets" };

describe("the parameters of GetSdk", () => {
  it("are taken under both of their names, without those that the type has not", () => {
    const expected = { "service.name": "Pets", "java.package-name": "com.example.pets" };
    expect(check("java", { ...java, other: "x", __proto__: "x" })).toEqual(expected);
    expect(check("java", expected)).toEqual(expected);
    expect(check("javascript", { anything: "x" })).toEqual({});
  });

  it.each([
    [{}, "Missing required parameter: serviceName"],
    [{ ...java, serviceName: " " }, "Missing required parameter: serviceName"],
    [{ serviceName: "x" }, "Missing required parameter: javaPackageName"],
    [
      { ...java, serviceName: "../.." },
      "Invalid value for parameter serviceName: it must make the name of a Java class",
    ],
    [{ ...java, serviceName: "x".repeat(65_537) }, "The parameter serviceName is too long"],
    [
      { ...java, "java.build-system": "make" },
      "Invalid value for parameter java.build-system: it must be maven or gradle",
    ],
    [
      { ...java, "java.group-id": "a</groupId>" },
      "Invalid value for parameter java.group-id: it may have letters, digits and . _ -",
    ],
    [
      { ...java, "java.artifact-id": "a'" },
      "Invalid value for parameter java.artifact-id: it may have letters, digits and . _ -",
    ],
    [
      { ...java, "java.artifact-version": "1 0" },
      "Invalid value for parameter java.artifact-version: it may have letters, digits and . _ -",
    ],
  ])("of Java: %.99j", (given, words) => {
    expect(refusalOf(() => check("java", given))).toBe(bad(words));
  });

  it.each([
    "../x",
    "a..b",
    ".a",
    "a.",
    "a/b",
    "a;b",
    "a b",
    "1a",
    "com.new.x",
    "java",
    "java.util",
    "é",
    "a\n",
    "x".repeat(201),
  ])("take no package such as %.20j", (javaPackageName) => {
    expect(refusalOf(() => check("java", { ...java, javaPackageName }))).toBe(
      bad("Invalid value for parameter javaPackageName: it must be the name of a Java package"),
    );
  });

  it("of types that are not generated are refused, and so are types that there are not", () => {
    for (const { id } of sdkTypes.filter((type) => type.id !== "java" && type.id !== "javascript")) {
      expect(refusalOf(() => check(id, {}))).toBe(
        bad(`SDKs of type ${id} cannot be generated here. Those of these types can: java, javascript`),
      );
    }
    for (const id of ["", "Java", "__proto__"]) {
      expect(refusalOf(() => findSdkType(id))).toBe(missing("Invalid SDK type identifier specified"));
    }
  });
});
