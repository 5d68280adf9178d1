/** Work whose length is up to a caller's document: in a thread of its own, so that traffic goes on meanwhile. */
import { parentPort, Worker, workerData } from "node:worker_threads";
import { type ExceptionName, Fault } from "../errors.ts";
import { Turns } from "./turns.ts";

export interface ThreadsOptions {
  readonly name: string;
  /** Threads at once, and orders that wait for one. */
  readonly threads: number;
  readonly queue: number;
  /** Milliseconds that an order may take. */
  readonly timeout: number;
  /** Megabytes that it may use. */
  readonly heap: number;
}

/** The work took more than it may. */
export class ThreadSpent extends Error {
  override readonly name = "ThreadSpent";
  readonly what: "time" | "memory";

  constructor(what: "time" | "memory") {
    super(`a thread took too much ${what}`);
    this.what = what;
  }
}

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";

/** What a thread posts: what came of its order, or why it is refused. */
type ThreadAnswer = { readonly value: unknown } | { readonly code: ExceptionName; readonly message: string };

/** Threads of one kind. Each begins with one order, which is given to it as a copy, and ends when that is done. */
export class Threads<Order, Value> {
  readonly #module: URL;
  readonly #options: ThreadsOptions;
  readonly #turns: Turns;

  /** `module`: calls `answerOrder`. */
  constructor(module: URL, options: ThreadsOptions) {
    this.#module = module;
    this.#options = options;
    this.#turns = new Turns(options.threads, options.queue);
  }

  /**
   * What comes of an order. Rejects with a `ThreadSpent`, with the Fault that the work throws, and with a
   * TooManyRequestsException when too many orders wait.
   */
  async run(order: Order): Promise<Value> {
    const answer = await this.#turns.run(() => this.#answerTo(order));
    if ("value" in answer) return answer.value as Value;
    throw new Fault(answer.code, answer.message);
  }

  async #answerTo(order: Order): Promise<ThreadAnswer> {
    const { name, timeout, heap } = this.#options;
    const resourceLimits = { maxOldGenerationSizeMb: heap };
    const worker = new Worker(this.#module, { workerData: order, name, resourceLimits });
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<ThreadAnswer>((resolve, reject) => {
        timer = setTimeout(() => reject(new ThreadSpent("time")), timeout);
        worker.once("message", resolve);
        worker.once("error", (error) => reject(isOutOfMemory(error) ? new ThreadSpent("memory") : error));
        worker.once("exit", () => reject(new Error(`the thread ${name} ended without an answer`)));
      });
    } finally {
      clearTimeout(timer);
      await worker.terminate();
    }
  }
}

/**
 * In a thread: does the work, which takes an order as its `Threads` do. A Fault is told to who asked; any other error is a
 * mistake, and ends the thread.
 */
export function answerOrder(work: (order: never) => unknown): void {
  parentPort?.postMessage(answerOf(work));
}

function answerOf(work: (order: never) => unknown): ThreadAnswer {
  try {
    return { value: work(workerData as never) };
  } catch (error) {
    if (error instanceof Fault) return { code: error.code, message: error.message };
    throw error;
  }
}
