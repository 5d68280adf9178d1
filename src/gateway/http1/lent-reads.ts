/**
 * Reading without streams: the kernel's bytes land in one buffer for all connections, and are taken from it before the
 * next read. A stream would make a buffer, a queue entry and a tick of every read; that is a quarter of what proxying a
 * small request costs.
 */
import { Socket, type SocketConstructorOpts } from "node:net";
import { limits } from "../../limits.ts";

/** Takes bytes that are only lent: they are other bytes after the call. */
export interface Receiver {
  receive(bytes: Buffer): void;
}

const lent = Buffer.allocUnsafeSlow(limits.readBuffer);

/** Windows begins a read long before its bytes come, so that one buffer would serve several at once. */
const canLend = process.platform !== "win32";

/** The option `onread` of a socket. Its receiver must be set before anything can arrive. */
export class LentReads {
  receiver: Receiver | null = null;
  readonly buffer = lent;
  readonly callback = (length: number): boolean => {
    this.receiver?.receive(length === lent.length ? lent : lent.subarray(0, length));
    return true;
  };
}

/** For a socket of our own that connects; undefined where it has to be read as a stream. */
export const lentReads = (): LentReads | undefined => (canLend ? new LentReads() : undefined);

/**
 * The same connection as a paused, accepted socket, read into the lent buffer; or undefined where that cannot be, and the
 * socket has to be read as a stream. A server gives its sockets no `onread`, so the connection moves to a new one.
 */
export function readLent(accepted: Socket, reads: LentReads | undefined): Socket | undefined {
  const { _handle: handle } = accepted as Socket & { readonly _handle?: SocketConstructorOpts["handle"] | null };
  if (reads === undefined || handle === undefined || handle === null) return undefined;
  const options = { handle, allowHalfOpen: true, readable: true, writable: true, onread: reads };
  return new Socket(options);
}
