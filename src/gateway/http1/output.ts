/** What goes out on a socket: small pieces are gathered into one write, big ones go as they are. */
import type { Socket } from "node:net";
import { latin1 } from "./characters.ts";

/** A piece up to here is cheaper to copy into the text than to hand to the kernel on its own. */
const smallPiece = 8_192;
/** A text that has grown to this is written. */
const fullText = 32_768;

/** Outputs with something to send, flushed together when the present callback is over. */
let waiting: Output[] = [];
/** How many callbacks of ours are under way, one within the other, that flush at their end. */
let depth = 0;

function flushWaiting(): void {
  const outputs = waiting;
  waiting = [];
  for (const output of outputs) output.flushLate();
}

/** What is gathered until the matching `flushNow` leaves with it. */
export function gather(): void {
  depth++;
}

export function flushNow(): void {
  if (--depth === 0 && waiting.length > 0) flushWaiting();
}

export class Output {
  readonly #socket: Socket;
  /** Gathered so far, one character a byte. */
  #text = "";
  #flushesLater = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** True while the other side takes less than we have for it. */
  get blocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Adds text, one character a byte, that leaves with the next flush, at the latest when the present callback is over. */
  text(text: string): void {
    this.#text += text;
    this.#gathered();
  }

  /** Adds bytes; big ones leave at once and must not change afterwards. */
  bytes(bytes: Buffer): void {
    if (bytes.length <= smallPiece) {
      this.#text += latin1(bytes, 0, bytes.length);
      this.#gathered();
      return;
    }
    if (this.#text === "") {
      this.#socket.write(bytes);
      return;
    }
    this.#socket.cork();
    this.flush();
    this.#socket.write(bytes);
    this.#socket.uncork();
  }

  #gathered(): void {
    if (this.#text.length >= fullText) {
      this.flush();
    } else if (!this.#flushesLater) {
      this.#flushesLater = true;
      // A tick of its own costs as much as reading a head does.
      if (waiting.push(this) === 1 && depth === 0) process.nextTick(flushWaiting);
    }
  }

  flush(): void {
    const text = this.#text;
    if (text === "") return;
    this.#text = "";
    if (!this.#socket.destroyed) this.#socket.write(text, "latin1");
  }

  flushLate(): void {
    this.#flushesLater = false;
    this.flush();
  }

  /** Sends what is gathered and says that nothing follows. */
  end(): void {
    const text = this.#text;
    this.#text = "";
    if (!this.#socket.destroyed) this.#socket.end(text, "latin1");
  }
}
