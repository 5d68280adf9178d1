/** Lambda's Invoke, of a test's own: it checks the signature, and its functions do what the test says. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { signatureCheck } from "./check-signature.ts";

/** An event as a function gets it. */
export type LambdaEvent = Readonly<Record<string, unknown>>;

/** `error`: what the function throws. `status`: what the service says in its place. `raw`: bytes in place of JSON. */
export type Reaction =
  | { readonly result: unknown }
  | { readonly error: string }
  | { readonly status: number }
  | { readonly raw: string | Buffer }
  | "hang"
  | "die"
  | "drip";

export interface Invoked {
  readonly functionName: string;
  readonly event: LambdaEvent;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface LambdaService {
  /** Base URL. */
  readonly endpoint: string;
  /** Names the endpoint, and the keys that calls must be signed with. */
  readonly env: Readonly<Record<string, string>>;
  readonly invoked: Invoked[];
  /** What was wrong with calls; a test expects it to be empty. */
  readonly complaints: string[];
  react: (event: LambdaEvent, functionName: string) => Reaction | Promise<Reaction>;
  stop(): Promise<void>;
}

/** A policy for this ARN, as functions answer it. */
export const policyOf = (effect: "Allow" | "Deny", resource: unknown, more: object = {}) => ({
  principalId: "somebody",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
  },
  ...more,
});

/** Says of a token what it says itself: `allow`, `deny`, `Unauthorized`; anything else makes it fail. */
export function byToken({ authorizationToken, methodArn }: LambdaEvent): Reaction {
  if (authorizationToken === "allow") return { result: policyOf("Allow", methodArn) };
  if (authorizationToken === "deny") return { result: policyOf("Deny", methodArn) };
  if (authorizationToken === "nothing") return { result: policyOf("Allow", "arn:aws:execute-api:*:*:other") };
  return {
    error: authorizationToken === "unauthorized" ? "Unauthorized" : `no idea what ${String(authorizationToken)} is`,
  };
}

const credentials = { accessKeyId: "AKIDLAMBDA", secretAccessKey: "secret of the caller" };
const form = /^(?:\/base)?\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export async function startLambda(region = "us-east-1"): Promise<LambdaService> {
  const checkSignature = signatureCheck("lambda", { ...credentials, region });
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      void answer(Buffer.concat(pieces)).catch((error: unknown) => {
        service.complaints.push(String(error));
        response.writeHead(403).end("{}");
      });
    });
    const answer = async (body: Buffer): Promise<void> => {
      checkSignature(request, body);
      const [path = ""] = (request.url ?? "").split("?");
      const functionName = decodeURIComponent(form.exec(path)?.[1] ?? "");
      if (request.method !== "POST" || functionName === "") throw new Error(`no call: ${request.method} ${path}`);
      const event = JSON.parse(body.toString()) as LambdaEvent;
      service.invoked.push({ functionName, event, headers: request.headers });
      const reaction = await service.react(event, functionName);
      if (reaction === "die") request.socket.destroy();
      else if (reaction === "drip") response.writeHead(200).write(" ");
      if (typeof reaction === "string") return;
      const id = { "x-amzn-requestid": `lambda-${service.invoked.length}` };
      if ("status" in reaction) response.writeHead(reaction.status, id).end('{"Message":"no"}');
      else if ("raw" in reaction) response.writeHead(200, id).end(reaction.raw);
      else if ("result" in reaction) response.writeHead(200, id).end(JSON.stringify(reaction.result));
      else {
        const text = JSON.stringify({ errorMessage: reaction.error, errorType: "Error" });
        response.writeHead(200, { ...id, "x-amz-function-error": "Unhandled" }).end(text);
      }
    };
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service: LambdaService = {
    endpoint,
    env: {
      AWS_ENDPOINT_URL_LAMBDA: endpoint,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    invoked: [],
    complaints: [],
    react: byToken,
    stop: async () => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return service;
}

/** The same until the end of this test, which must not have had anything to complain of. */
export async function lambdaOfTest(region?: string): Promise<LambdaService> {
  const service = await startLambda(region);
  onTestFinished(async () => {
    await service.stop();
    if (service.complaints.length > 0) throw new Error(service.complaints.join("\n"));
  });
  return service;
}
