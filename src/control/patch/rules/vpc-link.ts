/** What a PATCH of a VpcLink may do (facts/control.md 15). The refusals are family B's. */
import { badRequest } from "../../../errors.ts";
import type { VpcLinkDocument } from "../../../model/documents.ts";
import { checkedDescription, checkedVpcLinkName } from "../../operations/bounds.ts";
import { compileTable, type Effect } from "../apply.ts";
import { familyB } from "../families.ts";
import { clearable, setMember } from "./members.ts";

/** Where a link leads is decided when it is made. */
const fixedTargets: Effect<VpcLinkDocument, unknown> = () => {
  throw badRequest("Target arns are not allowed to be changed/added.");
};

export const vpcLinkRules = compileTable<VpcLinkDocument, unknown>({
  rules: [
    { path: "/name", replace: setMember("name", ({ value }) => checkedVpcLinkName(value ?? "")) },
    { path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) },
    { path: "/targetArns", add: fixedTargets, replace: fixedTargets, remove: fixedTargets },
  ],
  refuse: familyB(),
});
