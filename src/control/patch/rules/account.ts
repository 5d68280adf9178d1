/** What a PATCH of the Account may do (facts/control.md 15). The refusals are family B's. */
import { badRequest } from "../../../errors.ts";
import type { AccountDocument } from "../../../model/documents.ts";
import { compileTable, type Effect } from "../apply.ts";
import { familyB } from "../families.ts";
import { clearable, setMember } from "./members.ts";

type AccountEffect = Effect<AccountDocument, unknown>;

const role = /^arn:aws[a-z-]*:iam::\d{12}:role\/[!-~]{1,512}$/;

const replaceRole: AccountEffect = setMember("cloudwatchRoleArn", (step) => {
  const arn = clearable(step);
  if (arn !== undefined && !role.test(arn)) {
    throw badRequest(
      "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
    );
  }
  return arn;
});

/** The one feature there is; once on, as it is for every account today, it stays. */
const usagePlans = "UsagePlans";

function checkFeature(feature: string | undefined): string {
  if (feature !== usagePlans) throw badRequest(`Invalid feature specified. Must be one of: [${usagePlans}]`);
  return feature;
}

const addFeature: AccountEffect = (account, { value }) => {
  const feature = checkFeature(value);
  return account.features.includes(feature) ? account : { ...account, features: [...account.features, feature] };
};

const removeFeature: AccountEffect = (_account, { value }) => {
  throw badRequest(`Feature ${checkFeature(value)} cannot be removed`);
};

export const accountRules = compileTable<AccountDocument, unknown>({
  rules: [
    { path: "/cloudwatchRoleArn", replace: replaceRole },
    { path: "/features", add: addFeature, remove: removeFeature },
  ],
  refuse: familyB(),
});
