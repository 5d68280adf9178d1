/** What a request says about its signature: read from the Authorization header or from a presigned query. */
import { hash } from "node:crypto";
import { Fault } from "../errors.ts";
import { headerOf } from "../gateway/exchange.ts";
import type { HeaderList } from "../gateway/transport.ts";
import { decodeQuery } from "../gateway/url.ts";
import { limits } from "../limits.ts";
import { basicDate, parseBasicDate } from "./time.ts";

export interface CredentialScope {
  readonly date: string;
  readonly region: string;
  readonly service: string;
  readonly terminator: string;
}

export interface SignatureClaim {
  readonly accessKeyId: string;
  readonly scope: CredentialScope;
  /** Lower-case names, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** In the basic form. */
  readonly timestamp: string;
  /** The timestamp in epoch milliseconds. */
  readonly time: number;
  /** Seconds that a presigned query is good for; undefined for a header. */
  readonly expires: number | undefined;
  /** The body's hash, when the query says it. */
  readonly payloadHash: string | undefined;
  readonly isPresigned: boolean;
}

const algorithm = "AWS4-HMAC-SHA256";

const incomplete = (message: string) => new Fault("IncompleteSignatureException", message);

/** Throws a MissingAuthenticationTokenException, or an IncompleteSignatureException that says what is missing. */
export function readClaim(request: { readonly headers: HeaderList; readonly query: string }): SignatureClaim {
  const authorization = headerOf(request.headers, "authorization");
  if (authorization !== undefined) return fromHeader(authorization, request.headers);
  if (request.query.includes("X-Amz-Algorithm=")) return fromQuery(request.query);
  throw new Fault("MissingAuthenticationTokenException", "Missing Authentication Token");
}

function fromHeader(authorization: string, headers: HeaderList): SignatureClaim {
  const text = authorization.trim();
  const blank = text.indexOf(" ");
  if (!text.startsWith("AWS4-") || blank < 0) throw notKeyValue(authorization);
  if (text.slice(0, blank) !== algorithm) throw unsupported(text.slice(0, blank));
  const parts = keyValues(text.slice(blank + 1), authorization);
  const required = (name: string): string => {
    const value = parts.get(name);
    if (value === undefined) throw incomplete(`Authorization header requires '${name}' parameter.`);
    return value;
  };
  const credential = required("Credential");
  const signature = required("Signature");
  const signedHeaders = required("SignedHeaders");
  const timestamp = headerTimestamp(headers);
  return claim({ credential, signature, signedHeaders, timestamp, expires: undefined, payloadHash: undefined });
}

function keyValues(text: string, authorization: string): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  for (const part of text.split(",")) {
    const pair = part.trim();
    const mark = pair.indexOf("=");
    if (mark < 0) throw notKeyValue(authorization);
    parts.set(pair.slice(0, mark), pair.slice(mark + 1));
  }
  return parts;
}

function notKeyValue(authorization: string): Fault {
  const digest = hash("sha256", authorization, "base64");
  return incomplete(
    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): " +
      `'${digest}'.`,
  );
}

const unsupported = (given: string) =>
  incomplete(`Unsupported AWS 'algorithm': '${given.slice(0, limits.echoedValue)}'.`);

/** `X-Amz-Date` wins over `Date`, which may be in the form of HTTP. */
function headerTimestamp(headers: HeaderList): string {
  const amzDate = headerOf(headers, "x-amz-date");
  if (amzDate !== undefined) return amzDate.trim();
  const date = headerOf(headers, "date")?.trim();
  if (date === undefined) {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  const time = Date.parse(date);
  if (parseBasicDate(date) !== undefined || Number.isNaN(time)) return date;
  return basicDate(time);
}

const requiredInQuery = ["Credential", "Signature", "SignedHeaders", "Date"] as const;

/** What a query says about its signature; of equal names the last counts. */
function signingParameters(query: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of query.split("&")) {
    const mark = pair.indexOf("=");
    if (mark > 0 && pair.startsWith("X-Amz-")) parameters.set(pair.slice(0, mark), decodeQuery(pair.slice(mark + 1)));
  }
  return parameters;
}

function fromQuery(query: string): SignatureClaim {
  const pairs = signingParameters(query);
  const given = pairs.get("X-Amz-Algorithm") ?? "";
  if (given !== algorithm) throw unsupported(given);
  const missing = requiredInQuery.find((name) => !pairs.has(`X-Amz-${name}`));
  if (missing !== undefined) throw incomplete(`AWS query-string parameters must include 'X-Amz-${missing}'.`);
  const value = (name: string) => pairs.get(`X-Amz-${name}`) ?? "";
  return claim({
    credential: value("Credential"),
    signature: value("Signature"),
    signedHeaders: value("SignedHeaders"),
    timestamp: value("Date"),
    expires: readExpires(pairs.get("X-Amz-Expires")),
    payloadHash: pairs.get("X-Amz-Content-Sha256"),
  });
}

/** A query that does not say how long it is good for is good for as long as a header is. */
function readExpires(text: string | undefined): number {
  if (text === undefined) return limits.clockSkew / 1000;
  if (!/^\d{1,9}$/.test(text)) throw incomplete("X-Amz-Expires should be a number");
  const seconds = Number(text);
  if (seconds > limits.presignedLifetimeSeconds) {
    throw incomplete(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than " +
        `${limits.presignedLifetimeSeconds} seconds`,
    );
  }
  return seconds;
}

interface RawClaim {
  readonly credential: string;
  readonly signature: string;
  readonly signedHeaders: string;
  readonly timestamp: string;
  readonly expires: number | undefined;
  readonly payloadHash: string | undefined;
}

function claim(raw: RawClaim): SignatureClaim {
  const signedHeaders = raw.signedHeaders.toLowerCase().split(";", limits.signedHeaders + 1);
  checkSignedHeaders(signedHeaders);
  if (!signedHeaders.includes("host")) {
    throw new Fault(
      "InvalidSignatureException",
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    );
  }
  const time = parseBasicDate(raw.timestamp);
  if (time === undefined) {
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${raw.timestamp.slice(0, limits.echoedValue)}'.`);
  }
  return {
    ...parseCredential(raw.credential),
    signedHeaders,
    signature: raw.signature,
    timestamp: raw.timestamp,
    time,
    expires: raw.expires,
    payloadHash: raw.payloadHash,
    isPresigned: raw.expires !== undefined,
  };
}

/**
 * Each header is signed once, and there are few: each is looked for among all that came and written into what is hashed,
 * for callers whom we do not know yet.
 */
function checkSignedHeaders(names: readonly string[]): void {
  if (names.length > limits.signedHeaders || new Set(names).size < names.length) {
    throw incomplete(`'SignedHeaders' must name at most ${limits.signedHeaders} headers, each of them once.`);
  }
}

/** The access key may contain slashes; the four elements of the scope are the last. */
function parseCredential(credential: string): Pick<SignatureClaim, "accessKeyId" | "scope"> {
  const elements = credential.split("/");
  const [date, region, service, terminator] = elements.splice(-4);
  if (
    elements.length === 0 ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined
  ) {
    throw incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got " +
        `'${credential.slice(0, limits.echoedValue)}'`,
    );
  }
  return { accessKeyId: elements.join("/"), scope: { date, region, service, terminator } };
}
