/**
 * Writes the pages of docs/ that are made from the code's own tables: `npm run docs`. A test fails when one is stale.
 */
import { writeFileSync } from "node:fs";
import { handlers } from "../src/control/handlers.ts";
import { notBuilt } from "../src/control/operation.ts";
import { type Operation, operations } from "../src/model/service.ts";

/** A generated page: its path within docs/ and its text. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

function coverage(): string {
  const all = [...operations.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const built = all.filter(({ name }) => handlers[name] !== notBuilt);
  const rest = all.filter(({ name }) => handlers[name] === notBuilt);
  return [
    "# Which operations are built",
    "",
    "Made by `npm run docs` from the table in `src/control/handlers.ts`; do not edit.",
    "",
    `${built.length} of the service's ${all.length} operations are built. One that is not answers 501 and names itself.`,
    "",
    ...section("Built", built),
    ...section("Not built yet", rest),
  ].join("\n");
}

function section(title: string, rows: readonly Operation[]): readonly string[] {
  if (rows.length === 0) return [];
  return [`## ${title}`, "", "| operation | call |", "|---|---|", ...rows.map(row), ""];
}

const row = ({ name, method, path, query }: Operation): string =>
  `| ${name} | \`${method} ${path}${query === "" ? "" : `?${query}`}\` |`;

export const pages: readonly Page[] = [{ path: "coverage.md", text: coverage() }];

if (import.meta.main) {
  for (const { path, text } of pages) writeFileSync(new URL(path, import.meta.url), text);
}
