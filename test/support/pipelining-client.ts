/** A client that writes several requests at once on one connection, and cuts the replies apart itself. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface PipelinedReply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

const contentLength = /\r\nContent-Length: (\d+)/i;

export class PipeliningClient {
  readonly #port: number;
  #socket: Socket | undefined;
  #received = "";
  #over = false;
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async #connected(): Promise<Socket> {
    if (this.#socket !== undefined) return this.#socket;
    const socket = connect(this.#port, "127.0.0.1").setEncoding("latin1");
    this.#socket = socket;
    this.#over = false;
    this.#received = "";
    const ends = (): void => {
      if (this.#socket === socket) this.#over = true;
      this.#wake();
    };
    socket.on("data", (text: string) => {
      this.#received += text;
      this.#wake();
    });
    socket.on("error", ends).on("close", ends);
    await once(socket, "connect");
    return socket;
  }

  /** Writes all requests, texts of a character a byte, and resolves with the replies in order. Rejects when one is missing. */
  async ask(requests: readonly string[]): Promise<readonly PipelinedReply[]> {
    const socket = await this.#connected();
    socket.write(requests.join(""), "latin1");
    const replies: PipelinedReply[] = [];
    while (replies.length < requests.length) replies.push(await this.#next());
    return replies;
  }

  async #next(): Promise<PipelinedReply> {
    for (;;) {
      const headEnd = this.#received.indexOf("\r\n\r\n");
      if (headEnd >= 0) {
        const head = this.#received.slice(0, headEnd);
        const [, length] = contentLength.exec(head) ?? [];
        if (length === undefined) throw new Error(`a reply without a length: ${head}`);
        const end = headEnd + 4 + Number(length);
        if (this.#received.length >= end) {
          const body = this.#received.slice(headEnd + 4, end);
          this.#received = this.#received.slice(end);
          return { status: Number(head.slice(9, 12)), head, body };
        }
      }
      if (this.#over) throw new Error(`the connection ended within a reply: ${this.#received}`);
      await new Promise<void>((resolve) => void (this.#wake = resolve));
    }
  }

  /** The next requests go over another connection. */
  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }
}
