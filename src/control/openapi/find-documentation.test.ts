import { describe, expect, it } from "vitest";
import type { DocumentationLocationDocument } from "../../model/documents.ts";
import { checkedLocation, type SentLocation } from "../operations/documentation-checks.ts";
import { findDocumentation } from "./find-documentation.ts";

const documentation = (...parts: readonly (readonly [SentLocation, object])[]) =>
  findDocumentation(
    parts.map(([location, properties], index) => ({
      id: String(index),
      location: checkedLocation(location),
      properties: JSON.stringify(properties),
    })),
  );

type Row = readonly [
  name: string,
  parts: readonly (readonly [SentLocation, object])[],
  asked: DocumentationLocationDocument,
  attributes: object,
];

const response = (path: string, method = "GET", statusCode = "400"): DocumentationLocationDocument => ({
  type: "RESPONSE",
  path,
  method,
  statusCode,
});
const said = (description: string) => ({ description });

describe("what documentation says of an entity", () => {
  const rows: readonly Row[] = [
    ["nothing of what nobody documents", [], response("/pets"), {}],
    [
      "what is said of every response of this code",
      [[{ type: "RESPONSE", statusCode: "400" }, said("bad")]],
      response("/pets"),
      said("bad"),
    ],
    ["nothing of another code", [[{ type: "RESPONSE", statusCode: "404" }, said("none")]], response("/pets"), {}],
    [
      "the longer path before the shorter",
      [
        [{ type: "RESPONSE", path: "/pets", statusCode: "400" }, said("bad pet")],
        [{ type: "RESPONSE", statusCode: "400" }, said("bad")],
      ],
      response("/pets/{id}"),
      said("bad pet"),
    ],
    [
      "a path before a method, and a method before a code",
      [
        [{ type: "RESPONSE", path: "/pets", method: "GET", statusCode: "400" }, said("third")],
        [{ type: "RESPONSE", path: "/pets/{id}" }, said("of the path")],
      ],
      response("/pets/{id}"),
      said("of the path"),
    ],
    [
      "the method before the code",
      [
        [{ type: "RESPONSE", path: "/pets", statusCode: "400" }, said("of the code")],
        [{ type: "RESPONSE", path: "/pets", method: "GET" }, said("of the method")],
      ],
      response("/pets"),
      said("of the method"),
    ],
    [
      "nothing of a path that only begins alike",
      [[{ type: "RESPONSE", path: "/pet" }, said("x")]],
      response("/pets"),
      {},
    ],
    ["nothing of what is above", [[{ type: "RESPONSE", path: "/pets/{id}" }, said("x")]], response("/pets"), {}],
    [
      "what the best part says, and nothing of the others",
      [
        [{ type: "METHOD" }, { tags: ["all"], description: "any" }],
        [
          { type: "METHOD", path: "/pets", method: "GET" },
          { summary: "list", description: "pets" },
        ],
      ],
      { type: "METHOD", path: "/pets", method: "GET" },
      { summary: "list", description: "pets" },
    ],
    ["nothing of another name", [[{ type: "MODEL", name: "Pet" }, said("a pet")]], { type: "MODEL", name: "Dog" }, {}],
    [
      "only values of the member's kind",
      [[{ type: "METHOD" }, { tags: "pets", description: 5, summary: null, deprecated: "yes", operationId: "x" }]],
      { type: "METHOD", path: "/", method: "GET" },
      {},
    ],
  ];
  it.each(rows)("is %s", (_name, parts, asked, attributes) => {
    expect(documentation(...parts).of(asked)).toEqual({ attributes, extensions: {} });
  });

  it("is never inherited by resources", () => {
    const found = documentation([{ type: "RESOURCE", path: "/" }, { "x-of": "root" }]);
    expect(found.of({ type: "RESOURCE", path: "/pets" }).extensions).toEqual({});
    expect(found.of({ type: "RESOURCE", path: "/" }).extensions).toEqual({ "x-of": "root" });
  });

  it("has the owner's extensions, and never one of ours", () => {
    const content = { "x-own": [1], "X-Own": 2, "x-amazon-apigateway-integration": { type: "mock" }, other: 3 };
    const { extensions } = documentation([{ type: "METHOD" }, content]).of({
      type: "METHOD",
      path: "/",
      method: "GET",
    });
    expect(extensions).toEqual({ "x-own": [1], "X-Own": 2 });
  });

  it("has the API's `info` apart, without a title or a version", () => {
    const info = { description: "pets", title: "no", version: "no", license: { name: "MIT" }, "x-a": 1 };
    const found = documentation([{ type: "API" }, { info, tags: [{ name: "pets" }], "x-b": 2 }]);
    expect(found.ofInfo()).toEqual({
      attributes: { description: "pets", license: { name: "MIT" } },
      extensions: { "x-a": 1 },
    });
    expect(found.of({ type: "API" })).toEqual({ attributes: { tags: [{ name: "pets" }] }, extensions: { "x-b": 2 } });
  });

  it("may have any key", () => {
    const properties = '{"__proto__":{"description":"x"},"x-__proto__":1}';
    const found = findDocumentation([{ id: "1", location: { type: "API" }, properties }]);
    expect(found.of({ type: "API" })).toEqual({ attributes: {}, extensions: { "x-__proto__": 1 } });
  });
});
