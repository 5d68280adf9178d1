import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compileJsonPath, jsonToText, readJsonPath } from "./json-path.ts";

const document = {
  petstore: { pets: [{ name: "Rex", age: 3 }, { name: "Tom" }] },
  "a b": { "c.d": true, "it's": 1 },
  none: null,
  list: [1, [2, 3]],
};

test.each([
  ["petstore.pets[0].name", "Rex"],
  ["$.petstore.pets[1].name", "Tom"],
  ["petstore.pets[-1].name", "Tom"],
  ["petstore['pets'][0][\"name\"]", "Rex"],
  ["petstore.pets[0].age", "3"],
  ["['a b']['c.d']", "true"],
  ["['a b']['it\\'s']", "1"],
  ["list[1]", "[2,3]"],
  ["petstore.pets[0]", '{"name":"Rex","age":3}'],
])("%s → %s", (path, text) => {
  const compiled = compileJsonPath(path);
  expect(compiled && jsonToText(readJsonPath(document, compiled))).toBe(text);
});

test.each([
  "none",
  "missing",
  "petstore.pets[9].name",
  "petstore.pets.name",
  "list.length",
  "__proto__",
  "constructor.name",
  "petstore.pets[0].name.length",
])("%s finds nothing", (path) => {
  const compiled = compileJsonPath(path);
  expect(compiled).toBeDefined();
  expect(jsonToText(readJsonPath(document, compiled ?? []))).toBeUndefined();
});

test.each(["a..b", "*", "a[*]", "a[?(@.x==1)]", "a[0:2]", "a[", "a['b", "a]"])("%s is no definite path", (path) => {
  expect(compileJsonPath(path)).toBeUndefined();
});

test("any text is a path or none, and reading never throws", () => {
  fc.assert(
    fc.property(fc.string(), fc.jsonValue(), (path, root) => {
      const compiled = compileJsonPath(path);
      if (compiled !== undefined) readJsonPath(root, compiled);
    }),
  );
});
