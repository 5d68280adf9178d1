import * as fc from "fast-check";
import { runInNewContext, Script } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  anyDescription,
  descriptionOf,
  hostileDescription,
  operationOf,
} from "../../../../test/support/sdk-descriptions.ts";
import { zipOf } from "../archive.ts";
import type { SdkDescription, SdkOperation } from "../describe.ts";
import { javascriptSdk } from "./generate.ts";

const fileOf = (description: SdkDescription, path: string): string =>
  javascriptSdk(description).get(`apiGateway-js-sdk/${path}`) ?? "";

/** Runs the generated client with a library that gives back what it is called with. */
function operationsOf(description: SdkDescription): { readonly names: string[]; readonly said: string } {
  const scope: Record<string, unknown> = {};
  const library =
    "globalThis.apiGateway = { core: { apiGatewayClient: { newInvoker: (defaults) => (...all) => [defaults, ...all] } } };";
  const calls = `
    const client = apigClientFactory.newClient();
    const names = Object.keys(client);
    ({ names, said: JSON.stringify(names.map((name) => client[name]("p", "b", "a"))), harmed: globalThis.harmed })`;
  const result = runInNewContext(`${library}\n${fileOf(description, "apigClient.js")}\n${calls}`, scope) as {
    names: string[];
    said: string;
    harmed: unknown;
  };
  expect(result.harmed).toBeUndefined();
  expect(Object.keys(scope).sort()).toEqual(["apiGateway", "apigClientFactory"]);
  return { names: [...result.names], said: result.said };
}

/** What the client should have called the library with. */
const expected = ({ invokeUrl, region, operations }: SdkDescription): string =>
  JSON.stringify(
    operations.map(({ verb, path, parameters }) => [
      { invokeUrl, region },
      {
        verb,
        path,
        parameters: parameters.map(({ name, place, required }) => ({ name, place, required })),
      },
      "p",
      "b",
      "a",
    ]),
  );

describe("the generated client", () => {
  it("has one method an operation, under the names that users know", () => {
    const operations: SdkOperation[] = [
      operationOf(),
      operationOf({ path: "/pets", verb: "POST" }),
      operationOf({ path: "/pets/{petId}" }),
      operationOf({ path: "/pets/petId" }),
      operationOf({ path: "/-/_" }),
      operationOf({ path: "/x", operationName: "List all pets" }),
      operationOf({ path: "/y", operationName: "then" }),
      operationOf({ path: "/z", operationName: "hasOwnProperty" }),
      operationOf({ path: "/2015-03-31/functions" }),
    ];
    expect(operationsOf(descriptionOf({ operations })).names).toEqual([
      "rootGet",
      "petsPost",
      "petsPetIdGet",
      "petsPetIdGet2",
      "rootGet2",
      "listAllPets",
      "then2",
      "hasOwnProperty2",
      "_20150331FunctionsGet",
    ]);
  });

  it("says what the API says, whatever that is, and does nothing else", () => {
    const hostile = hostileDescription();
    expect(operationsOf(hostile).said).toBe(expected(hostile));
    fc.assert(
      fc.property(anyDescription, (description) => {
        const { names, said } = operationsOf(description);
        expect(said).toBe(expected(description));
        expect(names).toHaveLength(description.operations.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      }),
      { seed: 17, numRuns: 300 },
    );
  });

  it("cannot end the script element that it stands in", () => {
    const text = fileOf(hostileDescription(), "apigClient.js");
    expect(text).not.toMatch(/<\/?script/i);
    expect(text).toMatch(/^[\n -~]*$/);
  });
});

describe("the other files", () => {
  it("are scripts by themselves, and stay in their folder", () => {
    const files = javascriptSdk(hostileDescription());
    for (const [path, text] of files) {
      expect(path).toMatch(/^apiGateway-js-sdk\/(?:lib\/apiGatewayCore\/)?\w+\.(?:js|json|md)$/);
      if (path.endsWith(".js")) expect(() => new Script(text)).not.toThrow();
    }
    expect(zipOf(files).length).toBeGreaterThan(1_000);
  });

  it("show no markup of the API in the README", () => {
    const text = fileOf(hostileDescription(), "README.md");
    expect(text.match(/<script/g)).toHaveLength(6);
    expect(text.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(
      hostileDescription().operations.length + 5,
    );
  });
});
