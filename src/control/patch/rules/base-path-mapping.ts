/** What a PATCH of a BasePathMapping may do (facts/control.md 14). The refusals are family B's. */
import type { BasePathMappingDocument } from "../../../model/documents.ts";
import { toBasePath, toMappedStage } from "../../operations/base-path-mapping-checks.ts";
import { compileTable } from "../apply.ts";
import { familyB } from "../families.ts";
import { setMember } from "./members.ts";

const basePath = setMember<BasePathMappingDocument, unknown, "basePath">("basePath", ({ value }) => toBasePath(value));
const restApiId = setMember<BasePathMappingDocument, unknown, "restApiId">("restApiId", ({ value }) => value ?? "");

/** The service spells its paths in lower case; Terraform spells one of them as the member is. */
export const basePathMappingRules = compileTable<BasePathMappingDocument, unknown>({
  rules: [
    { path: "/basepath", replace: basePath },
    { path: "/basePath", replace: basePath },
    { path: "/restapiId", replace: restApiId },
    { path: "/restApiId", replace: restApiId },
    { path: "/stage", replace: setMember("stage", ({ value }) => toMappedStage(value)) },
  ],
  refuse: familyB(),
});
