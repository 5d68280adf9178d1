import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bodies, cached, cachingGateway, stageWith } from "../../../test/support/caching-fixture.ts";
import { type Asked, methodOf, snapshotOf } from "../../../test/support/gateway-fixture.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { parseQuery } from "../url.ts";

const name = fc.constantFrom("a", "ab", "b", "%61", "a%62", "");
const value = fc.constantFrom("1", "", "=", "1=2", "%31", "+", "%2B", "%20", "&");
const pair = fc.oneof(
  fc.tuple(name, value).map(([left, right]) => `${left}=${right}`),
  name,
);
const queries = fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join("&"));

const query = (text: string): Asked => ({ target: `/prod/pets/1?${text}` });

test("two queries have one key when all values of the listed parameter are the same, and only then", async () => {
  await fc.assert(
    fc.asyncProperty(queries, queries, async (one, two) => {
      const gateway = cachingGateway({ cacheKeyParameters: ["method.request.querystring.a"] });
      const [first, second] = await bodies(gateway, query(one), query(two));
      const same = JSON.stringify(parseQuery(one).get("a")) === JSON.stringify(parseQuery(two).get("a"));
      expect(second === first).toBe(same);
    }),
    { numRuns: 300 },
  );
});

describe("under which key", () => {
  const id = "method.request.path.id";
  test.each<[string, Partial<IntegrationDocument>, Asked, Asked, boolean]>([
    ["paths, queries and headers count for nothing unless listed", {}, { path: "/pets/1" }, query("a=1"), true],
    ["a path parameter", { cacheKeyParameters: [id] }, { path: "/pets/1" }, { path: "/pets/2" }, false],
    ["a query parameter", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1"), query("a=2"), false],
    [
      "others beside it",
      { cacheKeyParameters: ["method.request.querystring.a"] },
      query("a=1&b=1"),
      query("b=2&a=1"),
      true,
    ],
    ["its spelling", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1"), query("%61=%31"), true],
    ["a blank's", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1+2"), query("a=1%202"), true],
    ["a plus", { cacheKeyParameters: ["method.request.querystring.a"] }, query("a=1+2"), query("a=1%2B2"), false],
    [
      "all its values",
      { cacheKeyParameters: ["method.request.querystring.a"] },
      query("a=1&a=2"),
      query("a=3&a=2"),
      false,
    ],
    [
      "multi-value",
      { cacheKeyParameters: ["method.request.multivaluequerystring.a"] },
      query("a=1&a=2"),
      query("a=12"),
      false,
    ],
    ["absent and empty", { cacheKeyParameters: ["method.request.querystring.a"] }, query(""), query("a="), false],
    [
      "a header, in any spelling",
      { cacheKeyParameters: ["method.request.header.X-Tenant"] },
      { headers: ["X-Tenant", "a"] },
      { headers: ["x-tenant", "b"] },
      false,
    ],
    [
      "a mapped parameter",
      {
        cacheKeyParameters: ["integration.request.querystring.q"],
        requestParameters: { "integration.request.querystring.q": "method.request.header.X-Q" },
      },
      { headers: ["X-Q", "1"] },
      { headers: ["X-Q", "2"] },
      false,
    ],
    [
      "a mapped part of the body",
      {
        cacheKeyParameters: ["integration.request.header.x"],
        requestParameters: { "integration.request.header.x": "method.request.body.kind" },
      },
      { body: '{"kind":"a"}' },
      { body: '{"kind":"b"}' },
      false,
    ],
  ])("%s", async (_what, integration, one, two, same) => {
    const gateway = cachingGateway(integration);
    const [first, again, second] = await bodies(gateway, one, one, two);
    expect(again).toBe(first);
    expect(second === first).toBe(same);
  });

  test("values cannot run into each other", async () => {
    const cacheKeyParameters = ["method.request.querystring.a", "method.request.querystring.b"];
    const gateway = cachingGateway({ cacheKeyParameters });
    const asked = ["a=1&b=", "a=&b=1", "a=1", "b=1", "a=1:&b=", "a=-", "b=-", "", "a=1&a=1", "a=11"].map(query);
    expect(new Set(await bodies(gateway, ...asked)).size).toBe(asked.length);
  });

  test("methods with one namespace share answers, verb by verb", async () => {
    const snapshots = {
      dep001: snapshotOf({
        "/pets/{id}": { ANY: methodOf({ cacheNamespace: "shared" }) },
        "/dogs": { GET: methodOf({ cacheNamespace: "shared" }) },
        "/cats": { GET: methodOf({ cacheNamespace: "other" }) },
      }),
    };
    const stage = stageWith();
    const methodSettings = { ...stage.methodSettings, "~1pets~1{id}/PUT": cached() };
    const gateway = cachingGateway({}, { ...stage, methodSettings }, { snapshots });
    expect(await bodies(gateway, {}, { path: "/dogs" }, { path: "/cats" }, { method: "PUT" })).toEqual([
      "answer 1",
      "answer 1",
      "answer 2",
      "answer 3",
    ]);
  });

  test.each<[string, Partial<IntegrationDocument>, Partial<IntegrationDocument>, Asked, Asked, boolean]>([
    [
      "list parameters in another order",
      { cacheKeyParameters: ["method.request.querystring.a", "method.request.header.b"] },
      { cacheKeyParameters: ["method.request.header.b", "method.request.querystring.a"] },
      { target: "/prod/dogs?a=1", headers: ["b", "2"] },
      { target: "/prod/cats?a=1", headers: ["b", "2"] },
      true,
    ],
    [
      "have the parameters' values the other way round",
      { cacheKeyParameters: ["method.request.querystring.a", "method.request.header.b"] },
      { cacheKeyParameters: ["method.request.querystring.a", "method.request.header.b"] },
      { target: "/prod/dogs?a=1", headers: ["b", "2"] },
      { target: "/prod/cats?a=2", headers: ["b", "1"] },
      false,
    ],
    [
      "list parameters of other names",
      { cacheKeyParameters: ["method.request.querystring.a"] },
      { cacheKeyParameters: ["method.request.querystring.b"] },
      { target: "/prod/dogs?a=1" },
      { target: "/prod/cats?b=1" },
      false,
    ],
    [
      "have a namespace that looks like another with a value behind it",
      { cacheNamespace: "n", cacheKeyParameters: ["method.request.querystring.a"] },
      { cacheNamespace: "n 2:x" },
      { target: "/prod/dogs?a=x%20" },
      { target: "/prod/cats" },
      false,
    ],
  ])("methods that %s", async (_what, dogs, cats, one, two, same) => {
    const snapshots = {
      dep001: snapshotOf({
        "/dogs": { GET: methodOf({ cacheNamespace: "shared", ...dogs }) },
        "/cats": { GET: methodOf({ cacheNamespace: "shared", ...cats }) },
      }),
    };
    const [first, second] = await bodies(cachingGateway({}, stageWith(), { snapshots }), one, two);
    expect(second === first).toBe(same);
  });
});
