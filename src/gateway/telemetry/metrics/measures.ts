/**
 * What is measured of each request (facts/runtime.md 6), as data, and where it stands in a series' array of numbers: the
 * counts first, then two numbers for each bucket of each histogram.
 */
import type { Invocation } from "../../invocation.ts";

/** Upper bounds of the buckets of latencies, milliseconds, each of them included; what is slower is in one bucket more. */
export const latencyBounds: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 30_000,
];
export const bucketCount = latencyBounds.length + 1;

export interface Measure {
  /** As CloudWatch has it. */
  readonly name: string;
  /** As Prometheus and OpenTelemetry have it, without the prefix and without the unit. */
  readonly word: string;
  readonly help: string;
  /** Where its numbers begin. */
  readonly at: number;
  /** Whether a series without any such request leaves the measure out. */
  readonly optional: boolean;
}

const count = (at: number, name: string, word: string, help: string, optional = false): Measure => ({
  name,
  word,
  help,
  at,
  optional,
});

const requestsAt = 0;
const clientErrorsAt = 1;
const serverErrorsAt = 2;
const cacheHitsAt = 3;
const cacheMissesAt = 4;
const latencyAt = 5;
const integrationLatencyAt = latencyAt + 2 * bucketCount;

/** How many numbers a series has. */
export const seriesWidth = integrationLatencyAt + 2 * bucketCount;

export const counters: readonly Measure[] = [
  count(requestsAt, "Count", "requests", "Requests."),
  count(clientErrorsAt, "4XXError", "4xx_errors", "Requests that were answered with a status from 400 to 499."),
  count(serverErrorsAt, "5XXError", "5xx_errors", "Requests that were answered with a status of 500 or more."),
  count(cacheHitsAt, "CacheHitCount", "cache_hits", "Requests that the response cache answered.", true),
  count(cacheMissesAt, "CacheMissCount", "cache_misses", "Requests that the response cache had no answer for.", true),
];

/** Count of a bucket at `at + bucket`, sum of its milliseconds at `at + bucketCount + bucket`. */
export const histograms: readonly Measure[] = [
  count(latencyAt, "Latency", "latency", "From the request's head to the last byte of the reply."),
  count(
    integrationLatencyAt,
    "IntegrationLatency",
    "integration_latency",
    "From the call of the endpoint to the head of its answer, or its failure.",
    true,
  ),
];

function bucketOf(milliseconds: number): number {
  let bucket = 0;
  while (bucket < latencyBounds.length && milliseconds > (latencyBounds[bucket] as number)) bucket++;
  return bucket;
}

/** `from` and `to`: epoch milliseconds. A clock that was set back makes no latency. */
function observe(values: Float64Array, at: number, from: number, to: number): void {
  const milliseconds = to > from ? to - from : 0;
  const bucket = at + bucketOf(milliseconds);
  values[bucket] = (values[bucket] as number) + 1;
  values[bucket + bucketCount] = (values[bucket + bucketCount] as number) + milliseconds;
}

function increment(values: Float64Array, at: number): void {
  values[at] = (values[at] as number) + 1;
}

/**
 * Counts a request that is over. A client that was gone before it had an answer is a request, without an error or a
 * latency: nobody was told a status.
 */
export function countRequest(values: Float64Array, invocation: Invocation): void {
  const { exchange, cacheResult, endpointCalledAt, endpointAnsweredAt } = invocation;
  const { status } = exchange.reply;
  increment(values, requestsAt);
  if (status >= 500) increment(values, serverErrorsAt);
  else if (status >= 400) increment(values, clientErrorsAt);
  if (cacheResult !== undefined) increment(values, cacheResult === "hit" ? cacheHitsAt : cacheMissesAt);
  if (status !== 0) observe(values, latencyAt, exchange.startedAt, invocation.endedAt);
  if (endpointAnsweredAt !== 0) observe(values, integrationLatencyAt, endpointCalledAt, endpointAnsweredAt);
}

export function addInto(sum: Float64Array, values: Float64Array): void {
  for (let i = 0; i < values.length; i++) sum[i] = (sum[i] as number) + (values[i] as number);
}

/** Over the buckets from `at` on. */
function sumOf(values: Float64Array, at: number): number {
  let sum = 0;
  for (let i = at; i < at + bucketCount; i++) sum += values[i] as number;
  return sum;
}

/** How many requests a histogram has. */
export const histogramCount = (values: Float64Array, { at }: Measure): number => sumOf(values, at);

/** Their milliseconds together. */
export const histogramSum = (values: Float64Array, { at }: Measure): number => sumOf(values, at + bucketCount);
