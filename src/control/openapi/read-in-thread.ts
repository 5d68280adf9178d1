/**
 * Definitions that are long are read in threads, so that traffic goes on meanwhile: a megabyte of YAML takes half a second,
 * ten thousand paths take another. A thread reads one and ends; what it may take of time and memory is bounded.
 */
import { limits } from "../../limits.ts";
import { Threads, ThreadSpent } from "../thread.ts";
import type { Definition } from "./definition.ts";
import { TooManyValues, toldOf, tooSlow } from "./document-refused.ts";
import { looksLikeJson } from "./read-document.ts";
import type { OpenApi } from "./read-openapi.ts";
import { type DefinitionOptions, type ReadingOrder, readingTasks } from "./reading-tasks.ts";

/**
 * Reads OpenAPI 2.0 or 3.0, JSON or YAML. Rejects with a BadRequestException for anything else, and with a
 * TooManyRequestsException when too many are being read.
 */
export const readOpenApi = (bytes: Uint8Array): Promise<OpenApi> =>
  atOnceOrInThread({ task: "openApi", bytes, options: undefined }, () =>
    readingTasks.openApi(bytes, undefined, limits.importInlineYaml),
  );

/** Reads what a definition comes to. Rejects as `readOpenApi` does, and with what is wrong with the definition. */
export const readWholeDefinition = (bytes: Uint8Array, options: DefinitionOptions): Promise<Definition> =>
  atOnceOrInThread({ task: "definition", bytes, options }, () =>
    readingTasks.definition(bytes, { ...options, methods: limits.importInlineMethods }, limits.importInlineYaml),
  );

/** JSON is read faster than a copy is made, and comes out smaller (`toMap`). */
const threads = new Threads<ReadingOrder, string>(new URL("./reading-thread.ts", import.meta.url), {
  name: "definition",
  threads: limits.importThreads,
  queue: limits.importQueue,
  timeout: limits.importTimeout,
  heap: limits.importThreadHeap,
});

/** What is short is read at once, unless it comes to much: by YAML's aliases, or by what its operations share. */
async function atOnceOrInThread<T>(order: ReadingOrder, atOnce: () => T): Promise<T> {
  const { bytes } = order;
  if (bytes.length <= (looksLikeJson(bytes) ? limits.importInline : limits.importInlineYaml)) {
    try {
      return atOnce();
    } catch (error) {
      if (!(error instanceof TooManyValues)) throw toldOf(error);
    }
  }
  try {
    return JSON.parse(await threads.run(order)) as T;
  } catch (error) {
    if (!(error instanceof ThreadSpent)) throw error;
    throw toldOf(error.what === "time" ? tooSlow() : new TooManyValues());
  }
}
