import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AuthorizerDocument, IntegrationDocument } from "../../model/documents.ts";
import { authorizerMembers, schemeHeaderOf } from "./authorizer-members.ts";
import { documentationPartMembers } from "./documentation-members.ts";
import { gatewayResponseMembers } from "./gateway-response-members.ts";
import { integrationMembers, integrationResponseMembers, responsesByPattern } from "./integration-members.ts";
import {
  boolean,
  type Form,
  json,
  lowered,
  loweredOf,
  named,
  number,
  numeral,
  object,
  readMembers,
  templates,
  text,
  textMap,
  texts,
  unless,
  unlessEmpty,
  writeMembers,
} from "./members.ts";
import { requestValidatorMembers } from "./request-validator-members.ts";
import { restApiMembers } from "./rest-api-members.ts";

const refusals = (): { readonly told: string[]; readonly refuse: (name: string, expected: string) => void } => {
  const told: string[] = [];
  return { told, refuse: (name, expected) => void told.push(`${name}: ${expected}`) };
};

describe("forms", () => {
  const rows: readonly (readonly [name: string, form: Pick<Form<unknown>, "read">, written: unknown, read: unknown])[] =
    [
      ["a text", text, "a", "a"],
      ["a number for a text", text, 200, "200"],
      ["true for a text", text, true, "true"],
      ["a list for a text", text, ["a"], undefined],
      ["a number", number, 12, 12],
      ["a numeral for a number", number, "-12", -12],
      ["a word for a number", number, "twelve", undefined],
      ["a numeral", numeral, 404, "404"],
      ["a numeral as a text", numeral, "404", "404"],
      ["true", boolean, true, true],
      ["the word False", boolean, "False", false],
      ["another word for a boolean", boolean, "yes", undefined],
      ["a word in lower case", lowered, "aws_proxy", "AWS_PROXY"],
      ["one of some words", loweredOf(["HTTP", "MOCK"]), "Mock", "MOCK"],
      ["none of some words", loweredOf(["HTTP", "MOCK"]), "soap", undefined],
      ["texts", texts, ["a", 1], ["a", "1"]],
      ["texts with a null", texts, ["a", null], undefined],
      ["a text for texts", texts, "a", undefined],
      ["a map", textMap, { a: 1 }, { a: "1" }],
      ["a map with a null", textMap, { a: null }, undefined],
      ["a list for a map", textMap, [], undefined],
      ["templates with a null", templates, { a: null, b: "c" }, { a: null, b: "c" }],
      ["an object", object({ a: text }), { a: 1, b: 2 }, { a: "1" }],
      ["a text for an object", object({ a: text }), "a", undefined],
      ["JSON as itself", json, { a: [1] }, '{"a":[1]}'],
      ["JSON as a text", json, '{"a":1}', '{"a":1}'],
      ["a list for JSON", json, [1], undefined],
    ];
  it.each(rows)("reads %s", (_name, form, written, read) => expect(form.read(written)).toEqual(read));

  it("writes numerals as numbers and JSON as what it says", () => {
    expect(numeral.write("404")).toBe(404);
    expect(numeral.write("x")).toBe("x");
    expect(json.write('{"a":1}')).toEqual({ a: 1 });
    expect(json.write("{")).toBe("{");
  });

  it("leaves out what holds anyway", () => {
    const members = { a: unless("x", text), b: unlessEmpty(texts), c: named("see", text) };
    expect(writeMembers<{ a: string; b: readonly string[]; c: string }>(members, { a: "x", b: [], c: "d" })).toEqual({
      see: "d",
    });
    expect(writeMembers<{ a: string; b: readonly string[]; c: string }>(members, { a: "y", b: ["z"] })).toEqual({
      a: "y",
      b: ["z"],
    });
  });
});

describe("reading with a table", () => {
  it("takes the table's members, leaves out others and null, and tells of what is wrong", () => {
    const { told, refuse } = refusals();
    const given = { type: "HTTP_Proxy", uri: null, timeoutInMillis: [], httpMethod: "GET", unknown: 1 };
    expect(readMembers(integrationMembers, given, refuse)).toEqual({ type: "HTTP_PROXY", httpMethod: "GET" });
    expect(told).toEqual(["timeoutInMillis: a number"]);
  });

  it("reads own members alone, and keeps any key of a map", () => {
    const { told, refuse } = refusals();
    const given = JSON.parse('{"requestTemplates":{"__proto__":"a"}}') as Record<string, unknown>;
    const read = readMembers(integrationMembers, given, refuse);
    expect(Object.entries(read.requestTemplates ?? {})).toEqual([["__proto__", "a"]]);
    expect(readMembers(integrationMembers, Object.create({ uri: "inherited" }) as never, refuse)).toEqual({});
    expect(told).toEqual([]);
  });
});

