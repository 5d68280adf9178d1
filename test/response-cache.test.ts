/** The response cache over real sockets: bodies stream as they do without it, and clients that go away harm nobody. */
import { createServer, get, type IncomingMessage, type ServerResponse } from "node:http";
import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

let server: RunningServer;
let url: string;
let calls: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
const backend = createServer((request, response) => void calls.push({ request, response }));

beforeAll(async () => {
  await new Promise<void>((resolve) => void backend.listen(0, "127.0.0.1", resolve));
  server = await startServer(["--cache-cluster-duration", "0"]);
});
afterAll(async () => {
  await server.stop();
  backend.close();
});

beforeEach(async () => {
  calls = [];
  const client = sdkClient(server);
  const { restApiId } = await deployApi(client, "dev", `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`);
  url = `${server.gateway}/_aws/execute-api/${restApiId}/dev/`;
  const patchOperations = ["/cacheClusterEnabled", "/*/*/caching/enabled"].map((path) => ({
    op: "replace" as const,
    path,
    value: "true",
  }));
  await client.updateStage({ restApiId, stageName: "dev", patchOperations });
});

async function nextCall(count: number): Promise<ServerResponse> {
  await expect.poll(() => calls.length, { timeout: 20_000 }).toBe(count);
  const call = calls[count - 1];
  if (call === undefined) throw new Error("no call");
  return call.response;
}

const begun = () => get(url, { agent: false }).on("error", () => undefined);
const fetched = async (): Promise<string> => (await fetch(url)).text();

test("a body of unknown length reaches the client while it is being made, and the next one as a whole", async () => {
  const asked = fetch(url);
  const response = await nextCall(1);
  response.write("first, ");
  const reader = (await asked).body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("first, ");
  response.end("second");
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("second");
  await reader?.read();
  const again = await fetch(url);
  expect(again.headers.get("content-length")).toBe("13");
  expect(await again.text()).toBe("first, second");
  expect(calls).toHaveLength(1);
});

test("fifty clients that miss at once make one call", async () => {
  const asked = Array.from({ length: 50 }, fetched);
  const response = await nextCall(1);
  // Time for the others to arrive; who comes later finds the answer kept.
  await pause(200);
  response.end("one");
  expect(new Set(await Promise.all(asked))).toEqual(new Set(["one"]));
  expect(calls).toHaveLength(1);
});

test("a client that stops reading and goes away takes nothing from who waits for the same answer", async () => {
  const { hostname, port, pathname } = new URL(url);
  const slow = connect(Number(port), hostname);
  slow.write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  // Nothing is read from this socket.
  slow.pause();
  const response = await nextCall(1);
  const other = fetched();
  const body = Buffer.alloc(1_000_000, "x");
  response.end(body);
  await pause(200);
  slow.destroy();
  expect((await other).length).toBe(body.length);
  expect((await fetched()).length).toBe(body.length);
  expect(calls.length).toBeLessThanOrEqual(2);
});

test("an answer over the bound streams through, and is not kept", async () => {
  const body = Buffer.alloc(1_048_577, "x");
  for (const count of [1, 2]) {
    const asked = fetched();
    const response = await nextCall(count);
    response.write(body.subarray(0, 5));
    response.end(body.subarray(5));
    expect((await asked).length).toBe(body.length);
  }
});

test("a backend that breaks off in the middle is asked again", async () => {
  const broken = fetched();
  (await nextCall(1)).write("par");
  await pause(100);
  calls[0]?.response.destroy();
  await expect(broken).rejects.toThrow();
  const asked = fetched();
  (await nextCall(2)).end("whole");
  expect(await asked).toBe("whole");
  expect(await fetched()).toBe("whole");
  expect(calls).toHaveLength(2);
});

test("a client that is alone and breaks off ends the call", async () => {
  const request = get(url);
  request.on("error", () => undefined);
  await nextCall(1);
  const closed = once(calls[0]?.request.socket ?? request, "close");
  // A reset: one that only ends its side may still read the answer.
  request.socket?.resetAndDestroy();
  await closed;
  const asked = fetched();
  (await nextCall(2)).end("whole");
  expect(await asked).toBe("whole");
});

test("a call that all clients have gone away from ends, whoever made it", async () => {
  const first = begun();
  await nextCall(1);
  const others = [begun(), begun()];
  // Time for them to arrive and wait along.
  await pause(200);
  const closed = once(calls[0]?.request.socket ?? first, "close");
  for (const request of [first, ...others]) request.socket?.resetAndDestroy();
  await closed;
  const asked = fetched();
  (await nextCall(2)).end("whole");
  expect(await asked).toBe("whole");
});
