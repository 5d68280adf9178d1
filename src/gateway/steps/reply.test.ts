import { describe, expect, test } from "vitest";
import {
  apiId,
  gatewayFor,
  gatewayOf,
  methodOf,
  snapshotOf,
  stageName,
  valueOf,
} from "../../../test/support/gateway-fixture.ts";
import { recordingReply } from "../../../test/support/recording-reply.ts";
import { Exchange } from "../exchange.ts";
import type { BodySink, BodySource, Reply, Upstream, UpstreamFailureKind } from "../transport.ts";

describe("when there is no answer to pass on (facts/runtime.md 5, 13)", () => {
  const networkError = '{"message": "Network error communicating with endpoint"}';
  const serverError = '{"message": "Internal server error"}';
  test.each<[UpstreamFailureKind, number, string]>([
    ["refused", 504, networkError],
    ["untrusted", 500, serverError],
    ["reset", 504, networkError],
    ["timeout", 504, '{"message": "Endpoint request timed out"}'],
    ["malformed", 502, serverError],
    ["too-large", 502, serverError],
    ["overloaded", 503, '{"message":"Service Unavailable"}'],
    ["invalid", 500, serverError],
    ["client-malformed", 400, '{"message": "Bad Request"}'],
    ["client-incomplete", 400, '{"message": "Bad Request"}'],
    ["client-slow", 408, '{"message":"Request timed out"}'],
    ["client-too-large", 413, "HTTP content length exceeded 10485760 bytes."],
    ["client-gone", 0, ""],
  ])("%s → %d", async (kind, status, body) => {
    const gateway = gatewayFor({});
    gateway.upstream.behaviour = kind;
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status, body });
  });

  test("a short body that breaks off is a network error, a long one breaks the connection off", async () => {
    const gateway = gatewayFor({});
    gateway.upstream.behaviour = { body: "par", length: 7, breaksOff: "reset" };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 504, body: networkError });
    gateway.upstream.behaviour = { body: "part", length: -1, breaksOff: "reset" };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 200, streamed: true, broken: true });
  });

  test("a body over the bound: 502 when it is announced, broken off when it is not", async () => {
    const gateway = gatewayFor({});
    const piece = Buffer.alloc(1_048_576);
    const pieces = Array.from({ length: 11 }, () => piece);
    gateway.upstream.behaviour = { body: pieces };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 502, body: serverError });
    gateway.upstream.behaviour = { body: pieces, length: -1 };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 200, broken: true });
    gateway.upstream.behaviour = { body: pieces.slice(0, 10) };
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 200, broken: false });
  });

  test("a client that goes away ends the call", () => {
    const gateway = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { GET: methodOf() } }) } });
    gateway.upstream.answerLater = true;
    void gateway.ask({});
    expect(gateway.replies.at(-1)?.onClose).toBeTypeOf("function");
    gateway.replies.at(-1)?.onClose?.();
    expect(gateway.upstream.abandoned).toEqual([0]);
  });
});

describe("the length of the answer to a HEAD is the endpoint's", () => {
  test.each([
    [["Content-Length", "1234"], "1234"],
    [[], "-1"],
  ])("%j → %s", async (headers, length) => {
    const gateway = gatewayFor({});
    gateway.upstream.behaviour = { headers };
    expect(valueOf(await gateway.ask({ path: "/x", method: "HEAD" }), "(length)")).toBe(length);
  });
});

/** A request on its way, with everything that reply and endpoint are told in `calls`. */
function watched(method: string) {
  const calls: string[] = [];
  const endpoint: { sink: BodySink | undefined } = { sink: undefined };
  const source: BodySource = {
    length: -1,
    read: (reader) => void (endpoint.sink = reader),
    pause: () => void calls.push("pause"),
    resume: () => void calls.push("resume"),
    discard: () => void calls.push("discard"),
  };
  const upstream: Upstream = {
    dispatch: (_origin, _request, handler) => {
      handler.onHead(200, [], source);
      return () => undefined;
    },
    close: () => Promise.resolve(),
  };
  const client = { keepsUp: true };
  const reply: Reply = {
    ...recordingReply(() => undefined),
    send: () => void calls.push("send"),
    head: () => void calls.push("head"),
    write: () => client.keepsUp,
    end: () => void calls.push("end"),
    destroy: () => void calls.push("destroy"),
  };
  const { serve } = gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { ANY: methodOf() } }) }, upstream });
  serve(new Exchange(method, `/${stageName}/`, [], `${apiId}.execute-api.test`, undefined, reply, "192.0.2.7"));
  return { calls, endpoint, client, reply };
}

test("a slow client pauses the endpoint, and resumes it when it has caught up", () => {
  const { calls, endpoint, client, reply } = watched("GET");
  endpoint.sink?.onData(Buffer.from("one"));
  client.keepsUp = false;
  endpoint.sink?.onData(Buffer.from("two"));
  expect(calls).toEqual(["head", "pause"]);
  reply.onDrain?.();
  endpoint.sink?.onEnd();
  expect(calls).toEqual(["head", "pause", "resume", "end"]);
});

test("a body that a HEAD has no use for is given up", () => {
  expect(watched("HEAD").calls).toEqual(["discard", "head", "end"]);
});
