/** Stands before a server on this machine, and hands its answers on late, or never. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class DelayingProxy {
  /** Milliseconds by which each piece of an answer comes late. */
  delay = 0;
  connections = 0;
  /** Of the connections to come, so many get no answer at all. */
  mute = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Those whose answers nobody gets any more. */
  readonly #swallowed = new WeakSet<Socket>();
  #answers = 0;
  #heard: (() => void) | undefined = undefined;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#serve(client, connect(target, "127.0.0.1")));
  }

  static async before(target: number): Promise<DelayingProxy> {
    const proxy = new DelayingProxy(target);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  #serve(client: Socket, server: Socket): void {
    this.connections++;
    if (this.mute > 0) {
      this.mute--;
      this.#swallowed.add(client);
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
    }
    client.pipe(server);
    server.on("data", (chunk) => {
      setTimeout(() => {
        if (this.#swallowed.has(client)) return;
        client.write(chunk);
        this.#answers++;
        this.#heard?.();
      }, this.delay);
    });
    server.on("close", () => this.#swallowed.has(client) || client.destroy());
  }

  /** On the connections that there are, nothing comes back from now on. */
  swallow(): void {
    for (const socket of this.#sockets) this.#swallowed.add(socket);
  }

  /** Resolves when so many more answers have gone through. */
  answered(count: number): Promise<void> {
    const until = this.#answers + count;
    return new Promise((resolve) => {
      this.#heard = () => {
        if (this.#answers >= until) resolve();
      };
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
