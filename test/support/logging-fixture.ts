/** A stage that logs executions, and what it logged. */
import { expect } from "vitest";
import { defaultMethodSetting } from "../../src/model/method-settings.ts";
import type { MethodDocument, MethodSettingDocument } from "../../src/model/documents.ts";
import {
  apiId,
  endpointHost,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  methodOf,
  snapshotOf,
  stageName,
} from "./gateway-fixture.ts";
import { type RecordingLogs, recordingLogs } from "./recording-logs.ts";

export const requestId = "0c9f7b3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";
export const group = `API-Gateway-Execution-Logs_${apiId}/${stageName}`;
export const idHeader = ["x-amzn-RequestId", requestId];

type Logging = GatewayFixture & RecordingLogs;

export function logging(
  setting: Partial<MethodSettingDocument>,
  method: MethodDocument = methodOf({ uri: `http://${endpointHost}/pets/{petId}` }),
  options: Partial<FixtureInput> = {},
): Logging {
  const recorded = recordingLogs();
  const gateway = gatewayOf({
    snapshots: { dep001: snapshotOf({ "/pets/{petId}": { ANY: method } }) },
    ...options,
    stage: { methodSettings: { "*/*": { ...defaultMethodSetting, ...setting } }, ...options.stage },
    logs: recorded.logs,
  });
  return { ...gateway, ...recorded };
}

/** The lines of the group, without the request id before each and with the ids of the gateway's own as words. */
export function linesOf({ of }: RecordingLogs, name = group): string[] {
  return of(name).map((line) => {
    expect(line.startsWith(`(${requestId}) `)).toBe(true);
    return line
      .slice(requestId.length + 3)
      .replace(/[\w+/]{15}=/g, "{extendedId}")
      .replace(/Root=1-[0-9a-f]{8}-[0-9a-f]{24}/g, "{trace}");
  });
}

export const info = { loggingLevel: "INFO" };
export const infoWithData = { loggingLevel: "INFO", dataTraceEnabled: true };
export const asked = { path: "/pets/12%203", headers: idHeader };
