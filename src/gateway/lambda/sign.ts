/** The signature on calls of AWS services, by the SDK's own signer and from its standard variables. */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { Environment } from "../../settings.ts";
import type { HeaderList } from "../transport.ts";

type Bytes = string | ArrayBuffer | ArrayBufferView;

const toBytes = (data: Bytes): string | Uint8Array => {
  if (typeof data === "string") return data;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
};

/** Node's SHA-256 in the form that the signer asks for. */
class Sha256 {
  readonly #state: Hash | Hmac;

  constructor(secret?: Bytes) {
    this.#state = secret === undefined ? createHash("sha256") : createHmac("sha256", toBytes(secret));
  }

  update(data: Bytes): void {
    this.#state.update(toBytes(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#state.digest());
  }

  reset(): void {
    throw new Error("a digest is made once");
  }
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Undefined where the variables name none. */
export function credentialsOf(env: Environment): Credentials | undefined {
  const accessKeyId = env["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = env["AWS_SECRET_ACCESS_KEY"];
  const sessionToken = env["AWS_SESSION_TOKEN"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

export interface CallToSign {
  readonly service: string;
  readonly region: string;
  /** Percent-encoded as it will be sent. */
  readonly path: string;
  /** Host included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Headers in the service's order and spelling (facts/control.md 3.1); what is not here comes behind them. */
const spelt: readonly string[] = [
  "x-amzn-lambda-integration-tag",
  "Authorization",
  "X-Amz-Date",
  "x-amzn-apigateway-api-id",
  "X-Amz-Source-Arn",
  "Accept",
  "User-Agent",
  "X-Amz-Security-Token",
];

function inOrder(headers: Readonly<Record<string, string>>): HeaderList {
  const left = new Map(Object.entries(headers));
  const list: string[] = [];
  for (const name of spelt) {
    const value = left.get(name.toLowerCase());
    if (value !== undefined) list.push(name, value);
    left.delete(name.toLowerCase());
  }
  return [...list, ...[...left].flat()];
}

/** The headers of a POST, its own and those that sign it. */
export async function signedHeaders(credentials: Credentials, call: CallToSign): Promise<HeaderList> {
  const { service, region, path, headers, body, now } = call;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const request = { method: "POST", protocol: "https:", hostname: headers["host"] ?? "", path, headers, body };
  const signed = await signer.sign({ ...request, headers: { ...headers } }, { signingDate: new Date(now) });
  return inOrder(signed.headers);
}
