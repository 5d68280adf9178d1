/** Takes in a control request's whole body, up to the bound. */
import { Fault } from "../errors.ts";
import type { BodySource } from "../gateway/transport.ts";
import { limits } from "../limits.ts";

const nothing = Buffer.alloc(0);

/**
 * Calls one of the three, once: the whole body; a refusal for the caller (413); or that the request broke off, and then
 * nobody waits for an answer.
 */
export function collectBody(
  source: BodySource | undefined,
  onBody: (body: Buffer) => void,
  onRefused: (fault: Fault) => void,
  onBroken: () => void,
): void {
  if (source === undefined || source.length === 0) {
    source?.discard();
    onBody(nothing);
    return;
  }
  if (source.length > limits.controlBody) {
    source.discard();
    onRefused(tooLarge());
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let settled = false;
  source.read({
    onData(chunk) {
      if (settled) return;
      size += chunk.length;
      if (size > limits.controlBody) {
        settled = true;
        source.discard();
        onRefused(tooLarge());
        return;
      }
      // The chunk is only valid during this call.
      chunks.push(Buffer.from(chunk));
    },
    onEnd() {
      if (settled) return;
      settled = true;
      onBody(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size));
    },
    onError() {
      if (settled) return;
      settled = true;
      onBroken();
    },
  });
}

const tooLarge = () =>
  new Fault("RequestEntityTooLargeException", `The request body is larger than ${limits.controlBody} bytes`);
