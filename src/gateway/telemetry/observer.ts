/** Who hears of a request when it is over: logs now, and whatever else looks at requests without taking part in them. */
import type { Invocation } from "../invocation.ts";

/**
 * Called once for each request of a method, after the last byte of its reply went out or its client was gone. Must be
 * quick and not throw. A method that nobody observes has no step for it.
 */
export type Observer = (invocation: Invocation) => void;
