/**
 * What stands between a store in memory and its disk: batches of writes go one way, outcomes come back. The journal keeps
 * batches in order, may make several durable at once, and never makes one durable after one before it has failed.
 */
import type { Kind } from "../model/documents.ts";
import type { Step } from "./image.ts";

/** Documents as a journal carries them, four texts each: kind, parent, id, and the body, null for a removed document. */
export type Rows = (string | null)[];

/** The writes of one or more whole transactions, in the order in which they ran. */
export interface Batch {
  /** Grows after each failure. What was sent under an epoch that has failed depends on what is lost. */
  readonly epoch: number;
  /** Sequence number of the last of these transactions. */
  readonly last: number;
  /** How many there are. */
  readonly transactions: number;
  readonly rows: Rows;
}

export type Outcome =
  /** Everything up to this sequence number is on disk. */
  | { readonly durable: number }
  /** Nothing more of this epoch will be on disk; the next epoch may fare better. */
  | { readonly failed: string; readonly epoch: number }
  /** The journal is gone and no epoch will fare better. */
  | { readonly broken: string };

export interface Journal {
  append(batch: Batch): void;
  /** Ends the journal, once there is an outcome for everything that was appended. */
  close(): Promise<void>;
}

/** Adds what a step did. Throws when the document has no JSON. */
export function appendStep(rows: Rows, { kind, parent, id, after }: Step): void {
  rows.push(kind, encodeKey(parent), encodeKey(id), after === undefined ? null : JSON.stringify(after.document));
}

/** Calls back with each document of these rows, its body parsed. */
export function readRows(rows: Rows, found: (kind: Kind, parent: string, id: string, document: never) => void): void {
  for (let i = 0; i < rows.length; i += 4) {
    const [kind, parent, id, body] = rows.slice(i, i + 4) as [Kind, string, string, string];
    found(kind, decodeKey(parent), decodeKey(id), JSON.parse(body) as never);
  }
}

const plainKey = /^[\w.-]*$/;

/**
 * A key as it is stored. A text column would cut off at U+0000 and make all lone surrogates equal, and a documentation
 * version may be named by either: so what is not plain is stored as JSON writes it, without the quotes.
 */
function encodeKey(key: string): string {
  return plainKey.test(key) ? key : JSON.stringify(key).slice(1, -1);
}

/** The opposite of `encodeKey`. */
function decodeKey(stored: string): string {
  return plainKey.test(stored) ? stored : (JSON.parse(`"${stored}"`) as string);
}
