/** Why a definition cannot be read, and how the service says so. */
import { badRequest, type Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";

/** What was sent is no JSON or YAML, or more of it than we take. The message says where, or which bound. */
export class DocumentRefused extends Error {
  override readonly name = "DocumentRefused";
}

/** `why` is the parser's, and may repeat what was sent. */
export const notYaml = (why: string): DocumentRefused => new DocumentRefused(why.slice(0, limits.echoedValue));

export const tooDeep = (): DocumentRefused =>
  new DocumentRefused(`The document is nested deeper than ${limits.importDepth} levels`);

export class TooManyValues extends DocumentRefused {
  constructor() {
    super(`The document has more than ${limits.importValues} values`);
  }
}

export const tooSlow = (): DocumentRefused => new DocumentRefused("The document takes too long to read");

/** The service's answer to whatever is no definition; `reason` is ours, where there is more to say. */
export const invalidOpenApi = (reason = ""): Fault => badRequest(`Invalid OpenAPI input. ${reason}`.trimEnd());

/** An error of reading, as its caller is told of it. */
export const toldOf = (error: unknown): unknown =>
  error instanceof DocumentRefused ? invalidOpenApi(error.message) : error;
