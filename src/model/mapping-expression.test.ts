import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  parseIntegrationParameter,
  parseMappingSource,
  parseMethodParameter,
  parseResponseHeader,
} from "./mapping-expression.ts";

const name = fc.stringMatching(/^[a-zA-Z0-9._$-]{1,20}$/);
const location = fc.constantFrom("path", "querystring", "header");

describe("keys", () => {
  it("name a place and a parameter, dots in the name included", () => {
    fc.assert(
      fc.property(location, name, (place, parameter) => {
        const expected = { location: place, name: parameter };
        expect(parseMethodParameter(`method.request.${place}.${parameter}`)).toEqual(expected);
        expect(parseIntegrationParameter(`integration.request.${place}.${parameter}`)).toEqual(expected);
        expect(parseResponseHeader(`method.response.header.${parameter}`)).toBe(parameter);
      }),
      { seed: 1 },
    );
  });

  it("are nothing else", () => {
    for (const key of [
      "",
      "method.request.path",
      "method.request.path.",
      "Method.request.path.a",
      "method.request.path.a\n",
    ]) {
      expect(parseMethodParameter(key)).toBeUndefined();
    }
    expect(parseResponseHeader("method.response.querystring.a")).toBeUndefined();
  });
});

describe("sources", () => {
  it.each([
    [
      "method.request.path.id",
      "request",
      { kind: "parameter", parameter: { location: "path", name: "id" }, multiValue: false },
    ],
    [
      "method.request.multivalueheader.X-A",
      "request",
      { kind: "parameter", parameter: { location: "header", name: "X-A" }, multiValue: true },
    ],
    [
      "integration.response.header.X-A",
      "response",
      { kind: "parameter", parameter: { location: "header", name: "X-A" }, multiValue: false },
    ],
    [
      "integration.response.multivalueheader.X-A",
      "response",
      { kind: "parameter", parameter: { location: "header", name: "X-A" }, multiValue: true },
    ],
    ["method.request.body", "request", { kind: "body", jsonPath: undefined }],
    ["method.request.body.pets[0].name", "request", { kind: "body", jsonPath: "pets[0].name" }],
    ["integration.response.body.a['b c']", "response", { kind: "body", jsonPath: "a['b c']" }],
    ["stageVariables.__proto__", "request", { kind: "stageVariable", name: "__proto__" }],
    ["context.identity.sourceIp", "response", { kind: "context", path: "identity.sourceIp" }],
    ["'a'b'", "request", { kind: "literal", text: "a'b" }],
    ["''", "response", { kind: "literal", text: "" }],
  ] as const)("%s", (text, side, expected) => {
    expect(parseMappingSource(text, side)).toEqual(expected);
  });

  it.each([
    ["integration.response.header.a", "request"],
    ["method.request.header.a", "response"],
    ["integration.response.querystring.a", "response"],
    ["method.request.multivaluepath.a", "request"],
    ["'\r\n'", "request"],
    ["'", "request"],
  ] as const)("%j is none on the side of the %s", (text, side) => {
    expect(parseMappingSource(text, side)).toBeUndefined();
  });

  it("never throw, and literals keep every printable text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const source = parseMappingSource(`'${text}'`, "request");
        // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
        expect(source).toEqual(/[\u0000-\u001f\u007f]/.test(text) ? undefined : { kind: "literal", text });
        parseMappingSource(text, "response");
      }),
      { seed: 2, numRuns: 500 },
    );
  });
});
