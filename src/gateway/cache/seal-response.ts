/**
 * Cached answers as bytes, and those bytes encrypted: AES-256-GCM under a key for each stage. The keys are derived when
 * they are needed and are kept nowhere.
 */
import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomFillSync,
} from "node:crypto";
import type { CachedResponse, CachePlace } from "./cache.ts";

const algorithm = "aes-256-gcm";
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const nothing = Buffer.alloc(0);

/** Everything about an answer but its body. */
type ResponseHead = Omit<CachedResponse, "body">;

/** Four bytes of length, the head as JSON, the body. */
export function encodeResponse({ body, ...head }: CachedResponse): Buffer {
  const text = Buffer.from(JSON.stringify(head satisfies ResponseHead));
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text, body]);
}

/** What comes from elsewhere is looked at before it is served. */
function isHead(value: unknown): value is ResponseHead {
  if (typeof value !== "object" || value === null) return false;
  const { status, headers, storedAt, expiresAt, headLength } = value as Partial<Record<keyof ResponseHead, unknown>>;
  if (typeof status !== "number" || typeof storedAt !== "number" || typeof expiresAt !== "number") return false;
  if (headLength !== undefined && typeof headLength !== "number") return false;
  return Array.isArray(headers) && headers.length % 2 === 0 && headers.every((text) => typeof text === "string");
}

/** Undefined for bytes that `encodeResponse` has not made. */
export function decodeResponse(bytes: Buffer): CachedResponse | undefined {
  if (bytes.length < 4) return undefined;
  const bodyAt = 4 + bytes.readUInt32BE();
  if (bodyAt > bytes.length) return undefined;
  try {
    const head: unknown = JSON.parse(bytes.toString("utf8", 4, bodyAt));
    return isHead(head) ? { ...head, body: bytes.subarray(bodyAt) } : undefined;
  } catch {
    return undefined;
  }
}

export class ResponseSealer {
  readonly #secret: Buffer;
  readonly #keys = new WeakMap<CachePlace, KeyObject>();

  /** `secret`: 32 bytes that every node with the same cache has. */
  constructor(secret: Buffer) {
    this.#secret = secret;
  }

  #keyOf(place: CachePlace): KeyObject {
    const present = this.#keys.get(place);
    if (present !== undefined) return present;
    const purpose = `response cache ${place.stage}`;
    // Bytes would be made into such an object for each answer, which costs more than its decryption.
    const key = createSecretKey(Buffer.from(hkdfSync("sha256", this.#secret, nothing, purpose, keyBytes)));
    this.#keys.set(place, key);
    return key;
  }

  /** The response encrypted, bound to the key that it is kept under. */
  seal(place: CachePlace, key: string, response: CachedResponse): CachedResponse {
    const nonce = randomFillSync(Buffer.allocUnsafe(nonceBytes));
    const cipher = createCipheriv(algorithm, this.#keyOf(place), nonce, { authTagLength: tagBytes });
    cipher.setAAD(Buffer.from(key));
    const body = Buffer.concat([nonce, cipher.update(encodeResponse(response)), cipher.final(), cipher.getAuthTag()]);
    const { storedAt, expiresAt } = response;
    return { status: 0, headers: [], body, storedAt, expiresAt, sealed: true };
  }

  /** What was sealed under this key; undefined for what does not open: damaged, or sealed with another secret. */
  open(place: CachePlace, key: string, { body }: CachedResponse): CachedResponse | undefined {
    if (body.length < nonceBytes + tagBytes) return undefined;
    const decipher = createDecipheriv(algorithm, this.#keyOf(place), body.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(key));
    decipher.setAuthTag(body.subarray(-tagBytes));
    const plain = decipher.update(body.subarray(nonceBytes, -tagBytes));
    try {
      return decodeResponse(Buffer.concat([plain, decipher.final()]));
    } catch {
      return undefined;
    }
  }
}

/** The secret of the response cache, of the master key: who has it can open cached answers and nothing else. */
export const cacheSecretOf = (masterKey: Buffer): Buffer =>
  Buffer.from(hkdfSync("sha256", masterKey, nothing, "stagewright response cache", keyBytes));
