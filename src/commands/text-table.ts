/** Tables of text that fit the terminal. */

const segments = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Scripts and signs that take two columns (Unicode's East Asian Width, the blocks that matter). */
const wide =
  /^(?:[\u{1100}-\u{115f}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

const widthOfSegment = (segment: string): number => (wide.test(segment) ? 2 : 1);

/** Columns that a text takes; it has no control characters. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) width += widthOfSegment(segment);
  return width;
}

/** A text in at most so many columns, with `…` where something is left out. */
export function cutTo(text: string, columns: number): string {
  if (text.length <= columns && widthOf(text) <= columns) return text;
  let cut = "";
  let width = 1;
  for (const { segment } of segments.segment(text)) {
    width += widthOfSegment(segment);
    if (width > columns) break;
    cut += segment;
  }
  return `${cut}…`;
}

export interface Column {
  readonly head: string;
  /** May be cut where the table is too wide, down to this; others never are. */
  readonly least?: number;
  /** Left out, the last one first, where the table would be too wide all the same. */
  readonly spare?: true;
}

/** The columns, by their indexes, that have room. */
function roomFor(columns: readonly Column[], widths: readonly number[], most: number): number[] {
  const kept = [...columns.keys()];
  const leastOf = (index: number): number => Math.min(widths[index] ?? 0, columns[index]?.least ?? Infinity);
  while (kept.reduce((sum, index) => sum + leastOf(index) + 2, -2) > most) {
    const spare = kept.findLastIndex((index) => columns[index]?.spare === true);
    if (spare < 0) break;
    kept.splice(spare, 1);
  }
  return kept;
}

/** Takes columns away from what may be cut, the widest first, until the row fits. */
function fitted(widths: readonly number[], columns: readonly Column[], most: number): number[] {
  const fit = [...widths];
  let over = fit.reduce((sum, width) => sum + width, 0) + 2 * (fit.length - 1) - most;
  while (over > 0) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const width = fit[index] ?? 0;
      if (least !== undefined && width > least && (widest < 0 || width > (fit[widest] ?? 0))) widest = index;
    }
    if (widest < 0) break;
    fit[widest] = (fit[widest] ?? 0) - 1;
    over--;
  }
  return fit;
}

/** Lines of a table, its head first. Cells have no line ends and no control characters. */
export function tableLines(all: readonly Column[], cells: readonly (readonly string[])[], most: number): string[] {
  const rows = [all.map(({ head }) => head), ...cells];
  const every = all.map((_column, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? ""))));
  const kept = roomFor(all, every, most);
  const columns = kept.map((index) => all[index] ?? { head: "" });
  const fit = fitted(
    kept.map((index) => every[index] ?? 0),
    columns,
    most,
  );
  return rows.map((row) =>
    kept
      .map((index, place) => {
        const width = fit[place] ?? 0;
        const text = cutTo(row[index] ?? "", width);
        return text + " ".repeat(Math.max(0, width - widthOf(text)));
      })
      .join("  ")
      .trimEnd(),
  );
}
