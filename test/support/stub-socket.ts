/** A socket without a network: a test says what arrives, piece by piece, and sees what leaves. */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

export class StubSocket extends Duplex {
  /** All that was written, one character a byte. */
  sent = "";
  readonly remoteAddress = "127.0.0.1";

  constructor() {
    super({ allowHalfOpen: true, decodeStrings: false });
  }

  override _read(): void {
    // What arrives is given by the test.
  }

  override _write(piece: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.sent += typeof piece === "string" ? Buffer.from(piece, encoding).toString("latin1") : piece.toString("latin1");
    done();
  }

  /** As a socket, as far as a connection uses one. */
  get asSocket(): Socket {
    return this as unknown as Socket;
  }
}

/** A text cut at places that may lie anywhere, as pieces of one character a byte. */
export function cut(text: string, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((place) => place % (text.length + 1)), text.length].sort((a, b) => a - b);
  return places.slice(1).flatMap((place, i) => {
    const piece = text.slice(places[i], place);
    return piece === "" ? [] : [Buffer.from(piece, "latin1")];
  });
}
