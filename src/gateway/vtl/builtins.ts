/** TABLES: what `$input` and `$util` can do (facts/mapping.md 4.2, 4.3). */
import { compileJsonPath } from "../json-path.ts";
import { decodeQuery } from "../url.ts";
import { Fault } from "./error.ts";
import { parseJson } from "./json.ts";
import { methodTable, type ObjectType } from "./method-table.ts";
import { jsonText, textOf } from "./print.ts";
import type { Run } from "./run.ts";
import { type Value, VtlMap, VtlObject } from "./value.ts";

/** Where `$input` has its data: a request, or the endpoint's answer to it. */
export interface InputSource {
  /** The body as text; `{}` where it is empty. */
  readonly body: string;
  /** `path`, `querystring` and `header`, in the order in which a name is looked for. */
  readonly params: VtlMap;
}

export class Input extends VtlObject {
  readonly type = inputType;
  readonly source: InputSource;
  #json: Value | undefined = undefined;
  #isParsed = false;

  constructor(source: InputSource) {
    super();
    this.source = source;
  }

  /** The body as JSON, undefined when it is not: read once, so that what a template changes in it stays. */
  #root(run: Run): Value | undefined {
    if (!this.#isParsed) {
      this.#isParsed = true;
      run.step(this.source.body.length >>> 4);
      this.#json = parseJson(this.source.body);
    }
    return this.#json;
  }

  /** What is at a path; undefined where there is nothing, or no JSON at all. */
  at(run: Run, path: Value | undefined): Value | undefined {
    const json = this.#root(run);
    if (typeof path !== "string" || json === undefined) return undefined;
    run.step(path.length >>> 2);
    const compiled = compileJsonPath(path);
    if (compiled === undefined) throw new Fault(`${JSON.stringify(path)} is not a JSONPath`);
    return compiled.read(json, (steps) => run.step(steps));
  }

  /** What is nowhere is an empty text: the service's own templates compare it with one. */
  param(name: Value | undefined): Value {
    for (const location of this.source.params.entries.values()) {
      const value = location instanceof VtlMap && typeof name === "string" ? location.get(name) : null;
      if (value !== null) return value;
    }
    return "";
  }
}

/** As JSON; what is not there is an empty text in quotes. */
function inputJson(run: Run, input: Input, path: Value | undefined): string {
  const found = input.at(run, path);
  return found === undefined ? '""' : jsonText(run, found);
}

const inputType: ObjectType = {
  name: "input",
  methods: methodTable<Input>([
    ["getBody()", ({ source }) => source.body],
    ["json(string)", (self, [path], run) => inputJson(run, self, path)],
    ["path(string)", (self, [path], run) => self.at(run, path) ?? null],
    ["params()", ({ source }) => source.params],
    ["params(string)", (self, [name]) => self.param(name)],
  ]),
};

const javaScriptEscapes: Readonly<Record<string, string>> = {
  "\b": String.raw`\b`,
  "\n": String.raw`\n`,
  "\t": String.raw`\t`,
  "\f": String.raw`\f`,
  "\r": String.raw`\r`,
  "'": String.raw`\'`,
  '"': String.raw`\"`,
  "\\": "\\\\",
  "/": String.raw`\/`,
};

const hexadecimal = (character: string): string => character.charCodeAt(0).toString(16).toUpperCase();

/** As the classic Java library does it: slashes too, and everything beyond ASCII by its number. */
const escapeJavaScript = (text: string, run: Run): string =>
  text.replace(/['"\\/]|[^ -~]/g, (character) => {
    run.step();
    return javaScriptEscapes[character] ?? `\\u${hexadecimal(character).padStart(4, "0")}`;
  });

/** As a form is encoded. */
const urlEncode = (text: string, run: Run): string =>
  encodeURIComponent(text.toWellFormed())
    .replaceAll("%20", "+")
    .replace(/[!'()~]/g, (character) => {
      run.step();
      return `%${hexadecimal(character)}`;
    });

/** A value as the text that is worked on: JSON for what a JSON document has, as the service does (facts/mapping.md 4.3). */
const plainText = (run: Run, value: Value): string =>
  value instanceof VtlMap ? jsonText(run, value) : textOf(run, value);

/** Applies a function to a value's text; nothing stays nothing. */
const onText =
  (change: (text: string, run: Run) => string) =>
  (_self: VtlObject, [value]: readonly Value[], run: Run): Value => {
    if (value === null || value === undefined) return null;
    const text = plainText(run, value);
    run.scan(text.length);
    // No change makes more than six characters of one.
    run.reserve(text.length);
    return run.made(change(text, run));
  };

const escape = onText(escapeJavaScript);

function readJson(run: Run, text: Value): Value {
  if (typeof text !== "string") return null;
  run.step(2 + (text.length >>> 3));
  return parseJson(text) ?? null;
}

const utilType: ObjectType = {
  name: "util",
  methods: methodTable<VtlObject>([
    ["escapeJavaScript(any)", (self, given, run) => escape(self, given, run) ?? "null"],
    ["parseJson(any)", (_, [text], run) => readJson(run, text ?? null)],
    ["urlEncode(any)", onText(urlEncode)],
    ["urlDecode(any)", onText(decodeQuery)],
    ["base64Encode(any)", onText((text) => Buffer.from(text).toString("base64"))],
    ["base64Decode(any)", onText((text) => Buffer.from(text, "base64").toString())],
  ]),
};

class Util extends VtlObject {
  readonly type = utilType;
}

/** It has no state: one is enough. */
export const util = new Util();
