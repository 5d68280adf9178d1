/**
 * AWS Signature Version 4, the server's side: who signed this request, and is it what they signed? Both forms are
 * understood, the Authorization header and the presigned query. Errors: facts/stage.md 1.5.
 *
 * This runs on every control request and on every call of a method with AWS_IAM, so it parses and hashes in one pass with
 * node's own crypto.
 */
import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { Fault } from "../errors.ts";
import { headerOf } from "../gateway/exchange.ts";
import type { HeaderList } from "../gateway/transport.ts";
import { limits } from "../limits.ts";
import { canonicalHeaders, canonicalPath, canonicalQuery } from "./canonical.ts";
import { readClaim, type SignatureClaim } from "./claim.ts";
import { basicDate } from "./time.ts";

/** A request as it came, up to its body. */
export interface SignedHead {
  readonly method: string;
  /** As sent, up to `?`. */
  readonly path: string;
  /** As sent, after `?`. */
  readonly query: string;
  readonly headers: HeaderList;
}

export interface SigningIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  /** The name in the credential scope: `apigateway` for the management API, `execute-api` for clients. */
  readonly service: string;
}

export interface VerifierOptions {
  /** Whether who signed wrongly is told what should have been signed, as clients of the service are. */
  readonly explains?: boolean;
  /** Headers that must be signed where they are sent, as Host must be always: what they say changes what is asked for. */
  readonly signs?: readonly string[];
  /** Whether `;` separates the pairs of a query as `&` does: what is signed is what is read. */
  readonly semicolons?: boolean;
}

/**
 * Checks a request's head; throws the Fault that the caller is to be told. `now` is epoch milliseconds. What is left is to
 * check the body, which the returned function does; undefined when the signature leaves the body open.
 *
 * A caller who declares the body's hash is known before the body is read: others cannot make us keep one in memory.
 */
export type VerifySignature = (head: SignedHead, now: number) => CheckBody | undefined;

/** Throws a Fault for a body that is not the one which was signed. */
export type CheckBody = (body: Buffer) => void;

const algorithm = "AWS4-HMAC-SHA256";
const unsignedPayload = "UNSIGNED-PAYLOAD";

/** A verifier for one access key, one region, one service. It keeps the signing keys of the last few days. */
export function createVerifier(identity: SigningIdentity, options: VerifierOptions = {}): VerifySignature {
  const { explains = false, signs = [], semicolons = false } = options;
  const signingKeys = new Map<string, KeyObject>();
  const signingKey = (date: string): KeyObject => {
    const known = signingKeys.get(date);
    if (known !== undefined) return known;
    const key = deriveKey(identity, date);
    if (signingKeys.size >= limits.signingKeys) signingKeys.clear();
    signingKeys.set(date, key);
    return key;
  };
  return (head, now) => {
    const claim = readClaim(head);
    checkScope(claim, identity);
    checkTime(claim, now);
    for (const name of signs) checkSigned(name, head.headers, claim);
    const declared = headerOf(head.headers, "x-amz-content-sha256") ?? claim.payloadHash;
    const check = (payload: string): void => {
      const canonical = canonicalRequest(head, claim, payload, semicolons);
      const text = stringToSign(claim, canonical);
      if (equalDigests(sign(signingKey(claim.scope.date), text), claim.signature)) return;
      throw invalid(explains ? wrongSignature + explanation(canonical, text) : wrongSignature);
    };
    if (declared === undefined) return (body) => check(hash("sha256", body, "hex"));
    check(declared);
    return declared === unsignedPayload ? undefined : (body) => checkDeclared(declared, body);
  };
}

/**
 * Only `UNSIGNED-PAYLOAD` leaves the body open. The chunk-signed form, which belongs to another service, fails here: it is
 * nobody's hash.
 */
function checkDeclared(declared: string, body: Buffer): void {
  if (declared !== hash("sha256", body, "hex")) {
    throw invalid("The value of the x-amz-content-sha256 header does not match the SHA-256 hash of the request body.");
  }
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** The derived key of a day (AWS, "Create a signed AWS API request", step 3). */
function deriveKey({ secretAccessKey, region, service }: SigningIdentity, date: string): KeyObject {
  return createSecretKey(hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), "aws4_request"));
}

const canonicalRequest = (
  request: SignedHead,
  { isPresigned, signedHeaders }: SignatureClaim,
  payload: string,
  semicolons: boolean,
): string =>
  `${request.method}\n${canonicalPath(request.path)}\n${canonicalQuery(request.query, isPresigned, semicolons)}\n` +
  `${canonicalHeaders(request.headers, signedHeaders)}\n${signedHeaders.join(";")}\n${payload}`;

const stringToSign = ({ scope, timestamp }: SignatureClaim, canonical: string): string =>
  `${algorithm}\n${timestamp}\n${scope.date}/${scope.region}/${scope.service}/aws4_request\n` +
  hash("sha256", canonical, "hex");

const sign = (key: KeyObject, text: string): string => createHmac("sha256", key).update(text).digest("hex");

function equalDigests(expected: string, given: string): boolean {
  return given.length === expected.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given, "latin1"));
}

const wrongSignature =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key " +
  "and signing method. Consult the service documentation for details.";

const explanation = (canonical: string, text: string): string =>
  `\n\nThe Canonical String for this request should have been\n'${canonical}'` +
  `\n\nThe String-to-Sign should have been\n'${text}'\n`;

const invalid = (message: string) => new Fault("InvalidSignatureException", message);

function checkScope({ scope, timestamp, accessKeyId }: SignatureClaim, identity: SigningIdentity): void {
  if (scope.region !== identity.region) throw invalid("Credential should be scoped to a valid region.");
  if (scope.service !== identity.service) {
    throw invalid(`Credential should be scoped to correct service: '${identity.service}'.`);
  }
  if (scope.terminator !== "aws4_request") {
    throw invalid(`Credential should be scoped with a valid terminator: 'aws4_request', not '${scope.terminator}'.`);
  }
  if (scope.date !== timestamp.slice(0, 8)) {
    throw invalid(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${scope.date}' != '${timestamp.slice(0, 8)}', from '${timestamp}'.`,
    );
  }
  if (accessKeyId !== identity.accessKeyId) {
    throw new Fault("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
}

function checkSigned(name: string, headers: HeaderList, { signedHeaders }: SignatureClaim): void {
  const lowerName = name.toLowerCase();
  if (headerOf(headers, lowerName) === undefined || signedHeaders.includes(lowerName)) return;
  throw invalid(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
}

/** A header is good for five minutes both ways; a presigned query from five minutes before its date until it expires. */
function checkTime({ time, timestamp, expires }: SignatureClaim, now: number): void {
  const minutes = limits.clockSkew / 60_000;
  const last = time + (expires === undefined ? limits.clockSkew : expires * 1000);
  if (now > last) {
    const basis =
      expires === undefined
        ? `${timestamp} is now earlier than ${basicDate(now - limits.clockSkew)} (${basicDate(now)} - ${minutes} min.)`
        : `${basicDate(last)} is now earlier than ${basicDate(now)}`;
    throw invalid(`Signature expired: ${basis}`);
  }
  if (time > now + limits.clockSkew) {
    throw invalid(
      `Signature not yet current: ${timestamp} is still later than ${basicDate(now + limits.clockSkew)} ` +
        `(${basicDate(now)} + ${minutes} min.)`,
    );
  }
}
