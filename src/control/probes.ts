/**
 * What the control port tells anyone, unsigned: start scripts, load balancers and Prometheus do not sign. The control port
 * is on loopback unless the operator says otherwise.
 */
import packageJson from "../../package.json" with { type: "json" };
import type { OperationName } from "../model/service.ts";
import type { Store } from "../store/store.ts";
import type { Answer } from "./answer.ts";
import { json } from "./wire/reply.ts";

/** 200 as long as the process serves, whatever else goes wrong: a process that is started anew on a full disk is no better. */
export const healthPath = "/_stagewright/health";

/** 200 while changes can be made, 503 where the last one could not: for what sends changes elsewhere then, or tells somebody. */
export const readyPath = "/_stagewright/ready";

export const metricsPath = "/_stagewright/metrics";

/** Whether a path is one of these. */
export const isProbePath = (path: string): boolean => path === healthPath || path === readyPath || path === metricsPath;

/** What the management API tells of the process, and counts itself. */
export interface ControlMetrics {
  /** Media type of `text`. */
  readonly type: string;
  text(): Promise<Buffer>;
  /** An operation was answered with this status. */
  countOperation(operation: OperationName, status: number): void;
}

export interface ProbeOptions {
  readonly store: Pick<Store, "failsUntil">;
  /** Where clients find the gateway: `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string;
  readonly metrics?: ControlMetrics;
}

/** The answer to a path that is one of these; `now` in epoch milliseconds. Undefined for any other. */
export type Probe = (path: string, now: number) => Answer | Promise<Answer> | undefined;

const said = (status: number, body: object): Answer => ({
  status,
  headers: ["Content-Type", json],
  body: JSON.stringify(body),
});

export function createProbe({ store, gatewayUrl, metrics }: ProbeOptions): Probe {
  // With the gateway, so that a client of the management API can say where its stages are.
  const health = said(200, { status: "ok", version: packageJson.version, gateway: gatewayUrl });
  const ready = said(200, { status: "ok" });
  const refuses = said(503, { status: "changes cannot be stored" });
  return (path, now) => {
    if (path === healthPath) return health;
    if (path === readyPath) return now < store.failsUntil ? refuses : ready;
    return path === metricsPath && metrics !== undefined ? metricsAnswer(metrics) : undefined;
  };
}

const metricsAnswer = async (metrics: ControlMetrics): Promise<Answer> => ({
  status: 200,
  headers: ["Content-Type", metrics.type],
  body: await metrics.text(),
});
