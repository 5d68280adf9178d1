import { describe, expect, it } from "vitest";
import { bad, refusalOf } from "../../../test/support/api-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import type { PatchOperation } from "../../model/service.ts";
import { accountRules } from "../patch/rules/account.ts";
import { accountOperations } from "./account.ts";

const { GetAccount, UpdateAccount } = accountOperations;

const fresh = {
  features: ["UsagePlans"],
  throttleSettings: { burstLimit: 5_000, rateLimit: 10_000 },
  apiKeyVersion: "4",
};
const role = "arn:aws:iam::123456789012:role/logs";

function open() {
  const context = contextFor(memoryTransaction());
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateAccount({ patchOperations }, context);
    expect(GetAccount({}, context)).toStrictEqual(reply);
    return reply;
  };
  // What is stored is then the same before and after an empty patch.
  update([]);
  return { tx: context.tx, update };
}

describe("GetAccount", () => {
  it("has no role until one is set", () => {
    expect(GetAccount({}, contextFor(memoryTransaction()))).toStrictEqual(fresh);
  });

  it("shows the limits that the account was given", () => {
    const context = contextFor(memoryTransaction(), { accountRateLimit: 7.5, accountBurstLimit: 3 });
    expect(GetAccount({}, context).throttleSettings).toEqual({ rateLimit: 7.5, burstLimit: 3 });
  });
});

const cannotRemove = bad("Feature UsagePlans cannot be removed");

describePatchMatrix("Account", {
  rules: accountRules.table.rules as never,
  rows: [
    { rule: "/cloudwatchRoleArn", value: role, ops: { replace: { ...fresh, cloudwatchRoleArn: role } } },
    { rule: "/features", value: "UsagePlans", ops: { add: fresh, remove: cannotRemove } },
  ],
  open,
  ...familyB,
  unlisted: ["/apiKeyVersion", "/throttleSettings", "/throttleSettings/burstLimit", "/features/UsagePlans"],
});

describe("UpdateAccount", () => {
  const badRole = bad(
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
  );
  const badFeature = bad("Invalid feature specified. Must be one of: [UsagePlans]");

  it("clears the role with an empty value", () => {
    for (const value of ["", undefined]) {
      const { update } = open();
      update([{ op: "replace", path: "/cloudwatchRoleArn", value: role }]);
      expect(update([{ op: "replace", path: "/cloudwatchRoleArn", value }])).toStrictEqual(fresh);
    }
  });

  it.each([
    ["replace", "/cloudwatchRoleArn", "x", badRole],
    ["replace", "/cloudwatchRoleArn", "arn:aws:iam::123456789012:user/me", badRole],
    ["replace", "/cloudwatchRoleArn", "arn:aws:iam::12:role/x", badRole],
    ["replace", "/cloudwatchRoleArn", `${role} x`, badRole],
    ["replace", "/cloudwatchRoleArn", `${role}\n`, badRole],
    ["replace", "/cloudwatchRoleArn", `${role}${"x".repeat(1_000_000)}`, badRole],
    ["add", "/features", "Teleport", badFeature],
    ["add", "/features", undefined, badFeature],
    ["remove", "/features", "__proto__", badFeature],
  ])("%s %s, case %#, is refused", (op, path, value, expected) => {
    expect(refusalOf(() => open().update([{ op, path, value }]))).toBe(expected);
  });
});
