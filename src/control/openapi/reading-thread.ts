/** The thread that reads one definition and ends. */
import { limits } from "../../limits.ts";
import { answerOrder } from "../thread.ts";
import { toldOf } from "./document-refused.ts";
import { readingTasks, type ReadingOrder } from "./reading-tasks.ts";

answerOrder(({ task, bytes, options }: ReadingOrder) => {
  try {
    return readingTasks[task](bytes, options as never, limits.importValues);
  } catch (error) {
    throw toldOf(error);
  }
});
