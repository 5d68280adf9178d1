/** TABLE: the methods of a text, as Java's String has them. */
import { Fault } from "../error.ts";
import { methodTable } from "../method-table.ts";
import { textOf } from "../print.ts";
import type { Run } from "../run.ts";
import { type Value, VtlList } from "../value.ts";
import { format } from "./format.ts";
import { matches, replace, split } from "./regex.ts";

/** A parameter that the table has checked to be a text; Java's methods fail on null. */
function text(value: Value | undefined): string {
  if (typeof value !== "string") throw new Fault("A method was given nothing where it needs a text");
  return value;
}

const integer = (value: Value | undefined): number => Number(value);

function slice(run: Run, self: string, from: number, to: number): string {
  if (from < 0 || to > self.length || from > to) {
    throw new Fault(`There is no part from ${from} to ${to} of a text of ${self.length} characters`);
  }
  return run.made(self.slice(from, to));
}

/** Java's String.hashCode. */
function hashOf(run: Run, self: string): number {
  run.step(1 + self.length);
  let hash = 0;
  for (let i = 0; i < self.length; i++) hash = (Math.imul(hash, 31) + self.charCodeAt(i)) | 0;
  return hash;
}

function compare(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = a.charCodeAt(i) - b.charCodeAt(i);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

const caseless = (a: string): string => a.toUpperCase().toLowerCase();

/** Java trims everything up to the blank. */
function trim(self: string): string {
  let start = 0;
  let end = self.length;
  while (start < end && self.charCodeAt(start) <= 0x20) start++;
  while (end > start && self.charCodeAt(end - 1) <= 0x20) end--;
  return self.slice(start, end);
}

const scanned = (run: Run, self: string): string => {
  run.scan(self.length);
  return self;
};

function repeat(run: Run, self: string, count: number): string {
  if (count < 0) throw new Fault("A text cannot be repeated less than no times");
  run.reserve(self.length * count);
  return run.made(self.repeat(count));
}

/** A text's characters; a surrogate pair is two, as in Java. */
function characterAt(self: string, at: number): string {
  if (at < 0 || at >= self.length) throw new Fault(`There is no character ${at} in a text of ${self.length}`);
  return self.charAt(at);
}

const indexOf = (run: Run, self: string, wanted: Value | undefined, from: number): number =>
  scanned(run, self).indexOf(typeof wanted === "string" ? wanted : String.fromCodePoint(codePoint(wanted)), from);

function codePoint(value: Value | undefined): number {
  const code = integer(value);
  return code >= 0 && code <= 0x10ffff ? code : 0xfffd;
}

function charactersOf(run: Run, self: string): string[] {
  run.step(self.length);
  return self.split("");
}

/** How often a text is in another one; an empty one is before, between and behind all characters. */
function countOf(run: Run, self: string, part: string): number {
  if (part === "") return self.length + 1;
  let count = 0;
  for (let at = self.indexOf(part); at >= 0; at = self.indexOf(part, at + part.length)) {
    run.step();
    count++;
  }
  return count;
}

/** The result's length is known before it is made: a short text can stand for many long ones. */
function replaceText(run: Run, self: string, from: string, to: string): string {
  const count = countOf(run, scanned(run, self), from);
  run.reserve(self.length + count * to.length);
  return run.made(self.replaceAll(from, () => to));
}

const listOf = (pieces: readonly string[]): VtlList => new VtlList([...pieces]);

export const stringMethods = methodTable<string>([
  ["length()", (self) => self.length],
  ["isEmpty()", (self) => self === ""],
  ["isBlank()", (self, _, run) => trim(scanned(run, self)) === ""],
  ["charAt(int)", (self, [at]) => characterAt(self, integer(at))],
  [
    "codePointAt(int)",
    (self, [at]) => characterAt(self, integer(at)).length && (self.codePointAt(integer(at)) ?? null),
  ],
  ["substring(int)", (self, [from], run) => slice(run, self, integer(from), self.length)],
  ["substring(int, int)", (self, [from, to], run) => slice(run, self, integer(from), integer(to))],
  ["concat(string)", (self, [other], run) => run.made(self + text(other))],
  ["contains(string)", (self, [part], run) => scanned(run, self).includes(text(part))],
  ["startsWith(string)", (self, [part], run) => self.startsWith(scanned(run, text(part)))],
  [
    "startsWith(string, int)",
    (self, [part, from], run) => integer(from) >= 0 && self.startsWith(scanned(run, text(part)), integer(from)),
  ],
  ["endsWith(string)", (self, [part], run) => self.endsWith(scanned(run, text(part)))],
  ["indexOf(string)", (self, [part], run) => scanned(run, self).indexOf(text(part))],
  ["indexOf(int)", (self, [part], run) => indexOf(run, self, part, 0)],
  ["indexOf(string, int)", (self, [part, from], run) => indexOf(run, self, text(part), integer(from))],
  ["indexOf(int, int)", (self, [part, from], run) => indexOf(run, self, part, integer(from))],
  ["lastIndexOf(string)", (self, [part], run) => scanned(run, self).lastIndexOf(text(part))],
  [
    "lastIndexOf(string, int)",
    (self, [part, from], run) => (integer(from) < 0 ? -1 : scanned(run, self).lastIndexOf(text(part), integer(from))),
  ],
  ["equals(any)", (self, [other], run) => scanned(run, self) === other],
  [
    "equalsIgnoreCase(string)",
    (self, [other], run) => other !== null && caseless(scanned(run, self)) === caseless(text(other)),
  ],
  ["contentEquals(string)", (self, [other], run) => scanned(run, self) === text(other)],
  ["compareTo(any)", (self, [other], run) => compare(scanned(run, self), text(other))],
  ["compareToIgnoreCase(string)", (self, [other], run) => compare(caseless(scanned(run, self)), caseless(text(other)))],
  ["matches(string)", (self, [expression], run) => matches(run, self, text(expression))],
  ["replace(string, string)", (self, [from, to], run) => replaceText(run, self, text(from), text(to))],
  ["replaceAll(string, string)", (self, [from, to], run) => replace(run, self, text(from), to, true)],
  ["replaceFirst(string, string)", (self, [from, to], run) => replace(run, self, text(from), text(to), false)],
  ["split(string)", (self, [by], run) => listOf(split(run, self, text(by), 0))],
  ["split(string, int)", (self, [by, limit], run) => listOf(split(run, self, text(by), integer(limit)))],
  ["toLowerCase()", (self, _, run) => run.made(self.toLowerCase())],
  ["toUpperCase()", (self, _, run) => run.made(self.toUpperCase())],
  ["trim()", (self, _, run) => run.made(trim(scanned(run, self)))],
  ["strip()", (self, _, run) => run.made(scanned(run, self).trim())],
  ["repeat(int)", (self, [count], run) => repeat(run, self, integer(count))],
  ["intern()", (self) => self],
  ["toString()", (self) => self],
  ["hashCode()", (self, _, run) => hashOf(run, self)],
  ["toCharArray()", (self, _, run) => listOf(charactersOf(run, self))],
  ["valueOf(any)", (_self, [value], run) => (value === null || value === undefined ? "null" : textOf(run, value))],
  ["format(string)", (_self, [pattern], run) => format(run, text(pattern), [])],
  ["format(string, any)", (_self, [pattern, ...given], run) => format(run, text(pattern), given)],
  ["format(string, any, any)", (_self, [pattern, ...given], run) => format(run, text(pattern), given)],
  ["format(string, any, any, any)", (_self, [pattern, ...given], run) => format(run, text(pattern), given)],
  ["format(string, any, any, any, any)", (_self, [pattern, ...given], run) => format(run, text(pattern), given)],
]);
