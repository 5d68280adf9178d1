/** What a command writes to: plain text for programs, colours and progress where a person looks on. */
import type { Writable } from "node:stream";
import type { Environment } from "../settings.ts";
import { CommandFailed } from "./failure.ts";
import { failureText } from "./failure-text.ts";

/** Where there is one, a terminal's; `isTTY` is false or absent for pipes and files. */
interface Stream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Environment;
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;
export type Style = keyof typeof styles;

/** Columns of what is no terminal. */
const defaultColumns = 80;
const fewestColumns = 40;
/** Milliseconds between two pictures of the progress. */
const progressPause = 100;
/** Work that is done sooner shows none. */
const progressDelay = 300;
const spinner = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] as const;
const clearLine = "\r\u001b[K";

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Texts that come from a server or a file, without what a terminal would obey. Tabs and line ends stay. */
export const printable = (text: string): string => text.replaceAll(control, "\u{fffd}");

/** The same on one line. */
export const oneLine = (text: string): string => printable(text.replaceAll(/\s*[\r\n\t]\s*/g, " "));

const isGone = (error: NodeJS.ErrnoException): boolean =>
  error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED";

/** Nobody reads what is printed any more. */
export class ReaderGone extends Error {
  override readonly name = "ReaderGone";
}

/** Does something as long as somebody reads what it prints: that nobody does any more is no failure. */
export async function whileRead(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
  }
}

export class Terminal {
  readonly env: TerminalOptions["env"];
  /** Of a line, at least 40. */
  readonly columns: number;
  readonly #stdout: Stream;
  readonly #stderr: Stream;
  readonly #coloured: boolean;
  /** Whether a program is told, and so gets JSON. */
  json = false;

  constructor({ stdout, stderr, env }: TerminalOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.env = env;
    this.columns = Math.max(fewestColumns, (stdout.isTTY === true && stdout.columns) || defaultColumns);
    // https://no-color.org
    this.#coloured = stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb";
    // The callback of each write hears of it too; without a listener the process would end with a stack.
    for (const stream of [stdout, stderr]) stream.on("error", () => undefined);
  }

  /** Resolves when the text was taken; rejects with a `ReaderGone` when nobody reads any more. */
  print(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdout.write(text, (error) => {
        if (error === undefined || error === null) resolve();
        else if (isGone(error)) reject(new ReaderGone(error.message, { cause: error }));
        else reject(new CommandFailed(`The result cannot be written: ${error.message}`, 1, { cause: error }));
      });
    });
  }

  /** The same for what others have written: a terminal gets it without what it would obey, a program as it is. */
  printForeign(text: string): Promise<void> {
    return this.print(this.#stdout.isTTY === true ? printable(text) : text);
  }

  /** One document, for programs; `undefined` members are left out. */
  printJson(value: unknown): Promise<void> {
    return this.print(`${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** What is not the command's result: to stderr, in whole lines. */
  note(text: string): void {
    this.#stderr.write(`${this.json ? JSON.stringify({ note: text }) : text}\n`);
  }

  /** What a command that goes on after it could not do. */
  fail(failure: CommandFailed): void {
    const columns = this.#stderr.isTTY === true ? (this.#stderr.columns ?? defaultColumns) : undefined;
    this.#stderr.write(failureText(failure, { json: this.json, columns }));
  }

  styled(style: Style, text: string): string {
    return this.#coloured ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
  }

  /** Waits for work, and tells on stderr, where that is a terminal, what it waits for and since when. */
  async progress<T>(what: string, work: Promise<T>): Promise<T> {
    if (this.#stderr.isTTY !== true || this.env["TERM"] === "dumb") return await work;
    const begun = performance.now();
    let turns = 0;
    const show = (): void => {
      const seconds = (performance.now() - begun) / 1000;
      if (seconds * 1000 < progressDelay) return;
      const text = `${spinner[turns++ % spinner.length]} ${what} ${seconds.toFixed(1)} s`;
      this.#stderr.write(clearLine + text.slice(0, (this.#stderr.columns ?? defaultColumns) - 1));
    };
    const timer = setInterval(show, progressPause);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      if (turns > 0) this.#stderr.write(clearLine);
    }
  }
}
