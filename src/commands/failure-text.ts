/** How whoever typed a command, or the program that ran it, is told that it failed: on standard error, never among results. */
import { wrapped } from "./command.ts";
import type { CommandFailed } from "./failure.ts";

/** Whether results are for a program, and what is told with them. */
export function asksForJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

/** What refused it: the service, in its own name of the error, or the machine, such as `ECONNREFUSED`. */
function originOf(cause: unknown): { readonly code?: string; readonly status?: number | undefined } {
  if (!(cause instanceof Error)) return {};
  if ("$fault" in cause && "$metadata" in cause) {
    const { httpStatusCode: status } = cause.$metadata as { readonly httpStatusCode?: number };
    return { code: cause.name, status };
  }
  return "code" in cause && typeof cause.code === "string" ? { code: cause.code } : {};
}

/** One line, so that the failures of a command that goes on are told apart. */
const toJson = ({ message, exitCode, cause }: CommandFailed): string =>
  JSON.stringify({ error: { message, ...originOf(cause), exitCode } });

const mostColumns = 80;

/** Sentences are broken between words; what is indented is to be copied, and stays. */
const broken = (text: string, columns: number): string =>
  text
    .split("\n")
    .map((line) => (line.startsWith(" ") ? line : wrapped(line, 0, Math.min(columns, mostColumns))))
    .join("\n");

/** `columns`: of the terminal that shows it; undefined where none does. */
export function failureText(
  failure: CommandFailed,
  { json, columns }: { json: boolean; columns?: number | undefined },
) {
  if (json) return `${toJson(failure)}\n`;
  const text = `stagewright: ${failure.message}`;
  return `${columns === undefined ? text : broken(text, columns)}\n`;
}
