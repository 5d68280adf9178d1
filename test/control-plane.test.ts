/** The management API on a real socket, behind our own HTTP codec. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { createListener, type Listener } from "../src/gateway/http1/listener.ts";
import type { HeaderList } from "../src/gateway/transport.ts";
import { limits } from "../src/limits.ts";
import { testControl } from "./support/control.ts";
import { presigned, signed } from "./support/signer.ts";

const control = testControl();
let listener: Listener;
let base: string;

beforeAll(async () => {
  listener = await createListener({ host: "127.0.0.1", port: 0, serve: control.serve });
  base = `http://127.0.0.1:${listener.port}`;
});

afterAll(async () => {
  await listener.close(1_000);
  expect(control.failures).toEqual([]);
});

/** Everything that comes back on a connection of its own for these bytes. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(listener.port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => (answer += chunk));
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
  });
}

const lines = (headers: HeaderList): string =>
  headers.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${headers[index + 1]}\r\n`] : [])).join("");

describe("the management API on a socket", () => {
  it("serves the SDK, with names and values that need every kind of escape", async () => {
    const client = new APIGateway({
      endpoint: base,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
    });
    const api = await client.createRestApi({ name: "é \u2603 / &", tags: { "a key": "a+b=c" } });
    const restApiId = api.id ?? "";
    expect(api).toMatchObject({ name: "é \u2603 / &", tags: { "a key": "a+b=c" } });
    expect(api.createdDate).toBeInstanceOf(Date);

    const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
    await client.tagResource({ resourceArn, tags: { __proto__x: "1", "b/c": "2" } });
    await client.untagResource({ resourceArn, tagKeys: ["__proto__x", "a key"] });
    expect((await client.getTags({ resourceArn })).tags).toEqual({ "b/c": "2" });

    expect((await client.getRestApis({ limit: 1 })).items).toHaveLength(1);
    await expect(client.getStage({ restApiId, stageName: "no such/stage" })).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Stage identifier specified",
      $metadata: { httpStatusCode: 404 },
    });
    await client.deleteRestApi({ restApiId });
    expect((await client.getRestApis({})).items).toEqual([]);
    client.destroy();
  });

  it("serves a presigned URL that anyone may fetch", async () => {
    const headers = { host: `127.0.0.1:${listener.port}` };
    const { target } = await presigned({ method: "GET", path: "/account", headers }, new Date(), 60);
    const response = await fetch(`${base}${target}`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/hal+json");
    expect(await response.json()).toMatchObject({ _links: { self: { href: "/account" } } });
  });

  it("answers health to anyone, and HEAD without a body", async () => {
    const response = await fetch(`${base}/_stagewright/health`);
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ status: "ok" })]);
    const head = await fetch(`${base}/account`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([403, ""]);
  });

  it("refuses too large a body at once, and badly framed ones, in the envelope", async () => {
    const headers = { host: "a", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const { headers: list } = await signed({ method: "PATCH", path: "/account", headers }, new Date());
    const start = `PATCH /account HTTP/1.1\r\n${lines(list)}`;
    const large = await raw(`${start}Content-Length: ${limits.controlBody + 1}\r\nConnection: close\r\n\r\n`);
    expect(large).toMatch(/^HTTP\/1\.1 413 /);
    expect(large).toContain("x-amzn-ErrorType: RequestEntityTooLargeException");
    const malformed = await raw(`${start}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n`);
    expect(malformed).toMatch(/^HTTP\/1\.1 400 /);
    expect(malformed).toMatch(/x-amzn-RequestId: [0-9a-f-]{36}/i);
    expect(malformed).toContain('{"message":');
  });

  it.each([
    ["a target that is too long", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 414, "BadRequestException"],
    ["what is not HTTP", "hello\r\n\r\n", 400, "BadRequestException"],
    ["an expectation", "PUT / HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n", 417, "BadRequestException"],
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501, "NotImplementedException"],
  ])("refuses %s in the envelope too", async (_what, text, status, errorType) => {
    const answer = await raw(text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toMatch(/x-amzn-RequestId: [0-9a-f-]{36}\r\n/);
    expect(answer).toContain(`x-amzn-ErrorType: ${errorType}\r\n`);
    expect(answer).toContain('\r\n\r\n{"message":');
  });

  it("serves several requests of one connection in turn", async () => {
    const headers = { host: "a", accept: "application/json" };
    const { headers: list } = await signed({ method: "GET", path: "/account", headers }, new Date());
    const request = `GET /account HTTP/1.1\r\n${lines(list)}`;
    const answer = await raw(`${request}\r\n${request}\r\n${request}Connection: close\r\n\r\n`);
    expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(3);
    expect(new Set(answer.match(/x-amzn-RequestId: \S+/g)).size).toBe(3);
  });
});
