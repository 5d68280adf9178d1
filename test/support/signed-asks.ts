/** Signed requests to a gateway of one test, by the SDK's own signer. */
import { type Answer, apiId, bodyOf, type GatewayFixture, stageName } from "./gateway-fixture.ts";
import { type PlainRequest, presigned, type SentRequest, signed, type SignerOptions } from "./signer.ts";

export const executeApiHost = `${apiId}.execute-api.test`;

/** `path`: below the stage, unless `target` is set. */
export interface SignedAsk extends Partial<PlainRequest> {
  readonly target?: string;
}

const plain = ({ path = "/", target, headers, ...rest }: SignedAsk): PlainRequest => ({
  method: "GET",
  ...rest,
  path: target ?? `/${stageName}${path}`,
  headers: { host: executeApiHost, ...headers },
});

/** Signed now, for the service `execute-api`. */
export const signedHeader = (ask: SignedAsk = {}, options: SignerOptions = {}, date = new Date()) =>
  signed(plain(ask), date, { service: "execute-api", ...options });

/** The same in the query, good for a minute. */
export const signedQuery = (ask: SignedAsk = {}, options: SignerOptions = {}, date = new Date()) =>
  presigned(plain(ask), date, 60, { service: "execute-api", ...options });

/** Sends what was signed, or something else in its place. */
export const send = (gateway: Pick<GatewayFixture, "ask">, request: SentRequest, change: Partial<SentRequest> = {}) => {
  const { method, target, headers, body } = { ...request, ...change };
  const source = body.length === 0 ? {} : { body: bodyOf([body.subarray(0, 1), body.subarray(1)], body.length) };
  return gateway.ask({ method, target, headers, ...source });
};

export const get = async (
  gateway: Pick<GatewayFixture, "ask">,
  ask: SignedAsk = {},
  options?: SignerOptions,
): Promise<Answer> => send(gateway, await signedHeader(ask, options));
