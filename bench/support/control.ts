/** Signed calls of the management API as bytes: signed before the clock starts, sent by the load generator. */
import { SignatureV4 } from "@smithy/signature-v4";
import { createHash, createHmac } from "node:crypto";
import { Connection } from "./connection.ts";

/** SHA-256, or HMAC-SHA-256 with a secret, in the form that the signer asks for. */
class Sha256 {
  readonly #hash: ReturnType<typeof createHash> | ReturnType<typeof createHmac>;
  constructor(secret?: ArrayBuffer | ArrayBufferView | string) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", asBytes(secret));
  }
  update(data: ArrayBuffer | ArrayBufferView | string): void {
    this.#hash.update(asBytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
  reset(): void {}
}

function asBytes(data: ArrayBuffer | ArrayBufferView | string): Uint8Array {
  if (typeof data === "string") return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const signer = new SignatureV4({
  service: "apigateway",
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  sha256: Sha256,
});

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** A whole signed request, head and body. */
export async function signedRequest(port: number, call: Call): Promise<Buffer> {
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const signed = await signer.sign({
    method: call.method,
    protocol: "http:",
    hostname: "127.0.0.1",
    port,
    path: call.path,
    query: { ...call.query },
    headers: {
      host: `127.0.0.1:${port}`,
      accept: "application/json",
      "content-type": "application/json",
      "content-length": String(Buffer.byteLength(body)),
    },
    body,
  });
  const headers = Object.entries(signed.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const query = call.query === undefined ? "" : `?${new URLSearchParams(call.query).toString()}`;
  return Buffer.from(`${call.method} ${call.path}${query} HTTP/1.1\r\n${headers.join("")}\r\n${body}`);
}

/** A client of the management API on one connection, for what a bench sets up. */
export class ControlClient {
  readonly #port: number;
  readonly #connection: Connection;

  constructor(port: number) {
    this.#port = port;
    this.#connection = new Connection(port);
  }

  /** The reply's document. Throws on any status but a 2xx. */
  async call(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const request = await signedRequest(this.#port, { method, path, ...(body === undefined ? {} : { body }) });
    const answer = await this.#connection.exchange(request);
    const text = answer.body.toString();
    if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
  }

  /** UpdateStage with one replace an entry. */
  patchStage(api: Api, patch: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
    return this.call("PATCH", api.stagePath, { patchOperations: replaces(patch) });
  }

  close(): void {
    this.#connection.close();
  }
}

export function replaces(patch: Readonly<Record<string, string>>): readonly object[] {
  return Object.entries(patch).map(([path, value]) => ({ op: "replace", path, value }));
}

export interface Api {
  readonly restApiId: string;
  readonly deploymentId: string;
  /** `/restapis/{id}/stages/{name}` of its first stage. */
  readonly stagePath: string;
  /** The Host header that reaches it. */
  readonly host: string;
}

/**
 * A RestApi whose `GET /` is passed on to this URI (HTTP_PROXY), or answers by itself (MOCK) without one; deployed to the
 * stage `prod`.
 */
export async function deployApi(client: ControlClient, uri?: string): Promise<Api> {
  const { id: restApiId, rootResourceId } = await client.call("POST", "/restapis", { name: "bench" });
  const method = `/restapis/${String(restApiId)}/resources/${String(rootResourceId)}/methods/GET`;
  await client.call("PUT", method, { authorizationType: "NONE" });
  if (uri === undefined) {
    const requestTemplates = { "application/json": '{"statusCode":200}' };
    await client.call("PUT", `${method}/integration`, { type: "MOCK", requestTemplates });
    await client.call("PUT", `${method}/responses/200`, {});
    await client.call("PUT", `${method}/integration/responses/200`, {});
  } else {
    await client.call("PUT", `${method}/integration`, { type: "HTTP_PROXY", httpMethod: "GET", uri });
  }
  const { id } = await client.call("POST", `/restapis/${String(restApiId)}/deployments`, { stageName: "prod" });
  return {
    restApiId: String(restApiId),
    deploymentId: String(id),
    stagePath: `/restapis/${String(restApiId)}/stages/prod`,
    host: `${String(restApiId)}.execute-api.localhost`,
  };
}

/** Flags of a server whose account's throttle is never reached: what is measured is the server, not the quota. */
export const unthrottled = ["--account-rate-limit", "1000000000", "--account-burst-limit", "1000000000"] as const;

/** The port of a base URL. */
export const portOf = (url: string): number => Number(new URL(url).port);
