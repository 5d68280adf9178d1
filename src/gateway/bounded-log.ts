/** A log that a misconfigured method under load cannot flood. */
import { limits } from "../limits.ts";
import type { GatewayLog } from "./invocation.ts";

/** At most `limits.gatewayLogLines` lines a second; how many were left out stands in the next line that is written. */
export function boundedLog(log: GatewayLog, now: () => number): GatewayLog {
  let second = 0;
  let lines = 0;
  let suppressed = 0;
  return {
    error(details, message) {
      const current = Math.floor(now() / 1_000);
      if (current !== second) {
        second = current;
        lines = 0;
      }
      if (++lines > limits.gatewayLogLines) {
        suppressed++;
        return;
      }
      log.error(suppressed === 0 ? details : { ...details, suppressed }, message);
      suppressed = 0;
    },
  };
}
