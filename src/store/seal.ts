/**
 * Secrets at rest: AES-256-GCM under the data dir's master key.
 *
 * A sealed text is `v1.` and the base64url of nonce (12 bytes), ciphertext and tag (16 bytes). The purpose is bound to it
 * as additional data, so that what was sealed for one use (or one document) does not open as another.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const prefix = "v1.";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A sealed text that does not open: another key, another purpose, damaged, or of a later version. */
export class SealBroken extends Error {
  override readonly name = "SealBroken";
}

function checkKey(key: Buffer): void {
  if (key.length !== keyBytes) throw new RangeError(`the sealing key must have ${keyBytes} bytes, not ${key.length}`);
}

/** Seals a text. The key has 32 bytes; each call takes a new random nonce, so equal texts never look equal. */
export function seal(plain: string, key: Buffer, purpose: string): string {
  checkKey(key);
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(prefix + purpose));
  const ciphertext = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  return prefix + Buffer.concat([nonce, ciphertext, cipher.getAuthTag()]).toString("base64url");
}

/** The text that was sealed with this key for this purpose. Throws `SealBroken` for anything else. */
export function open(sealed: string, key: Buffer, purpose: string): string {
  checkKey(key);
  if (!sealed.startsWith(prefix)) throw new SealBroken("not a sealed text of this version");
  const text = sealed.slice(prefix.length);
  const bytes = Buffer.from(text, "base64url");
  // Node skips characters that are not base64url: only the one spelling that `seal` wrote is taken.
  if (bytes.toString("base64url") !== text || bytes.length < nonceBytes + tagBytes) {
    throw new SealBroken("a sealed text is damaged");
  }
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(prefix + purpose));
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  const plain = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
  try {
    return Buffer.concat([plain, decipher.final()]).toString("utf8");
  } catch {
    throw new SealBroken("a sealed text does not open with this key for this purpose");
  }
}
