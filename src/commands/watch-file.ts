/** Waits until a file is another one than before, however its editor writes it. */
import { stat } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Milliseconds between two looks. Looking works where being told does not: on network drives, in containers, and through
 * editors that put a new file in the place of the old one.
 */
const pause = 150;

/** What tells two states of a file apart; undefined when it is not there, or empty, as while an editor writes it anew. */
async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return size === 0 ? undefined : `${ino} ${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

export class FileWatch {
  readonly #path: string;
  #state: string | undefined = undefined;

  /** Begins with the file as it is; `changed` waits for the first change after that. */
  static async of(path: string): Promise<FileWatch> {
    const watch = new FileWatch(path);
    watch.#state = await stateOf(path);
    return watch;
  }

  private constructor(path: string) {
    this.#path = path;
  }

  /** Resolves when the file has changed and then stayed as it is for a moment; rejects when the signal says so. */
  async changed(signal: AbortSignal): Promise<void> {
    let seen = this.#state;
    for (;;) {
      await delay(pause, undefined, { signal });
      const state = await stateOf(this.#path);
      if (state !== undefined && state !== this.#state && state === seen) {
        this.#state = state;
        return;
      }
      seen = state;
    }
  }
}
