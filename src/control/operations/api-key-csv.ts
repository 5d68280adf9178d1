/** The file format of ImportApiKeys: CSV with a header line (facts/control.md 12). */
import { CsvError, parse } from "csv-parse/sync";
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";

export interface ApiKeyRow {
  /** Which record of the file, from 1; the header and empty lines are none. */
  readonly number: number;
  readonly name: string;
  readonly value: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly usagePlanIds: readonly string[];
}

/** Columns by their lower-case names; those that nobody knows are ignored. */
const columns = {
  name: "Name",
  key: "Key",
  description: "Description",
  enabled: "Enabled",
  usageplanids: "UsagePlanIds",
};
type Column = keyof typeof columns;
const required: readonly Column[] = ["key", "name"];

/** Longer than any line that can be right. */
const lineLength = limits.descriptionLength + 16_384;

function records(text: string): readonly (readonly string[])[] {
  try {
    return parse(text, {
      bom: true,
      trim: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      maxRecordSize: lineLength,
      // One more than are taken, so that too many are seen.
      to: limits.apiKeys + 2,
    });
  } catch (error) {
    if (error instanceof CsvError) throw badRequest(`Invalid API Key file: ${error.message}`);
    throw error;
  }
}

/** Cells with those in single quotes put together again: CSV itself knows double quotes alone. */
function joinQuoted(cells: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] ?? "";
    const end = cell.startsWith("'") ? cells.findIndex((other, at) => at >= i && isEnd(other, at === i)) : -1;
    joined.push(
      end < 0
        ? cell
        : cells
            .slice(i, end + 1)
            .join(",")
            .slice(1, -1),
    );
    if (end > i) i = end;
  }
  return joined;
}

/** Whether a cell ends what one before it, or itself, began with a single quote. */
const isEnd = (cell: string, isStart: boolean): boolean => cell.endsWith("'") && (!isStart || cell.length > 1);

/** Throws a BadRequestException for what is no such file: no CSV, a column missing, too many lines. */
export function readApiKeys(body: Uint8Array): readonly ApiKeyRow[] {
  const [header, ...lines] = records(Buffer.from(body).toString());
  const names = (header ?? []).map((name) => name.toLowerCase());
  for (const column of required) {
    if (!names.includes(column)) throw badRequest(`Missing required column '${columns[column]}'`);
  }
  if (lines.length > limits.apiKeys) throw badRequest(`An API Key file can have at most ${limits.apiKeys} keys`);
  return lines.map((record, index) => {
    const cells = joinQuoted(record);
    const cell = (column: Column): string => cells[names.indexOf(column)] ?? "";
    return {
      number: index + 1,
      name: cell("name"),
      value: cell("key"),
      description: cell("description"),
      enabled: cell("enabled") === "" || cell("enabled").toLowerCase() === "true",
      usagePlanIds: cell("usageplanids")
        .split(",")
        .map((id) => id.trim())
        .filter((id) => id !== ""),
    };
  });
}
