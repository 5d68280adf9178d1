/** The official SDK's client on a Serve, without a socket. */
import { Readable } from "node:stream";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { HttpResponse } from "@smithy/core/protocols";
import type { Serve } from "../../src/gateway/exchange.ts";
import { drive } from "./drive.ts";
import { queryText } from "./signer.ts";

interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
}

/** A client that signs as `test` / `test` and does not retry. */
export function sdkInProcess(serve: Serve): APIGateway {
  const handle = async ({ method, path, query, headers, body }: SdkRequest) => {
    const text = queryText(query);
    const reply = await drive(serve, {
      method,
      target: text === "" ? path : `${path}?${text}`,
      headers: Object.entries(headers).flat(),
      // Buffer.from would look for methods that the SDK's bytes only have to warn of their use.
      body: typeof body === "string" ? Buffer.from(body) : body && Buffer.concat([body]),
    });
    const names = reply.headers.flatMap((name, index) =>
      index % 2 === 0 ? [[name.toLowerCase(), reply.headers[index + 1] ?? ""] as const] : [],
    );
    const response = new HttpResponse({
      statusCode: reply.status,
      headers: Object.fromEntries(names),
      body: Readable.from([reply.body]),
    });
    return { response };
  };
  return new APIGateway({
    region: "us-east-1",
    endpoint: "http://127.0.0.1:4566",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: { handle },
  });
}
