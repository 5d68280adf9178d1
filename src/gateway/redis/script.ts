/** A script that Redis runs, with the name that it is called by. */
import { createHash } from "node:crypto";

export interface RedisScript {
  readonly text: string;
  /** SHA-1, as EVALSHA has it. */
  readonly sha: string;
}

export const redisScript = (text: string): RedisScript => ({
  text,
  sha: createHash("sha1").update(text).digest("hex"),
});
