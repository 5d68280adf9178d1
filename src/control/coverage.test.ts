import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { pages } from "../../docs/generate.ts";

it.each(pages)("docs/$path is what `npm run docs` makes", ({ path, text }) => {
  expect(readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8")).toBe(text);
});
