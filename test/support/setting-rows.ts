/** What each property of a Stage changes about traffic, as a table: `test/every-setting.test.ts` runs it. */
import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { type Answer, type Change, type LabStage, stageName } from "./stage-lab.ts";

type Look = (stage: LabStage) => Promise<unknown>;

export interface SettingRow {
  /** What is set before the first look. */
  readonly given?: (stage: LabStage) => Promise<unknown>;
  readonly change: (stage: LabStage) => Promise<unknown>;
  /** Sends traffic, and tells what it showed. */
  readonly traffic: Look;
  /** What traffic leaves elsewhere, a moment later; then this is compared, and not what `traffic` told. */
  readonly leaves?: Look;
  readonly before: unknown;
  readonly after: unknown;
}

// --- changes

const replace =
  (...changes: readonly Change[]) =>
  (stage: LabStage): Promise<void> =>
    stage.replace(...changes);

/** Properties that no PATCH may change; it is refused as a whole. */
const refuses =
  (path: string, value: string) =>
  async (stage: LabStage): Promise<void> => {
    const refused = stage.replace(["/variables/release", "changed"], [path, value]);
    await expect(refused).rejects.toMatchObject({ name: "BadRequestException" });
  };

const cacheOn = async (stage: LabStage): Promise<void> => {
  await stage.replace(["/cacheClusterEnabled", "true"], ["/*/*/caching/enabled", "true"]);
  await stage.untilAvailable();
};

const andAvailable =
  (change: (stage: LabStage) => Promise<unknown>) =>
  async (stage: LabStage): Promise<void> => {
    await change(stage);
    await stage.untilAvailable();
  };

const inTurn =
  (...changes: readonly ((stage: LabStage) => Promise<unknown>)[]) =>
  async (stage: LabStage): Promise<void> => {
    for (const change of changes) await change(stage);
  };

const redCanary = replace(
  ["/canarySettings/percentTraffic", "100"],
  ["/canarySettings/stageVariableOverrides/release", "red"],
);

// --- looks

/** What the backend was asked for. */
const target = async (stage: LabStage): Promise<unknown> => (await stage.ask()).text.split(": ").at(-1);
const status = async (stage: LabStage): Promise<number> => (await stage.ask()).status;

/** The status, and a property as the management API shows it. */
const shows =
  (property: "cacheClusterStatus" | "description" | "documentationVersion" | "stageName" | "tags" | "webAclArn") =>
  async (stage: LabStage): Promise<unknown> => [await status(stage), (await stage.get())[property]];

/** Whether the stage was changed since it was made. */
const isChanged = async (stage: LabStage): Promise<boolean> => {
  const { createdDate, lastUpdatedDate } = await stage.get();
  return Number(lastUpdatedDate) > Number(createdDate);
};

/** Whether the second of two equal requests is answered without the backend. */
const isCached = async (stage: LabStage): Promise<boolean> => {
  const first = await stage.ask();
  return (await stage.ask()).text === first.text;
};

const callsOfOne = (stage: LabStage): Promise<number> => stage.calls(() => stage.ask());

/**
 * Requests that ask for a fresh answer, once there is a cached one, from anyone and from who signs: their status, their
 * warning, and the calls that they made.
 */
const askForFresh = async (stage: LabStage): Promise<unknown> => {
  await stage.ask();
  const seen: unknown[] = [];
  for (const by of ["ask", "askSigned"] as const) {
    let answer: Answer | undefined;
    const calls = await stage.calls(async () => {
      answer = await stage[by]("/pets", { "cache-control": "max-age=0" });
    });
    seen.push([answer?.status, answer?.headers.has("warning"), calls]);
  }
  return seen;
};

const ignored = [200, true, 0];
const refreshed = [200, false, 1];

const lastOfThree = async (stage: LabStage): Promise<number> => {
  await stage.ask();
  await stage.ask();
  return status(stage);
};

