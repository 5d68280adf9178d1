import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bad, everything, missing, newApi, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import constraints from "../../model/constraints.json" with { type: "json" };
import type { Input, PatchOperation } from "../../model/service.ts";
import { documentationPartRules } from "../patch/rules/documentation-part.ts";
import { checkedLocation, contentOf, locationKey, type SentLocation } from "./documentation-checks.ts";
import { documentationPartOperations } from "./documentation-part.ts";
import { documentationPartsOf, documentationVersionOperations } from "./documentation-version.ts";
import { restApiOperations } from "./rest-api.ts";

const {
  CreateDocumentationPart,
  GetDocumentationPart,
  GetDocumentationParts,
  UpdateDocumentationPart,
  DeleteDocumentationPart,
} = documentationPartOperations;

type Location = Input<"CreateDocumentationPart">["location"];

const says = (description: string): string => JSON.stringify({ description });

/** A RestApi with a part for `GET /pets`. */
function open() {
  const { context, restApiId } = newApi();
  const create = (location: Location, properties = says("x")) =>
    CreateDocumentationPart({ restApiId, location, properties }, context);
  const reply = create({ type: "METHOD", path: "/pets", method: "GET" }, says("All pets"));
  const place = { restApiId, documentationPartId: reply.id ?? "" };
  const update = (patchOperations: readonly PatchOperation[]) => {
    const patched = UpdateDocumentationPart({ ...place, patchOperations }, context);
    expect(GetDocumentationPart(place, context)).toStrictEqual(patched);
    return patched;
  };
  const list = (input: Partial<Input<"GetDocumentationParts">> = {}) =>
    GetDocumentationParts({ restApiId, ...input }, context);
  return { context, tx: context.tx, restApiId, create, reply, place, update, list };
}

/** Type → the location that it has when nothing but what it needs is said (the developer guide's table). */
const defaultsOfType: Readonly<Record<string, object>> = {
  API: {},
  AUTHORIZER: { name: "n" },
  MODEL: { name: "n" },
  RESOURCE: { path: "/" },
  METHOD: { path: "/", method: "*" },
  PATH_PARAMETER: { path: "/", method: "*", name: "n" },
  QUERY_PARAMETER: { path: "/", method: "*", name: "n" },
  REQUEST_HEADER: { path: "/", method: "*", name: "n" },
  REQUEST_BODY: { path: "/", method: "*" },
  RESPONSE: { path: "/", method: "*", statusCode: "*" },
  RESPONSE_HEADER: { path: "/", method: "*", statusCode: "*", name: "n" },
  RESPONSE_BODY: { path: "/", method: "*", statusCode: "*" },
};

/** Type → the fields that it cannot have, as the refusal lists them. */
const foreignOfType: Readonly<Record<string, string>> = {
  API: "path, method, statusCode or name",
  AUTHORIZER: "path, method or statusCode",
  MODEL: "path, method or statusCode",
  RESOURCE: "method, statusCode or name",
  METHOD: "statusCode or name",
  PATH_PARAMETER: "statusCode",
  QUERY_PARAMETER: "statusCode",
  REQUEST_HEADER: "statusCode",
  REQUEST_BODY: "statusCode or name",
  RESPONSE: "name",
  RESPONSE_BODY: "name",
};

const types = Object.entries(defaultsOfType);

