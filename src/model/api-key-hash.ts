/**
 * How an ApiKey is found by its value: a keyed hash. Whoever reads the store cannot try values against it without the
 * master key, and looking a hash up takes the same time whatever part of a wrong value is right.
 */
import { createHmac, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

const secretBytes = 32;
const nothing = Buffer.alloc(0);

/**
 * What values are hashed with: 32 bytes, of the data dir's master key. As a key object, which OpenSSL need not make anew
 * for each request, and which threads can be given.
 */
export const apiKeySecretOf = (masterKey: Buffer): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync("sha256", masterKey, nothing, "stagewright api key values", secretBytes)));

/** 43 characters of base64url. */
export const hashApiKey = (value: string, secret: KeyObject): string =>
  createHmac("sha256", secret).update(value).digest("base64url");
