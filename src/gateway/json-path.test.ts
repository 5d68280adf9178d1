import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileJsonPath, readForMapping } from "./json-path.ts";
import { parseJson } from "./vtl/json.ts";
import { jsonText } from "./vtl/print.ts";
import { Run } from "./vtl/run.ts";
import { type Value, VtlList } from "./vtl/value.ts";

const parsed = (json: unknown): Value => {
  const value = parseJson(JSON.stringify(json));
  if (value === undefined) throw new Error("no JSON");
  return value;
};

const document = {
  petstore: { pets: [{ name: "Rex", age: 3 }, { name: "Tom" }] },
  "a b": { "c.d": true, "it's": 1 },
  none: null,
  list: [1, [2, 3]],
};

const mapped = (path: string, root: unknown = document): string | undefined => {
  const compiled = compileJsonPath(path);
  return compiled && readForMapping(compiled, parsed(root));
};

describe("a mapping's path", () => {
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
    ["petstore.pets[*].name", '["Rex","Tom"]'],
    ["list.length()", "2"],
  ])("%s → %s", (path, text) => {
    expect(mapped(path)).toBe(text);
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
    expect(compileJsonPath(path)).toBeDefined();
    expect(mapped(path)).toBeUndefined();
  });
});

const store = {
  store: {
    book: [
      { category: "reference", author: "Nigel Rees", title: "Sayings of the Century", price: 8.95 },
      { category: "fiction", author: "Evelyn Waugh", title: "Sword of Honour", price: 12.99 },
      { category: "fiction", author: "Herman Melville", title: "Moby Dick", isbn: "0-553-21311-3", price: 8.99 },
      {
        category: "fiction",
        author: "J. R. R. Tolkien",
        title: "The Lord of the Rings",
        isbn: "0-395-19395-8",
        price: 22.99,
      },
    ],
    bicycle: { color: "red", price: 19.95 },
  },
  expensive: 10,
};

const found = (path: string, root: unknown = store): string | undefined => {
  const run = new Run([]);
  const value = compileJsonPath(path)?.read(parsed(root), (steps) => run.step(steps));
  return value === undefined ? undefined : jsonText(run, value);
};

describe("Jayway's dialect", () => {
  test.each([
    ["$.store.book[*].author", '["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]'],
    ["$..author", '["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]'],
    ["$.store..price", "[8.95,12.99,8.99,22.99,19.95]"],
    ["$..book[2].title", '["Moby Dick"]'],
    ["$..book[-1:].title", '["The Lord of the Rings"]'],
    ["$..book[0,1].title", '["Sayings of the Century","Sword of Honour"]'],
    ["$..book[:2].price", "[8.95,12.99]"],
    ["$..book[1:3].price", "[12.99,8.99]"],
    ["$..book[?(@.isbn)].title", '["Moby Dick","The Lord of the Rings"]'],
    ["$.store.book[?(@.price < 10)].title", '["Sayings of the Century","Moby Dick"]'],
    ["$..book[?(@.price <= $['expensive'])].title", '["Sayings of the Century","Moby Dick"]'],
    ["$..book[?(@.author =~ /.*REES/i)].title", '["Sayings of the Century"]'],
    ["$.store.book[?(@.category == 'fiction' && @.price > 20)].price", "[22.99]"],
    ["$.store.book[?(@.price > 20 || @.category == 'reference')].price", "[8.95,22.99]"],
    ["$.store.book[?(!@.isbn)].price", "[8.95,12.99]"],
    ["$.store.book[?(@.category in ['reference','other'])].price", "[8.95]"],
    ["$.store.book[?(@.title contains 'Sword')].price", "[12.99]"],
    ["$.store.bicycle['color','price']", '{"color":"red","price":19.95}'],
    ["$.store.book.length()", "4"],
    ["$..book.length()", "4"],
    ["$.store.book[0].keys()", '["category","author","title","price"]'],
    ["$.store.bicycle.*", '["red",19.95]'],
    ["$.nothing[*]", "[]"],
    ["$..nothing", "[]"],
    ["$", JSON.stringify(store)],
  ])("%s → %s", (path, text) => {
    expect(found(path)).toBe(text);
  });

  test.each([
    ["$.n.sum()", "6.0"],
    ["$.n.min()", "1.0"],
    ["$.n.max()", "3.0"],
    ["$.n.avg()", "2.0"],
    ["$.n.first()", "1"],
    ["$.n.last()", "3"],
  ])("%s of [1,2,3] is %s", (path, text) => {
    expect(found(path, { n: [1, 2, 3] })).toBe(text);
  });

  test.each(["$.", "$[", "$['a", "$a b]", "$.a[", "$[?(@.a]", "$[?(]", "$.a.nosuch()", "$[1:a]", "$[?(@.a =~ /(/)]"])(
    "%s is no path",
    (path) => {
      expect(compileJsonPath(path)).toBeUndefined();
    },
  );

  test("a path that would look at too much is ended", () => {
    // Each level holds the one below twice: 2^30 places in a value of thirty lists.
    let value: Value = new VtlList([1]);
    for (let i = 0; i < 30; i++) value = new VtlList([value, value]);
    const run = new Run([]);
    expect(() => compileJsonPath("$..[0]")?.read(value, (steps) => run.step(steps))).toThrow("too many steps");
  });
});

test("generated paths find what Jayway's own library finds", () => {
  const golden = new URL("json-path/golden.json", import.meta.url);
  const { document: text, rows } = JSON.parse(readFileSync(golden, "utf8")) as {
    readonly document: string;
    readonly rows: readonly (readonly [path: string, found: string])[];
  };
  const root = parseJson(text) ?? null;
  for (const [path, expected] of rows) {
    const run = new Run([]);
    const value = compileJsonPath(path)?.read(root, (steps) => run.step(steps));
    expect([path, value === undefined ? undefined : jsonText(run, value)]).toEqual([path, expected]);
  }
  expect(rows.length).toBeGreaterThan(100);
});

test("any text is a path or none, and reading never throws", () => {
  const piece = fc.constantFrom(
    "$",
    ".",
    "..",
    "[",
    "]",
    "*",
    "?(",
    ")",
    "@",
    "'a'",
    "a",
    "1",
    ":",
    ",",
    "==",
    "&&",
    "!",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join("")),
  );
  fc.assert(
    fc.property(text, fc.jsonValue(), (path, root) => {
      compileJsonPath(path)?.read(parsed(root), () => undefined);
    }),
    { seed: 7, numRuns: 2_000 },
  );
});
