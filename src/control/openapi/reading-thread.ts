/** The thread that reads one definition and ends. */
import { parentPort, workerData } from "node:worker_threads";
import { type ExceptionName, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { toldOf } from "./document-refused.ts";
import { readingTasks, type ReadingOrder } from "./reading-tasks.ts";

/** What the thread answers. */
export type ReadingAnswer = { readonly value: unknown } | { readonly code: ExceptionName; readonly message: string };

function answer({ task, bytes, options }: ReadingOrder): ReadingAnswer {
  try {
    return { value: readingTasks[task](bytes, options as never, limits.importValues) };
  } catch (error) {
    const told = toldOf(error);
    if (!(told instanceof Fault)) throw error;
    return { code: told.code, message: told.message };
  }
}

parentPort?.postMessage(answer(workerData as ReadingOrder));
