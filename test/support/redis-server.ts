/** A redis-server of one test: a free port, a temporary folder, and an end. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Why there is no Redis to test with; undefined when there is one. */
export const noRedis: string | undefined =
  spawnSync("redis-server", ["--version"]).error === undefined
    ? undefined
    : "skipped, because there is no redis-server on the PATH (Debian: apt-get install redis-server)";
if (noRedis !== undefined) console.log(`tests with a Redis are ${noRedis}`);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Whether something listens. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #password: string | undefined;
  #process: ChildProcess | undefined = undefined;

  private constructor(port: number, folder: string, password: string | undefined) {
    this.port = port;
    this.#folder = folder;
    this.#password = password;
  }

  static async start(password?: string): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "stagewright-redis-"));
    const server = new RedisServer(await freePort(), folder, password);
    await server.restart();
    return server;
  }

  get url(): string {
    const user = this.#password === undefined ? "" : `:${encodeURIComponent(this.#password)}@`;
    return `redis://${user}127.0.0.1:${this.port}`;
  }

  /** Starts it again, empty, on the same port. */
  async restart(): Promise<void> {
    const settings = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    const secret = this.#password === undefined ? [] : ["--requirepass", this.#password];
    this.#process = spawn("redis-server", [...settings, ...secret, "--appendonly", "no"], { stdio: "ignore" });
    for (let tries = 0; tries < 500 && !(await answers(this.port)); tries++) await pause(20);
  }

  /** Ends it at once, as a crash would. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Stops it in the middle of whatever it does, and lets it go on. */
  hang(): void {
    this.#process?.kill("SIGSTOP");
  }

  goOn(): void {
    this.#process?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
