/** The tests that every patch table has: each row × each op, generated, and the table compared with what is expected. */
import { describe, expect, it } from "vitest";
import type { PatchOp, PatchRule } from "../../src/control/patch/apply.ts";
import type { PatchOperation } from "../../src/model/service.ts";
import type { Transaction } from "../../src/store/store.ts";
import { bad, everything, refusalOf } from "./api-fixture.ts";

const everyOp: readonly PatchOp[] = ["add", "replace", "remove", "copy", "move", "test"];

export interface MatrixRow {
  /** The row of the table, as it is written there. */
  readonly rule: string;
  /** A path that it covers; the rule itself when not given. */
  readonly path?: string;
  readonly value?: string;
  /** Other values for some ops. */
  readonly values?: Partial<Record<PatchOp, string>>;
  /** The ops that it has, each with what the reply then holds (as `toMatchObject` compares), or how it is refused. */
  readonly ops: Partial<Record<PatchOp, object | string>>;
}

/** One resource in a store of its own. */
export interface Opened {
  readonly tx: Transaction;
  /** Applies the operations and gives the reply. */
  readonly update: (operations: readonly PatchOperation[]) => object;
}

export interface Matrix {
  readonly rules: readonly PatchRule<never, never>[];
  readonly rows: readonly MatrixRow[];
  readonly open: () => Opened;
  /** What an op that the row has not is answered with. */
  readonly wrongOp: (op: PatchOp, path: string, ops: readonly PatchOp[]) => string;
  /** What a path that no row covers is answered with. */
  readonly wrongPath: (op: PatchOp, path: string) => string;
  /** Paths that no row covers, beside those that every table refuses. */
  readonly unlisted: readonly string[];
}

export const familyB: Pick<Matrix, "wrongOp" | "wrongPath"> = {
  wrongOp: (_op, _path, ops) => bad(`Invalid patch operation specified. Must be one of: [${ops.join(", ")}]`),
  wrongPath: (_op, path) => bad(`Invalid patch path ${path}`),
};

/** Family A; `paths` as its texts list them. */
export function familyA(paths: string): Pick<Matrix, "wrongOp" | "wrongPath"> {
  const wrong = (op: PatchOp, path: string): string =>
    op === "replace"
      ? bad(`Invalid patch path  '${path}' specified for op 'replace'. Must be one of: [${paths}]`)
      : bad(`Invalid patch path  '${path}' specified for op '${op}'. Please choose supported operations`);
  return { wrongOp: wrong, wrongPath: wrong };
}

const opsOf = (row: object): PatchOp[] => everyOp.filter((op) => Object.hasOwn(row, op));
/** The order in which family B prints them. */
const printed: readonly PatchOp[] = ["add", "remove", "replace", "copy"];

const refusedEverywhere = [
  "",
  "/",
  "x",
  "/nothing",
  "/__proto__",
  "/constructor",
  "/constructor/prototype",
  "/id",
  "//",
];

/** Applies operations that are refused with these words, and finds everything as it was. */
function expectRefusal(open: () => Opened, operations: readonly PatchOperation[], words: string): void {
  const { tx, update } = open();
  const before = everything(tx);
  expect(refusalOf(() => update(operations))).toBe(words);
  expect(everything(tx)).toEqual(before);
}

function describeRow(row: MatrixRow, { open, wrongOp }: Matrix): void {
  const { path = row.rule } = row;
  it.each(everyOp)("%s", (op) => {
    const operation: PatchOperation = { op, path, value: row.values?.[op] ?? row.value };
    const outcome = row.ops[op];
    if (outcome === undefined) {
      const ops = printed.filter((candidate) => row.ops[candidate] !== undefined);
      expectRefusal(open, [operation], wrongOp(op, path, ops));
    } else if (typeof outcome === "string") {
      expectRefusal(open, [operation], outcome);
    } else {
      expect(open().update([operation])).toMatchObject(outcome);
    }
  });
}

export function describePatchMatrix(name: string, matrix: Matrix): void {
  const { rules, rows, open, wrongPath } = matrix;
  describe(`${name}: patch table`, () => {
    it("has these rows with these ops, and no others", () => {
      const actual = rules.map((rule): [string, PatchOp[]] => [rule.path, opsOf(rule)]);
      expect(new Map(actual)).toEqual(new Map(rows.map((row) => [row.rule, opsOf(row.ops)])));
    });

    describe.each(rows)("$rule", (row) => describeRow(row, matrix));

    const paths = [...refusedEverywhere, ...matrix.unlisted];
    it.each(paths.flatMap((path) => everyOp.map((op) => [op, path] as const)))("refuses %s of %j", (op, path) => {
      expectRefusal(open, [{ op, path, value: "true" }], wrongPath(op, path));
    });

    it("prints a missing path as null", () => {
      expectRefusal(open, [{ op: "replace", value: "x" }], wrongPath("replace", "null"));
    });

    it("keeps nothing of a list whose last operation is refused", () => {
      for (const { rule, path = rule, value, values, ops } of rows) {
        for (const op of opsOf(ops).filter((accepted) => typeof ops[accepted] === "object")) {
          const first: PatchOperation = { op, path, value: values?.[op] ?? value };
          expectRefusal(open, [first, { op: "replace", path: "/nothing" }], wrongPath("replace", "/nothing"));
        }
      }
    });

    it("changes nothing without operations", () => {
      const { tx, update } = open();
      const before = everything(tx);
      update([]);
      expect(everything(tx)).toEqual(before);
    });
  });
}
