/**
 * What a stage has only one half of, so that nothing comes of it: destination without format, caching without a cache. The
 * service takes each half without a word, since they may be set one after the other (facts/stage.md 4.5).
 */
import type { MethodSetting, PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import type { Terminal } from "./terminal.ts";

interface Half {
  /** The paths of the operations after which it is told. */
  readonly of: RegExp;
  /** What is missing, if anything is. */
  readonly missing: (stage: Stage) => string | undefined;
}

const someMethod = ({ methodSettings = {} }: Stage, is: (setting: MethodSetting) => boolean): boolean =>
  Object.values(methodSettings).some(is);

const halves: readonly Half[] = [
  {
    of: /^\/accessLogSettings\//,
    missing: ({ accessLogSettings: { destinationArn, format } = {} }) => {
      if (destinationArn !== undefined && format !== undefined) return undefined;
      return `No access log is written before ${format === undefined ? "access-log.format" : "access-log.destination"} is set too.`;
    },
  },
  {
    of: /^\/cacheClusterEnabled$/,
    missing: (stage) =>
      someMethod(stage, ({ cachingEnabled }) => cachingEnabled === true)
        ? undefined
        : "No answer is cached before a method's caching is on: caching=on",
  },
  {
    of: /\/caching\/enabled$/,
    missing: ({ cacheClusterEnabled }) =>
      cacheClusterEnabled === true ? undefined : "No answer is cached before the stage has a cache: cache=on",
  },
  {
    of: /\/logging\/dataTrace$/,
    missing: (stage) =>
      someMethod(
        stage,
        ({ dataTraceEnabled, loggingLevel = "OFF" }) => dataTraceEnabled === true && loggingLevel === "OFF",
      )
        ? "No data is traced before logging is ERROR or INFO: logging=INFO"
        : undefined,
  },
  {
    of: /^\/canarySettings\//,
    missing: ({ canarySettings }) =>
      canarySettings?.percentTraffic === 0 ? "The canary gets no requests before canary.percent is set." : undefined,
  },
];

/** Who says `off` or 0 wants nothing to come of it. */
const turnsOn = ({ op, value = "" }: PatchOperation): boolean =>
  op === "replace" && !/^(false|0+(\.0*)?)?$/.test(value);

/** Tells what else a stage needs for what has been set. */
export function noteHalves(terminal: Terminal, operations: readonly PatchOperation[], stage: Stage): void {
  const set = operations.filter(turnsOn);
  for (const { of, missing } of halves) {
    const told = set.some(({ path = "" }) => of.test(path)) ? missing(stage) : undefined;
    if (told !== undefined) terminal.note(`stagewright: ${told}`);
  }
}
