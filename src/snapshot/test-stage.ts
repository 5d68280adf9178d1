/** The stage that a method is tested on: made for one test from the live definition, and seen by no table (facts/control.md 3.1). */
import { everyMethod, defaultMethodSetting } from "../model/method-settings.ts";
import type { SnapshotDocument, StageDocument } from "../model/documents.ts";
import { compact, type StringMap } from "../model/record.ts";
import { compileStage } from "./compile.ts";
import type { StageProgram } from "./program.ts";
import type { ClientCertificatePems } from "./table.ts";
import type { AccountLimits } from "./throttle.ts";

/** What `$context.stage` says in a test. */
const testStageName = "test-invoke-stage";

export interface TestStage {
  /** What `$context.stage` says in its place. */
  readonly stageName?: string;
  readonly snapshot: SnapshotDocument;
  readonly variables: StringMap | undefined;
  readonly clientCertificate: ClientCertificatePems | undefined;
}

/** There is no deployment, no cache, no limit and no metrics; everything is logged, for the test's own answer. */
export function compileTestStage(test: TestStage, account: AccountLimits): StageProgram {
  const { snapshot, variables, clientCertificate, stageName = testStageName } = test;
  const setting = { ...defaultMethodSetting, loggingLevel: "INFO", dataTraceEnabled: true };
  const stage: StageDocument = compact({
    stageName,
    deploymentId: "",
    cacheClusterEnabled: false,
    methodSettings: { [everyMethod]: setting },
    variables,
    tracingEnabled: false,
    createdDate: 0,
    lastUpdatedDate: 0,
  });
  return compileStage(snapshot.restApi.id, { stage, clientCertificate, slots: new Map() }, () => snapshot, account);
}
