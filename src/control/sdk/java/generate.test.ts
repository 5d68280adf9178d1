import * as fc from "fast-check";
import { unzipSync } from "fflate";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileJava, noJava } from "../../../../test/support/java.ts";
import {
  anyDescription,
  descriptionOf,
  hostileDescription,
  hostileTexts,
  operationOf,
} from "../../../../test/support/sdk-descriptions.ts";
import { run } from "../../../../test/support/tools.ts";
import { zipOf } from "../archive.ts";
import type { SdkDescription } from "../describe.ts";
import { javaSdk } from "./generate.ts";
import { javaLiteral } from "./text.ts";

const parameters = { "service.name": "Pets", "java.package-name": "com.example" };
const root = "generated-code/src/main/java/com/example";
const sdkOf = (description: Partial<SdkDescription>, more: Readonly<Record<string, string>> = {}) =>
  javaSdk(descriptionOf(description), { ...parameters, ...more });

/** Finds every file in its folder, and none twice in any case. */
const checkPaths = (description: SdkDescription): void => {
  const paths = [...javaSdk(description, parameters).keys()];
  for (const path of paths)
    expect(path).toMatch(/^generated-code\/(?:src\/main\/java\/com\/example\/(?:\w+\/)?)?\w+\.\w+$/);
  expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
};

describe("the Java SDK", () => {
  it("has a client, requests, results and models, named after the API", () => {
    const schema = JSON.stringify({ type: "object", properties: { name: { type: "string" } } });
    const files = sdkOf({
      models: [{ name: "Pet", schema }],
      operations: [
        operationOf(),
        operationOf({ path: "/{a}/{b}/{op}" }),
        operationOf({ path: "/pets", verb: "POST", requestModel: "Pet", responseModel: "Pet" }),
        operationOf({ path: "/class" }),
        operationOf({ operationName: "give pet away" }),
      ],
    });
    const names = [...files.keys()]
      .map((path) => path.replace(`${root}/`, ""))
      .filter((path) => !path.includes("core/"));
    expect(names).toEqual([
      "Pets.java",
      "model/Pet.java",
      ...["GetApiRoot", "GetABOp", "PostPets", "GetClass2", "GivePetAway"].flatMap((name) => [
        `model/${name}Request.java`,
        `model/${name}Result.java`,
      ]),
      "generated-code/pom.xml",
      "generated-code/README.md",
    ]);
    expect(files.get(`${root}/Pets.java`)).toContain(
      "  /** POST /pets */\n  public PostPetsResult postPets(PostPetsRequest request) {",
    );
    expect(files.get(`${root}/model/PostPetsRequest.java`)).toContain("public PostPetsRequest pet(Pet pet) {");
    expect(files.get(`${root}/model/PostPetsResult.java`)).toContain("public Pet getPet() {");
    expect(files.get(`${root}/core/Json.java`)).toMatch(/^package com\.example\.core;/);
  });

  it("has what builds it", () => {
    const project = { "java.group-id": "org.x", "java.artifact-id": "pets-sdk", "java.artifact-version": "2.0" };
    const pom = sdkOf({}, project).get("generated-code/pom.xml");
    for (const text of ["<groupId>org.x<", "<artifactId>pets-sdk<", "<version>2.0<"]) expect(pom).toContain(text);
    expect(sdkOf({}).get("generated-code/pom.xml")).toMatch(
      /<groupId>com\.example<[^]*<artifactId>Pets<[^]*<version>1\.0-SNAPSHOT</,
    );
    const gradle = sdkOf({}, { ...project, "java.build-system": "gradle" });
    expect(gradle.get("generated-code/settings.gradle")).toBe("rootProject.name = 'pets-sdk'\n");
    expect(gradle.has("generated-code/pom.xml")).toBe(false);
  });

  it("begins its files with the license, whatever that says", () => {
    const files = sdkOf({}, { "java.license-text": "One\r\n*/ class Harm {}\n\\u000a class Harm {}\u2028x" });
    for (const [path, text] of files) {
      if (!path.endsWith(".java")) continue;
      expect(text).toMatch(
        /^\/\/ One\n\/\/ \?\/ class Harm \{\}\n\/\/ \?u000a class Harm \{\}\?x\n\npackage com\.example/,
      );
    }
  });

  it("stays in its folder, and has no file twice in any case", () => {
    checkPaths(hostileDescription());
    fc.assert(fc.property(anyDescription, checkPaths), { seed: 17, numRuns: 300 });
  });
});

/** The classes of an API with these Models, each with the types of its fields. */
const classesOf = (schemas: Readonly<Record<string, unknown>>): Record<string, string[]> => {
  const models = Object.entries(schemas).map(([name, schema]) => ({ name, schema: JSON.stringify(schema) }));
  const files = sdkOf({ models, operations: [operationOf({ responseModel: "A" })] });
  const classes = Array.from(files).flatMap(([path, text]): [string, string[]][] => {
    const name = /model\/(\w+)\.java$/.exec(path)?.[1];
    if (name === undefined || name.endsWith("Request")) return [];
    const pattern = name.endsWith("Result") ? /public (\S.*) getA\(\)/g : /^ {2}private (.+);$/gm;
    return [[name, Array.from(text.matchAll(pattern), ([, type = ""]) => type)]];
  });
  return Object.fromEntries(classes);
};
const object = (properties: object) => ({ type: "object", properties });
const url = (name: string): string => `https://apigateway.amazonaws.com/restapis/abc/models/${name}`;

