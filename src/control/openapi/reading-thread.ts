/** The thread that reads one definition, answers what it comes to as JSON, and ends. */
import { limits } from "../../limits.ts";
import { answerOrder } from "../thread.ts";
import { toldOf } from "./document-refused.ts";
import { readingTasks, type ReadingOrder } from "./reading-tasks.ts";

answerOrder(({ task, bytes, options }: ReadingOrder) => {
  try {
    return JSON.stringify(readingTasks[task](bytes, options as never, limits.importValues));
  } catch (error) {
    throw toldOf(error);
  }
});
