/** Clients that sign, over real sockets: who may call, who may have a fresh answer, and what a resource policy says to it. */
import type { APIGateway, PatchOperation } from "@aws-sdk/client-api-gateway";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deployApi, type DeployedApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { type PlainRequest, presigned, type SentRequest, signed, type SignerOptions } from "./support/signer.ts";
import { missing, run } from "./support/tools.ts";

const stageName = "prod";
let server: RunningServer;
let client: APIGateway;
let api: DeployedApi;
const calls: { readonly request: IncomingMessage; readonly body: string }[] = [];
const backend = createServer((incoming, reply) => {
  const chunks: Buffer[] = [];
  incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
  incoming.on("end", () => {
    calls.push({ request: incoming, body: Buffer.concat(chunks).toString() });
    reply.end(`call ${calls.length}`);
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
  server = await startServer(["--workers", "2", "--cache-cluster-duration", "0"]);
  client = sdkClient(server);
});
afterAll(async () => {
  client.destroy();
  await server.stop();
  backend.closeAllConnections();
  backend.close();
});
beforeEach(async () => {
  calls.length = 0;
  api = await deployApi(client, stageName, `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`);
});

const deploy = () => client.createDeployment({ restApiId: api.restApiId, stageName });

/** Makes the method ask for a signature, and takes any verb. */
async function requireSignature(): Promise<void> {
  const method = { restApiId: api.restApiId, resourceId: api.rootResourceId, httpMethod: "POST" };
  await client.putMethod({ ...method, authorizationType: "AWS_IAM" });
  const { uri = "" } = await client.getIntegration({ ...method, httpMethod: "GET" });
  await client.putIntegration({ ...method, type: "HTTP_PROXY", integrationHttpMethod: "POST", uri });
  await client.updateMethod({
    ...method,
    httpMethod: "GET",
    patchOperations: [{ op: "replace", path: "/authorizationType", value: "AWS_IAM" }],
  });
  await deploy();
}

const byPath = (): string => `/_aws/execute-api/${api.restApiId}/${stageName}/`;
const hostOf = (base: string): string => new URL(base).host;

interface Reply {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly text: string;
}

/** Sends what was signed to a port of the server. */
function send(base: string, { method, target, headers, body }: Omit<SentRequest, "path" | "query">): Promise<Reply> {
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path: target, headers: [...headers], agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => (text += chunk));
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, text }));
    });
    outgoing.once("error", reject);
    outgoing.end(body);
  });
}

const plain = (headers: Readonly<Record<string, string>> = {}, rest: Partial<PlainRequest> = {}): PlainRequest => ({
  method: "GET",
  path: byPath(),
  ...rest,
  headers: { host: hostOf(server.gateway), ...headers },
});

const service = "execute-api";
const asSigned = (asked: PlainRequest, options: SignerOptions = {}): Promise<SentRequest> =>
  signed(asked, new Date(), { service, ...options });

const unsigned = (headers: Readonly<Record<string, string>> = {}): Promise<Reply> =>
  send(server.gateway, {
    method: "GET",
    target: byPath(),
    headers: Object.entries({ host: hostOf(server.gateway), ...headers }).flat(),
    body: Buffer.alloc(0),
  });

const signedCall = async (headers: Readonly<Record<string, string>> = {}, options?: SignerOptions): Promise<Reply> =>
  send(server.gateway, await asSigned(plain(headers), options));

describe("AWS_IAM", () => {
  test("a method that asks for a signature gets one, in the header or in the query", async () => {
    expect(await unsigned()).toMatchObject({ status: 200 });
    await requireSignature();
    expect(await unsigned()).toMatchObject({ status: 403, text: '{"message":"Missing Authentication Token"}' });
    expect(await signedCall()).toMatchObject({ status: 200, text: "call 2" });
    const query = await presigned(plain({}, { query: { a: "b c" } }), new Date(), 60, { service });
    expect(await send(server.gateway, query)).toMatchObject({ status: 200, text: "call 3" });
    expect(calls.at(-1)?.request.url).toBe("/?a=b%20c");
    expect(calls.map((call) => call.request.headers.authorization)).toEqual([undefined, undefined, undefined]);
  });

  test("by the name of the API, and on the port of the management API too", async () => {
    await requireSignature();
    const host = `${api.restApiId}.execute-api.localhost:8080`;
    for (const base of [server.gateway, server.control]) {
      expect(await send(base, await asSigned(plain({ host }, { path: `/${stageName}/` })))).toMatchObject({
        status: 200,
      });
      expect(await send(base, await asSigned(plain({ host: hostOf(base) })))).toMatchObject({ status: 200 });
      const elsewhere = await send(base, { ...(await asSigned(plain({ host }))), headers: ["host", hostOf(base)] });
      expect(elsewhere.status).toBe(403);
    }
  });

  test("a body arrives whole or not at all", async () => {
    await requireSignature();
    const body = Buffer.alloc(300_000, "b");
    const post = await asSigned(plain({ "content-type": "text/plain" }, { method: "POST", body }));
    expect(await send(server.gateway, post)).toMatchObject({ status: 200 });
    expect(calls.at(-1)?.body).toBe(body.toString());
    const other = Buffer.from(body);
    other[299_999] = 0;
    const changed = await send(server.gateway, { ...post, body: other });
    expect(changed).toMatchObject({ status: 403, headers: { "x-amzn-errortype": "InvalidSignatureException" } });
    expect(calls).toHaveLength(1);
  });

  test("other keys, other services and old signatures are refused", async () => {
    await requireSignature();
    const types: unknown[] = [];
    for (const options of [{ accessKeyId: "x" }, { secretAccessKey: "x" }, { service: "apigateway" }]) {
      types.push((await signedCall({}, options)).headers["x-amzn-errortype"]);
    }
    const old = await signed(plain(), new Date(Date.now() - 600_000), { service });
    types.push((await send(server.gateway, old)).headers["x-amzn-errortype"]);
    const invalid = "InvalidSignatureException";
    expect(types).toEqual(["UnrecognizedClientException", invalid, invalid, invalid]);
    expect(calls).toEqual([]);
  });

  test("curl signs", async (context) => {
    const why = await missing("curl", ["--version"]);
    if (why !== undefined) context.skip(why);
    await requireSignature();
    const url = `${server.gateway}${byPath()}`;
    const sign = ["--silent", "--user", "test:test", "--aws-sigv4", "aws:amz:us-east-1:execute-api"];
    for (const rest of [[], ["--data", "a=1"]]) {
      const { stdout } = await run("curl", [...sign, ...rest, url]);
      expect(stdout).toMatch(/^call \d$/);
    }
    expect(calls.map(({ body }) => body)).toEqual(["", "a=1"]);
  });
});