describe("the types of models", () => {
  it.each([
    [
      "of all kinds",
      { A: object({ a: { type: "string" }, b: { type: "integer" }, c: { type: "number" }, d: { type: "boolean" } }) },
      { A: ["String a", "Long b", "Double c", "Boolean d"], GetApiRootResult: ["A"] },
    ],
    [
      "that are open",
      {
        A: object({
          a: {},
          b: { type: ["string", "null"] },
          c: { type: ["string", "integer"] },
          d: { type: "object" },
        }),
      },
      { A: ["Object a", "String b", "Object c", "Map<String, Object> d"], GetApiRootResult: ["A"] },
    ],
    [
      "in lists and objects",
      { A: { type: "array", items: { type: "array", items: object({ b: object({ c: { type: "string" } }) }) } } },
      { AItemItem: ["AItemItemB b"], AItemItemB: ["String c"], GetApiRootResult: ["List<List<AItemItem>>"] },
    ],
    [
      "of other models and of definitions",
      {
        A: {
          ...object({ b: { $ref: url("B") }, d: { $ref: "#/definitions/d" } }),
          definitions: { d: object({ x: {} }) },
        },
        B: object({ a: { type: "array", items: { $ref: url("A") } } }),
      },
      { A: ["B b", "AD d"], B: ["List<A> a"], AD: ["Object x"], GetApiRootResult: ["A"] },
    ],
    [
      "that refer to themselves",
      { A: object({ parent: { $ref: "#" }, a: { $ref: url("B") } }), B: { $ref: url("B") } },
      { A: ["A parent", "Object a"], GetApiRootResult: ["A"] },
    ],
    [
      "that refer to nothing",
      { A: object({ a: { $ref: url("None") }, b: { $ref: "#/definitions/none" }, c: { $ref: "http://x/" } }) },
      { A: ["Object a", "Object b", "Object c"], GetApiRootResult: ["A"] },
    ],
    [
      "in many lists",
      { A: Array.from({ length: 9 }).reduce((items) => ({ type: "array", items }), { type: "string" }) },
      { GetApiRootResult: ["List<List<List<List<List<List<Object>>>>>>"] },
    ],
    ["that are scalars", { A: { type: "string" } }, { GetApiRootResult: ["String"] }],
    ["that are nothing", { A: {} }, { GetApiRootResult: ["Object"] }],
    ["that are not there", { B: {} }, { GetApiRootResult: ["Object"] }],
  ])("%s", (_what, schemas, classes) => {
    expect(classesOf(schemas)).toEqual(classes);
  });

  it("of too many properties are maps", () => {
    const properties = Object.fromEntries(Array.from({ length: 501 }, (_none, index) => [`p${index}`, {}]));
    expect(classesOf({ A: object(properties) })).toEqual({ GetApiRootResult: ["Map<String, Object>"] });
  });
});

const reference = (index: number) => ({ $ref: `https://apigateway.amazonaws.com/restapis/a/models/M${index}` });

const nested = (schema: object): object =>
  Array.from({ length: 100 }).reduce<object>((inner) => ({ properties: { p: inner } }), schema);
const properties = (of: object): object =>
  Object.fromEntries(Array.from({ length: 150 }, (_none, index) => [`p${index}`, of]));

describe("what models may cost", () => {
  it("is bounded in depth: what leads deeper is left open", () => {
    const models = Array.from({ length: 100 }, (_none, index) => ({
      name: `M${index}`,
      schema: JSON.stringify(nested(reference(index + 1))),
    }));
    expect(sdkOf({ models, operations: [operationOf({ responseModel: "M0" })] }).size).toBeGreaterThan(500);
  });

  it("is bounded in classes", () => {
    const schema = JSON.stringify({ properties: properties({ properties: properties({ properties: { a: {} } }) }) });
    expect(() => sdkOf({ models: [{ name: "A", schema }] })).toThrow("more than 10000 classes of models");
  });
});

describe.skipIf(noJava !== undefined)("what javac says", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stagewright-java-"));
    const zip = zipOf(javaSdk(hostileDescription(), { ...parameters, "java.license-text": hostileTexts.join("\n") }));
    for (const [path, bytes] of Object.entries(unzipSync(zip))) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    const prints = hostileTexts.map((text) => `    print(${javaLiteral(text)});\n`);
    await writeFile(
      join(folder, "Literals.java"),
      `public final class Literals {
  static void print(String text) {
    StringBuilder units = new StringBuilder();
    for (char unit : text.toCharArray()) units.append((int) unit).append(' ');
    System.out.println(units.toString().trim());
  }

  public static void main(String[] arguments) {
${prints.join("")}  }
}
`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("nothing, whatever the API says; and literals are the texts", async () => {
    expect(await compileJava(folder)).toBe("");
    const { stdout } = await run("java", ["-cp", "classes", "Literals"], { cwd: folder });
    const units = hostileTexts.map((text) =>
      Array.from({ length: text.length }, (_none, index) => text.charCodeAt(index)).join(" "),
    );
    expect(stdout.split("\n").slice(0, -1)).toEqual(units);
  }, 120_000);
});
