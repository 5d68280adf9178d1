/** The tests that every patch table has: each row × each op, generated, and the table compared with what is expected. */
import { describe, expect, it } from "vitest";
import type { PatchOp, PatchRule } from "../../src/control/patch/apply.ts";
import type { PatchOperation } from "../../src/model/service.ts";
import { bad, refusalOf } from "./api-fixture.ts";

const everyOp: readonly PatchOp[] = ["add", "replace", "remove", "copy", "move", "test"];

export interface MatrixRow {
  /** The row of the table, as it is written there. */
  readonly rule: string;
  /** A path that it covers; the rule itself when not given. */
  readonly path?: string;
  readonly value?: string;
  /** The ops that it has, each with what the reply then holds (as `toMatchObject` compares). */
  readonly ops: Partial<Record<PatchOp, object>>;
}

export interface Matrix {
  readonly rules: readonly PatchRule<never, never>[];
  readonly rows: readonly MatrixRow[];
  /** Applies the operations to a fresh resource and gives the reply. */
  readonly update: (operations: readonly PatchOperation[]) => object;
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

export function describePatchMatrix(name: string, matrix: Matrix): void {
  const { rules, rows, update, wrongOp, wrongPath } = matrix;
  describe(`${name}: patch table`, () => {
    it("has these rows with these ops, and no others", () => {
      const actual = rules.map((rule) => [rule.path, opsOf(rule)]);
      const expected = new Map(rows.map((row) => [row.rule, opsOf(row.ops)]));
      expect(new Map(actual as [string, PatchOp[]][])).toEqual(expected);
    });

    describe.each(rows)("$rule", (row) => {
      const { path = row.rule, value } = row;
      it.each(everyOp)("%s", (op) => {
        const operation: PatchOperation = { op, path, value };
        const outcome = row.ops[op];
        if (outcome === undefined) {
          const ops = printed.filter((candidate) => row.ops[candidate] !== undefined);
          expect(refusalOf(() => update([operation]))).toBe(wrongOp(op, path, ops));
        } else {
          expect(update([operation])).toMatchObject(outcome);
        }
      });
    });

    const paths = [...refusedEverywhere, ...matrix.unlisted];
    it.each(paths.flatMap((path) => everyOp.map((op) => [op, path] as const)))("refuses %s of %j", (op, path) => {
      expect(refusalOf(() => update([{ op, path, value: "true" }]))).toBe(wrongPath(op, path));
    });

    it("prints a missing path as null", () => {
      expect(refusalOf(() => update([{ op: "replace", value: "x" }]))).toBe(wrongPath("replace", "null"));
    });

    it("keeps nothing of a list whose last operation is refused", () => {
      const [row] = rows;
      const before = update([]);
      for (const op of row === undefined ? [] : opsOf(row.ops)) {
        const first: PatchOperation = { op, path: row?.path ?? row?.rule, value: row?.value };
        expect(refusalOf(() => update([first, { op: "replace", path: "/nothing" }]))).toBe(
          wrongPath("replace", "/nothing"),
        );
      }
      expect(update([])).toEqual(before);
    });
  });
}
