/** What a PATCH of a ClientCertificate may do (facts/control.md 15). The refusals are family B's. */
import type { ClientCertificateDocument } from "../../../model/documents.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import { compileTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { clearable, setMember } from "./members.ts";

export const clientCertificateRules = compileTable<ClientCertificateDocument, unknown>({
  rules: [{ path: "/description", replace: setMember("description", (step) => checkedDescription(clearable(step))) }],
  refuse: familyB(),
});
