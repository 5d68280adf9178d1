/** Work whose length is up to a caller's document: in a thread of its own, so that traffic goes on meanwhile. */
import { Worker } from "node:worker_threads";

export interface ThreadOptions {
  readonly name: string;
  /** Milliseconds that the work may take. */
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

/** Starts the module with the data, and resolves with the one message that it posts. Rejects with a `ThreadSpent`. */
export async function answerOfThread<A>(module: URL, data: unknown, options: ThreadOptions): Promise<A> {
  const { name, timeout, heap } = options;
  const worker = new Worker(module, { workerData: data, name, resourceLimits: { maxOldGenerationSizeMb: heap } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<A>((resolve, reject) => {
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
