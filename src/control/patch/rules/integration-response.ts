/** What a PATCH of an IntegrationResponse may do (facts/control.md 6). The refusals are family B's. */
import type { IntegrationResponseDocument } from "../../../model/documents.ts";
import { contentHandlings } from "../../operations/integration-checks.ts";
import { storedTemplate } from "../../operations/mapping-checks.ts";
import { compileTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { absentContentType, absentParameter, mapEntry, optionalWord, setMember } from "./members.ts";

export const integrationResponseRules = compileTable<IntegrationResponseDocument, unknown>({
  rules: [
    {
      path: "/contentHandling",
      replace: setMember("contentHandling", optionalWord(contentHandlings, "contentHandling")),
    },
    // An empty pattern is kept and returned: it marks the default as an absent one does.
    { path: "/selectionPattern", replace: setMember("selectionPattern", ({ value }) => value) },
    {
      path: "/responseParameters/{key}",
      ...mapEntry("responseParameters", ({ value }) => value ?? "", absentParameter),
    },
    {
      path: "/responseTemplates/{key}",
      ...mapEntry("responseTemplates", ({ value }) => storedTemplate(value), absentContentType),
    },
  ],
  refuse: familyB(),
});
