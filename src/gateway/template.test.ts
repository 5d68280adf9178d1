import { expect, test } from "vitest";
import { firstAccepted, mediaTypeOf } from "./media-type.ts";
import { compileTemplate } from "./template.ts";

test.each(['{"a": 1}', "", "costs $5 or 5$", "#1 of 3", "a # b", "$$", "$ {x}", '{"cents": "$0.99"}', "&#39;"])(
  "%j is its own result",
  (text) => {
    expect(compileTemplate(text).text).toBe(text);
  },
);

test.each([
  "$input.body",
  "$!x",
  "${x}",
  "$!{x}",
  "#if(true)",
  "#set($x = 1)",
  "## note",
  "#* note *#",
  "#{else}",
  "#[[raw]]#",
  "#@x()",
])("%j needs the template language", (text) => {
  expect(compileTemplate(text).text).toBeUndefined();
});

test("no template is an empty one", () => {
  expect(compileTemplate(null).text).toBe("");
});

test.each([
  [undefined, "application/json"],
  ["", "application/json"],
  ["Text/XML; charset=utf-8", "text/xml"],
  [" a/b ", "a/b"],
])("Content-Type %s is the media type %s", (header, type) => {
  expect(mediaTypeOf(header)).toBe(type);
});

test.each([
  [undefined, "application/json"],
  ["text/html, application/json", "text/html"],
  ["text/html;q=0.5,*/*", "text/html"],
])("Accept %s asks for %s first", (header, type) => {
  expect(firstAccepted(header)).toBe(type);
});
