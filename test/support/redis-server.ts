/** A redis-server of one test: a free port, a temporary folder, and an end. */
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { Identity } from "./certificates.ts";
import { freePort } from "./free-port.ts";

/** Why there is no Redis to test with; undefined when there is one. */
export const noRedis: string | undefined =
  spawnSync("redis-server", ["--version"]).error === undefined
    ? undefined
    : "skipped, because there is no redis-server on the PATH (Debian: apt-get install redis-server)";
if (noRedis !== undefined) console.log(`tests with a Redis are ${noRedis}`);

/** Why there is none that speaks TLS: one that was built without it refuses the setting before anything else. */
export const noRedisWithTls: string | undefined = noRedis ?? withoutTls();

function withoutTls(): string | undefined {
  const said = spawnSync("redis-server", ["--tls-replication", "no", "--port", "none"], { encoding: "utf8" });
  return /tls-replication/.test(said.stdout + said.stderr)
    ? "skipped, because this redis-server was built without TLS"
    : undefined;
}

/** True when the server says that it is ready; false when it ends without having said so. Its output is read on. */
function isReady({ stdout }: ChildProcessByStdio<null, Readable, null>): Promise<boolean> {
  return new Promise((resolve) => {
    createInterface({ input: stdout })
      .on("line", (line) => line.includes("Ready to accept connections") && resolve(true))
      .once("close", () => resolve(false));
  });
}

export interface RedisOptions {
  readonly password?: string;
  /** With it, the server speaks TLS alone. */
  readonly tls?: Identity;
}

export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #options: RedisOptions;
  #process: ChildProcess | undefined = undefined;

  private constructor(port: number, folder: string, options: RedisOptions) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "stagewright-redis-"));
    const server = new RedisServer(await freePort(), folder, options);
    await server.restart();
    return server;
  }

  get url(): string {
    const { password, tls } = this.#options;
    const user = password === undefined ? "" : `:${encodeURIComponent(password)}@`;
    return `${tls === undefined ? `redis://${user}127.0.0.1` : `rediss://${user}localhost`}:${this.port}`;
  }

  /** Starts it again, empty, on the same port. */
  async restart(): Promise<void> {
    const { password } = this.#options;
    const settings = [...(await this.#listening()), "--bind", "127.0.0.1", "--dir", this.#folder, "--save", ""];
    const secret = password === undefined ? [] : ["--requirepass", password];
    const child = spawn("redis-server", [...settings, ...secret, "--appendonly", "no"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#process = child;
    if (!(await isReady(child))) throw new Error(`redis-server did not start on port ${this.port}`);
  }

  async #listening(): Promise<readonly string[]> {
    const { tls } = this.#options;
    if (tls === undefined) return ["--port", String(this.port)];
    const [certificate, key] = [join(this.#folder, "certificate.pem"), join(this.#folder, "key.pem")];
    await writeFile(certificate, tls.certificate);
    await writeFile(key, tls.privateKey);
    const files = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-ca-cert-file", certificate];
    return ["--port", "0", "--tls-port", String(this.port), "--tls-auth-clients", "no", ...files];
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
