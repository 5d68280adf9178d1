/** A log that one cause, met again and again, cannot flood: a misconfigured method under load, a full disk. */
import type { GatewayLog } from "./gateway/invocation.ts";
import { limits } from "./limits.ts";

/** At most `limits.logLines` lines a second; how many were left out stands in the next line that is written. */
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
      if (++lines > limits.logLines) {
        suppressed++;
        return;
      }
      log.error(suppressed === 0 ? details : { ...details, suppressed }, message);
      suppressed = 0;
    },
  };
}
