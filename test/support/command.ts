/** `stagewright COMMAND` as its users run it: a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { findCommand } from "../../src/commands/commands.ts";
import { CommandFailed } from "../../src/commands/failure.ts";
import { asksForJson, failureText } from "../../src/commands/failure-text.ts";
import { runCommand } from "../../src/commands/run.ts";
import { Terminal } from "../../src/commands/terminal.ts";
import { Screen } from "./screen.ts";
import type { Finished } from "./tools.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** Milliseconds: generous, because the machine may be busy with everything else. */
const deadline = 60_000;

type Environment = Readonly<Record<string, string | undefined>>;

/** What the machine's user has set must not decide what a test sees. */
const unset = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_SESSION_TOKEN: undefined,
  AWS_PROFILE: undefined,
  AWS_REGION: undefined,
  AWS_DEFAULT_REGION: undefined,
  AWS_ENDPOINT_URL: undefined,
  AWS_ENDPOINT_URL_API_GATEWAY: undefined,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  NO_COLOR: undefined,
  FORCE_COLOR: undefined,
};

/** A command under way. */
export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  stdout = "";
  stderr = "";
  #told: (() => void)[] = [];

  constructor(args: readonly string[], env: Environment = {}) {
    this.#child = spawn(process.execPath, [main, ...args], {
      env: { ...process.env, ...unset, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      timeout: deadline,
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => {
      this.stdout += chunk.toString();
      this.#tell();
    });
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString();
      this.#tell();
    });
    this.#closed = once(this.#child, "close");
    void this.#closed.then(() => this.#tell());
  }

  #tell(): void {
    for (const go of this.#told.splice(0)) go();
  }

  /** Writes to its standard input, and ends that. */
  input(text: string): void {
    this.#child.stdin?.end(text);
  }

  /** Resolves when this is true of what it has written; throws when it ends before. */
  async until(isThere: (written: Pick<Finished, "stdout" | "stderr">) => boolean): Promise<void> {
    while (!isThere(this)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(
          `it ended with ${this.#child.exitCode ?? this.#child.signalCode}:\n${this.stdout}${this.stderr}`,
        );
      }
      await new Promise<void>((resolve) => void this.#told.push(resolve));
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async ended(): Promise<Finished> {
    const [code] = (await this.#closed) as [number | null];
    return { code, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs a command to its end. */
export function command(args: readonly string[], env: Environment = {}, input = ""): Promise<Finished> {
  const running = new RunningCommand(args, env);
  running.input(input);
  return running.ended();
}

/** Runs a command to its end within this process: faster, and without what a process of its own has (signals, the SDK's variables). */
export async function typed(args: readonly string[], env: Environment = {}): Promise<Finished> {
  const stdout = new Screen(false);
  const stderr = new Screen(false);
  const finished = (code: number, message = ""): Finished => ({
    code,
    stdout: stdout.text,
    stderr: stderr.text + message,
  });
  try {
    const found = findCommand(args);
    if ("help" in found) throw new Error("a help is written by the program itself");
    await runCommand(await found.row.load(), found.rest, new Terminal({ stdout, stderr, env }));
    return finished(0);
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return finished(error.exitCode, failureText(error, { json: asksForJson(args) }));
  }
}
