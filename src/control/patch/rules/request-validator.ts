/** What a PATCH of a RequestValidator may do (facts/control.md 9). The texts of refusals are family A's. */
import type { RequestValidatorDocument } from "../../../model/documents.ts";
import { checkedValidatorName } from "../../operations/bounds.ts";
import { compileTable } from "../apply.ts";
import { toBoolean } from "../coerce.ts";
import { familyA } from "../families.ts";
import { setMember } from "./members.ts";

export const requestValidatorRules = compileTable<RequestValidatorDocument, unknown>({
  rules: [
    { path: "/name", replace: setMember("name", ({ value }) => checkedValidatorName(value ?? "")) },
    {
      path: "/validateRequestParameters",
      replace: setMember("validateRequestParameters", ({ value }) => toBoolean(value)),
    },
    { path: "/validateRequestBody", replace: setMember("validateRequestBody", ({ value }) => toBoolean(value)) },
  ],
  refuse: familyA(["/name", "/validateRequestParameters", "/validateRequestBody"]),
});
