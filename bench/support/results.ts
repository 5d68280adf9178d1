/** bench/RESULTS.md: a head, and a section for each part. */

const head = "# What was measured\n\nWritten by `npm run bench`; run it to see your machine's numbers.";

/** The sections of a file, by title: a section is its `## title` line and all up to the next. */
function sectionsOf(file: string): Map<string, string> {
  const sections = new Map<string, string>();
  for (const text of `\n${file}`.split(/\n(?=## )/).slice(1)) {
    const title = text.slice("## ".length, text.indexOf("\n"));
    sections.set(title, text.trim());
  }
  return sections;
}

/** The file with these sections in place of the present ones; in the order of the titles, and without others. */
export function withSections(file: string, titles: readonly string[], measured: ReadonlyMap<string, string>): string {
  const present = sectionsOf(file);
  const sections = titles.flatMap((title) => measured.get(title) ?? present.get(title) ?? []);
  return `${[head, ...sections].join("\n\n")}\n`;
}
