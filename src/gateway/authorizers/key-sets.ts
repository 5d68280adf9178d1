/**
 * The keys that user pools sign their tokens with, fetched when a token first asks for them and kept: as many pools and as
 * large sets as the bounds say. A key that is not among them has the set fetched again, but not again and again.
 */
import { createLocalJWKSet, type JSONWebKeySet, type LocalJWKSet } from "jose";
import { limits } from "../../limits.ts";
import { isNestedWithin } from "../../model/json-depth.ts";
import { isObject } from "../../model/json.ts";
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

interface KeySet {
  readonly keys: LocalJWKSet;
  /** Epoch milliseconds: from when they are old, and when the pool was asked last. */
  readonly oldFrom: number;
  readonly askedAt: number;
}

type Fetched = KeySet | KeysUnavailable;

export interface KeySetsOptions {
  readonly upstream: Upstream;
  readonly env: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** A set of public keys; a `KeysUnavailable` for anything else. */
function parseKeySet(body: Buffer, askedAt: number): Fetched {
  try {
    if (!isNestedWithin(body, limits.authorizerAnswerDepth)) throw new Error("it is nested too deep");
    const set: unknown = JSON.parse(body.toString());
    if (!isObject(set)) throw new Error("it is no object");
    const keys = createLocalJWKSet(set as unknown as JSONWebKeySet);
    return { keys, oldFrom: askedAt + limits.keySetAge, askedAt };
  } catch (error) {
    return new KeysUnavailable(`the user pool's keys cannot be read: ${(error as Error).message}`);
  }
}

export class KeySets {
  readonly #options: KeySetsOptions;
  /** What the variables name in the place of AWS; undefined where they name nothing. */
  readonly #endpoint: ServiceEndpoint | undefined;
  readonly #reason: string | undefined;
  /** The one that was put first comes first. */
  readonly #kept = new Map<string, KeySet>();
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
    const kept = this.#kept.get(pool.issuer);
    if (kept !== undefined && now() < (isUnknown ? kept.askedAt + limits.keySetPause : kept.oldFrom)) return kept.keys;
    const fetched = await new Promise<Fetched>((resolve) => {
      this.#calls.ask(pool.issuer, (settle) => this.#fetch(pool, settle), resolve);
    });
    if (fetched instanceof KeysUnavailable) {
      // Keys that were the pool's are better than none while it cannot be asked.
      if (kept === undefined) throw fetched;
      const askedAt = now();
      const oldFrom = Math.max(kept.oldFrom, askedAt + limits.keySetPause);
      this.#keep(pool.issuer, { keys: kept.keys, oldFrom, askedAt });
      return kept.keys;
    }
    this.#keep(pool.issuer, fetched);
    return fetched.keys;
  }

  #keep(issuer: string, fetched: KeySet): void {
    this.#kept.delete(issuer);
    this.#kept.set(issuer, fetched);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= limits.keySets) break;
      this.#kept.delete(oldest);
    }
  }

  #fetch({ id, issuer }: UserPool, settle: (fetched: Fetched) => void): () => void {
    const { upstream, now } = this.#options;
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
              bytes.length > limits.keySet ? unavailable("they are too many") : settle(parseKeySet(bytes, now())),
            onFailure,
          });
        },
        onFailure,
      },
    );
  }
}
