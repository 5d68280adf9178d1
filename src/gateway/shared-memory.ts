/** What the gateways of all threads have in common: memory that they share, and secrets. Made once a process. */
import type { KeyObject } from "node:crypto";
import { apiKeySecretOf } from "../model/api-key-hash.ts";
import { type BucketSlab, createBucketSlab } from "./buckets/slab.ts";
import { cacheSecretOf } from "./cache/seal-response.ts";
import { createTurnSlab, type TurnSlab } from "./cache/turns.ts";
import { createSamplingSlab, type SamplingSlab } from "./telemetry/tracing/sampler.ts";
import { createUsageSlab, type UsageSlab } from "./usage/slab.ts";

export interface SharedMemory {
  /** Of the token buckets. */
  readonly slab: BucketSlab;
  readonly samplingSlab: SamplingSlab;
  readonly usageSlab: UsageSlab;
  readonly turnSlab: TurnSlab;
  /** Of `cacheSecretOf`. */
  readonly cacheSecret: Buffer;
  /** Of `apiKeySecretOf`. */
  readonly apiKeySecret: KeyObject;
}

export const createSharedMemory = (masterKey: Buffer): SharedMemory => ({
  slab: createBucketSlab(),
  samplingSlab: createSamplingSlab(),
  usageSlab: createUsageSlab(),
  turnSlab: createTurnSlab(),
  cacheSecret: cacheSecretOf(masterKey),
  apiKeySecret: apiKeySecretOf(masterKey),
});
