/** One of the questions that are asked before a request may go on, as access logs tell of it (facts/runtime.md 4.1). */
import { Refusal } from "./gateway-response.ts";

export interface AccessPhase {
  readonly status: number;
  /** Milliseconds. */
  readonly latency: number;
  /** What the client was told; undefined where nothing was wrong. */
  readonly error: string | undefined;
}

/** A phase that is over. Times are epoch milliseconds, and clocks may step back. */
export function phaseOf(startedAt: number, endedAt: number, failure?: unknown): AccessPhase {
  const latency = Math.max(0, endedAt - startedAt);
  if (failure === undefined) return { status: 200, latency, error: undefined };
  const { status, message } = failure instanceof Refusal ? failure.response : { status: 500, message: undefined };
  return { status, latency, error: message ?? undefined };
}
