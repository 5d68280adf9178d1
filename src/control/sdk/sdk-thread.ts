/** The thread that generates one SDK and ends: how long that takes is up to the API. */
import { parentPort, workerData } from "node:worker_threads";
import type { SdkDescription } from "./describe.ts";
import { generateSdk, type SdkParameters } from "./generate.ts";
import { SdkRefused } from "./sdk-refused.ts";

export interface SdkOrder {
  readonly type: string;
  readonly description: SdkDescription;
  readonly parameters: SdkParameters;
}

/** What the thread answers. */
export type SdkAnswer = { readonly zip: Uint8Array } | { readonly refused: string };

function answer({ type, description, parameters }: SdkOrder): SdkAnswer {
  try {
    return { zip: generateSdk(type, description, parameters) };
  } catch (error) {
    if (error instanceof SdkRefused) return { refused: error.message };
    throw error;
  }
}

parentPort?.postMessage(answer(workerData as SdkOrder));
