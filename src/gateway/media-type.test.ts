import { expect, test } from "vitest";
import { firstAccepted, mediaTypeOf } from "./media-type.ts";

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
