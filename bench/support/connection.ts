/** The least HTTP/1.1 client that a load generator needs: bytes out, status and body back, one request at a time. */
import { connect, type Socket } from "node:net";

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

const headEnd = Buffer.from("\r\n\r\n");
const lastChunk = Buffer.from("0\r\n\r\n");

interface Head {
  readonly status: number;
  readonly bodyStart: number;
  /** Bytes, `"chunked"`, or until the connection closes. */
  readonly framing: number | "chunked" | "close";
  readonly closes: boolean;
}

function parseHead(received: Buffer): Head | undefined {
  const at = received.indexOf(headEnd);
  if (at < 0) return undefined;
  const text = received.toString("latin1", 0, at);
  const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
  const chunked = /\r\ntransfer-encoding: *chunked/i.test(text);
  return {
    status: Number(text.slice(9, 12)),
    bodyStart: at + headEnd.length,
    framing: chunked ? "chunked" : length === undefined ? "close" : Number(length),
    closes: /\r\nconnection: *close/i.test(text) || text.startsWith("HTTP/1.0"),
  };
}

/** Where the answer ends in what was received, or -1 while it is not all there. */
function answerEnd(head: Head, received: Buffer): number {
  if (typeof head.framing === "number") {
    const end = head.bodyStart + head.framing;
    return received.length >= end ? end : -1;
  }
  const complete = head.framing === "chunked" && received.subarray(-lastChunk.length).equals(lastChunk);
  return complete ? received.length : -1;
}

/** A connection to 127.0.0.1 that is opened anew where the server closed it. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #head: Head | undefined;
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a whole request, head and body; resolves with the whole answer. */
  exchange(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#open().write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    if (this.#socket !== undefined && !this.#socket.destroyed) return this.#socket;
    const socket = connect(this.#port, "127.0.0.1");
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => this.#onData(chunk));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#onClose());
    this.#socket = socket;
    this.#received = Buffer.alloc(0);
    return socket;
  }

  #onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    this.#head ??= parseHead(this.#received);
    if (this.#head === undefined) return;
    const end = answerEnd(this.#head, this.#received);
    if (end >= 0) this.#finish(this.#head, end);
  }

  #finish(head: Head, end: number): void {
    const body = this.#received.subarray(head.bodyStart, end);
    this.#received = this.#received.subarray(end);
    this.#head = undefined;
    if (head.closes) this.#drop();
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.resolve({ status: head.status, body });
  }

  #drop(): void {
    this.#socket?.removeAllListeners("close");
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #onClose(): void {
    if (this.#head?.framing === "close") this.#finish(this.#head, this.#received.length);
    else this.#fail(new Error("the connection closed before the answer was there"));
  }

  #fail(error: Error): void {
    this.#drop();
    this.#head = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.reject(error);
  }
}
