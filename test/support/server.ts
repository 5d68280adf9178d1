/**
 * Starts the real server in a process of its own, on free ports of 127.0.0.1, for tests, the demo and the benches.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const readyLine = /^ready control=(\S+) gateway=(\S+)$/m;
/** Milliseconds: generous, because the machine may be busy with everything else. */
const startDeadline = 60_000;
const stopDeadline = 45_000;
/** How much of its output is kept to explain a failed start, characters. */
const outputKept = 8_192;

export interface RunningServer {
  /** Base URL of the management API, e.g. `http://127.0.0.1:40123`. */
  readonly control: string;
  /** Base URL that serves the stages. */
  readonly gateway: string;
  readonly pid: number;
  readonly dataDir: string;
  /** Milliseconds from spawn to the ready line. */
  readonly startedIn: number;
  /** The last of what it wrote, both streams. */
  output(): string;
  /**
   * Sends SIGTERM (or another signal), waits for the end and removes the data dir if it was made here. Returns the exit
   * code, null after a deadly signal. Safe to call twice.
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface StartOptions {
  /** Kept after `stop`, and may hold data already. Without it a temporary one is made and removed. */
  readonly dataDir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, "exit");
  child.kill(signal);
  const killer = setTimeout(() => child.kill("SIGKILL"), stopDeadline);
  await exited;
  clearTimeout(killer);
  return child.exitCode;
}

function keep(output: { text: string }, chunk: Buffer): void {
  output.text = (output.text + chunk.toString()).slice(-outputKept);
}

/** Resolves with the match of the ready line; rejects, with what was written, when there is none. */
function untilReady(child: ChildProcess, output: { text: string }): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let pending = "";
    const timer = setTimeout(() => fail("no ready line in time"), startDeadline);
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(new Error(`the server did not start: ${why}\n${output.text}`));
    };
    child.stderr?.on("data", (chunk: Buffer) => keep(output, chunk));
    child.stdout?.on("data", (chunk: Buffer) => {
      keep(output, chunk);
      pending = (pending + chunk.toString()).slice(-outputKept);
      const found = readyLine.exec(pending);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => fail(`it ended with ${signal ?? code}`));
  });
}

/** Starts `src/main.ts` with these flags and waits until both planes serve. */
export async function startServer(flags: readonly string[] = [], options: StartOptions = {}): Promise<RunningServer> {
  const temporary = options.dataDir === undefined;
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "stagewright-")));
  const ports = ["--control-port", "0", "--gateway-port", "0"];
  const begun = performance.now();
  const child = spawn(process.execPath, [main, ...ports, "--data-dir", dataDir, ...flags], {
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kept = { text: "" };
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> => {
    const code = await end(child, signal);
    if (temporary) await rm(dataDir, { recursive: true, force: true });
    return code;
  };
  try {
    const [, control = "", gateway = ""] = await untilReady(child, kept);
    return {
      control,
      gateway,
      pid: child.pid ?? 0,
      dataDir,
      startedIn: performance.now() - begun,
      output: () => kept.text,
      stop,
    };
  } catch (error) {
    await stop("SIGKILL");
    throw error;
  }
}

/** The environment that makes AWS clients talk to this server and to nothing else. */
export function awsEnvironment(server: Pick<RunningServer, "control">): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: server.control,
    AWS_ENDPOINT_URL_API_GATEWAY: server.control,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_PAGER: "",
  };
}
