/**
 * What a step of the pipeline is: a plain function of the exchange and what is known about it. No promises, and nothing
 * made anew for each request: what a step needs was compiled into the method it runs for.
 */
import type { MethodPlan } from "../snapshot/program.ts";
import type { Exchange } from "./exchange.ts";
import type { Invocation } from "./invocation.ts";

/** The next step runs at once. */
export const CONTINUE = 0;
/** The request is answered; no step runs after this one. */
export const DONE = 1;
/** Something is under way; whoever finishes it calls `advance`. */
export const WAIT = 2;

export type Outcome = typeof CONTINUE | typeof DONE | typeof WAIT;

/** May throw a `Refusal`, which answers the request; anything else that is thrown answers 500 and is logged. */
export type Step = (exchange: Exchange, invocation: Invocation) => Outcome;

/** One row of the pipeline. */
export interface PipelineStep {
  readonly name: string;
  /** Whether the step has anything to do for a method; if not, it is not in the method's list at all. */
  readonly needed: (plan: MethodPlan) => boolean;
  readonly run: Step;
}
