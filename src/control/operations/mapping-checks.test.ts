import { describe, expect, it } from "vitest";
import { bad, badMapping, newApi, newIntegration, refusalOf } from "../../../test/support/api-fixture.ts";
import type { StringMap } from "../../model/record.ts";
import { integrationOperations } from "./integration.ts";

const declared = {
  requestParameters: {
    "method.request.path.id": true,
    "method.request.querystring.q": false,
    "method.request.header.X-A": false,
  },
};

/** Puts a MOCK with these mappings on a Method that declares a path parameter, a query parameter and a header. */
function put({ requestParameters }: { readonly requestParameters: StringMap }) {
  const api = newApi();
  const place = newIntegration(api, { requestParameters }, declared);
  return integrationOperations.GetIntegration(place, api.context);
}

describe("requestParameters", () => {
  const target = "integration.request.header.x";

  it.each([
    "method.request.path.id",
    "method.request.querystring.q",
    "method.request.multivaluequerystring.q",
    "method.request.header.X-A",
    "method.request.multivalueheader.X-A",
    "method.request.body",
    "method.request.body.pets[0].name",
    "stageVariables.x",
    "context.requestId",
    "context.authorizer.claims.custom:tenant",
    "'text'",
    "''",
    "'it''s'",
  ])("%s is a source", (source) => {
    expect(put({ requestParameters: { [target]: source } })).toMatchObject({ requestParameters: { [target]: source } });
  });

  it.each([
    "method.request.path.other",
    "method.request.querystring.id",
    "method.request.header.x-a",
    "method.request.multivaluequerystring.other",
    "method.request.header.__proto__",
    "method.request.header.constructor",
  ])("%s is not declared", (source) => {
    expect(refusalOf(() => put({ requestParameters: { [target]: source } }))).toBe(
      badMapping(`Invalid mapping expression parameter specified: ${source}`),
    );
  });

  it.each([
    "true",
    "",
    "text",
    '"*"',
    "'",
    "'open",
    "'line\r\nend'",
    "method.request.path",
    "method.request.path.",
    "method.request.multivaluepath.id",
    "method.request.cookie.a",
    "method.request.body.",
    "integration.response.header.a",
    "$stageVariables.x",
    "${stageVariables.x}",
    "stageVariables.",
    "stageVariables.a-b",
    "context.",
    "context.a b",
    "prefix-method.request.path.id",
  ])("%j is no source", (source) => {
    expect(refusalOf(() => put({ requestParameters: { [target]: source } }))).toBe(
      badMapping(`Invalid mapping expression specified: ${source}`),
    );
  });

  it.each([
    "header.x",
    "integration.request.body",
    "integration.request.header.",
    "integration.request.header.a b",
    "integration.request.cookie.a",
    "method.request.header.x",
    "__proto__",
    "constructor",
  ])("%s is no target", (key) => {
    const requestParameters = Object.fromEntries([[key, "'x'"]]);
    expect(refusalOf(() => put({ requestParameters }))).toBe(
      badMapping(`Invalid mapping expression specified: ${key}`),
    );
  });

  it("has bounds", () => {
    const huge = "x".repeat(1_000_000);
    expect(refusalOf(() => put({ requestParameters: { [target]: `'${huge}'` } }))).toBe(
      bad("The values of requestParameters can be at most 10240 characters"),
    );
    expect(refusalOf(() => put({ requestParameters: { [`integration.request.header.${huge}`]: "'x'" } }))).toBe(
      bad("The keys of requestParameters can be at most 1024 characters"),
    );
  });
});