describe("a location", () => {
  it("has every type of the service", () => {
    expect(types.map(([type]) => type).sort()).toEqual([...constraints.enums.DocumentationPartType].sort());
  });

  it.each(types)("%s has its defaults", (type, expected) => {
    const name = "name" in expected ? { name: "n" } : {};
    expect(checkedLocation({ type, ...name })).toStrictEqual({ type, ...expected });
    const blank = { path: "", method: null, statusCode: " ", name: undefined };
    expect(checkedLocation({ type, ...blank, ...name })).toStrictEqual({ type, ...expected });
  });

  it.each(types)("%s keeps what is said", (type, expected) => {
    const said = { path: "/pets/{id}", method: "GET", statusCode: "404", name: "__proto__" };
    const own = Object.fromEntries(Object.entries(said).filter(([field]) => Object.hasOwn(expected, field)));
    expect(checkedLocation({ type, ...own })).toStrictEqual({ type, ...own });
  });

  it.each(Object.entries(foreignOfType))("%s cannot have other fields", (type, foreign) => {
    const needed = defaultsOfType[type] as SentLocation;
    for (const field of foreign.split(/, | or /)) {
      const refused = refusalOf(() => checkedLocation({ type, ...needed, [field]: "200" }));
      expect(refused).toBe(bad(`[Location type: ${type} cannot have ${foreign} defined.]`));
    }
  });

  it.each(types.filter(([, expected]) => "name" in expected))("%s needs a name", (type) => {
    expect(refusalOf(() => checkedLocation({ type, name: "" }))).toBe(
      bad(`[Location type: ${type} must have name defined.]`),
    );
  });

  it.each([
    [{}, "Invalid documentation location type specified"],
    [{ type: "__proto__" }, "Invalid documentation location type specified"],
    [{ type: "toString" }, "Invalid documentation location type specified"],
    [{ type: "RESPONSE", statusCode: "20" }, "Invalid documentation location statusCode specified"],
    [
      { type: "RESOURCE", path: `/${"x".repeat(limits.nameLength)}` },
      `Documentation location path can be at most ${limits.nameLength} characters without control characters`,
    ],
    [
      { type: "MODEL", name: "\ud800" },
      `Documentation location name can be at most ${limits.nameLength} characters without control characters`,
    ],
  ])("refuses %j", (sent, words) => {
    expect(refusalOf(() => checkedLocation(sent))).toBe(bad(words));
  });

  it("is refused or itself, whatever is sent", () => {
    const field = fc.option(fc.oneof(fc.string(), fc.constantFrom("*", "/", "200", "GET")), { nil: undefined });
    const sent = fc.record({
      type: fc.constantFrom(...types.map(([type]) => type), "", "x"),
      path: field,
      method: field,
      statusCode: field,
      name: field,
    });
    fc.assert(
      fc.property(sent, (location) => {
        if (refusalOf(() => checkedLocation(location)) !== "nothing") return;
        const checked = checkedLocation(location);
        expect(checkedLocation(checked)).toStrictEqual(checked);
        expect(JSON.parse(locationKey(checked))[0]).toBe(location.type);
      }),
      { seed: 16, numRuns: 500 },
    );
  });
});

describe("the content of a part", () => {
  it.each([
    ["{}", {}],
    ['{"a":{"b":[1,null]}}', { a: { b: [1, null] } }],
    ["[]", undefined],
    ["null", undefined],
    ['"text"', undefined],
    ["{", undefined],
    ["", undefined],
    ["[".repeat(200_000), undefined],
    [`${'{"a":'.repeat(limits.documentationDepth)}{}${"}".repeat(limits.documentationDepth)}`, undefined],
  ])("of %.40s", (text, expected) => {
    expect(contentOf(text)).toEqual(expected);
  });
});

