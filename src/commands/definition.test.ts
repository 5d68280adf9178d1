import type { Method } from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import { changesBetween } from "./changes.ts";
import type { Control } from "./control.ts";
import { readDefinition } from "./definition.ts";

/** A definition whose ids end so, as every import makes them anew. */
function definitionOf(ids: string, method: Method = {}, name = "pets") {
  const lists = {
    getRestApi: { id: "abc", name, createdDate: new Date(ids.length) },
    getResources: {
      items: [
        {
          id: `r${ids}`,
          path: "/pets",
          resourceMethods: {
            GET: {
              httpMethod: "GET",
              authorizerId: `a${ids}`,
              requestValidatorId: `v${ids}`,
              methodIntegration: { type: "MOCK", cacheNamespace: `r${ids}` },
              ...method,
            },
          },
        },
      ],
    },
    getModels: { items: [{ id: `m${ids}`, name: "Pet", schema: "{}" }] },
    getRequestValidators: { items: [{ id: `v${ids}`, name: "all" }] },
    getAuthorizers: { items: [{ id: `a${ids}`, name: "who", type: "TOKEN" }] },
    getGatewayResponses: { items: [{ responseType: "THROTTLED", statusCode: ids, defaultResponse: true }] },
  };
  const client = Object.fromEntries(Object.entries(lists).map(([call, answer]) => [call, async () => answer]));
  return readDefinition({ client } as unknown as Control, "abc");
}

test("ids that an import makes anew are no change", async () => {
  expect(changesBetween(await definitionOf("1"), await definitionOf("22"))).toEqual([]);
});

test("names and values are", async () => {
  const method: Method = { authorizerId: "none", methodIntegration: { type: "MOCK", cacheNamespace: "shared" } };
  const changes = changesBetween(await definitionOf("1"), await definitionOf("1", method, "dogs"));
  expect(changes.map(({ name, values }) => [name, values])).toEqual([
    ["dogs", [{ name: "name", before: "pets", after: "dogs" }]],
    [
      "GET /pets",
      [
        { name: "authorizer", before: "who", after: "none" },
        { name: "integration.cacheNamespace", before: undefined, after: "shared" },
      ],
    ],
  ]);
});
