/** What a PATCH of a DocumentationPart may do (facts/control.md 16). The texts of refusals are family A's. */
import type { DocumentationPartDocument } from "../../../model/documents.ts";
import { checkedProperties } from "../../operations/documentation-checks.ts";
import { compileTable } from "../apply.ts";
import { familyA } from "../families.ts";
import { setMember } from "./members.ts";

export const documentationPartRules = compileTable<DocumentationPartDocument, unknown>({
  rules: [{ path: "/properties", replace: setMember("properties", ({ value }) => checkedProperties(value)) }],
  refuse: familyA(["/properties"]),
});
