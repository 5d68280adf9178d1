/** The thread that writes one export and ends: how long that takes is up to the API. */
import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "../../errors.ts";
import { tooLargeToExport } from "./export-parts.ts";
import { type ExportOrder, exportText } from "./export-text.ts";

/** What the thread answers. */
export type ExportAnswer = { readonly text: string } | { readonly refused: string };

function answer(order: ExportOrder): ExportAnswer {
  try {
    return { text: exportText(order) };
  } catch (error) {
    if (error instanceof Fault) return { refused: error.message };
    // No text can be as long as this one would be.
    if (error instanceof RangeError) return { refused: tooLargeToExport().message };
    throw error;
  }
}

parentPort?.postMessage(answer(workerData as ExportOrder));
