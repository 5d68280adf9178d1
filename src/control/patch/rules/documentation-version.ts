/** What a PATCH of a DocumentationVersion may do (facts/control.md 16). The refusals are family B's. */
import type { DocumentationVersionDocument } from "../../../model/documents.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import { compileTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { clearable, setMember } from "./members.ts";

export const documentationVersionRules = compileTable<DocumentationVersionDocument, unknown>({
  rules: [{ path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) }],
  refuse: familyB(),
});
