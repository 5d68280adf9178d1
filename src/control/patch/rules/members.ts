/** Effects that many tables share: replace one member of a document, or change one entry of a map that it holds. */
import { notFound } from "../../../errors.ts";
import { entryOf, setEntry } from "../../../model/record.ts";
import type { Effect, Step } from "../apply.ts";
import { toWord } from "../coerce.ts";

type MemberOf<D> = keyof D & string;

/** The document with this member, or without it when the value is undefined. `name` is ours, never a caller's. */
export function withMember<D extends object, K extends MemberOf<D>>(document: D, name: K, value: D[K] | undefined): D {
  if (value !== undefined) return { ...document, [name]: value };
  if (!Object.hasOwn(document, name)) return document;
  const { [name]: _removed, ...rest } = document;
  return rest as unknown as D;
}

/** An effect that sets a member to what the step says; undefined removes it. */
export function setMember<D extends object, C, K extends MemberOf<D>>(
  name: K,
  toValue: (step: Step<C>, document: D) => D[K] | undefined,
): Effect<D, C> {
  return (document, step) => withMember(document, name, toValue(step, document));
}

/** The `add`, `replace` and `remove` of one row. */
export interface EntryEffects<D, C> {
  readonly add: Effect<D, C>;
  readonly replace: Effect<D, C>;
  readonly remove: Effect<D, C>;
}

/** What an absent entry answers to replace and remove (facts/control.md 0.1). */
export const absentParameter = "Invalid parameter name specified";
export const absentContentType = "Content-Type specified was not found";

type Entries = Record<string, unknown>;

/** What one request has copied: by the member's name, a map that nobody but this request has seen. */
const drafts = new WeakMap<object, Map<string, Entries>>();

/** The map to be changed in place: a request of a thousand operations copies it once, not a thousand times. */
function draftOf(present: Readonly<Entries> | undefined, name: string, request: object): Entries {
  const ofRequest = drafts.get(request) ?? new Map<string, Entries>();
  drafts.set(request, ofRequest);
  const known = ofRequest.get(name);
  if (known !== undefined && known === present) return known;
  const draft = { ...present };
  ofRequest.set(name, draft);
  return draft;
}

/**
 * The effects on the entry of a map member whose key is the row's capture `key`. Adding one that is there replaces it;
 * replacing or removing one that is not there answers 404 with `absent`. A map that is emptied stays, as `{}`.
 */
export function mapEntry<D extends object, C>(
  name: MemberOf<D>,
  toValue: (step: Step<C>) => unknown,
  absent: string,
): EntryEffects<D, C> {
  const read = (document: D) => (document as Readonly<Record<string, unknown>>)[name] as Entries | undefined;
  const keyOf = (step: Step<C>): string => step.captures["key"] ?? "";
  const check = (document: D, step: Step<C>): void => {
    if (entryOf(read(document), keyOf(step)) === undefined) throw notFound(absent);
  };
  const add: Effect<D, C> = (document, step) => {
    const draft = draftOf(read(document), name, step.request);
    setEntry(draft, keyOf(step), toValue(step));
    return { ...document, [name]: draft };
  };
  return {
    add,
    replace: (document, step) => {
      check(document, step);
      return add(document, step);
    },
    remove: (document, step) => {
      check(document, step);
      const draft = draftOf(read(document), name, step.request);
      delete draft[keyOf(step)];
      return { ...document, [name]: draft };
    },
  };
}

/** A text that an empty one, null or nothing clears. */
export const clearable = <C>(step: Step<C>): string | undefined => (step.value === "" ? undefined : step.value);

/** One of some words; an empty value, null or nothing takes the member away, so that its default holds. */
export const optionalWord =
  (words: readonly string[], name: string) =>
  ({ value }: Step<unknown>): string | undefined =>
    toWord(value === "" ? undefined : value, words, name);
