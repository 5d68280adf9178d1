/** What a part of the bench found, and how it is printed: the same text on the terminal and in RESULTS.md. */
import { cpus, loadavg, release, totalmem, type } from "node:os";

export interface Aim {
  readonly what: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Part {
  readonly title: string;
  /** One or two sentences: what was measured and how. */
  readonly how: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly aims: readonly Aim[];
  /** What could not be measured here, and why. */
  readonly skipped: readonly string[];
}

export interface BenchOptions {
  /** A shorter run, for a look: fewer and rougher numbers. */
  readonly quick: boolean;
}

/** What every part is: bounded in time, cleaning up after itself whatever happens. */
export type Measure = (options: BenchOptions) => Promise<Part>;

export const number = (value: number, digits = 1): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The middle one of an odd number of measurements, the lower middle one of an even number. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** A Markdown table with its columns in line, so that it reads well on a terminal too. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((name, i) => Math.max(name.length, 3, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(columns), rule, ...rows.map(line)].join("\n");
}

/** `measuredOn`: when and where, a sentence. */
export function partText(part: Part, measuredOn: string): string {
  const aims = part.aims.map(
    ({ what, measured, met }) => `- aim: ${what}. Measured: ${measured}. **${met ? "Met" : "Not met"}**.`,
  );
  const skipped = part.skipped.map((why) => `- skipped: ${why}`);
  const notes = [...aims, ...skipped].join("\n");
  return [`## ${part.title}`, part.how, measuredOn, table(part.columns, part.rows), notes]
    .filter((text) => text !== "")
    .join("\n\n");
}

/** What the numbers depend on; a machine that is busy with other things shows in all of them. */
export function measuredText(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${first?.model.trim() ?? "unknown"}, ${memory} GiB, ${type()} ${release()}`;
  return `Measured on ${day}: ${machine}, Node ${process.versions.node}; load before the start: ${number(loadavg()[0] ?? 0)}.`;
}
