/** Cognito's key sets, of a test's own, and tokens that its pools sign. */
import { exportJWK, generateKeyPair, type GenerateKeyPairResult, type JWK, SignJWT } from "jose";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export const poolId = "us-east-1_abcDEF123";
export const poolArn = `arn:aws:cognito-idp:us-east-1:123456789012:userpool/${poolId}`;
export const poolIssuer = `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`;

export interface SigningKey {
  readonly kid: string;
  readonly pair: GenerateKeyPairResult;
}

const made: Promise<GenerateKeyPairResult>[] = [];

/** Pairs take long to make: those of one file's tests are shared. */
export async function signingKey(nth: number): Promise<SigningKey> {
  made[nth] ??= generateKeyPair("RS256", { extractable: true });
  return { kid: `key${nth}`, pair: await made[nth] };
}

export interface UserPoolService {
  readonly endpoint: string;
  readonly env: Readonly<Record<string, string>>;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** What the pool's keys are. */
  keys: readonly SigningKey[];
  /** In place of the keys; undefined: them. */
  answer: { readonly status: number; readonly body: string } | "hang" | undefined;
  stop(): Promise<void>;
}

export async function startUserPools(): Promise<UserPoolService> {
  const server = createServer((request, response) => {
    service.asked.push(request.url ?? "");
    const { answer } = service;
    if (answer === "hang") return;
    if (answer !== undefined) {
      response.writeHead(answer.status).end(answer.body);
      return;
    }
    void Promise.all(
      service.keys.map(async ({ kid, pair }): Promise<JWK> => ({
        ...(await exportJWK(pair.publicKey)),
        kid,
        alg: "RS256",
        use: "sig",
      })),
    ).then((keys) => response.end(JSON.stringify({ keys })));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: UserPoolService = {
    endpoint,
    env: { AWS_ENDPOINT_URL_COGNITO_IDP: endpoint },
    asked: [],
    keys: [await signingKey(0)],
    answer: undefined,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return service;
}

/** The same until the end of this test. */
export async function userPoolsOfTest(): Promise<UserPoolService> {
  const service = await startUserPools();
  onTestFinished(() => service.stop());
  return service;
}

export interface TokenOptions {
  readonly key?: SigningKey;
  readonly alg?: string;
  /** Epoch seconds; null: none. */
  readonly exp?: number | null;
}

const soon = (): number => Math.floor(Date.now() / 1_000) + 600;

/** An ID token of the pool, with these claims in the place of its own. */
export async function tokenOf(
  claims: Readonly<Record<string, unknown>> = {},
  options: TokenOptions = {},
): Promise<string> {
  const key = options.key ?? (await signingKey(0));
  const { exp = soon() } = options;
  const own = { sub: "user-1", iss: poolIssuer, aud: "client-1", token_use: "id", ...claims };
  const token = new SignJWT(own).setProtectedHeader({ alg: options.alg ?? "RS256", kid: key.kid });
  if (exp !== null) token.setExpirationTime(exp);
  return token.sign(key.pair.privateKey);
}
