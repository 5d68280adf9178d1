/** What the members of a Stage may be, wherever they are given: CreateStage, CreateDeployment or UpdateStage. */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { CanarySettingsDocument, StageDocument } from "../../model/documents.ts";
import { isEmptyMap, type StringMap, toMap } from "../../model/record.ts";
import type { OperationContext } from "../operation.ts";

/** Hyphens are accepted too; the service's text was never changed (facts/stage.md 3). */
const stageNameForm = /^[\w-]+$/;

export function checkStageName(stageName: string): void {
  if (!stageNameForm.test(stageName) || stageName.length > limits.stageNameLength) {
    throw badRequest("Stage name only allows a-zA-Z0-9_");
  }
}

const variableNameForm = /^\w+$/;
/** The union of the reference's grammar and the characters that the error text names (facts/stage.md 3). */
const variableValueForm = /^[\w .\-~:/?#&=,]+$/;

/** Throws unless this may be a stage variable, or a canary's override of one. */
export function checkStageVariable(name: string, value: string): void {
  if (!variableNameForm.test(name)) {
    throw badRequest(`Invalid stage variable name: ${name}. Please use names with only word characters.`);
  }
  if (name.length > limits.stageVariableNameLength) {
    throw badRequest(
      `Invalid stage variable name: ${name}. Names can be at most ${limits.stageVariableNameLength} characters.`,
    );
  }
  if (!variableValueForm.test(value)) {
    throw badRequest(
      `Invalid stage variable value of key ${name}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
    );
  }
  if (value.length > limits.stageVariableValueLength) {
    throw badRequest(
      `Invalid stage variable value of key ${name}.  Values can be at most ${limits.stageVariableValueLength} characters.`,
    );
  }
}

/** Throws when there are more variables than a stage may have. */
export function checkStageVariableCount(variables: StringMap): void {
  if (Object.keys(variables).length > limits.stageVariables) {
    throw badRequest(`A stage can have at most ${limits.stageVariables} stage variables`);
  }
}

/** Variables as they are stored, undefined when there are none. A null value counts as absent, as it does in a patch. */
export function toStageVariables(given: Readonly<Record<string, string | null>> | undefined): StringMap | undefined {
  const entries = Object.entries(given ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  for (const [name, value] of entries) checkStageVariable(name, value);
  const variables = toMap(entries);
  checkStageVariableCount(variables);
  return isEmptyMap(variables) ? undefined : variables;
}

export const percentTrafficText = "Invalid percentTraffic specified. Must be a number between 0.0 and 100.0";

/** The canary that a stage gets when something of it is set first (facts/stage.md 4.6). */
export const newCanary = (stage: Pick<StageDocument, "deploymentId">): CanarySettingsDocument => ({
  deploymentId: stage.deploymentId,
  percentTraffic: 0,
  useStageCache: false,
});

/** What CreateStage and CreateDeployment say about a canary. */
interface GivenCanary {
  readonly percentTraffic?: number | undefined;
  readonly stageVariableOverrides?: Readonly<Record<string, string | null>> | undefined;
  readonly useStageCache?: boolean | undefined;
}

/** A canary as it is stored. The caller has made sure that the deployment exists. */
export function toCanarySettings(deploymentId: string, given: GivenCanary): CanarySettingsDocument {
  const percentTraffic = given.percentTraffic ?? 0;
  if (!(percentTraffic >= 0 && percentTraffic <= 100)) throw badRequest(percentTrafficText);
  const stageVariableOverrides = toStageVariables(given.stageVariableOverrides);
  return {
    deploymentId,
    percentTraffic: percentTraffic + 0, // -0 would not survive being stored
    ...(stageVariableOverrides && { stageVariableOverrides }),
    useStageCache: given.useStageCache ?? false,
  };
}

/** Where the things that a Stage names are looked up. */
export type StageContext = OperationContext & { readonly restApiId: string };

// What a path names and does not exist is a 404 (find.ts); what a body names, a 400 (docs/decisions.md).

export function requireDeployment({ tx, restApiId }: StageContext, deploymentId: string | undefined): string {
  if (deploymentId === undefined || tx.get("deployment", restApiId, deploymentId) === undefined) {
    throw badRequest("Deployment id does not exist");
  }
  return deploymentId;
}

export function requireDocumentationVersion({ tx, restApiId }: StageContext, version: string): string {
  if (tx.get("documentationVersion", restApiId, version) === undefined) {
    throw badRequest("Invalid Documentation version specified");
  }
  return version;
}

export function requireClientCertificate({ tx }: StageContext, clientCertificateId: string): string {
  if (tx.get("clientCertificate", "", clientCertificateId) === undefined) {
    throw badRequest("Invalid Client Certificate identifier specified");
  }
  return clientCertificateId;
}

/** Throws when the RestApi has as many stages as it may have. */
export function checkStageQuota({ tx, restApiId }: StageContext): void {
  if (tx.list("stage", restApiId).length >= limits.stagesPerApi) {
    throw new Fault("LimitExceededException", "Maximum number of stages for this API has been reached.");
  }
}
