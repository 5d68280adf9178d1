/**
 * What a PATCH of a GatewayResponse may do (facts/control.md 11). The refusals are family B's, but for other ops on the
 * status: those are told that the path is wrong (facts/control.md 0.1). Values are checked behind the last operation.
 */
import { badRequest } from "../../../errors.ts";
import type { GatewayResponseDocument } from "../../../model/documents.ts";
import { compileTable, type PatchTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { absentContentType, absentParameter, clearable, mapEntry, setMember } from "./members.ts";

type Refuse = PatchTable<GatewayResponseDocument, unknown>["refuse"];

const likeFamilyB: Refuse = familyB();
const refuse: Refuse = (document, step, rule) =>
  rule?.path === "/statusCode" ? badRequest(`Invalid patch path ${step.path}`) : likeFamilyB(document, step, rule);

export const gatewayResponseRules = compileTable<GatewayResponseDocument, unknown>({
  rules: [
    { path: "/statusCode", replace: setMember("statusCode", clearable) },
    {
      path: "/responseParameters/{key}",
      ...mapEntry("responseParameters", ({ value }) => value ?? "", absentParameter),
    },
    {
      path: "/responseTemplates/{key}",
      ...mapEntry("responseTemplates", ({ value }) => value ?? "", absentContentType),
    },
  ],
  refuse,
});
