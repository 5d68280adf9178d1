/** What the crash test and the process that it kills agree on. */
import type { Reader } from "../../src/store/store.ts";

export const crashKey = Buffer.alloc(32, 9);
/** The parents of the two documents of each loop, which must always have the same count. */
export const halves = ["left", "right"] as const;
/** Parent and id of the document that counts all transactions. */
export const sharedId = "shared";
/** Makes documents large enough that the write-ahead log is brought into the database many times in a run. */
export const padding = "x".repeat(2_000);

/** A document's count, 0 when it is not there. */
export const countIn = (reader: Reader, parent: string, id: string): number =>
  Number(reader.get("documentationVersion", parent, id)?.version ?? "0");
