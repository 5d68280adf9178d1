/**
 * Texts of policies with `*`, `?` and variables such as `${aws:SourceIp}`, compiled. Matching never goes back further than
 * to the last `*`, and what it takes is paid for, so that no policy stalls who asks it.
 */
import { limits } from "../../limits.ts";

/** A policy that asks for more work than a request may take. Who asked it has not been allowed anything. */
export class PolicyTooCostly extends Error {
  override readonly name = "PolicyTooCostly";
}

/** The values of condition keys for one request, and what judging it has cost. */
export class Evaluation {
  readonly #valuesOf: ConditionValues;
  #steps = 0;

  constructor(valuesOf: ConditionValues) {
    this.#valuesOf = valuesOf;
  }

  /** Empty where the request has no such key. `key` in lower case. */
  values(key: string): readonly string[] {
    const values = this.#valuesOf(key);
    return typeof values === "string" ? [values] : (values ?? []);
  }

  /** Throws a `PolicyTooCostly` when too much was spent. */
  spend(steps: number): void {
    this.#steps += steps;
    if (this.#steps > limits.policySteps) throw new PolicyTooCostly("a policy takes too many steps");
  }
}

/** By the key's name in lower case; undefined where the request has no such key. */
export type ConditionValues = (key: string) => string | readonly string[] | undefined;

/** Whether a text of the request is one that the policy means. */
export type Matches = (text: string, evaluation: Evaluation) => boolean;

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "one" }
  | { readonly kind: "many" }
  | {
      readonly kind: "variable";
      readonly key: string;
      readonly fallback: string | undefined;
      readonly isLower: boolean;
    };

export interface PatternSyntax {
  /** Whether `*` and `?` stand for other characters. */
  readonly wildcards: boolean;
  /** Whether `${…}` stands for a value: from the policy language's version 2012-10-17 on. */
  readonly variables: boolean;
  /** Whether capital and small letters are the same: then the pattern is for texts in lower case. */
  readonly ignoreCase?: boolean;
}

