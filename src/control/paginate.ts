/** Pages of a list operation (facts/stage.md 1.3). */
import { badRequest } from "../errors.ts";
import { limits } from "../limits.ts";

/** What a list operation's input says about the page that is wanted. */
export interface PageRequest {
  /** Opaque; from the page before. */
  readonly position?: string | undefined;
  readonly limit?: number | undefined;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Of the next page; undefined on the last. */
  readonly position: string | undefined;
}

/**
 * One page of a list: `limit` elements (25 when not given, at most 500, none when it is not positive) behind `position`.
 *
 * `keyOf` names an element uniquely within the list. A position survives changes of the list: it knows the last element
 * of its page and the one after it, and when both are gone it starts over, since an element may better come twice than
 * never. Throws a BadRequestException for a position that this function did not make.
 */
export function paginate<T>(all: readonly T[], page: PageRequest, keyOf: (item: T) => string): Page<T> {
  const size = Math.min(page.limit ?? limits.pageSizeDefault, limits.pageSizeMaximum);
  if (size <= 0) return { items: [], position: undefined };
  const start = page.position === undefined ? 0 : startOf(all, decode(page.position), keyOf);
  const items = all.slice(start, start + size);
  const next = all[start + size];
  const last = items.at(-1);
  return { items, position: next === undefined || last === undefined ? undefined : encode(keyOf(last), keyOf(next)) };
}

interface Position {
  readonly last: string;
  readonly next: string | undefined;
}

function startOf<T>(all: readonly T[], { last, next }: Position, keyOf: (item: T) => string): number {
  const place = all.findIndex((item) => keyOf(item) === last);
  if (place >= 0) return place + 1;
  return Math.max(
    0,
    all.findIndex((item) => keyOf(item) === next),
  );
}

/** The service's positions are base64 of a typed key, `id=S0n1anifwvf` where `S` says string; `next` is our addition. */
function encode(last: string, next: string): string {
  return Buffer.from(`id=S${encodeURIComponent(last)}&next=S${encodeURIComponent(next)}`).toString("base64");
}

const form = /^id=S([^&=]*)(?:&next=S([^&=]*))?$/;

function decode(position: string): Position {
  const [, last, next] = form.exec(Buffer.from(position, "base64").toString("utf8")) ?? [];
  if (last === undefined) throw invalidPosition();
  try {
    return { last: decodeURIComponent(last), next: next === undefined ? undefined : decodeURIComponent(next) };
  } catch {
    throw invalidPosition();
  }
}

const invalidPosition = () => badRequest("Invalid position parameter specified");