const accessLog = (group: string): string => `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;
const accessLogGroup = ({ restApiId }: LabStage): string => `access-${restApiId}`;
const accessLogOn = (stage: LabStage): Promise<void> =>
  stage.replace(
    ["/accessLogSettings/format", "first $context.requestId"],
    ["/accessLogSettings/destinationArn", accessLog(accessLogGroup(stage))],
  );
const executionLog = ({ restApiId }: LabStage): string => `API-Gateway-Execution-Logs_${restApiId}/${stageName}`;

/** By property of the Stage; of structures within it, by theirs. */
export const stageRows: Readonly<Record<string, SettingRow>> = {
  deploymentId: {
    change: (stage) => stage.replace(["/deploymentId", stage.deployments[1]]),
    traffic: target,
    before: "/1/blue",
    after: "/2/blue",
  },
  clientCertificateId: {
    change: (stage) => stage.replace(["/clientCertificateId", stage.certificateId]),
    traffic: async (stage) => (await stage.ask("/secure")).status,
    before: 504,
    after: 200,
  },
  stageName: {
    change: refuses("/stageName", "other"),
    traffic: shows("stageName"),
    before: [200, stageName],
    after: [200, stageName],
  },
  description: {
    change: replace(["/description", "serves shops"]),
    traffic: shows("description"),
    before: [200, undefined],
    after: [200, "serves shops"],
  },
  cacheClusterEnabled: {
    given: replace(["/*/*/caching/enabled", "true"]),
    change: andAvailable(replace(["/cacheClusterEnabled", "true"])),
    traffic: isCached,
    before: false,
    after: true,
  },
  // Another size is another cluster: what was cached is gone.
  cacheClusterSize: {
    given: inTurn(cacheOn, status),
    change: andAvailable(replace(["/cacheClusterSize", "1.6"])),
    traffic: callsOfOne,
    before: 0,
    after: 1,
  },
  cacheClusterStatus: {
    change: inTurn(refuses("/cacheClusterStatus", "AVAILABLE"), cacheOn),
    traffic: shows("cacheClusterStatus"),
    before: [200, "NOT_AVAILABLE"],
    after: [200, "AVAILABLE"],
  },
  // A method's own setting holds in place of that of every method.
  methodSettings: {
    given: replace(["/*/*/throttling/burstLimit", "0"]),
    change: replace(["/~1pets/GET/throttling/burstLimit", "100"]),
    traffic: status,
    before: 429,
    after: 200,
  },
  variables: {
    change: replace(["/variables/release", "green"]),
    traffic: target,
    before: "/1/blue",
    after: "/1/green",
  },
  documentationVersion: {
    given: ({ client, restApiId }) => client.createDocumentationVersion({ restApiId, documentationVersion: "1.0" }),
    change: replace(["/documentationVersion", "1.0"]),
    traffic: shows("documentationVersion"),
    before: [200, undefined],
    after: [200, "1.0"],
  },
  accessLogSettings: {
    change: accessLogOn,
    traffic: status,
    leaves: (stage) => stage.logged(accessLogGroup(stage)),
    before: [],
    after: [1],
  },
  "accessLogSettings.format": {
    given: accessLogOn,
    change: replace(["/accessLogSettings/format", "second $context.requestId $context.status"]),
    traffic: status,
    leaves: async (stage) => {
      const [first, second] = stage.asked;
      const text = await stage.log(accessLogGroup(stage));
      return text.replace(first ?? "-", "{0}").replace(second ?? "-", "{1}");
    },
    before: "first {0}\n",
    after: "first {0}\nsecond {1} 200\n",
  },
  "accessLogSettings.destinationArn": {
    given: accessLogOn,
    change: (stage) => stage.replace(["/accessLogSettings/destinationArn", accessLog(`other-${stage.restApiId}`)]),
    traffic: status,
    leaves: async (stage) => [
      await stage.logged(accessLogGroup(stage)),
      await stage.logged(`other-${stage.restApiId}`),
    ],
    before: [[0], []],
    after: [[0], [1]],
  },
  canarySettings: {
    given: redCanary,
    change: ({ client, restApiId }) =>
      client.updateStage({ restApiId, stageName, patchOperations: [{ op: "remove", path: "/canarySettings" }] }),
    traffic: target,
    before: "/1/red",
    after: "/1/blue",
  },
  "canarySettings.percentTraffic": {
    given: replace(["/canarySettings/stageVariableOverrides/release", "red"], ["/canarySettings/percentTraffic", "0"]),
    change: replace(["/canarySettings/percentTraffic", "100"]),
    traffic: target,
    before: "/1/blue",
    after: "/1/red",
  },
  "canarySettings.deploymentId": {
    given: replace(["/canarySettings/percentTraffic", "100"]),
    change: (stage) => stage.replace(["/canarySettings/deploymentId", stage.deployments[1]]),
    traffic: target,
    before: "/1/blue",
    after: "/2/blue",
  },
  "canarySettings.stageVariableOverrides": {
    given: replace(["/canarySettings/percentTraffic", "100"]),
    change: replace(["/canarySettings/stageVariableOverrides/release", "red"]),
    traffic: target,
    before: "/1/blue",
    after: "/1/red",
  },
  // The stage has a cached answer from before the canary: whose release it tells is whose cache it is from.
  "canarySettings.useStageCache": {
    given: inTurn(cacheOn, status, redCanary),
    change: replace(["/canarySettings/useStageCache", "true"]),
    traffic: target,
    before: "/1/red",
    after: "/1/blue",
  },
  // The first request of a second is traced.
  tracingEnabled: {
    change: replace(["/tracingEnabled", "true"]),
    traffic: status,
    leaves: (stage) => stage.logged("xray/segments"),
    before: [],
    after: [1],
  },
  webAclArn: {
    change: refuses("/webAclArn", "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/a/1"),
    traffic: shows("webAclArn"),
    before: [200, undefined],
    after: [200, undefined],
  },
  tags: {
    change: async (stage) => {
      await refuses("/tags/team", "shops")(stage);
      const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${stage.restApiId}/stages/${stageName}`;
      await stage.client.tagResource({ resourceArn, tags: { team: "shops" } });
    },
    traffic: shows("tags"),
    before: [200, undefined],
    after: [200, { team: "shops" }],
  },
  createdDate: { change: refuses("/createdDate", "0"), traffic: target, before: "/1/blue", after: "/1/blue" },
  // It is told in whole seconds.
  lastUpdatedDate: {
    change: async (stage) => {
      await refuses("/lastUpdatedDate", "0")(stage);
      while (!(await isChanged(stage))) {
        await delay(100);
        await stage.replace(["/variables/release", "green"]);
      }
    },
    traffic: async (stage) => [await target(stage), await isChanged(stage)],
    before: ["/1/blue", false],
    after: ["/1/green", true],
  },
};

