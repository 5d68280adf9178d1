/** Random identifiers of a request that are not its request id: the extended id and the trace id. */
import { randomFillSync } from "node:crypto";

/** Random bytes are drawn in bulk: a system call for each request would cost more than the rest of the id. */
const pool = Buffer.allocUnsafeSlow(8_184);
let used = pool.length;

function randomText(bytes: number, encoding: "base64" | "hex"): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString(encoding, used - bytes, used);
}

/** `x-amz-apigw-id`: 16 characters of base64 that end in `=` (facts/stage.md 1.6). */
export const newExtendedRequestId = (): string => randomText(11, "base64");

/** A trace's root: `1-{8 hex: epoch seconds}-{24 hex}` (facts/runtime.md 7). */
export const newRoot = (now: number): string =>
  `1-${Math.floor(now / 1_000)
    .toString(16)
    .padStart(8, "0")}-${randomText(12, "hex")}`;

/** The id of a segment or a span: 16 hex digits. */
export const newSpanId = (): string => randomText(8, "hex");

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A client may choose its request id, if it is a UUID (facts/runtime.md 4). */
export const isRequestId = (text: string | undefined): text is string =>
  text !== undefined && text.length === 36 && uuid.test(text);
