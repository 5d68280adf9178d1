import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { gatewayFor, type GatewayFixture, valueOf } from "../../test/support/gateway-fixture.ts";
import { fromHeaderValue, headerRuleOf, headerRules, toHeaderValue } from "./headers.ts";
import type { HeaderList } from "./transport.ts";

/** Names in lower case → values, of headers that the codec does not make. */
const namesOf = (headers: HeaderList): string[] => headers.filter((_text, index) => index % 2 === 0);

/** Names with blanks between them. */
const listed = (text: string): string[] => text.trim().split(/\s+/);

async function forwarded(name: string, value = "sent"): Promise<GatewayFixture> {
  const gateway = gatewayFor({});
  await gateway.ask({ path: "/x", headers: [name, value] });
  return gateway;
}

/** A gateway that maps a header into the request to an HTTP endpoint. */
const mapping = (name: string): GatewayFixture =>
  gatewayFor({
    type: "HTTP",
    requestParameters: { [`integration.request.header.${name}`]: "'mapped'" },
    integrationResponses: { 200: { statusCode: "200" } },
  });

/** The client's headers when an HTTP_PROXY endpoint answers with this one. */
async function proxied(name: string): Promise<HeaderList> {
  const gateway = gatewayFor({});
  gateway.upstream.behaviour = { headers: [name, "theirs"], body: "x" };
  return (await gateway.ask({ path: "/x" })).headers;
}

/** The client's headers when an HTTP integration response maps this one. */
async function mappedBack(name: string): Promise<HeaderList> {
  const responseParameters = { [`method.response.header.${name}`]: "'mapped'" };
  const gateway = gatewayFor({
    type: "HTTP",
    integrationResponses: { 200: { statusCode: "200", responseParameters } },
  });
  return (await gateway.ask({ path: "/x" })).headers;
}

// The lists are those of facts/runtime.md 12.1, as they were recorded.
describe("a client's header on its way to an HTTP_PROXY endpoint", () => {
  test.each(
    listed(`
    Accept Accept-Charset Accept-Encoding Age Authorization Content-Type Date Pragma Range Referer User-Agent
    Warn X-Custom x-lower
  `),
  )("%s arrives", async (name) => {
    const { upstream } = await forwarded(name);
    expect(upstream.last.headers).toEqual(expect.arrayContaining([name, "sent"]));
  });

  test.each(
    listed(`
    Content-Encoding Content-MD5 Max-Forwards Server Trailer Upgrade Via WWW-Authenticate Connection Keep-Alive
    TE Transfer-Encoding Proxy-Authenticate Proxy-Authorization Proxy-Connection Expect Content-Length eXpEcT
  `),
  )("%s does not", async (name) => {
    const { upstream } = await forwarded(name);
    expect(namesOf(upstream.last.headers).map((sent) => sent.toLowerCase())).not.toContain(name.toLowerCase());
  });

  test("nor what Connection names", async () => {
    const gateway = gatewayFor({});
    await gateway.ask({ path: "/x", headers: ["Connection", "keep-alive, X-Hop", "X-Hop", "1", "X-End", "2"] });
    expect(namesOf(gateway.upstream.last.headers)).not.toContain("X-Hop");
    expect(namesOf(gateway.upstream.last.headers)).toContain("X-End");
  });

  test("nor what a mapping sets, in any spelling: the mapped one stands in its place", async () => {
    const gateway = gatewayFor({ requestParameters: { "integration.request.header.X-Tenant": "'mapped'" } });
    await gateway.ask({ path: "/x", headers: ["x-tenant", "sent", "X-Tenant", "again", "X-End", "2"] });
    const { headers } = gateway.upstream.last;
    const tenants = headers.filter((_text, index) => headers[index - 1]?.toLowerCase() === "x-tenant");
    expect(tenants).toEqual(["mapped"]);
    expect(namesOf(headers)).toContain("X-End");
  });

  test("a body that is passed on encoded keeps the header that says so", async () => {
    const gateway = gatewayFor({});
    await gateway.ask({ method: "POST", path: "/x", headers: ["Content-Encoding", "gzip"], body: "…" });
    expect(valueOf(gateway.upstream.last, "content-encoding")).toBe("gzip");
  });

  test("Host is the endpoint's, and the client's address, port, protocol and trace are told", async () => {
    const gateway = gatewayFor({});
    const headers = [
      "Host",
      "a1b2c3d4e5.execute-api.test:8080",
      "X-Forwarded-For",
      "198.51.100.1",
      "X-Forwarded-Proto",
      "gopher",
    ];
    await gateway.ask({ path: "/x", headers });
    const sent = gateway.upstream.last;
    expect(valueOf(sent, "host")).toBe("backend.test:8081");
    expect(valueOf(sent, "x-forwarded-for")).toBe("198.51.100.1, 192.0.2.7");
    expect(valueOf(sent, "x-forwarded-port")).toBe("8080");
    expect(valueOf(sent, "x-forwarded-proto")).toBe("http");
    expect(valueOf(sent, "x-amzn-trace-id")).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(namesOf(sent.headers).length).toBe(new Set(namesOf(sent.headers)).size);
  });

  test.each([
    ["Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", true],
    ["Self=1-67891234-12456789abcdef012345678;Root=1-67891233-abcdef012345678912345678", true],
    ["Root=2-5759e988-bd862e3fe1be46a994272793", false],
    ["nonsense", false],
    [`Root=1-5759e988-bd862e3fe1be46a994272793;${"x".repeat(600)}`, false],
  ])("a trace id %s passes on: %s", async (traceId, passes) => {
    const { upstream } = await forwarded("X-Amzn-Trace-Id", traceId);
    expect(valueOf(upstream.last, "x-amzn-trace-id") === traceId).toBe(passes);
  });
});

