/** The thread that writes one export and ends: how long that takes is up to the API. */
import { answerOrder } from "../thread.ts";
import { tooLargeToExport } from "./export-parts.ts";
import { type ExportOrder, exportText } from "./export-text.ts";

answerOrder((order: ExportOrder) => {
  try {
    return exportText(order);
  } catch (error) {
    // No text can be as long as this one would be.
    throw error instanceof RangeError ? tooLargeToExport() : error;
  }
});
