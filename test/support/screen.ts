/** What a command writes to, in a test: a terminal, or something that is none. */
import { Writable } from "node:stream";

export class Screen extends Writable {
  readonly isTTY: boolean;
  readonly columns: number;
  text = "";
  readonly #enough: string | undefined;

  /** `enough`: nobody reads any more once this was written. */
  constructor(isTTY: boolean, { columns = 80, enough }: { columns?: number; enough?: string } = {}) {
    super();
    this.isTTY = isTTY;
    this.columns = columns;
    this.#enough = enough;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.text += chunk.toString();
    const isGone = this.#enough !== undefined && this.text.includes(this.#enough);
    done(isGone ? Object.assign(new Error("the reader is gone"), { code: "EPIPE" }) : undefined);
  }
}
