/**
 * Definitions that are long are read in threads, so that traffic goes on meanwhile: a megabyte of YAML takes half a second,
 * ten thousand paths take another. A thread reads one and ends; what it may take of time and memory is bounded.
 */
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { answerOfThread, ThreadSpent } from "../thread.ts";
import { Turns } from "../turns.ts";
import type { Definition } from "./definition.ts";
import { TooManyValues, toldOf, tooSlow } from "./document-refused.ts";
import { looksLikeJson } from "./read-document.ts";
import type { OpenApi } from "./read-openapi.ts";
import type { ReadingAnswer } from "./reading-thread.ts";
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

const turns = new Turns(limits.importThreads, limits.importQueue);

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
  return turns.run(() => inThread<T>(order));
}

const thread = new URL("./reading-thread.ts", import.meta.url);

async function inThread<T>(order: ReadingOrder): Promise<T> {
  const options = { name: "definition", timeout: limits.importTimeout, heap: limits.importThreadHeap };
  try {
    const answer = await answerOfThread<ReadingAnswer>(thread, order, options);
    if ("value" in answer) return answer.value as T;
    throw new Fault(answer.code, answer.message);
  } catch (error) {
    if (!(error instanceof ThreadSpent)) throw toldOf(error);
    throw toldOf(error.what === "time" ? tooSlow() : new TooManyValues());
  }
}
