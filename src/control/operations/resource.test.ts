import { describe, expect, it } from "vitest";
import {
  bad,
  labelled,
  missing,
  newApi,
  newResource,
  refusalOf,
  taken,
  newMethod,
  type ApiFixture,
} from "../../../test/support/api-fixture.ts";
import { limits } from "../../limits.ts";
import type { ResourceDocument } from "../../model/documents.ts";
import { resourceOperations } from "./resource.ts";

const { CreateResource, DeleteResource, GetResource, GetResources, UpdateResource } = resourceOperations;

const all = ({ context, restApiId }: ApiFixture): readonly ResourceDocument[] => context.tx.list("resource", restApiId);
const paths = (api: ApiFixture): string[] =>
  all(api)
    .map(({ path }) => path)
    .toSorted();
describe("CreateResource", () => {
  it("answers id, parentId, pathPart and path, and nothing more", () => {
    const api = newApi();
    const pets = CreateResource({ restApiId: api.restApiId, parentId: api.rootId, pathPart: "pets" }, api.context);
    expect(pets).toStrictEqual({ id: pets.id, parentId: api.rootId, pathPart: "pets", path: "/pets" });
    expect(pets.id).toMatch(/^[a-z0-9]{6}$/);
    const child = CreateResource({ restApiId: api.restApiId, parentId: pets.id ?? "", pathPart: "{id}" }, api.context);
    expect(child).toMatchObject({ parentId: pets.id, pathPart: "{id}", path: "/pets/{id}" });
  });

  it.each([
    ["unknown parent", "nope", "pets", missing("Invalid Resource identifier specified")],
    ["same name", "root", "child", taken("Another resource with the same parent already has this name: child")],
    [
      "second variable",
      "root",
      "{id}",
      bad("A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed"),
    ],
    [
      "same variable",
      "root",
      "{proxy+}",
      taken("Another resource with the same parent already has this name: {proxy+}"),
    ],
    [
      "below a greedy part",
      "proxy",
      "x",
      bad("Cannot create a child of a resource with a greedy path variable: {proxy+}"),
    ],
    ["greedy below a literal", "child", "{child+}", "nothing"],
    ["variable below a literal", "child", "{child}", "nothing"],
    ["literal beside a greedy part", "root", "other", "nothing"],
  ])("%s", (_name, parent, pathPart, expected) => {
    const api = newApi();
    const ids: Record<string, string> = {
      root: api.rootId,
      child: newResource(api, api.rootId, "child"),
      proxy: newResource(api, api.rootId, "{proxy+}"),
    };
    const input = { restApiId: api.restApiId, parentId: ids[parent] ?? parent, pathPart };
    expect(refusalOf(() => CreateResource(input, api.context))).toBe(expected);
  });

  const characters = bad(
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
  );
  it.each(labelled(["a", "A.b_c-d:e", "0", "{a}", "{a+}", "{a.b}", "..", "__proto__", "x".repeat(256)]))(
    "takes %s",
    (_label, pathPart) => {
      const api = newApi();
      expect(refusalOf(() => newResource(api, api.rootId, pathPart))).toBe("nothing");
    },
  );
  it.each(
    labelled([
      "",
      " ",
      "a b",
      "a/b",
      "é",
      "a%20b",
      "{",
      "}",
      "{}",
      "{+}",
      "{a",
      "a}",
      "a{b}",
      "{a}b",
      "{a+}+",
      "{a++}",
      "{a}{b}",
      "a\n",
      "\u0000",
      "a+",
      "*",
      "x".repeat(257),
      "x".repeat(1_000_000),
      `{${"a".repeat(1_000_000)}`,
    ]),
  )("refuses %s", (_label, pathPart) => {
    const api = newApi();
    expect(refusalOf(() => newResource(api, api.rootId, pathPart))).toBe(characters);
  });

  it("stops at the service's quota", () => {
    const api = newApi();
    for (let i = 1; i < limits.resourcesPerApi; i++) newResource(api, api.rootId, `r${i}`);
    expect(all(api)).toHaveLength(limits.resourcesPerApi);
    expect(refusalOf(() => newResource(api, api.rootId, "more"))).toBe(
      "LimitExceededException: Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
    );
  });
});

describe("GetResource and GetResources", () => {
  const embed = ["methods"];

  it("shows the root without parent, part and methods", () => {
    const api = newApi();
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(GetResource(input, api.context)).toStrictEqual({ id: api.rootId, path: "/" });
    expect(GetResource({ ...input, embed }, api.context)).toStrictEqual({ id: api.rootId, path: "/" });
  });

  it("shows methods as {} each, and whole when they are embedded", () => {
    const api = newApi();
    newMethod(api);
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(GetResource(input, api.context).resourceMethods).toStrictEqual({ GET: {} });
    const whole = { GET: { httpMethod: "GET", authorizationType: "NONE", apiKeyRequired: false } };
    expect(GetResource({ ...input, embed }, api.context).resourceMethods).toStrictEqual(whole);
    expect(GetResources({ ...input, embed }, api.context).items?.[0]?.resourceMethods).toStrictEqual(whole);
    expect(GetResources(input, api.context).items?.[0]?.resourceMethods).toStrictEqual({ GET: {} });
  });

  it("lists by path, in pages", () => {
    const api = newApi();
    for (const part of ["c", "a", "b"]) newResource(api, api.rootId, part);
    const { restApiId, context } = api;
    expect(GetResources({ restApiId }, context).items?.map(({ path }) => path)).toEqual(["/", "/a", "/b", "/c"]);
    const first = GetResources({ restApiId, limit: 3 }, context);
    expect(first.items?.map(({ path }) => path)).toEqual(["/", "/a", "/b"]);
    const second = GetResources({ restApiId, limit: 3, position: first.position }, context);
    expect(second.items?.map(({ path }) => path)).toEqual(["/c"]);
    expect(second.position).toBeUndefined();
  });

  it("says what there is not", () => {
    const { context, restApiId } = newApi();
    const noResource = missing("Invalid Resource identifier specified");
    const both = { restApiId: "nope", resourceId: "nope" };
    expect(refusalOf(() => GetResource({ ...both, restApiId }, context))).toBe(noResource);
    expect(refusalOf(() => GetResource(both, context))).toBe(noResource);
    expect(refusalOf(() => UpdateResource(both, context))).toBe(noResource);
    expect(refusalOf(() => DeleteResource(both, context))).toBe(noResource);
    expect(refusalOf(() => CreateResource({ restApiId: "nope", parentId: "nope", pathPart: "x" }, context))).toBe(
      noResource,
    );
    expect(refusalOf(() => GetResources({ restApiId: "nope" }, context))).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });
});

describe("DeleteResource", () => {
  it("takes everything below with it", () => {
    const api = newApi();
    const a = newResource(api, api.rootId, "a");
    const b = newResource(api, a, "b");
    newResource(api, b, "c");
    newResource(api, api.rootId, "d");
    DeleteResource({ restApiId: api.restApiId, resourceId: a }, api.context);
    expect(paths(api)).toEqual(["/", "/d"]);
    expect(refusalOf(() => GetResource({ restApiId: api.restApiId, resourceId: b }, api.context))).toBe(
      missing("Invalid Resource identifier specified"),
    );
  });

  it("does not take the root", () => {
    const api = newApi();
    const input = { restApiId: api.restApiId, resourceId: api.rootId };
    expect(refusalOf(() => DeleteResource(input, api.context))).toBe(bad("Root resource cannot be deleted."));
  });
});
