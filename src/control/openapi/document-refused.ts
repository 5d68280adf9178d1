/** Why a definition cannot be read. */
import { limits } from "../../limits.ts";

/** What was sent is no JSON or YAML, or more of it than we take. The message says which bound; empty for the former. */
export class DocumentRefused extends Error {
  override readonly name = "DocumentRefused";
}

export const tooDeep = (): DocumentRefused =>
  new DocumentRefused(`The document is nested deeper than ${limits.importDepth} levels`);

export class TooManyValues extends DocumentRefused {
  constructor() {
    super(`The document has more than ${limits.importValues} values`);
  }
}

export const tooSlow = (): DocumentRefused => new DocumentRefused("The document takes too long to read");
