/** Other people's programs as clients of ours: found where the machine has them, run with a deadline. */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export interface Finished {
  /** Null when it could not be started or was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Written to its standard input. */
  readonly input?: string;
  /** Milliseconds until it is ended. */
  readonly deadline?: number;
}

/** Runs a program to its end. Never rejects. */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
    timeout: options.deadline ?? 120_000,
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdin.on("error", () => {}); // it may end without reading its input
  child.stdin.end(options.input ?? "");
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, stdout, stderr: stderr + error.message }));
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Why a program cannot be used here, or undefined when it can. */
export async function missing(command: string, args: readonly string[]): Promise<string | undefined> {
  const { code, stderr } = await run(command, args, { deadline: 60_000 });
  if (code === 0) return undefined;
  const said = stderr.trim().split("\n").at(-1) ?? "";
  return `${command} is not usable on this machine (${said || `exit ${code}`})`;
}

const foldersIn = (parent: string): string[] =>
  existsSync(parent)
    ? readdirSync(parent, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [join(parent, entry.name)] : [],
      )
    : [];

/**
 * A folder that holds Terraform's AWS provider in the layout of a filesystem mirror, or undefined: the one that
 * STAGEWRIGHT_TF_PLUGINS or TF_PLUGIN_CACHE_DIR names, one of Terraform's own places, or a folder directly under /opt.
 */
export function terraformMirror(): string | undefined {
  const { STAGEWRIGHT_TF_PLUGINS, TF_PLUGIN_CACHE_DIR, XDG_DATA_HOME } = process.env;
  const named = [STAGEWRIGHT_TF_PLUGINS, TF_PLUGIN_CACHE_DIR].flatMap((path) => path || []);
  const shared = [XDG_DATA_HOME ?? join(homedir(), ".local", "share"), "/usr/local/share", "/usr/share"];
  const places = [
    ...named,
    ...[join(homedir(), ".terraform.d"), ...shared.map((path) => join(path, "terraform")), "/opt"].flatMap(foldersIn),
  ];
  return places.find((place) => foldersIn(place).some((registry) => existsSync(join(registry, "hashicorp", "aws"))));
}
