/**
 * Errors that the shared Redis answers with: its memory is full, it is a replica that takes nothing, somebody else uses our
 * keys. The operator is told once, and once more when what was refused is taken again.
 */
import { limits } from "../../limits.ts";
import type { OperatorLog } from "../../operator-log.ts";

export class Refusals {
  readonly #shown: string;
  readonly #log: OperatorLog;
  /** What was refused since the operator was told. */
  readonly #kinds = new Set<string>();
  /** Of the last one, epoch milliseconds. */
  #at = 0;

  /** `shown`: the address, without a password. */
  constructor(shown: string, log: OperatorLog) {
    this.#shown = shown;
    this.#log = log;
  }

  /** `kind`: a command, or the name of a script. */
  refused(kind: string, { message }: Error, now: number): void {
    this.#at = now;
    if (this.#kinds.size === 0) {
      const details = { redis: this.#shown, reason: message.slice(0, limits.echoedValue) };
      this.#log.error(
        details,
        "the shared Redis refuses what it is asked: what it refuses is not cached, and not shared",
      );
    }
    this.#kinds.add(kind);
  }

  /** Of what is refused now and then, one word is enough: so it is not over before a while without any. */
  taken(kind: string, now: number): void {
    if (!this.#kinds.has(kind) || Math.abs(now - this.#at) < limits.sharedRefusal) return;
    this.#kinds.clear();
    this.#log.info({ redis: this.#shown }, "the shared Redis takes again what it refused");
  }
}
