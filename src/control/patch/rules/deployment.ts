/** What a PATCH of a Deployment may do: its description, and nothing else (facts/control.md 7). */
import type { DeploymentDocument } from "../../../model/documents.ts";
import { toDeploymentDescription } from "../../operations/deployment-values.ts";
import { compileTable, type Effect } from "../apply.ts";
import { familyA } from "../families.ts";

const replaceDescription: Effect<DeploymentDocument, undefined> = (deployment, { value }) => {
  const { description: _removed, ...rest } = deployment;
  return value === undefined || value === "" ? rest : { ...rest, description: toDeploymentDescription(value) };
};

export const deploymentRules = compileTable<DeploymentDocument, undefined>({
  rules: [{ path: "/description", replace: replaceDescription }],
  refuse: familyA(["/description"]),
});
