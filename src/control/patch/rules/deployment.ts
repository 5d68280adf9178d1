/** What a PATCH of a Deployment may do: its description, and nothing else (facts/control.md 7). */
import type { DeploymentDocument } from "../../../model/documents.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import { compileTable } from "../apply.ts";
import { familyA } from "../families.ts";
import { clearable, setMember } from "./members.ts";

export const deploymentRules = compileTable<DeploymentDocument, undefined>({
  rules: [{ path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) }],
  refuse: familyA(["/description"]),
});