/** By the leaf's path behind the method. */
export const leafRows: Readonly<Record<string, SettingRow>> = {
  "metrics/enabled": {
    change: replace(["/*/*/metrics/enabled", "true"]),
    traffic: status,
    leaves: async (stage) => (await stage.metrics()).some((line) => line.includes('resource="/pets"')),
    before: false,
    after: true,
  },
  "logging/loglevel": {
    change: replace(["/*/*/logging/loglevel", "INFO"]),
    traffic: status,
    leaves: (stage) => stage.logged(executionLog(stage)),
    before: [],
    after: [1],
  },
  "logging/dataTrace": {
    given: replace(["/*/*/logging/loglevel", "INFO"]),
    change: replace(["/*/*/logging/dataTrace", "true"]),
    traffic: status,
    leaves: async (stage) => [
      await stage.logged(executionLog(stage)),
      await stage.logged(executionLog(stage), (_, number) => `request number ${number}`),
    ],
    before: [[0], []],
    after: [[0, 1], [1]],
  },
  "throttling/burstLimit": {
    change: replace(["/*/*/throttling/burstLimit", "0"]),
    traffic: status,
    before: 200,
    after: 429,
  },
  "throttling/rateLimit": {
    given: replace(["/*/*/throttling/burstLimit", "2"], ["/*/*/throttling/rateLimit", "10000"]),
    change: replace(["/*/*/throttling/rateLimit", "0.001"]),
    traffic: lastOfThree,
    before: 200,
    after: 429,
  },
  "caching/enabled": {
    given: andAvailable(replace(["/cacheClusterEnabled", "true"])),
    change: replace(["/*/*/caching/enabled", "true"]),
    traffic: isCached,
    before: false,
    after: true,
  },
  "caching/ttlInSeconds": {
    given: cacheOn,
    change: replace(["/*/*/caching/ttlInSeconds", "0"]),
    traffic: isCached,
    before: true,
    after: false,
  },
  // What was kept in the clear is not used any more.
  "caching/dataEncrypted": {
    given: inTurn(cacheOn, status),
    change: replace(["/*/*/caching/dataEncrypted", "true"]),
    traffic: async (stage) => [await callsOfOne(stage), await callsOfOne(stage)],
    before: [0, 0],
    after: [1, 0],
  },
  "caching/requireAuthorizationForCacheControl": {
    given: cacheOn,
    change: replace(["/*/*/caching/requireAuthorizationForCacheControl", "false"]),
    traffic: askForFresh,
    before: [ignored, refreshed],
    after: [refreshed, refreshed],
  },
  "caching/unauthorizedCacheControlHeaderStrategy": {
    given: cacheOn,
    change: replace(["/*/*/caching/unauthorizedCacheControlHeaderStrategy", "FAIL_WITH_403"]),
    traffic: askForFresh,
    before: [ignored, refreshed],
    after: [[403, false, 0], refreshed],
  },
};
