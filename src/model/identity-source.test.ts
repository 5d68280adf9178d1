import { expect, test } from "vitest";
import { parseIdentityExpression, parseTokenHeader, splitIdentitySource } from "./identity-source.ts";

test.each([
  [undefined, []],
  ["", []],
  [" , ,", []],
  ["a", ["a"]],
  ["a,b , c", ["a", "b", "c"]],
])("%j is the list %j", (text, list) => {
  expect(splitIdentitySource(text)).toEqual(list);
});

test.each([
  ["method.request.header.Auth", "parameter"],
  ["method.request.querystring.token", "parameter"],
  ["stageVariables.zone", "stageVariable"],
  ["context.identity.sourceIp", "context"],
  ["method.request.path.id", undefined],
  ["method.request.multivalueheader.Auth", undefined],
  ["method.request.body", undefined],
  ["method.request.body.a", undefined],
  ["'text'", undefined],
  ["Auth", undefined],
  ["$request.header.Auth", undefined],
  ["method.request.header.", undefined],
  ["method.request.header.a b", undefined],
  ["", undefined],
])("%s is read as %s", (expression, kind) => {
  expect(parseIdentityExpression(expression)?.kind).toBe(kind);
});

test.each([
  [" method.request.header.Auth ", "Auth"],
  ["method.request.header.__proto__", "__proto__"],
  ["method.request.querystring.Auth", undefined],
  ["method.request.header.Auth,method.request.header.Other", undefined],
  [undefined, undefined],
])("%s takes a token from %s", (expression, header) => {
  expect(parseTokenHeader(expression)).toBe(header);
});