describe("CreateDocumentationPart", () => {
  it("answers id, location with its defaults, and the properties as they were given", () => {
    const { create, restApiId, context } = open();
    const reply = create({ type: "RESOURCE" }, '{ "b": 1,\n "a": 2 }');
    expect(reply).toStrictEqual({
      id: reply.id,
      location: { type: "RESOURCE", path: "/" },
      properties: '{ "b": 1,\n "a": 2 }',
    });
    expect(reply.id).toMatch(/^[a-z0-9]{6}$/);
    expect(GetDocumentationPart({ restApiId, documentationPartId: reply.id ?? "" }, context)).toStrictEqual(reply);
  });

  it.each([
    [{ type: "API" }, "type 'API'"],
    [{ type: "RESOURCE" }, "type 'RESOURCE', path '/'"],
    [{ type: "RESPONSE", statusCode: "*", method: "PUT" }, "type 'RESPONSE', path '/', method 'PUT', statusCode '*'"],
    [{ type: "MODEL", name: "Pet" }, "type 'MODEL', name 'Pet'"],
  ] as const)("takes a location once: %j", (location, words) => {
    const { create, tx } = open();
    create(location);
    const before = everything(tx);
    expect(refusalOf(() => create(location, says("another")))).toBe(
      taken(`Documentation part already exists for the specified location: ${words}.`),
    );
    expect(everything(tx)).toEqual(before);
  });

  it.each([
    ["", "Documentation part properties must be non-empty"],
    ["  \n", "Documentation part properties must be non-empty"],
    ["no json", "Documentation part properties must be a JSON object"],
    ["[1]", "Documentation part properties must be a JSON object"],
    ['{"a":"\ud800"}', "Documentation part properties must be a JSON object"],
    [`{"a":"${"x".repeat(limits.documentationProperties)}"}`, "Documentation part properties can be at most 400 KB"],
  ])("refuses the properties %.30j", (properties, words) => {
    const { create } = open();
    expect(refusalOf(() => create({ type: "API" }, properties))).toBe(bad(words));
  });

  it("has bounds on the number of parts and on their size together", () => {
    const { create, tx, restApiId } = open();
    const put = (index: number, properties: string): void =>
      tx.put("documentationPart", restApiId, `p${index}`, {
        id: `p${index}`,
        location: { type: "METHOD", path: "/", method: String(index) },
        properties,
      });
    for (let i = 1; i < limits.documentationParts; i++) put(i, "{}");
    expect(refusalOf(() => create({ type: "API" }))).toBe(
      "LimitExceededException: Maximum number of Documentation parts for this API has been reached: 2000",
    );
    tx.delete("documentationPart", restApiId, "p1");
    create({ type: "API" });
    for (let i = 2; i < 18; i++) put(i, says("x".repeat(limits.documentationProperties - 1_000)));
    tx.delete("documentationPart", restApiId, "p18");
    expect(refusalOf(() => create({ type: "RESOURCE" }))).toBe(bad("All documentation of an API can be at most 6 MB"));
  });

  it("refuses an unknown API", () => {
    const { context } = open();
    const input = { restApiId: "nope", location: { type: "API" }, properties: "{}" } as const;
    expect(refusalOf(() => CreateDocumentationPart(input, context))).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });
});

/** What the parts of a list say. */
const names = ({ items }: ReturnType<typeof GetDocumentationParts>) =>
  items?.map(({ properties }) => (JSON.parse(properties ?? "{}") as { description?: string }).description);

/** Parts of several types, one of which says nothing. */
function filled() {
  const opened = open();
  opened.create({ type: "API" }, "{}");
  opened.create({ type: "RESOURCE", path: "/pets" }, says("Pets"));
  opened.create({ type: "QUERY_PARAMETER", path: "/pets", name: "page" }, says("Page"));
  opened.create({ type: "MODEL", name: "page" }, says("A page"));
  return opened;
}

describe("GetDocumentationParts", () => {
  it.each([
    [{}, ["All pets", undefined, "Pets", "Page", "A page"]],
    [{ type: "RESOURCE" }, ["Pets"]],
    [{ path: "/pets" }, ["All pets", "Pets", "Page"]],
    [{ nameQuery: "page" }, ["Page", "A page"]],
    [{ nameQuery: "page", path: "/pets" }, ["Page"]],
    [{ nameQuery: "pag" }, []],
    [{ locationStatus: "DOCUMENTED" }, ["All pets", "Pets", "Page", "A page"]],
    [{ locationStatus: "UNDOCUMENTED" }, [undefined]],
    [{ locationStatus: "UNDOCUMENTED", type: "MODEL" }, []],
  ] as const)("%j", (input, expected) => {
    expect(names(filled().list(input))).toEqual(expected);
  });

  it("answers in pages, in order of creation, of what is asked for", () => {
    const { list } = filled();
    const first = list({ limit: 2, path: "/pets" });
    expect(names(first)).toEqual(["All pets", "Pets"]);
    const second = list({ limit: 2, path: "/pets", position: first.position });
    expect(names(second)).toEqual(["Page"]);
    expect(second.position).toBeUndefined();
    expect(refusalOf(() => list({ restApiId: "nope" }))).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });
});