const name = fc.constantFrom("a", "method.request.path.id", "application/json", "__proto__", "constructor");
const map = fc.dictionary(name, fc.string(), { maxKeys: 3 });
/** An empty template is stored as null. */
const templateMap = fc.dictionary(name, fc.option(fc.string({ minLength: 1 })), { maxKeys: 3 });
const optional = <T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(model, { requiredKeys: [] });

/** What is left of a document when what goes without saying is gone. */
const withoutImplied = (document: object, implied: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(document).filter(
      ([key, value]) =>
        value !== implied[key] && !(typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  );

describe("what is written is read again", () => {
  const upper = fc.constantFrom("WHEN_NO_MATCH", "NEVER");
  const integration = optional<Partial<IntegrationDocument>>({
    type: fc.constantFrom("HTTP", "AWS", "MOCK", "HTTP_PROXY", "AWS_PROXY"),
    httpMethod: fc.constantFrom("GET", "ANY", ""),
    uri: fc.string(),
    connectionType: fc.constantFrom("INTERNET", "VPC_LINK"),
    credentials: fc.string(),
    requestParameters: map,
    requestTemplates: templateMap,
    passthroughBehavior: upper,
    timeoutInMillis: fc.constantFrom(50, 29_000),
    cacheKeyParameters: fc.array(fc.string(), { maxLength: 2 }),
    tlsConfig: fc.record({ insecureSkipVerification: fc.boolean() }),
  });
  const tables: readonly (readonly [string, object, fc.Arbitrary<object>, Readonly<Record<string, unknown>>])[] = [
    ["an integration", integrationMembers, integration, { connectionType: "INTERNET", timeoutInMillis: 29_000 }],
    [
      "a response of one",
      integrationResponseMembers,
      optional({
        statusCode: fc.string(),
        responseParameters: map,
        responseTemplates: templateMap,
        contentHandling: fc.string(),
      }),
      {},
    ],
    [
      "an authorizer",
      authorizerMembers,
      optional({
        type: fc.constantFrom("TOKEN", "REQUEST", "COGNITO_USER_POOLS"),
        authorizerUri: fc.string(),
        authorizerResultTtlInSeconds: fc.nat(3600),
        providerARNs: fc.array(fc.string()),
      }),
      {},
    ],
    ["a validator", requestValidatorMembers, optional({ validateRequestBody: fc.boolean() }), {}],
    [
      "a gateway response",
      gatewayResponseMembers,
      optional({ statusCode: fc.integer({ min: 200, max: 599 }).map(String), responseParameters: map }),
      {},
    ],
    [
      "a documentation part",
      documentationPartMembers,
      fc.record({
        location: optional({ type: fc.string(), name: fc.string() }),
        properties: fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }).map((value) => JSON.stringify(value)),
      }),
      {},
    ],
    [
      "the settings of a RestApi",
      restApiMembers,
      optional({
        apiKeySource: fc.constantFrom("HEADER", "AUTHORIZER"),
        minimumCompressionSize: fc.nat(),
        binaryMediaTypes: fc.array(fc.string(), { minLength: 1 }),
      }),
      { apiKeySource: "HEADER" },
    ],
  ];

  it.each(tables)("%s", (_name, members, documents, implied) => {
    fc.assert(
      fc.property(documents, (document) => {
        const { told, refuse } = refusals();
        const read = readMembers(members, writeMembers(members, document), refuse);
        expect(told).toEqual([]);
        expect(withoutImplied(read, {})).toEqual(withoutImplied(document, implied));
      }),
      { seed: 17, numRuns: 200 },
    );
  });
});

describe("integration responses", () => {
  it("are keyed by pattern; without one it is the default, and the first of two stays", () => {
    const responses = {
      200: { statusCode: "200" },
      201: { statusCode: "201", selectionPattern: "" },
      400: { statusCode: "400", selectionPattern: "4.." },
    };
    expect(responsesByPattern(responses)).toEqual({ default: responses[200], "4..": responses[400] });
    expect(responsesByPattern(undefined)).toEqual({});
  });
});

describe("the header of a security scheme", () => {
  const rows: readonly (readonly [AuthorizerDocument["type"], string | undefined, string | undefined])[] = [
    ["TOKEN", "method.request.header.Auth", "Auth"],
    ["COGNITO_USER_POOLS", "method.request.header.Authorization", "Authorization"],
    ["TOKEN", undefined, undefined],
    ["REQUEST", "method.request.header.Auth", undefined],
  ];
  it.each(rows)("of %s with %s is %s", (type, identitySource, header) => {
    const authorizer = { id: "a", name: "a", type, ...(identitySource === undefined ? {} : { identitySource }) };
    expect(schemeHeaderOf(authorizer)).toBe(header);
  });
});
