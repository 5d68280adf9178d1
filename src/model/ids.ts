/** Identifiers in the service's forms (facts/stage.md 1.6). */
import { randomBytes, randomUUID } from "node:crypto";

const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
/** The largest multiple of the alphabet's length below 256: bytes from here on would favour its first letters. */
const unbiased = 256 - (256 % alphabet.length);

/** Lengths of identifiers by resource; all are lower-case letters and digits. */
const idLengths = {
  restApi: 10,
  rootResource: 10,
  resource: 6,
  deployment: 6,
  clientCertificate: 6,
  model: 6,
  authorizer: 6,
  requestValidator: 6,
  documentationPart: 6,
  apiKey: 10,
  usagePlan: 6,
  vpcLink: 6,
  domainName: 10,
  regionalDomain: 10,
  distribution: 13,
} as const;

export type IdKind = keyof typeof idLengths;

/** Random bytes that are not used yet: an import makes ten thousand identifiers at once. */
let pool = Buffer.alloc(0);
let used = 0;

function randomByte(): number {
  if (used === pool.length) {
    pool = randomBytes(poolSize);
    used = 0;
  }
  return pool[used++] as number;
}

const poolSize = 4_096;

/** A new random identifier for a resource of this kind, e.g. `a1b2c3d4e5`. */
export function newId(kind: IdKind): string {
  const length = idLengths[kind];
  let id = "";
  while (id.length < length) {
    const byte = randomByte();
    if (byte < unbiased) id += alphabet[byte % alphabet.length];
  }
  return id;
}

/** A request id: a UUID v4. */
export const newRequestId = (): string => randomUUID();
