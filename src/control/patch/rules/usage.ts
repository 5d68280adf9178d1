/** What a PATCH of a Usage may do (facts/control.md 13): say how much is left. */
import { compileTable } from "../apply.ts";
import { toInteger } from "../coerce.ts";
import { familyAByOp } from "../families.ts";
import { setMember } from "./members.ts";

export interface PatchedUsage {
  readonly remaining?: number;
}

const largestRemaining = 2 ** 31 - 1;

export const usageRules = compileTable<PatchedUsage, unknown>({
  rules: [
    {
      path: "/remaining",
      replace: setMember("remaining", ({ value }) =>
        toInteger(value, 0, largestRemaining, "Usage remaining must be a non-negative numeric"),
      ),
    },
  ],
  refuse: familyAByOp({ add: [], replace: ["/remaining"], remove: [] }),
});
