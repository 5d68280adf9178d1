/**
 * The keys that user pools sign their tokens with, fetched when a token first asks for them and kept: as many pools and as
 * large sets as the bounds say. A key that is not among them has the set fetched again, but not again and again.
 */
import { createLocalJWKSet, type JWK, type LocalJWKSet } from "jose";
import { createPublicKey } from "node:crypto";
import { limits } from "../../limits.ts";
import { isNestedWithin } from "../../model/json-depth.ts";
import { isList, isObject } from "../../model/json.ts";
import type { UserPool } from "../../model/user-pool.ts";
import type { Environment } from "../../settings.ts";
import { endpointOf, findServiceEndpoint, type ServiceEndpoint } from "../service-endpoint.ts";
import type { BodySource, HeaderList, Upstream, UpstreamFailure } from "../transport.ts";
import { readWhole } from "../whole-body.ts";
import { SharedCalls } from "./shared-calls.ts";

/** There are no keys to hold a token against; the message is for the operator. */
export class KeysUnavailable extends Error {
  override readonly name = "KeysUnavailable";
}

type Fetched = LocalJWKSet | KeysUnavailable;

interface Kept {
  readonly keys: Fetched;
  /** Epoch milliseconds: from when they are old, and when the pool was asked last. */
  readonly oldFrom: number;
  readonly askedAt: number;
}

export interface KeySetsOptions {
  readonly upstream: Upstream;
  readonly env: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Tokens are RS256, which takes a key of at least so many bits (RFC 7518 3.3). */
const keyBits = 2_048;

/** The public part of a key that a token can be held against. */
function usableKey(key: unknown): JWK[] {
  if (!isObject(key) || key["kty"] !== "RSA") return [];
  try {
    const own = createPublicKey({ key, format: "jwk" });
    if ((own.asymmetricKeyDetails?.modulusLength ?? 0) < keyBits) return [];
    const { kid, alg, use, key_ops: uses } = key;
    return [{ kid, alg, use, key_ops: uses, ...own.export({ format: "jwk" }) } as JWK];
  } catch {
    return [];
  }
}

/** A set of public keys; a `KeysUnavailable` for anything else. */
function parseKeySet(body: Buffer): Fetched {
  try {
    if (!isNestedWithin(body, limits.authorizerAnswerDepth)) throw new Error("it is nested too deep");
    const set: unknown = JSON.parse(body.toString());
    if (!isObject(set) || !isList(set["keys"])) throw new Error("it is no set of keys");
    const keys = set["keys"].flatMap(usableKey);
    if (keys.length === 0) throw new Error("there are none that a token can be held against");
    return createLocalJWKSet({ keys });
  } catch (error) {
    return new KeysUnavailable(`the user pool's keys cannot be read: ${(error as Error).message}`);
  }
}

/** What is kept after what was kept before. */
function following(before: Kept | undefined, fetched: Fetched, askedAt: number): Kept {
  if (!(fetched instanceof KeysUnavailable)) return { keys: fetched, oldFrom: askedAt + limits.keySetAge, askedAt };
  if (before === undefined || before.keys instanceof KeysUnavailable) {
    return { keys: fetched, oldFrom: askedAt + limits.keySetRetry, askedAt };
  }
  // Keys that were the pool's are better than none while it cannot be asked.
  return { keys: before.keys, oldFrom: Math.max(before.oldFrom, askedAt + limits.keySetPause), askedAt };
}

export class KeySets {
  readonly #options: KeySetsOptions;
  /** What the variables name in the place of AWS; undefined where they name nothing. */
  readonly #endpoint: ServiceEndpoint | undefined;
  readonly #reason: string | undefined;
  /** The one that was put first comes first. */
  readonly #kept = new Map<string, Kept>();
  readonly #calls = new SharedCalls<Fetched>();

  constructor(options: KeySetsOptions) {
    this.#options = options;
    const found = findServiceEndpoint(options.env, "COGNITO_IDP");
    this.#endpoint = "endpoint" in found ? found.endpoint : undefined;
    const isSet = options.env["AWS_ENDPOINT_URL_COGNITO_IDP"] ?? options.env["AWS_ENDPOINT_URL"];
    this.#reason = "reason" in found && isSet ? found.reason : undefined;
  }

  /**
   * Whether a token that names this issuer may be the pool's. What stands in for AWS names itself in ways of its own, so
   * only the pool's id counts there: the pool's keys tell the rest.
   */
  isIssuer({ id, issuer }: UserPool, named: string): boolean {
    return named === issuer || (this.#endpoint !== undefined && /^https?:\/\//.test(named) && named.endsWith(`/${id}`));
  }

  /**
   * The keys of a pool. `isUnknown`: a key is asked for that those at hand do not have. Rejects with a `KeysUnavailable`
   * when there are none.
   */
  async keysOf(pool: UserPool, isUnknown = false): Promise<LocalJWKSet> {
    const { now } = this.#options;
    let kept = this.#kept.get(pool.issuer);
    if (kept === undefined || now() >= (isUnknown ? kept.askedAt + limits.keySetPause : kept.oldFrom)) {
      const fetched = await new Promise<Fetched>((resolve) => {
        this.#calls.ask(pool.issuer, (settle) => this.#fetch(pool, settle), resolve);
      });
      kept = following(kept, fetched, now());
      this.#keep(pool.issuer, kept);
    }
    if (kept.keys instanceof KeysUnavailable) throw kept.keys;
    return kept.keys;
  }

  #keep(issuer: string, kept: Kept): void {
    this.#kept.delete(issuer);
    this.#kept.set(issuer, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= limits.keySets) break;
      this.#kept.delete(oldest);
    }
  }

  #fetch({ id, issuer }: UserPool, settle: (fetched: Fetched) => void): () => void {
    const { upstream } = this.#options;
    const endpoint = this.#endpoint ?? endpointOf(issuer.slice(0, issuer.lastIndexOf("/")));
    if (this.#reason !== undefined || endpoint === undefined) {
      settle(new KeysUnavailable(this.#reason ?? "the user pool has no address"));
      return () => undefined;
    }
    const unavailable = (why: string): void =>
      settle(new KeysUnavailable(`the keys of the user pool ${id} cannot be fetched: ${why}`));
    const onFailure = (failure: UpstreamFailure): void => unavailable(failure.message);
    return upstream.dispatch(
      endpoint.origin,
      {
        method: "GET",
        target: `${endpoint.basePath}/${id}/.well-known/jwks.json`,
        headers: ["Host", endpoint.authority, "Accept", "application/json"],
        body: undefined,
        timeout: limits.keySetTimeout,
      },
      {
        onHead(status: number, _headers: HeaderList, body: BodySource) {
          if (status !== 200 || body.length > limits.keySet) {
            body.discard();
            unavailable(`the answer was ${status} with ${body.length} bytes`);
            return;
          }
          readWhole(body, "too-large", {
            onBody: (bytes) =>
              bytes.length > limits.keySet ? unavailable("they are too many") : settle(parseKeySet(bytes)),
            onFailure,
          });
        },
        onFailure,
      },
    );
  }
}
