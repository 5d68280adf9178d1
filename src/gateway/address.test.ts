import { describe, expect, test } from "vitest";
import { addressOf, isInvocation } from "./address.ts";

describe("the stage that a request is for", () => {
  test.each([
    { host: "abc.execute-api.us-east-1.amazonaws.com", path: "/prod/pets", at: ["abc", "prod", "/pets"] },
    { host: "abc.execute-api.localhost", path: "/my-stage", at: ["abc", "my-stage", ""] },
    { host: "abc.execute-api.localhost", path: "/prod/", at: ["abc", "prod", "/"] },
    { host: "abc.execute-api.localhost", path: "//prod//pets/", at: ["abc", "prod", "//pets/"] },
    { host: "abc.execute-api.localhost", path: "/", at: ["abc", "", ""] },
    { host: "127.0.0.1", path: "/_aws/execute-api/abc/prod/pets/1", at: ["abc", "prod", "/pets/1"] },
    { host: "localhost", path: "/_aws/execute-api/abc/prod", at: ["abc", "prod", ""] },
    { host: "localhost", path: "/_aws/execute-api/abc", at: ["abc", "", ""] },
    // The path says it more exactly than the host.
    { host: "one.execute-api.localhost", path: "/_aws/execute-api/two/prod/x", at: ["two", "prod", "/x"] },
  ])("$host $path", ({ host, path, at: [apiId, stageName, below] }) => {
    expect(addressOf({ host, path })).toEqual({ apiId, stageName, path: below });
    expect(isInvocation({ host, path })).toBe(true);
  });

  test.each([
    { host: "localhost", path: "/restapis" },
    { host: "", path: "/prod" },
    { host: "execute-api.localhost", path: "/prod" },
    { host: ".execute-api.localhost", path: "/prod" },
    { host: "a.b.execute-api.localhost", path: "/prod" },
    { host: "abc.execute-api.", path: "/prod" },
    { host: "localhost", path: "/_aws/execute-apiabc/prod" },
    { host: "localhost", path: "/_aws/other" },
  ])("$host $path is none", ({ host, path }) => {
    expect(addressOf({ host, path })).toBeUndefined();
    expect(isInvocation({ host, path })).toBe(false);
  });

  test("a path that names no API is ours, and for no stage", () => {
    expect(isInvocation({ host: "localhost", path: "/_aws/execute-api/" })).toBe(true);
    expect(addressOf({ host: "localhost", path: "/_aws/execute-api/" })).toBeUndefined();
  });
});
