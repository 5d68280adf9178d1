/** Ctrl-C: at once where nothing is under way, and after what must not be left half done. */
import { limits } from "../limits.ts";
import type { Terminal } from "./terminal.ts";

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;
type Stopping = keyof typeof exitCodes;

export class Interruption {
  readonly #terminal: Terminal;
  readonly #idle: () => void;
  #working = false;
  #signal: Stopping | undefined = undefined;
  #signalAt = 0;

  /** `idle`: what a signal does while nothing is under way that has to be finished. */
  constructor(terminal: Terminal, idle: (code: number) => void = (code) => process.exit(code)) {
    this.#terminal = terminal;
    this.#idle = () => idle(this.exitCode ?? 0);
    process.on("SIGINT", this.#onSignal);
    process.on("SIGTERM", this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (this.#signal !== undefined) {
      if (now - this.#signalAt > limits.sameSignal) process.exit(this.exitCode);
      return;
    }
    this.#signal = signal as Stopping;
    this.#signalAt = now;
    if (this.#working) this.#terminal.note("stagewright: finishing what has begun; once more ends it at once");
    else this.#idle();
  };

  /** Undefined as long as there was no signal. */
  get exitCode(): number | undefined {
    return this.#signal && exitCodes[this.#signal];
  }

  /** Does something that a signal does not break off. */
  async finishing<T>(work: () => Promise<T>): Promise<T> {
    this.#working = true;
    try {
      return await work();
    } finally {
      this.#working = false;
    }
  }

  close(): void {
    process.off("SIGINT", this.#onSignal);
    process.off("SIGTERM", this.#onSignal);
  }
}
