import { describe, expect, test } from "vitest";
import { type Asked, gatewayFor, type GatewayFixture, valueOf } from "../../test/support/gateway-fixture.ts";

/** A gateway that maps a value into the header `out`. */
const mapped = (source: string): GatewayFixture =>
  gatewayFor({ requestParameters: { "integration.request.header.out": source } }, {}, "/pets/{id}");

describe("values of mappings", () => {
  test.each<[string, Asked, string | undefined]>([
    ["method.request.path.id", { path: "/pets/a%20b" }, "a b"],
    ["method.request.header.X-One", { headers: ["X-One", "1", "X-One", "2"] }, "2"],
    ["method.request.header.x-one", { headers: ["X-One", "1"] }, undefined],
    ["method.request.multivalueheader.X-One", { headers: ["X-One", "1", "X-One", "2"] }, "1,2"],
    ["method.request.body", { method: "POST", body: "plain text" }, "plain text"],
    ["method.request.body", {}, "{}"],
    ["method.request.body.a.b[1]", { method: "POST", body: '{"a":{"b":[1,"two"]}}' }, "two"],
    ["method.request.body.a", { method: "POST", body: '{"a":{"b":1}}' }, '{"b":1}'],
    ["method.request.body.a", { method: "POST", body: "plain text" }, undefined],
    ["method.request.body.z", { method: "POST", body: '{"a":1}' }, undefined],
    ["context.identity.sourceIp", {}, "192.0.2.7"],
    ["context.httpMethod", { method: "PATCH" }, "PATCH"],
    ["context.resourcePath", {}, "/pets/{id}"],
    ["context.path", { path: "/pets/7" }, "/prod/pets/7"],
    ["context.apiId", {}, "a1b2c3d4e5"],
    ["context.domainPrefix", {}, "a1b2c3d4e5"],
    ["context.accountId", {}, "123456789012"],
    ["context.deploymentId", {}, "dep001"],
    ["context.isCanaryRequest", {}, undefined],
    ["context.__proto__", {}, undefined],
    ["'two\twords'", {}, undefined],
    ["'two words'", {}, "two words"],
  ])("%s of %j is %j", async (source, asked, value) => {
    const gateway = mapped(source);
    await gateway.ask({ path: "/pets/1", ...asked });
    if (value === undefined && gateway.upstream.dispatched.length === 0) return;
    expect(valueOf(gateway.upstream.last, "out")).toBe(value);
  });

  test("a body that is read for a mapping still reaches the endpoint", async () => {
    const gateway = mapped("method.request.body.a");
    await gateway.ask({ path: "/pets/1", method: "POST", body: '{"a":"x"}' });
    expect(gateway.upstream.last.bytes.toString()).toBe('{"a":"x"}');
  });

  test("broken JSON is the client's fault", async () => {
    const answer = await mapped("method.request.body.a").ask({ path: "/pets/1", method: "POST", body: "{broken" });
    expect(answer).toMatchObject({ status: 400, body: '{"message": "Invalid JSON in request body"}' });
  });

  test("a decoded line end never ends a header", async () => {
    const gateway = mapped("method.request.querystring.q");
    await gateway.ask({ path: "/pets/1?q=a%0d%0aSet-Cookie:%20b" });
    expect(valueOf(gateway.upstream.last, "out")).toBe("a  Set-Cookie: b");
  });
});
