/** What a PATCH of a MethodResponse may do (facts/control.md 4). The refusals are family B's. */
import type { MethodResponseDocument } from "../../../model/documents.ts";
import { compileTable } from "../apply.ts";
import { toBoolean } from "../coerce.ts";
import { familyB } from "../families.ts";
import { absentContentType, absentParameter, mapEntry } from "./members.ts";

export const methodResponseRules = compileTable<MethodResponseDocument, unknown>({
  rules: [
    { path: "/responseModels/{key}", ...mapEntry("responseModels", ({ value }) => value ?? "", absentContentType) },
    {
      path: "/responseParameters/{key}",
      ...mapEntry("responseParameters", ({ value }) => toBoolean(value), absentParameter),
    },
  ],
  refuse: familyB(),
});
