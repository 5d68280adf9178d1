/** How the demo shows itself: a table that changes in place on a terminal, one line a phase elsewhere. 80 columns. */
import type { PhaseResult } from "./story.ts";

export interface View {
  begin(server: { readonly control: string; readonly gateway: string }): void;
  /** All phases so far, the present one last. */
  update(phases: readonly PhaseResult[]): void;
  phaseEnded(phase: PhaseResult): void;
  /** Leaves the terminal as it was. Safe to call twice, and without `begin`. */
  end(): void;
}

type Output = Pick<NodeJS.WriteStream, "write">;

interface Column {
  readonly name: string;
  readonly width: number;
  readonly cell: (phase: PhaseResult) => string;
}

const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${((100 * part) / whole).toFixed(part === whole || part === 0 ? 0 : 1)} %`;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const effect = ({ effects }: PhaseResult): string => (effects.length === 0 ? "–" : `${median(effects).toFixed(1)} ms`);

const statuses = ({ statuses: counts }: PhaseResult): string =>
  Object.entries(counts)
    .map(([status, times]) => `${status}×${times}`)
    .join(" ");

const columns: readonly Column[] = [
  { name: "phase", width: -21, cell: ({ title }) => title },
  { name: "requests", width: 8, cell: ({ requests }) => String(requests) },
  { name: "blue", width: 6, cell: ({ before, requests }) => share(before, requests) },
  { name: "green", width: 6, cell: ({ after, requests }) => share(after, requests) },
  { name: "cached", width: 6, cell: ({ fromCache, requests }) => share(fromCache, requests) },
  { name: "status", width: 9, cell: statuses },
  { name: "failed", width: 6, cell: ({ failed }) => String(failed) },
  { name: "effect", width: 8, cell: effect },
];

/** A negative width stands for text, which begins at the left. */
const fit = (text: string, width: number): string => (width < 0 ? text.padEnd(-width) : text.padStart(width));

const header = ` ${columns.map(({ name, width }) => fit(name, width)).join(" ")}`;
const line = (phase: PhaseResult): string => ` ${columns.map(({ cell, width }) => fit(cell(phase), width)).join(" ")}`;

const intro = ({ control, gateway }: { readonly control: string; readonly gateway: string }): string =>
  [
    "Stagewright: one stage changes while it serves 200 requests a second.",
    `control ${control}   gateway ${gateway}`,
    "blue is the first deployment, green the second; cached are answers that the",
    "backend was not asked for; effect is the time from a PATCH's reply to the",
    "first answer that shows it.",
    "",
    header,
    "",
  ].join("\n");

/** For a terminal: draws the phases again and again over themselves. */
export function liveView(output: Output, colour: boolean): View {
  const paint = (code: number, text: string): string => (colour ? `\u001B[${code}m${text}\u001B[0m` : text);
  let drawn = 0;
  let hidden = false;
  return {
    begin: (server) => {
      output.write(`\u001B[?25l${intro(server).replace(header, paint(1, header))}`);
      hidden = true;
    },
    update: (phases) => {
      const lines = phases.map((phase) => `\u001B[2K${paint(phase.failed > 0 ? 31 : 32, line(phase))}\n`);
      output.write((drawn > 0 ? `\u001B[${drawn}A` : "") + lines.join(""));
      drawn = lines.length;
    },
    phaseEnded: () => {},
    end: () => {
      if (hidden) output.write("\u001B[?25h");
      hidden = false;
    },
  };
}

/** For a file or a pipe: one plain line a phase. */
export function plainView(output: Output): View {
  return {
    begin: (server) => output.write(intro(server)),
    update: () => {},
    phaseEnded: (phase) => output.write(`${line(phase)}\n`),
    end: () => {},
  };
}

export function silentView(): View {
  return { begin: () => {}, update: () => {}, phaseEnded: () => {}, end: () => {} };
}

/** The last words: what happened, and what to try next. */
export function closing(phases: readonly PhaseResult[]): string {
  const total = phases.reduce((sum, { requests }) => sum + requests, 0);
  const failed = phases.reduce((sum, phase) => sum + phase.failed, 0);
  const cached = phases.reduce((sum, { fromCache }) => sum + fromCache, 0);
  const effects = phases.flatMap((phase) => phase.effects);
  const worst = Math.max(...effects).toFixed(1);
  return [
    "",
    `${total} requests, ${failed} failed; ${effects.length} changes seen, in ${median(effects).toFixed(1)} ms (median) to ${worst} ms.`,
    ...(cached > 0 ? [`${cached} answers came from the stage's cache.`] : []),
    "",
    "Next:",
    "  npm start                  serves for good: http://127.0.0.1:4566 and :8080",
    "  README.md                  the same by hand, with the AWS CLI and curl",
    "  npm run demo -- --json     these numbers for a program",
    "  npm run bench              how fast, beside nginx and others",
    "",
  ].join("\n");
}
