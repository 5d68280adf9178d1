import { describe, expect, it } from "vitest";
import { operations } from "../model/service.ts";
import { findRoute, labelNames } from "./route.ts";

describe("findRoute", () => {
  it.each([...operations.values()])("$method $path?$query is $name", (operation) => {
    const names = labelNames(operation);
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(`the/${name} é`));
    const route = findRoute(operation.method, path, operation.query);
    expect(route.operation.name).toBe(operation.name);
    expect(route.labels).toEqual(names.map((name) => `the/${name} é`));
    expect(findRoute(operation.method, `${path}/`, operation.query)).toEqual(route);
  });

  it.each([
    ["", "CreateRestApi"],
    ["mode=import", "ImportRestApi"],
    ["failonwarnings=true&mode=import", "ImportRestApi"],
    ["mode=imported", "CreateRestApi"],
    ["xmode=import", "CreateRestApi"],
    ["mode=merge", "CreateRestApi"],
  ])("POST /restapis?%s is %s", (query, name) => {
    expect(findRoute("POST", "/restapis", query).operation.name).toBe(name);
  });

  const arn = "arn:aws:apigateway:us-east-1::/restapis/abc/stages/prod";

  it.each([
    encodeURIComponent(arn),
    arn,
    arn.replaceAll("/", "%2F"),
    arn.replaceAll(":", "%3A"),
    `${encodeURIComponent(arn)}/`,
  ])("/tags/%s", (label) => {
    expect(findRoute("GET", `/tags/${label}`, "")).toMatchObject({ operation: { name: "GetTags" }, labels: [arn] });
  });

  it("keeps what is encoded twice", () => {
    expect(findRoute("GET", "/restapis/a%252Fb", "").labels).toEqual(["a%2Fb"]);
  });

  it.each([
    "/restapis/.",
    "/restapis/../account",
    "/restapis//",
    "//restapis",
    "/restapis/a//stages",
    "restapis",
    "",
    "/tags/",
  ])("%j is unknown", (path) => {
    expect(() => findRoute("GET", path, "")).toThrow("There is no operation");
  });

  it("a label cannot be mistaken for a word of the path", () => {
    expect(findRoute("GET", "/restapis/restapis/stages/stages", "").labels).toEqual(["restapis", "stages"]);
    expect(findRoute("GET", "/restapis/__proto__/models/default_template", "").labels).toEqual([
      "__proto__",
      "default_template",
    ]);
  });
});
