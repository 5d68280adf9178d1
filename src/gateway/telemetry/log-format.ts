/** The format of an access log, compiled: its literal pieces, and the variables between them (facts/runtime.md 4). */
import { accessLogVariable, type ContextVariable } from "../context.ts";
import type { Invocation } from "../invocation.ts";

/** The line for a request, without a line end. */
export type RenderLine = (invocation: Invocation) => string;

/** `$context.` and a name: words with dots between them; claims may have colons in them. */
const variable = /\$context\.([A-Za-z_]\w*(?:\.\w+)*(?:(?<=\$context\.authorizer\.[\w.]*):\w+)*)/;

/** What stands for a variable that is unknown, missing or empty (facts/runtime.md 4). */
const missing = "-";

/** A format counts as JSON when it is an object or a list with any values in the variables' places. */
function isJson(pieces: readonly string[]): boolean {
  // A digit fits within quotes and without.
  const sample = pieces.join("0").trim();
  if (!sample.startsWith("{") && !sample.startsWith("[")) return false;
  try {
    JSON.parse(sample);
    return true;
  } catch {
    return false;
  }
}

// Quotes, backslashes and control characters: what JSON cannot have within quotes as it is.
// oxlint-disable-next-line no-control-regex
const special = /["\\\u0000-\u001f]/;

const escapeJson = (value: string): string => (special.test(value) ? JSON.stringify(value).slice(1, -1) : value);

const lineEnds = /[\r\n]+/g;

/** A value can end no line, so that none can look like another request. */
const inOneLine = (value: string): string =>
  value.includes("\n") || value.includes("\r") ? value.replaceAll(lineEnds, " ") : value;

/** A value outside of quotes: a number, a boolean or a quoted text stays, anything else is quoted. */
function toJson(value: string): string {
  try {
    JSON.parse(value);
    return inOneLine(value);
  } catch {
    return JSON.stringify(value);
  }
}

/** Whether a JSON text is within quotes after this piece. */
function endsQuoted(piece: string, quoted: boolean): boolean {
  for (let i = 0; i < piece.length; i++) {
    const character = piece.charAt(i);
    if (character === '"') quoted = !quoted;
    else if (character === "\\" && quoted) i++;
  }
  return quoted;
}

type Escape = (value: string) => string;

/** Variables whose values are whole numbers, if there are any. */
const numbers: ReadonlySet<string> = new Set([
  "integrationLatency",
  "integrationStatus",
  "requestTimeEpoch",
  "responseLatency",
  "responseLength",
  "status",
]);

/** Variables whose values the gateway makes itself, of letters, digits and marks that need no escape: nothing to look for. */
const plain: ReadonlySet<string> = new Set([
  ...numbers,
  "apiId",
  "deploymentId",
  "extendedRequestId",
  "identity.sourceIp",
  "protocol",
  "requestId",
  "requestTime",
  "stage",
]);

const asItIs: Escape = (value) => value;
/** JSON has no other word for what is missing. */
const numberToJson: Escape = (value) => (value === missing ? `"${missing}"` : value);

/** What is done to the value of each variable. */
function escapesFor(pieces: readonly string[], names: readonly string[]): readonly Escape[] {
  const json = isJson(pieces);
  let quoted = false;
  return names.map((name, index) => {
    quoted = endsQuoted(pieces[index] ?? "", quoted);
    if (json && !quoted) return numbers.has(name) ? numberToJson : toJson;
    if (plain.has(name)) return asItIs;
    return json ? escapeJson : inOneLine;
  });
}

const unknown: ContextVariable = () => undefined;

export function compileLogFormat(format: string): RenderLine {
  // Splitting by a pattern with one group gives text and name in turn.
  const parts = format.replace(/\r?\n$/, "").split(variable);
  const pieces = parts.filter((_, index) => index % 2 === 0);
  const names = parts.filter((_, index) => index % 2 === 1);
  const reads = names.map((name) => accessLogVariable(name) ?? unknown);
  const escapes = escapesFor(pieces, names);
  const first = pieces[0] ?? "";
  return (invocation) => {
    let line = first;
    for (let i = 0; i < reads.length; i++) {
      const value = (reads[i] as ContextVariable)(invocation);
      line += (escapes[i] as Escape)(value === undefined || value === "" ? missing : value);
      line += pieces[i + 1] as string;
    }
    return line;
  };
}
