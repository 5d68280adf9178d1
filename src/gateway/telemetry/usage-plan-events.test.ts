import { expect, it } from "vitest";
import { apiId, mockOf, settingOf, snapshotOf, stageName } from "../../../test/support/gateway-fixture.ts";
import { KeyLab, valueFor } from "../../../test/support/key-lab.ts";
import { recordingLogs } from "../../../test/support/recording-logs.ts";
import type { MethodSettingDocument, UsagePlanDocument } from "../../model/documents.ts";

const requestId = "0c9f7b3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";
const group = `API-Gateway-Execution-Logs_${apiId}/${stageName}`;
const place = `${apiId}/${stageName}`;
const keyed = { ...mockOf(), httpMethod: "GET", apiKeyRequired: true };
const masked = "*".repeat(valueFor("key001").length - 6) + "key001";

/** What the log says of the last of so many requests. */
async function lines(
  plan: Partial<UsagePlanDocument>,
  count = 1,
  key = "key001",
  setting: MethodSettingDocument = { ...settingOf(-1, -1), loggingLevel: "INFO" },
): Promise<string[]> {
  const lab = new KeyLab();
  const recorded = recordingLogs();
  lab.putPlan("plan1", plan, ["key001"]);
  const { ask } = lab.gateway({
    snapshots: { dep001: snapshotOf({ "/pets": { GET: keyed } }) },
    stage: { methodSettings: { "*/*": setting } },
    logs: recorded.logs,
  });
  for (let i = 0; i < count; i++) {
    recorded.events.length = 0;
    await ask({ path: "/pets", headers: ["x-amzn-RequestId", requestId, "x-api-key", valueFor(key)] });
  }
  // Without the request's id before each, and without the first, which has a random id.
  return recorded
    .of(group)
    .map((line) => line.slice(requestId.length + 3))
    .slice(1);
}

const verifying = `Verifying Usage Plan for request: ${requestId}. API Key: ${masked} API Stage: ${place}`;

it("tells the key that an execution counts for, masked, and its id", async () => {
  expect(await lines({})).toEqual([
    verifying,
    `Usage Plan check succeeded for API Key ${masked} and API Stage ${place}`,
    `Starting execution for request: ${requestId}`,
    "HTTP Method: GET, Resource Path: /pets",
    `API Key: ${masked}`,
    "API Key ID: key001",
    "Successfully completed execution",
    "Method completed with status: 200",
  ]);
});

it.each<[what: string, plan: Partial<UsagePlanDocument>, line: string]>([
  [
    "the whole plan's limit",
    { throttle: { rateLimit: 0.5, burstLimit: 1 } },
    "exceeded throttle limit for API Stage " +
      `${place}: Key throttle limit exceeded for Usage Plan ID plan1. Limit: 0.50 Burst: 1`,
  ],
  [
    "a method's",
    { apiStages: [{ apiId, stage: stageName, throttle: { "/pets/GET": { rateLimit: 5, burstLimit: 1 } } }] },
    `exceeded throttle limit for API Stage ${place}: Key throttle limit exceeded for Usage Plan ID plan1, ` +
      `RestApi ${apiId}, Stage ${stageName}, Resource res0, HttpMethod GET. Limit: 5.00 Burst: 1`,
  ],
  [
    "the quota",
    { quota: { limit: 1, offset: 0, period: "DAY" } },
    `exceeded quota limit for API Stage ${place}: Key quota exhausted for Usage Plan ID plan1. ` +
      "Quota Limit: 1 Period: DAY",
  ],
])("tells of %s", async (_what, plan, line) => {
  expect(await lines(plan, 2)).toEqual([verifying, `API Key ${masked} ${line}`, "Method completed with status: 429"]);
});

it("tells of the stage's own limit without the key, which has nothing to do with it", async () => {
  const ofStage = { ...settingOf(1, 1), loggingLevel: "INFO" };
  expect(await lines({}, 2, "key001", ofStage)).toEqual([
    verifying,
    `Key throttle limit exceeded for RestApi ${apiId}, Stage ${stageName}. Limit: 1.00 Burst: 1`,
    "Method completed with status: 429",
  ]);
});

it("tells of a key that is none", async () => {
  expect((await lines({}, 1, "nobody")).at(1)).toMatch(/not authorized because method 'GET \/pets' requires API Key/);
});
