/**
 * YAML to plain values. The `yaml` package reads the syntax; what its nodes come to is worked out here, under our own
 * bounds: aliases are written out and counted, so that a few lines cannot stand for millions of values.
 */
import { isAlias, isMap, isScalar, isSeq, type Pair, parseDocument, type Scalar, type YAMLParseError } from "yaml";
import { limits } from "../../limits.ts";
import { toMap } from "../../model/record.ts";
import { notYaml, tooDeep, TooManyValues } from "./document-refused.ts";

/** `<<` takes over the entries of another map, as YAML 1.1 has it. */
const mergeKey = "<<";

/** Works out one document's values, in the order in which they stand: an alias means the last anchor before it. */
class Reader {
  readonly #anchors = new Map<string, unknown>();
  readonly #maximum: number;
  #values = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  read(node: unknown, depth: number): unknown {
    if (++this.#values > this.#maximum) throw new TooManyValues();
    if (depth > limits.importDepth) throw tooDeep();
    if (isAlias(node)) {
      if (!this.#anchors.has(node.source)) throw notYaml(`No anchor before *${node.source} has its name`);
      return this.read(this.#anchors.get(node.source), depth + 1);
    }
    if (isMap(node)) {
      this.#remember(node.anchor, node);
      return this.#readMap(node.items, depth);
    }
    if (isSeq(node)) {
      this.#remember(node.anchor, node);
      return node.items.map((item) => this.read(item, depth + 1));
    }
    if (isScalar(node)) {
      this.#remember(node.anchor, node);
      return scalarValue(node);
    }
    return null;
  }

  #remember(anchor: string | undefined, node: unknown): void {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
  }

  #readMap(items: readonly Pair[], depth: number): Record<string, unknown> {
    const entries: (readonly [string, unknown])[] = [];
    const merged: unknown[] = [];
    for (const { key, value } of items) {
      const name = this.#readKey(key, depth);
      const read = this.read(value, depth + 1);
      if (name === mergeKey && isScalar(key) && key.type === "PLAIN") merged.push(read);
      else entries.push([name, read]);
    }
    return toMap(merged.length === 0 ? entries : [...this.#mergedEntries(merged.flat()), ...entries]);
  }

  /** What maps are taken over from: of one key the first one counts, so it stands last. */
  #mergedEntries(sources: readonly unknown[]): (readonly [string, unknown])[] {
    return sources.toReversed().flatMap((source) => {
      if (typeof source !== "object" || source === null || Array.isArray(source)) {
        throw notYaml("What << takes over is not a map");
      }
      return Object.entries(source);
    });
  }

  #readKey(key: unknown, depth: number): string {
    if (isAlias(key)) return this.#readKey(this.#anchors.get(key.source), depth);
    if (!isScalar(key)) throw notYaml("A map or a list is the key of an entry");
    this.#remember(key.anchor, key);
    // `200:` is the text 200, however a number would be written.
    return typeof key.value === "string" ? key.value : (key.source ?? "");
  }
}

/** Numbers that JSON does not have stay as they were written. */
function scalarValue({ value, source }: Scalar): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return source ?? null;
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Members that are texts even where they look like numbers: `version: 1.10` is not 1.1. */
const texts = [["swagger"], ["openapi"], ["info", "title"], ["info", "version"], ["info", "description"]];

/**
 * The one document of a YAML text, as JSON would have it. Merge keys are understood, custom tags are ignored. Throws a
 * `DocumentRefused` for what is no YAML or exceeds a bound; `TooManyValues` for more than `maximum`, aliases written out.
 */
export function parseYaml(text: string, maximum: number): unknown {
  try {
    return valueOf(text, maximum);
  } catch (error) {
    // What nests too deep for the parser overflows its stack.
    throw error instanceof RangeError ? tooDeep() : error;
  }
}

/** `Line 3, column 7: …`, as people count. */
function whereOf({ code, message, pos: [at] }: YAMLParseError, text: string): string {
  const lines = text.slice(0, at).split("\n");
  const said = code === "MULTIPLE_DOCS" ? "A second document begins" : message;
  return `Line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}: ${said}`;
}

function valueOf(text: string, maximum: number): unknown {
  const document = parseDocument(text, {
    schema: "core",
    merge: false,
    // Comparing each key with all before it would take minutes for a large map. The last one counts.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "error",
  });
  // The parser's own stack ended where it says so, and not the text.
  if (document.errors.some(({ code }) => code === "RESOURCE_EXHAUSTION")) throw tooDeep();
  const [error] = document.errors;
  if (error !== undefined) throw notYaml(whereOf(error, text));
  for (const path of texts) {
    const node = document.getIn(path, true);
    if (isScalar(node) && node.source !== undefined && typeof node.value === "number") node.value = node.source;
  }
  return new Reader(maximum).read(document.contents, 0);
}
