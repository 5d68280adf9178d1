/** What a page of documentation says to type, typed: its shell commands are run, and what they print is told. */
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { awsEnvironment, type RunningServer } from "./server.ts";
import { type Finished, missing, run } from "./tools.ts";

/** One fence of a page that is typed. */
export interface TypedFence {
  readonly commands: string;
  /** What the fence right behind it says that it prints, if there is one. */
  readonly prints: string | undefined;
}

/** The fences `sh` of a text in Markdown, in order, each with the fence `text` right behind it. */
export function typedFences(markdown: string): TypedFence[] {
  const fences = markdown.matchAll(/^```sh\n([^]*?)^```$(?:\n+^```text\n([^]*?)^```$)?/gm);
  return [...fences].map(([, commands = "", prints]) => ({ commands, prints }));
}

/** The text of a section, without its heading; empty when there is none of that name. */
export function section(markdown: string, heading: string): string {
  const [, behind = ""] = markdown.split(`\n## ${heading}\n`);
  return behind.split(/^## /m)[0] ?? "";
}

/** As much of curl as the pages need, for a machine without it. */
const littleCurl = `#!/usr/bin/env node
const args = process.argv.slice(2);
const reply = await fetch(args.at(-1));
const body = await reply.text();
const show = args.includes("-w") ? args[args.indexOf("-w") + 1].replace("%{http_code}", reply.status) : "";
process.stdout.write((args.includes("-o") ? "" : body) + show);
`;

/** The search path for commands: Node is the one that runs this, and where there is no curl, a stand-in is put there. */
export async function commandPath(folder: string): Promise<string> {
  const own = `${dirname(process.execPath)}:${process.env["PATH"]}`;
  if ((await missing("curl", ["--version"])) === undefined) return own;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "curl"), littleCurl);
  await chmod(join(folder, "curl"), 0o755);
  return `${folder}:${own}`;
}

export interface Typing {
  readonly server: Pick<RunningServer, "control" | "gateway" | "dataDir">;
  /** In place of 9000 and 9443, the ports of the pages' backends, and of 9001, that of their functions. */
  readonly backendPort: number;
  readonly tlsBackendPort: number;
  readonly functionsPort: number;
  readonly path: string;
  readonly cwd: string;
}

export type Ports = Pick<Typing, "backendPort" | "tlsBackendPort" | "functionsPort">;

/** Puts a test's ports in the place of those that the pages have. */
export const withPorts = (text: string, { backendPort, tlsBackendPort, functionsPort }: Ports): string =>
  text
    .replaceAll(/\b9000\b/g, String(backendPort))
    .replaceAll(/\b9001\b/g, String(functionsPort))
    .replaceAll(/\b9443\b/g, String(tlsBackendPort));

/** Puts a test's addresses in the place of those that the pages have, in what is typed and in what is printed. */
export const readdressed = (text: string, typing: Typing): string =>
  withPorts(
    text
      .replaceAll("http://127.0.0.1:4566", typing.server.control)
      .replaceAll("http://127.0.0.1:8080", typing.server.gateway)
      .replaceAll("./.stagewright", typing.server.dataDir),
    typing,
  );

/** Milliseconds for a page: the CLI alone takes seconds a call where everything else runs beside it. */
export const typingDeadline = 300_000;

/** Between what two fences print: a character that no program here prints. */
const mark = "\u001e";

export interface Typed extends Finished {
  /** What each fence printed. */
  readonly printed: readonly string[];
}

/**
 * Types these commands in one shell, which ends at the first that fails. The backends that they start, `$BACKEND` and
 * `$TLS_BACKEND`, and their `$FUNCTIONS` end with it.
 */
export async function type(fences: readonly string[], typing: Typing): Promise<Typed> {
  const { server, path, cwd } = typing;
  const stopBackends = `trap 'kill $BACKEND $TLS_BACKEND $FUNCTIONS 2>/dev/null || true; wait $BACKEND 2>/dev/null || true' EXIT\n`;
  const script = stopBackends + fences.map((commands) => readdressed(commands, typing)).join(`\nprintf '\\036'\n`);
  const { AWS_CONFIG_FILE = "", AWS_SHARED_CREDENTIALS_FILE = "" } = awsEnvironment(server);
  const env = { PATH: path, AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, STAGEWRIGHT_DATA_DIR: server.dataDir };
  const finished = await run("sh", ["-e", "-c", script], { cwd, env, deadline: typingDeadline });
  return { ...finished, printed: finished.stdout.split(mark) };
}

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

/** Whether this is what a fence says is printed; `…` in it stands for anything within a line. */
export function isPrinted(expected: string, printed: string): boolean {
  const lines = expected.trim().split("…").map(quoted);
  return new RegExp(`^${lines.join(".*")}$`).test(printed.trim());
}
