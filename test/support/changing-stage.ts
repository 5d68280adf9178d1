/**
 * A stage that changes at random while it serves: what it is made of at each moment, the PATCH that leads from one moment
 * to the next, and what an answer tells of the moment that it is from.
 */
import type { PatchOperation } from "@aws-sdk/client-api-gateway";
import { logGroupArn } from "./recording-logs.ts";
import type { Draw } from "./state-fuzz/draw.ts";

/** What is asked with GET. */
export const paths = ["plain", "cached", "gated", "limited"] as const;
export type Path = (typeof paths)[number];

/** One side of a stage. No two moments give a release the same name, but for one that is promoted. */
export interface Side {
  readonly deploymentId: string;
  readonly release: string;
}

interface Sides {
  readonly base: Side;
  readonly canary: (Side & { readonly percent: number; readonly useStageCache: boolean }) | undefined;
}

/** All that a stage is between two PATCHes. */
export interface Moment extends Sides {
  readonly number: number;
  /** The group of the access log; undefined where there is none. */
  readonly group: string | undefined;
  readonly logsExecutions: boolean;
  /** Whether answers to `/cached` are kept. */
  readonly caches: boolean;
  /** Whether `/gated` is let through. */
  readonly isOpen: boolean;
}

/** What the endpoint was told, which is its answer. */
export interface Told {
  /** By the integration's URI, which tells the number that the deployment was made with. */
  readonly deployment: number;
  /** `$context.deploymentId`. */
  readonly deploymentId: string;
  readonly release: string;
  /** `$context.isCanaryRequest`; empty where it has no value. */
  readonly canary: string;
  /** When the endpoint was asked, milliseconds of the test's clock. */
  readonly askedAt: number;
}

/** A line of the access log. Its format names the moment, so that a line tells under which settings it was written. */
export interface LoggedLine {
  readonly id: string;
  readonly moment: number;
  readonly status: number;
  readonly canary: string;
}

const formatOf = (moment: number): string =>
  `{"id":"$context.requestId","moment":${moment},"status":$context.status,"canary":"$context.isCanaryRequest"}`;

export const groups = ["access-a", "access-b"] as const;

export const firstMoment = (deploymentId: string): Moment => ({
  number: 0,
  base: { deploymentId, release: "b0" },
  canary: undefined,
  group: groups[0],
  logsExecutions: false,
  caches: true,
  isOpen: true,
});

const replace = (path: string, value: string | boolean | number): PatchOperation => ({
  op: "replace",
  path,
  value: String(value),
});

const ofCanary = (path: string, value: string | boolean | number): PatchOperation =>
  replace(`/canarySettings/${path}`, value);

const copyOfCanary = (from: string, path: string): PatchOperation => ({
  op: "copy",
  from: `/canarySettings/${from}`,
  path,
});

const withoutCanary: PatchOperation = { op: "remove", path: "/canarySettings" };

interface Turn extends Sides {
  readonly patchOperations: readonly PatchOperation[];
}

/** The canary becomes the stage; then it ends, or is paused. */
function promotion(canary: NonNullable<Moment["canary"]>, draw: Draw): Turn {
  const { deploymentId, release } = canary;
  const stays = draw.chance(50);
  return {
    base: { deploymentId, release },
    canary: stays ? { ...canary, percent: 0 } : undefined,
    patchOperations: [
      copyOfCanary("deploymentId", "/deploymentId"),
      copyOfCanary("stageVariableOverrides", "/variables"),
      stays ? ofCanary("percentTraffic", "0.0") : withoutCanary,
    ],
  };
}

function newSides(number: number, deploymentIds: readonly string[], draw: Draw): Turn {
  const deploymentId = (): string => draw.pick(deploymentIds) ?? "";
  const base = { deploymentId: deploymentId(), release: `b${number}` };
  const canary = {
    deploymentId: deploymentId(),
    release: `c${number}`,
    percent: draw.pick([0, 12.5, 50, 100]) ?? 0,
    useStageCache: draw.chance(50),
  };
  const isThere = draw.chance(65);
  const canaryOperations = [
    ofCanary("percentTraffic", canary.percent),
    ofCanary("deploymentId", canary.deploymentId),
    ofCanary("stageVariableOverrides/release", canary.release),
    ofCanary("useStageCache", canary.useStageCache),
  ];
  return {
    base,
    canary: isThere ? canary : undefined,
    patchOperations: [
      replace("/deploymentId", base.deploymentId),
      replace("/variables/release", base.release),
      ...(isThere ? canaryOperations : [withoutCanary]),
    ],
  };
}

/** The moment behind another one, and the PATCH that leads there. */
export function nextMoment(
  present: Moment,
  deploymentIds: readonly string[],
  draw: Draw,
): { readonly moment: Moment; readonly patchOperations: PatchOperation[] } {
  const number = present.number + 1;
  const { canary } = present;
  // One that is paused may be promoted already: twice would make two moments alike.
  const promotes = canary !== undefined && canary.percent > 0 && draw.chance(30);
  const turn = promotes ? promotion(canary, draw) : newSides(number, deploymentIds, draw);
  const group = draw.chance(80) ? draw.pick(groups) : undefined;
  const [logsExecutions, caches, isOpen] = [draw.chance(50), draw.chance(75), draw.chance(50)];
  const logOperations =
    group === undefined
      ? [{ op: "remove", path: "/accessLogSettings" } as const]
      : [
          replace("/accessLogSettings/destinationArn", logGroupArn(group)),
          replace("/accessLogSettings/format", formatOf(number)),
        ];
  return {
    moment: { number, base: turn.base, canary: turn.canary, group, logsExecutions, caches, isOpen },
    patchOperations: [
      ...turn.patchOperations,
      ...logOperations,
      replace("/*/*/logging/loglevel", logsExecutions ? "INFO" : "OFF"),
      replace("/~1cached/GET/caching/enabled", caches),
      replace("/~1gated/GET/throttling/burstLimit", isOpen ? 1_000_000 : 0),
    ],
  };
}

/** What turns a new stage into the first moment. `burst`: how many requests `/limited` lets through, in all. */
export const firstOperations = (burst: number): PatchOperation[] => [
  replace("/variables/release", "b0"),
  replace("/cacheClusterEnabled", true),
  replace("/~1cached/GET/caching/enabled", true),
  replace("/accessLogSettings/destinationArn", logGroupArn(groups[0])),
  replace("/accessLogSettings/format", formatOf(0)),
  replace("/~1gated/GET/throttling/rateLimit", 1_000_000),
  replace("/~1gated/GET/throttling/burstLimit", 1_000_000),
  // A bucket that is never filled again.
  replace("/~1limited/GET/throttling/rateLimit", 0),
  replace("/~1limited/GET/throttling/burstLimit", burst),
];

/** Whether an answer is that of one side of a moment, with all that belongs to it. */
export function isOf({ base, canary }: Moment, told: Told): boolean {
  const fits = ({ deploymentId, release }: Side, flag: string): boolean =>
    told.deploymentId === deploymentId && told.release === release && told.canary === flag;
  if (canary === undefined) return fits(base, "");
  return (canary.percent < 100 && fits(base, "false")) || (canary.percent > 0 && fits(canary, "true"));
}
