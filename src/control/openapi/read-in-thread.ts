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
import type { OpenApi } from "./read-openapi.ts";
import type { ReadingAnswer } from "./reading-thread.ts";
import { type DefinitionOptions, type ReadingOrder, readingTasks } from "./reading-tasks.ts";

/**
 * Reads OpenAPI 2.0 or 3.0, JSON or YAML. Rejects with a BadRequestException for anything else, and with a
 * TooManyRequestsException when too many are being read.
 */
export const readOpenApi = (bytes: Uint8Array): Promise<OpenApi> =>
  atOnceOrInThread({ task: "openApi", bytes, options: undefined }, () =>
    readingTasks.openApi(bytes, undefined, limits.importInline),
  );

/** Reads what a definition comes to. Rejects as `readOpenApi` does, and with what is wrong with the definition. */
export const readWholeDefinition = (bytes: Uint8Array, options: DefinitionOptions): Promise<Definition> =>
  atOnceOrInThread({ task: "definition", bytes, options }, () =>
    readingTasks.definition(bytes, options, limits.importInline),
  );

const turns = new Turns(limits.importThreads, limits.importQueue);

/** A short text that stands for no more values than it has characters is read at once: aliases are what makes them many. */
async function atOnceOrInThread<T>(order: ReadingOrder, atOnce: () => T): Promise<T> {
  if (order.bytes.length <= limits.importInline) {
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
