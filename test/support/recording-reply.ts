/** A way back to a client that there is not: what is sent on it is gathered. */
import type { HeaderList, Reply } from "../../src/gateway/transport.ts";

export interface Recorded {
  /** 0 when the connection was broken off before there was a head. */
  readonly status: number;
  /** Of a streamed one, `(length)` is behind them. */
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Whether it was sent as it came, and not in one write. */
  readonly streamed: boolean;
  /** Whether the connection was broken off. */
  readonly broken: boolean;
}

/** Calls `onSent` before what was recorded is told, so that what a request leaves behind is there when a test goes on. */
export function recordingReply(tell: (recorded: Recorded) => void): Reply {
  const chunks: Buffer[] = [];
  let headers: HeaderList = [];
  const begin = (status: number, sent: HeaderList): void => {
    if (reply.headSent) throw new Error("a reply has one head");
    reply.headSent = true;
    reply.status = status;
    headers = sent;
  };
  const settle = (streamed: boolean, broken: boolean): void => {
    reply.onSent?.();
    tell({ status: reply.status, headers, body: Buffer.concat(chunks), streamed, broken });
  };
  const reply: { -readonly [member in keyof Reply]: Reply[member] } = {
    headSent: false,
    status: 0,
    sentBytes: 0,
    onDrain: null,
    onClose: null,
    onEnd: null,
    onSent: null,
    send(status: number, sent: HeaderList, body: Buffer | string) {
      begin(status, sent);
      reply.write(Buffer.from(body));
      settle(false, false);
    },
    head: (status: number, sent: HeaderList, length: number) => begin(status, [...sent, "(length)", String(length)]),
    write(chunk: Buffer) {
      chunks.push(chunk);
      reply.sentBytes += chunk.length;
      return true;
    },
    end: () => settle(true, false),
    destroy: () => settle(reply.headSent, true),
  };
  return reply;
}