const fresh = { "cache-control": "max-age=0" };

const patch = (...changes: readonly (readonly [string, string])[]): Promise<unknown> => {
  const patchOperations = changes.map(([path, value]): PatchOperation => ({ op: "replace", path, value }));
  return client.updateStage({ restApiId: api.restApiId, stageName, patchOperations });
};
const strategy = (value: string): Promise<unknown> =>
  patch(["/*/*/caching/unauthorizedCacheControlHeaderStrategy", value]);
/** The status, whether it warns, and whether the backend was asked. */
const look = async (ask: () => Promise<Reply>): Promise<unknown> => {
  const before = calls.length;
  const { status, headers } = await ask();
  return [status, headers["warning"] !== undefined, calls.length - before];
};

/** Kept by every thread, so that what comes next is a hit in any of them. Several at once: one thread does not take them all. */
const fill = async (): Promise<void> => {
  for (let idle = 0; idle < 5; idle++) {
    const before = calls.length;
    await Promise.all(Array.from({ length: 8 }, () => signedCall()));
    if (calls.length > before) idle = 0;
  }
};

const asksFresh = (): Promise<Reply> => signedCall(fresh);
const anyoneAsksFresh = (): Promise<Reply> => unsigned(fresh);

describe("fresh answers (facts/runtime.md 2.1)", () => {
  test.each(["NONE", "AWS_IAM"])("on a method with %s, strategy by strategy", async (authorization) => {
    if (authorization === "AWS_IAM") await requireSignature();
    await patch(["/cacheClusterEnabled", "true"], ["/*/*/caching/enabled", "true"]);
    await fill();
    const another = authorization === "NONE" ? anyoneAsksFresh : undefined;
    const seen: unknown[] = [];
    const lookAtBoth = async (): Promise<void> => {
      seen.push(await look(asksFresh));
      if (another === undefined) return;
      // What one thread refreshed, the others have to ask for once.
      await fill();
      seen.push(await look(another));
    };
    await lookAtBoth();
    await strategy("FAIL_WITH_403");
    await lookAtBoth();
    await strategy("SUCCEED_WITHOUT_RESPONSE_HEADER");
    await lookAtBoth();
    await patch(["/*/*/caching/requireAuthorizationForCacheControl", "false"]);
    await lookAtBoth();
    const refreshed = [200, false, 1];
    expect(seen).toEqual(
      another === undefined
        ? [refreshed, refreshed, refreshed, refreshed]
        : [refreshed, [200, true, 0], refreshed, [403, false, 0], refreshed, [200, false, 0], refreshed, refreshed],
    );
  });
});

const all = { Effect: "Allow", Principal: "*", Action: "execute-api:*", Resource: "execute-api:/*" };
const setPolicy = async (...statements: readonly object[]): Promise<void> => {
  const value = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const patchOperations: PatchOperation[] = [{ op: "replace", path: "/policy", value }];
  await client.updateRestApi({ restApiId: api.restApiId, patchOperations });
  await deploy();
};

describe("resource policies", () => {
  test("act with the next deployment, on open methods and on signed ones", async () => {
    const here = { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } };
    await setPolicy({ ...all, Condition: here });
    expect(await unsigned()).toMatchObject({ status: 200 });
    await setPolicy(all, { ...all, Effect: "Deny", Condition: here });
    expect(await unsigned()).toMatchObject({
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException" },
      text:
        '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: ' +
        `arn:aws:execute-api:us-east-1:********0000:${api.restApiId}/prod/GET/ with an explicit deny"}`,
    });
    await setPolicy({ ...all, Resource: "execute-api:/prod/POST/*" });
    expect((await unsigned()).text).toContain("because no resource-based policy allows the execute-api:Invoke action");
    await requireSignature();
    expect(await signedCall()).toMatchObject({ status: 200 });
    await setPolicy({ ...all, Effect: "Deny", Principal: { AWS: "000000000000" } });
    expect((await signedCall()).text).toContain("User: arn:aws:iam::000000000000:root is not authorized");
  });

  test("what was deployed holds, whatever the RestApi has by now", async () => {
    await setPolicy(all);
    const patchOperations: PatchOperation[] = [
      { op: "replace", path: "/policy", value: JSON.stringify({ Statement: { ...all, Effect: "Deny" } }) },
    ];
    await client.updateRestApi({ restApiId: api.restApiId, patchOperations });
    expect(await unsigned()).toMatchObject({ status: 200 });
    await deploy();
    expect(await unsigned()).toMatchObject({ status: 403 });
  });
});
