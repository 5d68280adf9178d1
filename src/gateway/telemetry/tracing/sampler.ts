/**
 * Which requests of a stage with active tracing are traced: the first of each second, and five of a hundred others, as
 * the default rule of X-Ray has it (facts/runtime.md 7), or as OpenTelemetry's own variables say.
 *
 * The threads of a process share the seconds in memory: a cell holds the last second that was taken by a request of the
 * stages that fall on it. A stage finds its cell by its name, so cells need no owner; stages that meet in one share it.
 */
import { limits } from "../../../limits.ts";
import { type Environment, SettingRefused } from "../../../settings.ts";
import { fnv1a } from "../../fnv.ts";
import { isDisabled } from "../otlp/destination.ts";

/** Sent to worker threads as it stands. */
export type SamplingSlab = SharedArrayBuffer;

export const createSamplingSlab = (): SamplingSlab =>
  new SharedArrayBuffer(limits.samplingCells * Int32Array.BYTES_PER_ELEMENT);

export interface SamplingRule {
  /** What X-Ray calls it; undefined for a rule that is not X-Ray's. */
  readonly name: string | undefined;
  /** Whether the first request of each second is traced in any case. */
  readonly perSecond: boolean;
  /** Which part of the others is, from 0 to 1. */
  readonly rate: number;
}

export const defaultRule: SamplingRule = { name: "Default", perSecond: true, rate: 0.05 };

const ratio = (rate: number): SamplingRule => ({ name: undefined, perSecond: false, rate });

/** Samplers of OpenTelemetry by name; `given` is what OTEL_TRACES_SAMPLER_ARG says, 1 by default. */
const samplers: ReadonlyMap<string, (given: number) => SamplingRule> = new Map([
  ["always_on", () => ratio(1)],
  ["always_off", () => ratio(0)],
  ["traceidratio", ratio],
  ["xray", () => defaultRule],
]);

/**
 * The rule for requests whose caller has not decided; so each sampler is its `parentbased_` form too. Throws a
 * `SettingRefused` for a sampler that there is not.
 */
export function samplingRule(env: Environment): SamplingRule {
  const named = env["OTEL_TRACES_SAMPLER"] ?? "";
  if (named === "" || isDisabled(env)) return defaultRule;
  const rule = samplers.get(named.replace(/^parentbased_/, ""));
  if (rule === undefined) {
    const names = [...samplers.keys()].join(", ");
    throw new SettingRefused(`OTEL_TRACES_SAMPLER must be one of ${names}, not ${JSON.stringify(named)}`);
  }
  const text = env["OTEL_TRACES_SAMPLER_ARG"] || "1";
  const given = Number(text);
  if (rule === ratio && !(given >= 0 && given <= 1)) {
    throw new SettingRefused(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not ${JSON.stringify(text)}`);
  }
  return rule(given);
}

export const samplingCell = (apiId: string, stageName: string): number =>
  fnv1a(`${apiId}/${stageName}`) % limits.samplingCells;

export class Sampler {
  readonly rule: SamplingRule;
  readonly #seconds: Int32Array;
  readonly #random: () => number;

  /** `random`: from 0 up to, but not, 1. */
  constructor(slab: SamplingSlab, rule: SamplingRule = defaultRule, random: () => number = Math.random) {
    this.rule = rule;
    this.#seconds = new Int32Array(slab);
    this.#random = random;
  }

  /** `now`: epoch milliseconds. */
  samples(cell: number, now: number): boolean {
    return (this.rule.perSecond && this.#isFirst(cell, now)) || this.#random() < this.rule.rate;
  }

  #isFirst(cell: number, now: number): boolean {
    const second = Math.floor(now / 1_000) | 0;
    const last = Atomics.load(this.#seconds, cell);
    return last !== second && Atomics.compareExchange(this.#seconds, cell, last, second) === last;
  }
}