describe("a header that is mapped into the request", () => {
  test.each(
    listed(`
    Host User-Agent Accept Content-Encoding Content-MD5 Date Max-Forwards Server Trailer Upgrade
    WWW-Authenticate Authorization X-Custom
  `),
  )("%s passes, and overrides the default", async (name) => {
    const gateway = mapping(name);
    await gateway.ask({ path: "/x" });
    const sent = gateway.upstream.last.headers;
    expect(
      sent.filter(
        (_text, index) => index % 2 === 1 && (sent[index - 1] as string).toLowerCase() === name.toLowerCase(),
      ),
    ).toEqual(["mapped"]);
  });

  test.each(listed("Connection Expect Proxy-Authenticate TE Via"))("%s is dropped", async (name) => {
    const gateway = mapping(name);
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 200 });
    expect(namesOf(gateway.upstream.last.headers)).not.toContain(name);
  });

  test.each(listed("Content-Length Transfer-Encoding"))("%s makes every call fail", async (name) => {
    const gateway = mapping(name);
    expect(await gateway.ask({ path: "/x" })).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
    });
    expect(gateway.upstream.dispatched).toEqual([]);
  });

  test.each([
    ...listed(`
    Connection Content-Length Content-MD5 Expect Max-Forwards Proxy-Authenticate Server TE Transfer-Encoding
    Trailer Upgrade WWW-Authenticate
  `).map((name) => [name, false] as const),
    ...listed(`
    Accept Accept-Charset Accept-Encoding Age Authorization Content-Encoding Content-Type Date Host Pragma Range
    Referer User-Agent Via Warn
  `).map((name) => [name, true] as const),
  ])("method.request.header.%s can be read: %s", async (name, visible) => {
    const gateway = gatewayFor({
      requestParameters: { "integration.request.header.X-Copy": `method.request.header.${name}` },
    });
    await gateway.ask({ path: "/x", headers: [name, "sent"] });
    expect(valueOf(gateway.upstream.last, "x-copy")).toBe(visible ? "sent" : undefined);
  });
});

describe("the headers to an HTTP endpoint", () => {
  test("are defaults; none of the client's", async () => {
    const gateway = gatewayFor({ type: "HTTP", integrationResponses: { 200: { statusCode: "200" } } });
    await gateway.ask({ path: "/x", headers: ["User-Agent", "curl", "Cookie", "a=b", "Accept", "text/html"] });
    const sent = gateway.upstream.last;
    expect(namesOf(sent.headers).sort()).toEqual([
      "Accept",
      "Host",
      "User-Agent",
      "X-Amzn-Apigateway-Api-Id",
      "X-Amzn-Trace-Id",
    ]);
    expect(valueOf(sent, "accept")).toBe("application/json");
    expect(valueOf(sent, "user-agent")).toBe("AmazonAPIGateway_a1b2c3d4e5");
    expect(valueOf(sent, "x-amzn-apigateway-api-id")).toBe("a1b2c3d4e5");
    expect(valueOf(sent, "host")).toBe("backend.test:8081");
  });

  test("Host is never missing, also where a mapping of it finds nothing", async () => {
    const gateway = gatewayFor({
      requestParameters: { "integration.request.header.Host": "method.request.header.Absent" },
    });
    await gateway.ask({ path: "/x" });
    expect(valueOf(gateway.upstream.last, "host")).toBe("backend.test:8081");
  });
});

