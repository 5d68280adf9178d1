/** Holds a user pool's token against the pool's keys (facts/runtime.md 18; AWS, "Verifying JSON web tokens"). */
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { UserPool } from "../../model/user-pool.ts";
import { responseWith } from "../gateway-response.ts";
import type { GatewayServices, Invocation } from "../invocation.ts";
import { javaDate } from "../telemetry/event-text.ts";
import { configurationError, failureOf, misconfigured, unauthorized } from "./failures.ts";
import { KeysUnavailable } from "./key-sets.ts";
import type { CognitoAuthorizer } from "./program.ts";
import type { AuthorizerFailure, AuthorizerOutcome, AuthorizerResult } from "./result.ts";

const expired: AuthorizerFailure = {
  ...unauthorized,
  response: responseWith("UNAUTHORIZED", "The incoming token has expired"),
};

/** With or without the word for its kind before it. */
const withoutScheme = (token: string): string => token.replace(/^Bearer +/i, "").trim();

/** Claims that `$context` has as dates. */
const dates: ReadonlySet<string> = new Set(["exp", "iat", "nbf"]);

function claimText(name: string, value: unknown): string | undefined {
  if (typeof value === "number" && dates.has(name)) return javaDate(value * 1_000);
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value.map((one: unknown) => claimText("", one) ?? "").join(",");
  return typeof value === "string" ? value : JSON.stringify(value);
}

function resultOf(claims: JWTPayload, token: string): AuthorizerResult {
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(claims)) {
    const text = claimText(name, value);
    if (text !== undefined) texts.set(name, text);
  }
  return {
    principalId: claims.sub,
    policy: undefined,
    context: new Map(),
    claims: texts,
    usageIdentifierKey: undefined,
    expiresAt: (claims.exp ?? 0) * 1_000,
    size: token.length * 2,
  };
}

/** Whom a token is for: an ID token names its client as the audience, an access token as the client. */
function audienceOf({ aud, client_id: client }: JWTPayload): string {
  if (typeof aud === "string") return aud;
  return typeof client === "string" ? client : "";
}

async function verifiedClaims(
  pool: UserPool,
  issuer: string,
  token: string,
  services: GatewayServices,
): Promise<JWTPayload> {
  const { keySets } = services.authorizers;
  const options = {
    issuer,
    algorithms: ["RS256"],
    requiredClaims: ["exp", "sub"],
    currentDate: new Date(services.now()),
  };
  try {
    return (await jwtVerify(token, await keySets.keysOf(pool), options)).payload;
  } catch (error) {
    if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
    // The pool may have new keys.
    return (await jwtVerify(token, await keySets.keysOf(pool, true), options)).payload;
  }
}

function failureFor(error: unknown): AuthorizerFailure {
  if (error instanceof errors.JWTExpired) return expired;
  if (error instanceof errors.JOSEError) return unauthorized;
  if (error instanceof KeysUnavailable) {
    return misconfigured(error.message, [configurationError("Invalid endpoint address")]);
  }
  return misconfigured(`the token could not be verified: ${(error as Error).message}`, []);
}

async function verify(program: CognitoAuthorizer, services: GatewayServices, sent: string): Promise<AuthorizerOutcome> {
  try {
    const token = withoutScheme(sent);
    const said = decodeJwt(token);
    const issuer: unknown = said.iss;
    if (typeof issuer !== "string") return failureOf(unauthorized);
    const pool = program.pools.find((each) => services.authorizers.keySets.isIssuer(each, issuer));
    if (pool === undefined) return failureOf(unauthorized);
    if (program.pattern?.test(audienceOf(said)) === false) return failureOf(unauthorized);
    const claims = await verifiedClaims(pool, issuer, token, services);
    return { result: resultOf(claims, token), failure: undefined, call: undefined };
  } catch (error) {
    return failureOf(failureFor(error));
  }
}

/** Returns what gives the question up. */
export function askCognito(
  program: CognitoAuthorizer,
  { services }: Invocation,
  identity: readonly string[],
  settle: (outcome: AuthorizerOutcome) => void,
): () => void {
  let isAwaited = true;
  void verify(program, services, identity[0] ?? "").then((outcome) => {
    if (isAwaited) settle(outcome);
    return undefined;
  });
  return () => {
    isAwaited = false;
  };
}
