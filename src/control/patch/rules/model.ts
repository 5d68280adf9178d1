/** What a PATCH of a Model may do (facts/control.md 10). The texts of refusals are family A's. */
import type { ModelDocument } from "../../../model/documents.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import { checkedModelSchema } from "../../operations/model-checks.ts";
import { compileTable } from "../apply.ts";
import { familyA } from "../families.ts";
import { clearable, setMember } from "./members.ts";

export const modelRules = compileTable<ModelDocument, unknown>({
  rules: [
    { path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) },
    {
      path: "/schema",
      replace: setMember("schema", ({ value }, { contentType }) => checkedModelSchema(value, contentType)),
    },
  ],
  refuse: familyA(["/description", "/schema"]),
});
