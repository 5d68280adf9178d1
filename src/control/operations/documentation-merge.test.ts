import { describe, expect, it } from "vitest";
import { everything, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { limits } from "../../limits.ts";
import type { NewDocumentationPart } from "./documentation-merge.ts";
import { putDocumentationParts } from "./documentation-merge.ts";

const api = (properties: string): NewDocumentationPart => ({ location: { type: "API" }, properties });
const resource = (path: string, properties = "{}"): NewDocumentationPart => ({
  location: { type: "RESOURCE", path },
  properties,
});

/** A RestApi with two parts. */
function open() {
  const { context, restApiId } = newApi();
  const { tx } = context;
  const put = (parts: readonly NewDocumentationPart[], mode: "merge" | "overwrite" = "merge") =>
    putDocumentationParts(tx, restApiId, parts, mode);
  const ids = put([api('{ "a": 1, "b": 1 }'), resource("/pets")]);
  const stored = () => tx.list("documentationPart", restApiId);
  return { tx, put, ids, stored };
}

describe("putDocumentationParts", () => {
  it("stores parts in their order, under new ids", () => {
    const { ids, stored } = open();
    expect(stored()).toEqual([
      { id: ids[0], ...api('{ "a": 1, "b": 1 }') },
      { id: ids[1], ...resource("/pets") },
    ]);
  });

  it("merges: what is new wins, the rest stays, ids too", () => {
    const { ids, put, stored } = open();
    const again = put([resource("/"), api('{"__proto__":0,"b":2}')]);
    expect(again[1]).toBe(ids[0]);
    expect(stored()).toEqual([
      { id: ids[0], ...api('{"a":1,"b":2,"__proto__":0}') },
      { id: ids[1], ...resource("/pets") },
      { id: again[0], ...resource("/") },
    ]);
  });

  it("leaves a text that hears nothing new", () => {
    const { tx, put } = open();
    const before = everything(tx);
    put([api('{"b":1}'), api("{}")]);
    expect(everything(tx)).toEqual(before);
  });

  it("overwrites: nothing stays", () => {
    const { ids, put, stored } = open();
    const again = put([api("{}")], "overwrite");
    expect(stored()).toEqual([{ id: again[0], ...api("{}") }]);
    expect(ids).not.toContain(again[0]);
    put([], "overwrite");
    expect(stored()).toEqual([]);
  });

  it("takes one location twice for one part", () => {
    const { put, stored } = open();
    const ids = put([api('{"x":1}'), resource("/"), api('{"y":2}')], "overwrite");
    expect(ids).toHaveLength(2);
    expect(stored().map(({ properties }) => properties)).toEqual(['{"x":1,"y":2}', "{}"]);
  });

  it("keeps the bounds", () => {
    const { put } = open();
    const many = Array.from({ length: limits.documentationParts - 1 }, (_none, index) => resource(`/${index}`));
    expect(refusalOf(() => put(many))).toBe(
      "LimitExceededException: Maximum number of Documentation parts for this API has been reached: 2000",
    );
    expect(put(many, "overwrite")).toHaveLength(many.length);
  });
});
