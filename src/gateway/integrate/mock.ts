/** The MOCK integration: its request template renders a status code, which selects the response (facts/mapping.md 9). */
import type { IntegrationDocument } from "../../model/documents.ts";
import { compileRequestTemplates, type RequestTemplates } from "./request-template.ts";
import { compileResponses, type ResponsePrograms } from "./responses.ts";

export interface MockProgram {
  readonly type: "MOCK";
  readonly templates: RequestTemplates;
  readonly responses: ResponsePrograms;
}

export function compileMock(document: IntegrationDocument): MockProgram {
  return {
    type: "MOCK",
    templates: compileRequestTemplates(document),
    responses: compileResponses(document.integrationResponses),
  };
}

const blank = /\s/;

/** A reader of the service's lenient JSON, as far as a MOCK needs it. */
class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length;
  }

  get character(): string {
    return this.#text.charAt(this.#at);
  }

  /** Steps over blanks and any of these. */
  skip(characters = ""): void {
    while (!this.ended && (blank.test(this.character) || characters.includes(this.character))) this.#at++;
  }

  take(): string {
    return this.#text.charAt(this.#at++);
  }

  /** Up to, and without, the first of these. */
  until(characters: string): string {
    const start = this.#at;
    while (!this.ended && !characters.includes(this.character)) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** A quoted text whose opening quote is next; undefined when it does not end. */
  quoted(): string | undefined {
    const quote = this.take();
    let text = "";
    while (!this.ended) {
      const character = this.take();
      if (character === quote) return text;
      text += character === "\\" ? this.take() : character;
    }
    return undefined;
  }

  /** Steps over an object or array; false when it does not end. */
  skipNested(): boolean {
    let depth = 0;
    while (!this.ended) {
      if (isQuote(this.character)) {
        if (this.quoted() === undefined) return false;
        continue;
      }
      const character = this.take();
      if (character === "{" || character === "[") depth++;
      else if (character === "}" || character === "]") depth--;
      if (depth === 0) return true;
    }
    return false;
  }
}

const isQuote = (character: string): boolean => character === '"' || character === "'";

/** A member's value: bare text, or undefined for anything quoted or nested; false when it does not end. */
function readValue(scanner: Scanner): string | undefined | false {
  scanner.skip();
  if (isQuote(scanner.character)) return scanner.quoted() === undefined ? false : undefined;
  if (scanner.character === "{" || scanner.character === "[") return scanner.skipNested() ? undefined : false;
  return scanner.until(",}").trim();
}

/**
 * The statusCode of a rendered request template, or undefined when it has none that counts. Lenient as the service is:
 * bare or single-quoted names, stray commas, odd text once an object has ended. A quoted number does not count, and an
 * object that does not end is none.
 */
export function readMockStatus(text: string): number | undefined {
  const scanner = new Scanner(text);
  scanner.skip();
  if (scanner.take() !== "{") return undefined;
  let status: number | undefined;
  for (;;) {
    scanner.skip(",");
    if (scanner.ended) return undefined;
    if (scanner.character === "}") return status;
    const isBare = !isQuote(scanner.character);
    const name = isBare ? scanner.until(":,}").trim() : scanner.quoted();
    if (name === undefined || (isBare && name.includes("{"))) return undefined;
    scanner.skip();
    if (scanner.character !== ":") continue;
    scanner.take();
    const value = readValue(scanner);
    if (value === false) return undefined;
    if (name === "statusCode") status = value !== undefined && /^[+-]?\d{1,9}$/.test(value) ? Number(value) : undefined;
  }
}