describe("an HTTP_PROXY endpoint's header on its way to the client", () => {
  test.each(
    listed("Accept Age Content-Encoding Content-Type Pragma Range Referer Warn X-Custom Set-Cookie X-Amzn-Trace-Id"),
  )("%s passes", async (name) => {
    expect(await proxied(name)).toEqual(expect.arrayContaining([name, "theirs"]));
  });

  test.each(
    listed(`
    Authorization Connection Content-Length Content-MD5 Date Max-Forwards Server User-Agent WWW-Authenticate
    x-amzn-RequestId x-amz-apigw-id x-amzn-ErrorType
  `),
  )("%s is remapped", async (name) => {
    const headers = await proxied(name);
    expect(headers).toEqual(expect.arrayContaining([`x-amzn-Remapped-${name}`, "theirs"]));
    expect(headers[headers.indexOf(name) + 1]).not.toBe(headers.includes(name) ? "theirs" : "");
  });

  test.each(listed("Expect Host Proxy-Authenticate TE Transfer-Encoding Trailer Upgrade Via Keep-Alive"))(
    "%s is dropped",
    async (name) => {
      expect(await proxied(name)).not.toContain("theirs");
    },
  );

  test("what its Connection names is dropped", async () => {
    const gateway = gatewayFor({});
    gateway.upstream.behaviour = { headers: ["Connection", "close, X-Hop", "X-Hop", "1", "X-End", "2"], body: "x" };
    const answer = await gateway.ask({ path: "/x" });
    expect([valueOf(answer, "x-hop"), valueOf(answer, "x-end")]).toEqual([undefined, "2"]);
  });

  test("without a Content-Type it is application/json", async () => {
    const gateway = gatewayFor({});
    expect(valueOf(await gateway.ask({ path: "/x" }), "content-type")).toBe("application/json");
  });
});

describe("a header that is mapped into the response", () => {
  test.each(
    listed(`
    Accept Accept-Charset Accept-Encoding Age Content-Encoding Content-Type Pragma Range Referer TE Via Warn
    Access-Control-Allow-Origin
  `),
  )("%s passes", async (name) => {
    expect(await mappedBack(name)).toEqual(expect.arrayContaining([name, "mapped"]));
  });

  test.each(
    listed(`
    Authorization Connection Content-Length Content-MD5 Date Expect Host Max-Forwards Proxy-Authenticate Server
    Trailer Upgrade User-Agent WWW-Authenticate
  `),
  )("%s is remapped", async (name) => {
    const headers = await mappedBack(name);
    expect(headers).toEqual(expect.arrayContaining([`x-amzn-Remapped-${name}`, "mapped"]));
    expect(headers).not.toContain(name);
  });

  test("Transfer-Encoding is dropped", async () => {
    expect(await mappedBack("Transfer-Encoding")).not.toContain("mapped");
  });
});

test("a rule is found in any spelling, and nothing else is", () => {
  for (const rule of headerRules) {
    for (const name of [rule.name, rule.name.toLowerCase(), rule.name.toUpperCase()])
      expect(headerRuleOf(name)).toBe(rule);
  }
  fc.assert(
    fc.property(fc.string(), (name) => {
      expect(headerRuleOf(name)).toBe(headerRules.find((rule) => rule.name.toLowerCase() === name.toLowerCase()));
    }),
  );
});

test("a text as a header's value holds no control character, and reads back where it held none", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const value = toHeaderValue(text);
      expect(value).toMatch(/^[\t\u0020-\u007e\u0080-\u00ff]*$/);
      // oxlint-disable-next-line no-control-regex -- these are what is looked for
      if (!/[\u0000-\u001f\u007f]/.test(text)) expect(fromHeaderValue(value)).toBe(text.toWellFormed());
    }),
  );
  expect(toHeaderValue("a\r\nSet-Cookie: b")).toBe("a  Set-Cookie: b");
});
