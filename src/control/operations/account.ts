/** Operations of Account (facts/control.md 15). There is one. */
import type { AccountDocument } from "../../model/documents.ts";
import type { Output } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { applyPatch } from "../patch/apply.ts";
import { accountRules } from "../patch/rules/account.ts";
import { accountKey, findAccount } from "./find.ts";

const accountShape = (account: AccountDocument, context: OperationContext): Output<"GetAccount"> => ({
  ...account,
  throttleSettings: { burstLimit: context.accountBurstLimit, rateLimit: context.accountRateLimit },
  apiKeyVersion: "4",
});

const GetAccount: Run<"GetAccount"> = (_input, context) => accountShape(findAccount(context), context);

const UpdateAccount: Run<"UpdateAccount"> = (input, context) => {
  const account = applyPatch(findAccount(context), input.patchOperations ?? [], accountRules, undefined);
  context.tx.put("account", "", accountKey, account);
  return accountShape(account, context);
};

export const accountOperations = { GetAccount, UpdateAccount } satisfies Partial<Handlers>;
