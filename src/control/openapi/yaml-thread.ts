/** The thread that reads one YAML document and ends: how long that takes is up to the caller's text. */
import { parentPort, workerData } from "node:worker_threads";
import { limits } from "../../limits.ts";
import { DocumentRefused } from "./document-refused.ts";
import { parseYaml } from "./yaml-document.ts";

/** What the thread answers. */
export type YamlAnswer = { readonly value: unknown } | { readonly refused: string };

function answer(text: string): YamlAnswer {
  try {
    return { value: parseYaml(text, limits.importValues) };
  } catch (error) {
    return { refused: error instanceof DocumentRefused ? error.message : "" };
  }
}

parentPort?.postMessage(answer(workerData as string));
