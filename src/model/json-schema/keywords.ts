/**
 * The keywords of JSON Schema draft 4 (facts/mapping.md 8.2), as a table: keyword → how it is compiled. What is not in the
 * table (`title`, `example`, `discriminator`, `nullable`…) says nothing. Violations are told in the words that the service
 * passes on in `$context.error.validationErrorString`.
 */
import { keywordsOfAll } from "./keywords-of-all.ts";
import { keywordsOfArrays } from "./keywords-of-arrays.ts";
import { keywordsOfNumbers } from "./keywords-of-numbers.ts";
import { keywordsOfObjects } from "./keywords-of-objects.ts";
import { keywordsOfTexts } from "./keywords-of-texts.ts";
import type { Keyword } from "./syntax.ts";

export const keywords: ReadonlyMap<string, Keyword> = new Map([
  ...keywordsOfAll,
  ...keywordsOfNumbers,
  ...keywordsOfTexts,
  ...keywordsOfArrays,
  ...keywordsOfObjects,
]);