describe("one DocumentationPart", () => {
  it("is told of in one text when there is none, in an API or without", () => {
    const { context, place } = open();
    const unknown = missing("Invalid Documentation part identifier specified");
    const nowhere = missing("Invalid API identifier specified 123456789012:nope");
    for (const [run, withoutApi] of [
      [GetDocumentationPart, unknown],
      [UpdateDocumentationPart, unknown],
      [DeleteDocumentationPart, nowhere],
    ] as const) {
      expect(refusalOf(() => run({ ...place, documentationPartId: "nope" }, context))).toBe(unknown);
      expect(refusalOf(() => run({ ...place, restApiId: "nope" }, context))).toBe(withoutApi);
    }
  });

  it("goes, and leaves its location to another", () => {
    const { context, place, create, reply } = open();
    expect(DeleteDocumentationPart(place, context)).toStrictEqual({});
    const { location } = reply;
    expect(create({ type: "METHOD", path: location?.path, method: location?.method }).id).not.toBe(reply.id);
  });

  it("is cloned under a new id, stays in its versions, and goes with its RestApi", () => {
    const { context, tx, restApiId, place, update, reply } = open();
    const before = everything(tx);
    const { id = "" } = restApiOperations.CreateRestApi({ name: "copy", cloneFrom: restApiId }, context);
    const [cloned] = tx.list("documentationPart", id);
    expect(cloned).toMatchObject({ location: reply.location, properties: reply.properties });
    expect(cloned?.id).not.toBe(reply.id);
    const version = { restApiId: id, documentationVersion: "1" };
    documentationVersionOperations.CreateDocumentationVersion(version, context);
    UpdateDocumentationPart(
      {
        restApiId: id,
        documentationPartId: cloned?.id ?? "",
        patchOperations: [{ op: "replace", path: "/properties", value: "{}" }],
      },
      context,
    );
    expect(documentationPartsOf(tx, id, "1")).toEqual([cloned]);
    expect(documentationPartsOf(tx, id, "2")).toEqual([]);
    documentationVersionOperations.DeleteDocumentationVersion(version, context);
    expect(documentationPartsOf(tx, id, "1")).toEqual([]);
    documentationVersionOperations.CreateDocumentationVersion(version, context);
    restApiOperations.DeleteRestApi({ restApiId: id }, context);
    expect(everything(tx)).toEqual(before);
    update([]);
    expect(GetDocumentationPart(place, context)).toEqual(reply);
  });

  describePatchMatrix("DocumentationPart", {
    rules: documentationPartRules.table.rules as never,
    rows: [{ rule: "/properties", value: '{"a":1}', ops: { replace: { properties: '{"a":1}' } } }],
    open,
    ...familyA("/properties"),
    unlisted: ["/location", "/location/path", "/properties/description"],
  });

  it("is not updated to what it could not be created with", () => {
    for (const value of ["", undefined]) {
      expect(refusalOf(() => open().update([{ op: "replace", path: "/properties", value }]))).toBe(
        bad("Documentation part properties must be non-empty"),
      );
    }
    expect(refusalOf(() => open().update([{ op: "replace", path: "/properties", value: "7" }]))).toBe(
      bad("Documentation part properties must be a JSON object"),
    );
  });
});