const partForm = /\$\{([^{}]{0,256})\}|[*?]/g;
const variableForm = /^\s*([^\s,']+)\s*(?:,\s*'([^']*)'\s*)?$/;
/** `${*}`, `${?}` and `${$}` are those characters themselves. */
const escaped: ReadonlySet<string> = new Set(["*", "?", "$"]);

function partOf(found: RegExpExecArray, { wildcards, variables, ignoreCase }: PatternSyntax): Part {
  const [all, inner] = found;
  if (inner === undefined) return wildcards ? { kind: all === "*" ? "many" : "one" } : { kind: "text", text: all };
  const variable = variables ? variableForm.exec(inner) : null;
  if (variable === null) return { kind: "text", text: all };
  const [, key = "", fallback] = variable;
  if (escaped.has(key) && fallback === undefined) return { kind: "text", text: key };
  return { kind: "variable", key: key.toLowerCase(), fallback, isLower: ignoreCase === true };
}

function partsOf(text: string, syntax: PatternSyntax): readonly Part[] {
  const parts: Part[] = [];
  let end = 0;
  for (const found of text.matchAll(partForm)) {
    if (found.index > end) parts.push({ kind: "text", text: text.slice(end, found.index) });
    parts.push(partOf(found, syntax));
    end = found.index + found[0].length;
  }
  if (end < text.length) parts.push({ kind: "text", text: text.slice(end) });
  return parts;
}

/** What stands between two `*`: a text in which some characters may be any. */
class Segment {
  text = "";
  /** Places of `?`; they hold a blank in the text. Most have none, and thousands of policies are kept. */
  #anyAt: Set<number> | undefined = undefined;

  get isPlain(): boolean {
    return this.#anyAt === undefined;
  }

  addAny(): void {
    (this.#anyAt ??= new Set()).add(this.text.length);
    this.text += " ";
  }

  isAt(text: string, start: number): boolean {
    const anyAt = this.#anyAt;
    if (anyAt === undefined) return text.startsWith(this.text, start);
    if (start + this.text.length > text.length) return false;
    for (let i = 0; i < this.text.length; i++) {
      if (this.text.charCodeAt(i) !== text.charCodeAt(start + i) && !anyAt.has(i)) return false;
    }
    return true;
  }

  /** Where it is found first, from `start` and up to `end`; -1 when nowhere. */
  find(text: string, start: number, end: number): number {
    if (this.isPlain) {
      const at = text.indexOf(this.text, start);
      return at + this.text.length > end ? -1 : at;
    }
    for (let at = start; at + this.text.length <= end; at++) if (this.isAt(text, at)) return at;
    return -1;
  }
}

function segmentsOf(parts: readonly Part[]): readonly Segment[] {
  let last = new Segment();
  const segments = [last];
  for (const part of parts) {
    if (part.kind === "many") {
      // Several in a row are as good as one.
      if (last.text === "" && segments.length > 1) continue;
      last = new Segment();
      segments.push(last);
    } else if (part.kind === "one") {
      last.addAny();
    } else if (part.kind === "text") last.text += part.text;
  }
  return segments;
}

/** The first segment begins the text and the last one ends it; those between are found one after the other. */
function matchSegments(segments: readonly Segment[], text: string, evaluation: Evaluation): boolean {
  const [first, ...rest] = segments;
  const last = rest.pop();
  if (first === undefined) return false;
  if (last === undefined) return text.length === first.text.length && first.isAt(text, 0);
  const end = text.length - last.text.length;
  let at = first.text.length;
  if (at > end || !first.isAt(text, 0) || !last.isAt(text, end)) return false;
  for (const segment of rest) {
    evaluation.spend((end - at + 1) * (segment.text.length + 1));
    const found = segment.find(text, at, end);
    if (found < 0) return false;
    at = found + segment.text.length;
  }
  return true;
}

/** The parts with values in the place of variables; undefined when the request lacks one, or has several. */
function resolved(parts: readonly Part[], evaluation: Evaluation): readonly Part[] | undefined {
  const known: Part[] = [];
  for (const part of parts) {
    if (part.kind !== "variable") {
      known.push(part);
      continue;
    }
    const values = evaluation.values(part.key);
    const text = values.length === 1 ? values[0] : part.fallback;
    if (text === undefined) return undefined;
    evaluation.spend(text.length);
    known.push({ kind: "text", text: part.isLower ? text.toLowerCase() : text });
  }
  return known;
}

/** A variable's value may hold any character: none of them is a wildcard, or ends an ARN's part. */
function compileParts(parts: readonly Part[]): Matches {
  if (parts.some(({ kind }) => kind === "variable")) {
    return (text, evaluation) => {
      const known = resolved(parts, evaluation);
      return known !== undefined && matchSegments(segmentsOf(known), text, evaluation);
    };
  }
  const segments = segmentsOf(parts);
  const [first, second] = segments;
  if (second === undefined && first?.isPlain === true) return equalTo(first.text);
  if (segments.length === 2 && first?.text === "" && second?.text === "") return anything;
  return (text, evaluation) => matchSegments(segments, text, evaluation);
}

const anything: Matches = () => true;

const equalTo =
  (wanted: string): Matches =>
  (text) =>
    text === wanted;

/** A pattern for a whole text; with `ignoreCase`, for one that is in lower case already. */
export function compilePattern(text: string, syntax: PatternSyntax): Matches {
  return compileParts(partsOf(syntax.ignoreCase === true ? text.toLowerCase() : text, syntax));
}

/** The parts of an ARN before its resource, which may hold colons itself. */
const arnSeparators = 5;

function splitParts(parts: readonly Part[]): readonly (readonly Part[])[] {
  let last: Part[] = [];
  const components = [last];
  for (const part of parts) {
    if (part.kind !== "text") {
      last.push(part);
      continue;
    }
    const [text = "", ...rest] = splitText(part.text, arnSeparators - components.length + 1);
    if (text !== "") last.push({ kind: "text", text });
    for (const next of rest) {
      last = next === "" ? [] : [{ kind: "text", text: next }];
      components.push(last);
    }
  }
  return components;
}

/** At the first colons; the last piece is all that is left. */
function splitText(text: string, separators: number): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  while (pieces.length < separators) {
    const colon = text.indexOf(":", start);
    if (colon < 0) break;
    pieces.push(text.slice(start, colon));
    start = colon + 1;
  }
  pieces.push(text.slice(start));
  return pieces;
}

/**
 * A pattern for an ARN: each part is compared with its own, so that no wildcard reaches from one part into the next. A
 * pattern with fewer parts (`*`, `arn:aws:execute-api:*`) compares its last one with all that is left.
 */
export function compileArnPattern(text: string, syntax: PatternSyntax): Matches {
  const components = splitParts(partsOf(text, syntax)).map(compileParts);
  return (arn, evaluation) => {
    const pieces = splitText(arn, components.length - 1);
    return (
      pieces.length === components.length &&
      components.every((matches, place) => matches(pieces[place] ?? "", evaluation))
    );
  };
}
