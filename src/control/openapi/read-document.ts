/**
 * The bytes of a definition to a plain value: JSON, or YAML, told apart by what they are. Bounded in depth, in values and
 * in time; YAML of some size is read in a thread, so that traffic goes on meanwhile.
 */
import { isUtf8 } from "node:buffer";
import { Worker } from "node:worker_threads";
import { limits } from "../../limits.ts";
import { Turns } from "../turns.ts";
import { exceededBound } from "../wire/json.ts";
import { DocumentRefused, tooDeep, TooManyValues, tooSlow } from "./document-refused.ts";
import { parseYaml } from "./yaml-document.ts";
import type { YamlAnswer } from "./yaml-thread.ts";

/**
 * What the bytes say, with plain objects, arrays and scalars as of JSON. Rejects with a `DocumentRefused` for what is
 * neither JSON nor YAML in UTF-8, or exceeds a bound; with a TooManyRequestsException when too many are being read.
 */
export async function readDocument(bytes: Uint8Array): Promise<unknown> {
  if (!isUtf8(bytes)) throw new DocumentRefused();
  // A byte order mark is no part of the text.
  const text = new TextDecoder().decode(bytes);
  if (/^\s*[[{]/.test(text.slice(0, 1_024))) {
    const exceeded = exceededBound(bytes, { depth: limits.importDepth, values: limits.importValues });
    if (exceeded === "depth") throw tooDeep();
    if (exceeded === "values") throw new TooManyValues();
    try {
      return JSON.parse(text);
    } catch {
      // YAML may begin like JSON.
    }
  }
  const { value } = readShortYaml(text) ?? (await turns.run(() => readLongYaml(text)));
  return value;
}

interface Read {
  readonly value: unknown;
}

const turns = new Turns(limits.importThreads, limits.importQueue);

/** Undefined for what is left to a thread: a long text, and one that stands for more values than it has characters. */
function readShortYaml(text: string): Read | undefined {
  if (text.length > limits.importInline) return undefined;
  try {
    return { value: parseYaml(text, limits.importInline) };
  } catch (error) {
    if (error instanceof TooManyValues) return undefined;
    throw error;
  }
}

async function readLongYaml(text: string): Promise<Read> {
  const worker = new Worker(new URL("./yaml-thread.ts", import.meta.url), {
    workerData: text,
    name: "yaml",
    resourceLimits: { maxOldGenerationSizeMb: limits.importThreadHeap },
  });
  try {
    const answer = await answerOf(worker);
    if ("refused" in answer) throw new DocumentRefused(answer.refused);
    return answer;
  } finally {
    await worker.terminate();
  }
}

/** Rejects when the thread takes too long or more memory than it may. */
function answerOf(worker: Worker): Promise<YamlAnswer> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooSlow()), limits.importTimeout);
    worker.once("message", (answer: YamlAnswer) => {
      clearTimeout(timer);
      resolve(answer);
    });
    worker.once("error", () => {
      clearTimeout(timer);
      reject(new TooManyValues());
    });
  });
}
