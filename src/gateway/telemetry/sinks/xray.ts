/** The X-Ray daemon: one datagram for each segment document, behind a line that says how it is written. */
import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";
import { limits } from "../../../limits.ts";
import { SettingRefused } from "../../../settings.ts";
import { eventQueues, type Events } from "./event-queue.ts";
import type { Carrier, Delivery } from "./log-sink.ts";

export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, or `tcp:host:port udp:host:port` in either order, as the daemon's own variable has it. */
export function parseDaemonAddress(text: string): DaemonAddress {
  const words = text.trim().split(/\s+/);
  const word = words.find((each) => /^udp:/i.test(each)) ?? words.find((each) => !/^tcp:/i.test(each)) ?? "";
  const [, host = "", port = ""] = /^(?:udp:)?(\[[0-9A-Fa-f:.]+\]|[^:\s[\]]+):(\d{1,5})$/i.exec(word) ?? [];
  if (host === "" || Number(port) < 1 || Number(port) > 65_535) {
    throw new SettingRefused(`AWS_XRAY_DAEMON_ADDRESS must be host:port, not ${JSON.stringify(text)}`);
  }
  return { host: host.startsWith("[") ? host.slice(1, -1) : host, port: Number(port) };
}

const header = '{"format": "json", "version": 1}\n';

/** Systems differ in how long a datagram may be; one that is too long will be another time, too. */
const isTooLong = (failure: NodeJS.ErrnoException | undefined): boolean => failure?.code === "EMSGSIZE";

export class XRayCarrier implements Carrier<Events> {
  readonly newQueue = eventQueues({
    events: 100,
    bytes: limits.logHandOver,
    eventOverhead: header.length,
    eventBytes: limits.segment,
    span: Infinity,
  });
  readonly pause = limits.segmentPause;
  readonly #address: DaemonAddress;
  #socket: Socket | undefined = undefined;

  constructor(address: DaemonAddress) {
    this.#address = address;
  }

  async send(_name: string, events: Events): Promise<Delivery<Events>> {
    const socket = this.#open();
    const failures = await Promise.all(events.map(({ message }) => this.#sendOne(socket, message)));
    const again = events.filter((_, index) => failures[index] !== undefined && !isTooLong(failures[index]));
    const [first] = failures;
    if (first !== undefined && again.length === events.length) throw first;
    return { again, refused: failures.filter(isTooLong).length };
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = createSocket(isIPv6(this.#address.host) ? "udp6" : "udp4");
    // What goes wrong with a datagram is told to who sent it; a socket that breaks is made anew.
    socket.on("error", () => {
      this.close();
    });
    socket.unref();
    this.#socket = socket;
    return socket;
  }

  /** Resolves with what went wrong, if anything did. */
  #sendOne(socket: Socket, message: string): Promise<NodeJS.ErrnoException | undefined> {
    const { host, port } = this.#address;
    return new Promise((resolve) => {
      socket.send(header + message, port, host, (error) => resolve(error ?? undefined));
    });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
