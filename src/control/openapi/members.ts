/**
 * The engine behind the tables of this folder: how the members of a document stand in an OpenAPI extension object, in both
 * directions. A table names each member of a document once, with a form that says how its value is written and read, so
 * that what an export writes an import reads. It knows no extension.
 */
import { isObject, type JsonObject } from "../../model/json.ts";
import { entryOf, type StringMap, toMap } from "../../model/record.ts";

/** How the values of one member are written and read. */
export interface Form<V> {
  /** Its name in OpenAPI, where that is not the document's. */
  readonly name?: string;
  /** What is expected, for whoever is told that something else was found. */
  readonly expected: string;
  /** Undefined for a value that is not written, because leaving it out says the same. */
  readonly write: (value: V) => unknown;
  /** Undefined for what is no such value. */
  readonly read: (value: unknown) => V | undefined;
}

/** The table of an extension object: members of a document, in the order in which they are written. */
export type Members<D> = { readonly [K in keyof D]?: Form<Exclude<D[K], undefined>> };

/** Is told of a member that is there and not of its form: its name in OpenAPI, and what was expected. */
export type Refuse = (name: string, expected: string) => void;

type AnyForm = Form<unknown>;

type NamedForms = readonly (readonly [member: string, form: AnyForm])[];

/** The rows of each table, listed once: ten thousand operations have as many objects of the same table. */
const listed = new WeakMap<object, NamedForms>();

function formsOf(members: object): NamedForms {
  const known = listed.get(members);
  if (known !== undefined) return known;
  const forms = Object.entries(members as Readonly<Record<string, AnyForm>>);
  listed.set(members, forms);
  return forms;
}

/** The extension object for a document; members that the document does not have, or the table, are left out. */
export function writeMembers<D extends object>(members: Members<D>, document: Partial<D>): Record<string, unknown> {
  const source = document as JsonObject;
  const written: Record<string, unknown> = {};
  for (const [member, { name = member, write }] of formsOf(members)) {
    const value = source[member] === undefined ? undefined : write(source[member]);
    if (value !== undefined) written[name] = value;
  }
  return written;
}

/**
 * What an extension object says of a document: only members of the table, each of its form. Null counts as absent. What is
 * there in another form is left out and told to `refuse`.
 */
export function readMembers<D extends object>(members: Members<D>, object: JsonObject, refuse: Refuse): Partial<D> {
  const found: Record<string, unknown> = {};
  for (const [member, form] of formsOf(members)) {
    const name = form.name ?? member;
    const given = entryOf(object, name) ?? undefined;
    if (given === undefined) continue;
    const value = form.read(given);
    if (value === undefined) refuse(name, form.expected);
    else found[member] = value;
  }
  return found as Partial<D>;
}

/** A form under a name of its own. */
export const named = <V>(name: string, form: Form<V>): Form<V> => ({ ...form, name });

/** A form whose value is not written when it is what holds anyway. */
export const unless = <V>(holds: V, form: Form<V>): Form<V> => ({
  ...form,
  write: (value) => (value === holds ? undefined : form.write(value)),
});

/** A form whose value is not written when nothing is in it. */
export const unlessEmpty = <V extends object>(form: Form<V>): Form<V> => ({
  ...form,
  write: (value) => (Object.keys(value).length === 0 ? undefined : form.write(value)),
});

const same = (value: unknown): unknown => value;

/** Scalars count as texts: in YAML `200` and `true` are none, and mean one. */
const readText = (value: unknown): string | undefined =>
  typeof value === "string"
    ? value
    : typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : undefined;

export const text: Form<string> = { expected: "a text", write: same, read: readText };

export const number: Form<number> = {
  expected: "a number",
  write: same,
  read: (value) => {
    if (typeof value === "number") return value;
    return typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : undefined;
  },
};

/** A number in OpenAPI, a text in the document. */
export const numeral: Form<string> = {
  expected: "a number",
  write: (value) => (/^\d{1,9}$/.test(value) ? Number(value) : value),
  read: readText,
};

export const boolean: Form<boolean> = {
  expected: "true or false",
  write: same,
  read: (value) => {
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.toLowerCase() : "";
    return word === "true" || word === "false" ? word === "true" : undefined;
  },
};

/** Upper case, read in any case. */
export const uppered: Form<string> = {
  expected: "a text",
  write: same,
  read: (value) => readText(value)?.toUpperCase(),
};

/** Lower case in OpenAPI, upper case in the document; read in any case. */
export const lowered: Form<string> = { ...uppered, write: (value) => value.toLowerCase() };

/** One of these words, which are in upper case; lower case in OpenAPI, read in any case. */
export const loweredOf = <V extends string>(words: readonly V[]): Form<V> => ({
  expected: `one of ${words.join(", ").toLowerCase()}`,
  write: (value) => value.toLowerCase(),
  read: (value) => words.find((word) => word === readText(value)?.toUpperCase()),
});

export const texts: Form<readonly string[]> = {
  expected: "a list of texts",
  write: same,
  read: (value) => {
    if (!Array.isArray(value)) return undefined;
    const list = value.map(readText);
    return list.every((item) => item !== undefined) ? list : undefined;
  },
};

/** A map whose keys are the caller's. Entries are defined, never assigned, so `__proto__` is a key like any other. */
const mapOf = <V>(
  expected: string,
  readValue: (value: unknown) => V | undefined,
): Form<Readonly<Record<string, V>>> => ({
  expected,
  write: same,
  read: (value) => {
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value).map(([key, item]) => [key, readValue(item)] as const);
    if (entries.some(([, item]) => item === undefined)) return undefined;
    return toMap(entries) as Record<string, V>;
  },
});

export const textMap: Form<StringMap> = mapOf("a map of texts", readText);

/** Templates by content type; null is one that is there and empty (facts/control.md 0.3), as an empty text is. */
export const templates: Form<Readonly<Record<string, string | null>>> = mapOf("a map of texts", (value) =>
  value === null || value === "" ? null : readText(value),
);

/** An object with a table of its own. What in it is not of its form is left out. */
export const object = <D extends object>(members: Members<D>): Form<D> => ({
  expected: "an object",
  write: (value) => writeMembers(members, value),
  read: (value) => (isObject(value) ? (readMembers(members, value, () => undefined) as D) : undefined),
});

/** JSON in the document, the value itself in OpenAPI. A text is taken for the JSON. */
export const json: Form<string> = {
  expected: "an object",
  write: (value) => {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  },
  read: (value) => (typeof value === "string" ? value : isObject(value) ? JSON.stringify(value) : undefined),
};
