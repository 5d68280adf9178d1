import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bodies, cachingGateway } from "../../../test/support/caching-fixture.ts";
import { parseQuery } from "../url.ts";

const name = fc.constantFrom("a", "ab", "b", "%61", "a%62", "");
const value = fc.constantFrom("1", "", "=", "1=2", "%31", "+", "%2B", "%20", "&");
const pair = fc.oneof(
  fc.tuple(name, value).map(([left, right]) => `${left}=${right}`),
  name,
);
const queries = fc.array(pair, { maxLength: 5 }).map((pairs) => pairs.join("&"));

const target = (query: string): { target: string } => ({ target: `/prod/pets/1?${query}` });

test("two queries have one key when all values of the listed parameter are the same, and only then", async () => {
  await fc.assert(
    fc.asyncProperty(queries, queries, async (one, two) => {
      const gateway = cachingGateway({ cacheKeyParameters: ["method.request.querystring.a"] });
      const [first, second] = await bodies(gateway, target(one), target(two));
      const same = JSON.stringify(parseQuery(one).get("a")) === JSON.stringify(parseQuery(two).get("a"));
      expect(second === first).toBe(same);
    }),
    { numRuns: 300 },
  );
});
