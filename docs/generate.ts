/**
 * Writes the pages of docs/ that are made from the code's own tables: `npm run docs`. A test fails when one is stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Operation, operations } from "../src/model/service.ts";
import { settingsTable } from "../src/settings.ts";

/** A generated page: its path within docs/ and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

function coverage(): string {
  const all = [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    "# The operations",
    "",
    "Made by `npm run docs` from the SDK's schemas; do not edit.",
    "",
    `All of the service's ${all.length} operations are built: the type check fails when one has no handler.`,
    "",
    "| operation | call |",
    "|---|---|",
    ...all.map(row),
    "",
  ].join("\n");
}

const row = ({ name, method, path, query }: Operation): string =>
  `| ${name} | \`${method} ${path}${query === "" ? "" : `?${query}`}\` |`;

/** One row a setting. */
function settings(): string {
  const rows = Object.values(settingsTable).map(({ flag, env, help, default: value }) => {
    const fallback = value === "" ? "" : `\`${value}\``;
    return `| \`${flag}\` | \`${env}\` | ${fallback} | ${help} |`;
  });
  return ["| flag | environment | default | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

/** The README with its table of settings made anew, between the two marks. */
function readme(): string {
  const present = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  return present.replace(
    /(<!-- settings:begin[^\n]*-->\n)[^]*(<!-- settings:end -->)/,
    (_all, begin: string, end: string) => `${begin}\n${settings()}\n\n${end}`,
  );
}

export const pages: readonly Page[] = [
  { path: "coverage.md", text: coverage() },
  { path: "../README.md", text: readme() },
];

if (import.meta.main) {
  for (const { path, text } of pages) writeFileSync(new URL(path, import.meta.url), text);
}
