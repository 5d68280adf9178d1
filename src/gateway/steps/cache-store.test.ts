import { describe, expect, test } from "vitest";
import { bodies, cachingGateway, stageWith } from "../../../test/support/caching-fixture.ts";
import { type Answer, type Asked, mockOf, snapshotOf, valueOf } from "../../../test/support/gateway-fixture.ts";
import { limits } from "../../limits.ts";
import type { StageDocument } from "../../model/documents.ts";

const names = (answer: Answer): string[] => answer.headers.filter((_, i) => i % 2 === 0).toSorted();
const accepting = (value: string): Asked => ({ path: "/pets/1", headers: ["Accept-Encoding", value] });

describe("what is cached (facts/runtime.md 2.1)", () => {
  test("a GET, for its TTL", async () => {
    const gateway = cachingGateway({}, stageWith({ cacheTtlInSeconds: 60 }));
    expect(await bodies(gateway, {}, {})).toEqual(["answer 1", "answer 1"]);
    gateway.clock.now += 59_999;
    expect(await bodies(gateway, {})).toEqual(["answer 1"]);
    gateway.clock.now += 1;
    expect(await bodies(gateway, {}, {})).toEqual(["answer 2", "answer 2"]);
  });

  test.each<[string, Partial<StageDocument>]>([
    ["the method's setting is off", stageWith({ cachingEnabled: false })],
    ["the TTL is 0", stageWith({ cacheTtlInSeconds: 0 })],
    ["there is no cluster", { ...stageWith(), cacheClusterEnabled: false }],
  ])("not when %s: then no step is about it", async (_why, stage) => {
    const gateway = cachingGateway({}, stage);
    expect(await bodies(gateway, {}, {})).toEqual(["answer 1", "answer 2"]);
    const { base } = gateway.table.lookup("a1b2c3d4e5", "prod") ?? {};
    const resource = base?.deployment.routes.find("/pets/1")?.resource;
    const off = resource && base.method(resource, "GET")?.steps.length;
    gateway.put(stageWith());
    const changed = gateway.table.lookup("a1b2c3d4e5", "prod")?.base;
    expect(off).toBe(((resource && changed?.method(resource, "GET")?.steps.length) as number) - 2);
  });

  test("the switch of every method is for GET; other verbs need their own", async () => {
    const gateway = cachingGateway();
    expect(await bodies(gateway, { method: "POST" }, { method: "POST" })).toEqual(["answer 1", "answer 2"]);
    gateway.put(stageWith({}, "~1pets~1{id}/POST"));
    expect(await bodies(gateway, { method: "POST", body: "a" }, { method: "POST", body: "b" })).toEqual([
      "answer 3",
      "answer 3",
    ]);
    expect(await bodies(gateway, {}, {})).toEqual(["answer 4", "answer 5"]);
  });

  test.each([
    [200, true],
    [201, true],
    [204, true],
    [206, false],
    [300, false],
    [301, false],
    [404, false],
    [500, false],
  ])("status %d: %s", async (status, kept) => {
    const gateway = cachingGateway();
    gateway.upstream.behaviour = { status, body: status === 204 ? "" : "x" };
    await bodies(gateway, {}, {});
    expect(gateway.calls()).toBe(kept ? 1 : 2);
  });

  test.each([
    ["declared", 0, limits.cachedBody, true],
    ["declared", 0, limits.cachedBody + 1, false],
    ["not declared", -1, limits.cachedBody, true],
    ["not declared", -1, limits.cachedBody + 1, false],
  ])("a body of length %s: %d, %d bytes: %s", async (_what, length, bytes, kept) => {
    const gateway = cachingGateway();
    const half = Math.floor(bytes / 2);
    const body = [Buffer.alloc(half, "a"), Buffer.alloc(bytes - half, "b")];
    gateway.upstream.behaviour = length < 0 ? { body, length } : { body };
    const first = await gateway.ask({ path: "/pets/1" });
    const second = await gateway.ask({ path: "/pets/1" });
    expect(first).toMatchObject({ streamed: true, broken: false });
    expect(second.body).toBe(first.body);
    expect(second.body.length).toBe(bytes);
    expect(gateway.calls()).toBe(kept ? 1 : 2);
  });

  test("a body that breaks off is not kept", async () => {
    const gateway = cachingGateway();
    gateway.upstream.behaviour = { body: "part", length: -1, breaksOff: "reset" };
    await bodies(gateway, {});
    gateway.upstream.behaviour = { body: "whole" };
    expect(await bodies(gateway, {}, {})).toEqual(["whole", "whole"]);
  });

  test("MOCK and HTTP are cached after their mapping, ids and trace are of each request", async () => {
    const integrationResponses = {
      200: {
        statusCode: "201",
        responseParameters: { "method.response.header.X-Etag": "integration.response.header.ETag" },
      },
    };
    const gateway = cachingGateway({ type: "HTTP", integrationResponses });
    gateway.upstream.behaviour = { headers: ["ETag", "one"], body: "{}" };
    const first = await gateway.ask({ path: "/pets/1" });
    const second = await gateway.ask({ path: "/pets/1" });
    expect(gateway.calls()).toBe(1);
    expect(second).toMatchObject({ status: 201, body: "{}" });
    expect(valueOf(second, "x-etag")).toBe("one");
    expect(names(second)).toEqual(names(first));
    for (const name of ["x-amzn-requestid", "x-amz-apigw-id", "x-amzn-trace-id"]) {
      expect(valueOf(first, name)).toBeDefined();
      expect(valueOf(second, name)).not.toBe(valueOf(first, name));
    }
    const mock = cachingGateway({}, undefined, { snapshots: { dep001: snapshotOf({ "/": { GET: mockOf() } }) } });
    await mock.ask({});
    expect(await mock.ask({})).toMatchObject({ status: 200, body: "" });
    expect(mock.results()).toEqual(["miss", "hit"]);
  });

  test("a HEAD with its own setting tells the length again, without a body", async () => {
    const gateway = cachingGateway({}, stageWith({}, "~1pets~1{id}/HEAD"));
    gateway.upstream.behaviour = { headers: ["Content-Length", "1234"] };
    await gateway.ask({ path: "/pets/1", method: "HEAD" });
    const second = await gateway.ask({ path: "/pets/1", method: "HEAD" });
    expect(gateway.calls()).toBe(1);
    expect(valueOf(second, "(length)")).toBe("1234");
    const overridden = { method: "HEAD", headers: ["X-HTTP-Method-Override", "GET"] };
    gateway.put(stageWith());
    await bodies(gateway, overridden, overridden);
    expect(gateway.calls()).toBe(3);
  });

  test("identity is no coding that anyone must accept", async () => {
    const gateway = cachingGateway();
    gateway.upstream.behaviour = { headers: ["Content-Encoding", "Identity"], body: "plain" };
    await bodies(gateway, {}, {});
    expect(gateway.calls()).toBe(1);
  });

  test("a coding goes to who accepts it", async () => {
    const gateway = cachingGateway();
    gateway.upstream.behaviour = { headers: ["Content-Encoding", "gzip"], body: "zipped" };
    await gateway.ask(accepting("gzip"));
    await gateway.ask(accepting("br, GZIP;q=0.5"));
    expect(gateway.calls()).toBe(1);
    gateway.upstream.behaviour = { body: "plain" };
    expect(await bodies(gateway, accepting("gzip;q=0"))).toEqual(["plain"]);
    expect(await bodies(gateway, {}, accepting("gzip"))).toEqual(["plain", "plain"]);
    expect(gateway.calls()).toBe(2);
  });
});
