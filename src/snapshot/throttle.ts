/** Which token buckets a request draws from: the Stage's or its method's own, and the account's. */
import { accountSlot } from "../gateway/buckets/buckets.ts";
import { noSlot } from "../gateway/slab.ts";
import { everyMethod, type MethodSettingIndex } from "../model/method-settings.ts";
import type { Settings } from "../settings.ts";
import type { ThrottleProgram } from "./program.ts";
import type { StageEntry } from "./table.ts";

/** Tokens a second and size of the account's bucket. */
export type AccountLimits = Pick<Settings, "accountRateLimit" | "accountBurstLimit">;

export const accountThrottle = ({ accountRateLimit, accountBurstLimit }: AccountLimits): ThrottleProgram => ({
  slot: accountSlot,
  rate: accountRateLimit,
  burst: accountBurstLimit,
  owner: "account",
  ofMethod: false,
});

/** -1 is no limit of the stage's own: then the account's holds in its place (facts/runtime.md 2.2). */
const orAccount = (value: number, account: number): number => (value === -1 ? account : value);

/** The bucket of the method's own setting, else that of every method. `path`: the resource's, as a template. */
export function stageThrottle(
  settings: MethodSettingIndex,
  slots: StageEntry["slots"],
  account: AccountLimits,
  path: string,
  verb: string,
): ThrottleProgram {
  const own = `${path.slice(1)}/${verb}`;
  const ofMethod = settings.has(own);
  const setting = settings.get(own) ?? settings.get(everyMethod);
  const slot = slots.get(ofMethod ? own : everyMethod) ?? noSlot;
  return {
    slot: setting === undefined ? noSlot : slot,
    rate: orAccount(setting?.throttlingRateLimit ?? -1, account.accountRateLimit),
    burst: orAccount(setting?.throttlingBurstLimit ?? -1, account.accountBurstLimit),
    owner: "stage",
    ofMethod,
  };
}
