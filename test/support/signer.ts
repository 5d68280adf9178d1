/** The SDK's own signer, for tests of what checks signatures: an implementation that is not ours. */
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { HeaderList } from "../../src/gateway/transport.ts";

class Sha256 {
  private readonly state: Hash | Hmac;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.state =
      secret === undefined
        ? createHash("sha256")
        : createHmac("sha256", typeof secret === "string" ? secret : bytes(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.state.update(typeof data === "string" ? data : bytes(data));
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.state.digest()));
  }
  reset(): void {}
}

const bytes = (data: ArrayBuffer | ArrayBufferView): Uint8Array =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

export interface SignerOptions {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
}

function sdkSigner(options: SignerOptions = {}): SignatureV4 {
  const {
    accessKeyId = "test",
    secretAccessKey = "test",
    sessionToken,
    region = "us-east-1",
    service = "apigateway",
  } = options;
  return new SignatureV4({
    service,
    region,
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
    sha256: Sha256,
  });
}

export interface PlainRequest {
  readonly method: string;
  /** As it will be sent, percent-encoded. */
  readonly path: string;
  /** Decoded. */
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** RFC 3986. */
export const percentEncode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

export const queryText = (query: Readonly<Record<string, string | string[] | null>> = {}): string =>
  Object.entries(query)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value ?? ""]).map((one) => `${percentEncode(name)}=${percentEncode(one)}`),
    )
    .join("&");

/** The request as the SDK's signer takes it. */
const unsigned = ({ method, path, query = {}, headers = {}, body }: PlainRequest) => ({
  method,
  protocol: "http:",
  hostname: "127.0.0.1",
  path,
  query: { ...query },
  headers: { host: "127.0.0.1:4566", ...headers },
  body,
});

/** The request with the headers that sign it. */
export async function signed(request: PlainRequest, date: Date, options?: SignerOptions): Promise<SentRequest> {
  const { method, path, query, body } = request;
  const result = await sdkSigner(options).sign(unsigned(request), { signingDate: date });
  return sent(method, path, queryText(query), result.headers, body);
}

/** The request with a query that signs it. */
export async function presigned(
  request: PlainRequest,
  date: Date,
  expiresIn: number,
  options?: SignerOptions,
): Promise<SentRequest> {
  const { method, path, body } = request;
  const result = await sdkSigner(options).presign(unsigned(request), { signingDate: date, expiresIn });
  return sent(method, path, queryText(result.query ?? {}), result.headers, body);
}

/** A request as it goes on the wire. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

function sent(
  method: string,
  path: string,
  query: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer = Buffer.alloc(0),
): SentRequest {
  const target = query === "" ? path : `${path}?${query}`;
  return { method, path, query, target, headers: Object.entries(headers).flat(), body };
}
