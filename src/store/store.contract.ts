/** What every store must do, whatever it keeps its documents in: one suite that each implementation runs. */
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DocumentationVersionDocument } from "../model/documents.ts";
import type { Change, Store, Transaction } from "./store.ts";

/** One place where documents are kept, empty at first. */
export interface StorePlace {
  /** Opens it; a store that was opened before has been closed. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

const kinds = ["documentationVersion", "deployment"] as const;

/** A small document whose content is its description. */
export const sample = (description: string): DocumentationVersionDocument => ({
  version: "1",
  description,
  createdDate: 1_700_000_000,
});

const put = (tx: Transaction, id: string, description: string, parent = "api"): void =>
  tx.put("documentationVersion", parent, id, sample(description));

const descriptions = (store: Store, parent = "api"): (string | undefined)[] =>
  store.present.list("documentationVersion", parent).map((document) => document.description);

function increment(tx: Transaction): number {
  const next = Number(tx.get("documentationVersion", "api", "n")?.description ?? "0") + 1;
  put(tx, "n", String(next));
  return next;
}

/** Registers the suite. */
export function storeContract(name: string, makePlace: () => Promise<StorePlace>): void {
  describe(`${name} as a store`, () => {
    let place: StorePlace;
    let store: Store;
    const reopen = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };
    beforeEach(async () => {
      place = await makePlace();
      store = await place.open();
    });
    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    test("what was put is there, for its kind, parent and id alone, and after opening again", async () => {
      await store.transact((tx) => put(tx, "one", "first"));
      for (const _ of ["as it is", "opened again"]) {
        expect(store.present.get("documentationVersion", "api", "one")).toEqual(sample("first"));
        expect(store.present.get("documentationVersion", "api", "two")).toBeUndefined();
        expect(store.present.get("documentationVersion", "other", "one")).toBeUndefined();
        expect(store.present.get("deployment", "api", "one")).toBeUndefined();
        await reopen();
      }
    });

    test("the work's result is the answer, and the work sees what it has done so far", async () => {
      const seen = await store.transact((tx) => {
        put(tx, "one", "first");
        put(tx, "one", "second");
        put(tx, "two", "third");
        tx.delete("documentationVersion", "api", "two");
        tx.delete("documentationVersion", "api", "none");
        return [
          tx.get("documentationVersion", "api", "one")?.description,
          tx.list("documentationVersion", "api").length,
        ];
      });
      expect(seen).toEqual(["second", 1]);
    });

    test("lists are in order of creation: replacing keeps the place, creating again goes to the end", async () => {
      await store.transact((tx) => ["c", "a", "b", "10", "9"].forEach((id) => put(tx, id, id)));
      await store.transact((tx) => put(tx, "a", "a2"));
      await store.transact((tx) => {
        tx.delete("documentationVersion", "api", "c");
        put(tx, "c", "c2");
      });
      for (const _ of ["as it is", "opened again"]) {
        expect(descriptions(store)).toEqual(["a2", "b", "10", "9", "c2"]);
        await reopen();
      }
      await store.transact((tx) => put(tx, "d", "d"));
      expect(descriptions(store)).toEqual(["a2", "b", "10", "9", "c2", "d"]);
    });

    test("all documents of a kind come with their parents and ids", async () => {
      await store.transact((tx) => {
        put(tx, "1", "x", "first");
        put(tx, "2", "y", "second");
        put(tx, "3", "z", "first");
        tx.put("deployment", "first", "1", { id: "1", createdDate: 0 });
      });
      const all = [...store.present.all("documentationVersion")].map(([parent, id]) => `${parent}/${id}`);
      expect(all.toSorted()).toEqual(["first/1", "first/3", "second/2"]);
      expect([...store.present.all("snapshot")]).toEqual([]);
    });

    test("work that throws rejects with what it threw and leaves everything as it was, the order too", async () => {
      await store.transact((tx) => ["a", "b", "c"].forEach((id) => put(tx, id, id)));
      const cause = new Error("no");
      const failing = store.transact((tx) => {
        tx.delete("documentationVersion", "api", "a");
        put(tx, "b", "changed");
        put(tx, "a", "again");
        put(tx, "d", "new");
        put(tx, "x", "new", "other");
        throw cause;
      });
      await expect(failing).rejects.toBe(cause);
      for (const _ of ["as it is", "opened again"]) {
        expect(descriptions(store)).toEqual(["a", "b", "c"]);
        expect(descriptions(store, "other")).toEqual([]);
        await reopen();
      }
    });

    test("documents are frozen to the last part", async () => {
      const features = ["x"];
      await store.transact((tx) => tx.put("account", "", "", { features }));
      for (const _ of ["as it is", "opened again"]) {
        const account = store.present.get("account", "", "");
        expect(Object.isFrozen(account)).toBe(true);
        expect(Object.isFrozen(account?.features)).toBe(true);
        await reopen();
      }
    });

    test("a list is a copy: it does not change under its reader", async () => {
      const lengths = await store.transact((tx) => {
        put(tx, "a", "a");
        const before = tx.list("documentationVersion", "api");
        put(tx, "b", "b");
        return [before.length, tx.list("documentationVersion", "api").length];
      });
      expect(lengths).toEqual([1, 2]);
    });

    test("a transaction is of no use once its work has ended, and work may not be asynchronous", async () => {
      const leaked = await store.transact((tx) => tx);
      expect(() => leaked.get("account", "", "")).toThrow("after its work had ended");
      expect(() => put(leaked, "a", "a")).toThrow("after its work had ended");
      const asynchronous = store.transact((tx) => {
        put(tx, "a", "a");
        return Promise.resolve();
      });
      await expect(asynchronous).rejects.toThrow("must be synchronous");
      expect(descriptions(store)).toEqual([]);
    });

    test("a document that has no JSON is refused and nothing is changed", async () => {
      const circular: Record<string, unknown> = {};
      circular["self"] = circular;
      const refused = store.transact((tx) => {
        put(tx, "a", "a");
        tx.put("documentationVersion", "api", "b", circular as never);
      });
      await expect(refused).rejects.toThrow(TypeError);
      expect(descriptions(store)).toEqual([]);
      await store.transact((tx) => put(tx, "c", "c"));
      await reopen();
      expect(descriptions(store)).toEqual(["c"]);
    });

    test("concurrent transactions are serialised: none is lost", async () => {
      const count = 500;
      const answers = await Promise.all(Array.from({ length: count }, () => store.transact(increment)));
      expect(answers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
      await reopen();
      expect(descriptions(store)).toEqual([String(count)]);
    });

    test("listeners hear net changes of each transaction, in commit order, before its caller is answered", async () => {
      const heard: (readonly Change[])[] = [];
      const order: string[] = [];
      store.subscribe((changes) => {
        heard.push(changes);
        order.push(`heard ${changes[0]?.id ?? "nothing"}`);
      });
      const answered = async (id: string): Promise<void> => {
        await store.transact((tx) => put(tx, id, id));
        order.push(`answered ${id}`);
      };
      await Promise.all(["a", "b", "c"].map(answered));
      expect(order.filter((line) => line.startsWith("heard"))).toEqual(["heard a", "heard b", "heard c"]);
      for (const id of ["a", "b", "c"]) {
        expect(order.indexOf(`heard ${id}`)).toBeLessThan(order.indexOf(`answered ${id}`));
      }
      await store.transact((tx) => {
        put(tx, "b", "b2");
        put(tx, "b", "b3");
        put(tx, "d", "d");
        tx.delete("documentationVersion", "api", "d");
        tx.delete("documentationVersion", "api", "a");
      });
      const at = { kind: "documentationVersion", parent: "api" } as const;
      expect(heard.at(-1)).toEqual([
        { ...at, id: "b", before: sample("b"), after: sample("b3") },
        { ...at, id: "a", before: sample("a"), after: undefined },
      ]);
    });

    test("listeners do not hear of transactions that changed nothing or threw, nor after they were removed", async () => {
      let heard = 0;
      const remove = store.subscribe(() => void heard++);
      await store.transact((tx) => tx.get("account", "", ""));
      const thrown = store.transact((tx) => {
        put(tx, "a", "a");
        throw new Error("no");
      });
      await expect(thrown).rejects.toThrow("no");
      await store.transact((tx) => tx.delete("account", "", "none"));
      expect(heard).toBe(0);
      await store.transact((tx) => put(tx, "a", "a"));
      expect(heard).toBe(1);
      remove();
      await store.transact((tx) => put(tx, "a", "b"));
      expect(heard).toBe(1);
    });

    test("a caller waits for the promise of a listener; other transactions do not", async () => {
      const order: string[] = [];
      const { promise, resolve } = Promise.withResolvers<void>();
      const remove = store.subscribe(() => promise);
      const slow = store.transact((tx) => put(tx, "a", "a")).then(() => order.push("slow"));
      const present = (): void => void order.push(`present ${String(descriptions(store))}`);
      store.subscribe(present);
      await new Promise<void>((done) => store.subscribe(() => done()));
      remove();
      await store.transact((tx) => put(tx, "b", "b")).then(() => order.push("other"));
      resolve();
      await slow;
      expect(order).toEqual(["present a", "present a,b", "other", "slow"]);
    });

    test("a listener that throws disturbs neither the others nor the transaction", async () => {
      const warnings: unknown[] = [];
      const note = (warning: unknown): unknown => warnings.push(warning);
      process.on("warning", note);
      let heard = 0;
      store.subscribe(() => {
        throw new Error("a listener's mistake");
      });
      store.subscribe(() => Promise.reject(new Error("another's mistake")));
      store.subscribe(() => void heard++);
      await expect(store.transact((tx) => put(tx, "a", "a"))).resolves.toBeUndefined();
      expect(heard).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      process.off("warning", note);
      expect(warnings.map(String)).toEqual(["Error: a listener's mistake", "Error: another's mistake"]);
    });

    test("a reader, and a refusal, are answered after the write that they saw", async () => {
      const order: string[] = [];
      const write = store.transact((tx) => put(tx, "a", "a")).then(() => order.push("write"));
      const read = store
        .transact((tx) => tx.get("documentationVersion", "api", "a")?.description)
        .then((seen) => order.push(`read ${seen}`));
      const refusal = store
        .transact((tx) => {
          throw new Error(tx.get("documentationVersion", "api", "a")?.description);
        })
        .catch((error: unknown) => order.push(`refused ${(error as Error).message}`));
      await Promise.all([write, read, refusal]);
      expect(order).toEqual(["write", "read a", "refused a"]);
    });

    test("closing waits for what is under way; then nothing more is taken", async () => {
      const writes = Array.from({ length: 50 }, (_, i) => store.transact((tx) => put(tx, String(i), String(i))));
      const closing = store.close();
      await expect(store.transact((tx) => put(tx, "late", "late"))).rejects.toMatchObject({ name: "StoreUnavailable" });
      await closing;
      await store.close();
      await Promise.all(writes);
      store = await place.open();
      expect(descriptions(store).length).toBe(50);
    });

    test("any sequence of transactions comes to what a plain model says, opened again or not", async () => {
      await fc.assert(
        fc.asyncProperty(history, async (turns) => {
          await store.transact(empty);
          const model: Model = new Map();
          for (const turn of turns) {
            const answers = turn.map((plan) => store.transact((tx) => carryOut(plan, tx)));
            const expected = turn.map((plan) => carryOutOnModel(plan, model));
            const outcomes = await Promise.allSettled(answers);
            expect(outcomes.map((outcome) => outcome.status === "fulfilled")).toEqual(expected);
            expect(contents(store)).toEqual(modelContents(model));
          }
          await reopen();
          expect(contents(store)).toEqual(modelContents(model));
        }),
        { numRuns: 15, seed: 7 },
      );
    });
  });
}

// --- the property test: plans of transactions, and a plain model that carries them out too

const parents = ["", "api", "__proto__"];
const ids = ["a", "b", "c", "__proto__", "constructor", 'q"\\', "\u0000", "\u0000x", "\ud800", "\udfff", "ä", ""];

type Deed = readonly [deed: "put" | "delete", kind: (typeof kinds)[number], parent: string, id: string, text: string];
interface Plan {
  readonly deeds: readonly Deed[];
  readonly throws: boolean;
}
/** Texts by id, in order of creation, by kind and parent. */
type Model = Map<string, Map<string, string>>;

const deed = fc.tuple(
  fc.constantFrom("put" as const, "put" as const, "delete" as const),
  fc.constantFrom(...kinds),
  fc.constantFrom(...parents),
  fc.constantFrom(...ids),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const plan = fc.record({ deeds: fc.array(deed, { maxLength: 12 }), throws: fc.boolean() });
/** Turns, each of transactions that are begun together. */
const history = fc.array(fc.array(plan, { maxLength: 6 }), { maxLength: 8 });

function empty(tx: Transaction): void {
  for (const kind of kinds) for (const [parent, id] of tx.all(kind)) tx.delete(kind, parent, id);
}

function carryOut({ deeds, throws }: Plan, tx: Transaction): void {
  for (const [what, kind, parent, id, text] of deeds) {
    if (what === "delete") tx.delete(kind, parent, id);
    else tx.put(kind, parent, id, { ...sample(text), id });
  }
  if (throws) throw new Error("planned");
}

/** Returns whether the plan succeeds. */
function carryOutOnModel({ deeds, throws }: Plan, model: Model): boolean {
  if (throws) return false;
  for (const [what, kind, parent, id, text] of deeds) {
    const key = `${kind} ${parent}`;
    const siblings = model.get(key) ?? new Map<string, string>();
    if (what === "delete") siblings.delete(id);
    else siblings.set(id, text);
    model.set(key, siblings);
  }
  return true;
}

const modelContents = (model: Model): unknown =>
  eachFamily((kind, parent) => [...(model.get(`${kind} ${parent}`) ?? [])].map(([id, text]) => [id, text]));

const contents = (store: Store): unknown =>
  eachFamily((kind, parent) => {
    const fromAll = [...store.present.all(kind)].filter(([its]) => its === parent);
    expect(fromAll.map(([, , document]) => document)).toEqual(store.present.list(kind, parent));
    return fromAll.map(([, id, document]) => [id, document.description]);
  });

const eachFamily = (read: (kind: (typeof kinds)[number], parent: string) => unknown): unknown =>
  kinds.flatMap((kind) => parents.map((parent) => [kind, parent, read(kind, parent)]));
