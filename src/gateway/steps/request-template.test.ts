import { describe, expect, test } from "vitest";
import { type Asked, gatewayFor, valueOf } from "../../../test/support/gateway-fixture.ts";

const post = (type: string | undefined, body?: string): Asked => ({
  path: "/x",
  method: "POST",
  ...(body !== undefined && { body }),
  headers: type === undefined ? [] : ["Content-Type", type],
});

describe("the request's body (facts/mapping.md 2.1)", () => {
  const integrationResponses = { 200: { statusCode: "200" } };
  const json = { "application/json": '{"fixed":true}' };
  const none = {};
  test.each<[string, Readonly<Record<string, string | null>>, string | undefined, string | 415]>([
    ["WHEN_NO_MATCH", none, "text/xml", "<sent/>"],
    ["WHEN_NO_MATCH", json, "text/xml", "<sent/>"],
    ["WHEN_NO_MATCH", json, "application/json;charset=utf-8", '{"fixed":true}'],
    ["WHEN_NO_MATCH", json, undefined, '{"fixed":true}'],
    ["WHEN_NO_TEMPLATES", none, "text/xml", "<sent/>"],
    ["WHEN_NO_TEMPLATES", json, "text/xml", 415],
    ["WHEN_NO_TEMPLATES", json, "application/json", '{"fixed":true}'],
    ["NEVER", none, "application/json", 415],
    ["NEVER", json, "text/xml", 415],
    ["NEVER", json, "application/json", '{"fixed":true}'],
    ["NEVER", { $default: "any" }, "text/xml", "any"],
    ["NEVER", { "application/json": null }, "application/json", ""],
  ])("%s with %j and %s sends %j", async (passthroughBehavior, requestTemplates, type, sent) => {
    const gateway = gatewayFor({
      type: "HTTP",
      passthroughBehavior,
      requestTemplates,
      integrationResponses,
    });
    const answer = await gateway.ask(post(type, "<sent/>"));
    if (sent === 415) {
      expect(answer).toMatchObject({ status: 415, body: '{"message":"Unsupported Media Type"}' });
      expect(valueOf(answer, "x-amzn-errortype")).toBe("BadRequestException");
    } else {
      expect(gateway.upstream.last.bytes.toString()).toBe(sent);
    }
  });

  test("HTTP_PROXY knows no templates", async () => {
    const gateway = gatewayFor({ passthroughBehavior: "NEVER", requestTemplates: json });
    await gateway.ask(post("text/xml", "<sent/>"));
    expect(gateway.upstream.last.bytes.toString()).toBe("<sent/>");
  });

  test("a template that Velocity does not read: 500, and a line in the log; other media types are served", async () => {
    const requestTemplates = { "application/json": "#if(", "text/plain": "$input.body" };
    const gateway = gatewayFor({ type: "HTTP", requestTemplates, integrationResponses });
    expect(await gateway.ask(post(undefined, "{}"))).toMatchObject({ status: 500 });
    expect(gateway.logged).toHaveLength(1);
    expect(gateway.logged[0]?.[0]).toMatchObject({ err: { message: expect.stringContaining("(line 1, column 5)") } });
    expect(await gateway.ask(post("text/plain", "text"))).toMatchObject({ status: 200 });
    expect(gateway.upstream.last.bytes.toString()).toBe("text");
  });
});
