import { describe, expect, test } from "vitest";
import { type Asked, gatewayFor } from "../../../test/support/gateway-fixture.ts";
import type { IntegrationDocument } from "../../model/documents.ts";

const base = "http://backend.test:8081";
const answers200 = { 200: { statusCode: "200" } };

/** The target that the endpoint is asked for. */
async function targetOf(integration: Partial<IntegrationDocument>, asked: Asked, path?: string): Promise<string> {
  const gateway = gatewayFor({ integrationResponses: answers200, ...integration }, {}, path);
  expect(await gateway.ask(asked)).toMatchObject({ status: 200 });
  return gateway.upstream.last.target;
}

describe("the target of the request to the endpoint (facts/mapping.md 3)", () => {
  const toPath = { "integration.request.path.p": "method.request.path.proxy" };
  test.each<[string, Partial<IntegrationDocument>, string, string]>([
    ["no path", { uri: base }, "/a", "/"],
    ["as it stands", { uri: `${base}/x/y?z=1` }, "/a", "/x/y?z=1"],
    ["a fragment is not sent", { uri: `${base}/x#frag` }, "/a", "/x"],
    ["a path parameter", { uri: `${base}/x/{p}`, requestParameters: toPath }, "/a/b", "/x/a/b"],
    ["which keeps its encoding", { uri: `${base}/{p}`, requestParameters: toPath }, "/a%2Fb%20c", "/a%2Fb%20c"],
    ["and its slash at the end", { uri: `${base}/{p}`, requestParameters: toPath }, "/a/", "/a/"],
    [
      "in the query it is encoded anew",
      { uri: `${base}/?p={p}&q=1`, requestParameters: toPath },
      "/a%20b%2Fc/d",
      "/?p=a%20b%2Fc%2Fd&q=1",
    ],
    [
      "a placeholder without value stays",
      { uri: `${base}/{other}/{p}`, requestParameters: toPath },
      "/a",
      "/%7Bother%7D/a",
    ],
    ["an unmapped one too", { uri: `${base}/{proxy}` }, "/a", "/%7Bproxy%7D"],
    ["${…} without the prefix is untouched", { uri: `${base}/\${p}`, requestParameters: toPath }, "/a", "/$%7Bp%7D"],
    ["a misspelt one too", { uri: `${base}/\${stageVariables.p\\}` }, "/a", "/$%7BstageVariables.p%5C%7D"],
    ["twice", { uri: `${base}/{p}/{p}`, requestParameters: toPath }, "/a", "/a/a"],
    ["HTTP_PROXY passes the query as it came", { uri: `${base}/x` }, "/a?b=1&b=%20;c&&d", "/x?b=1&b=%20;c&&d"],
    ["after the URI's own", { uri: `${base}/x?own=1` }, "/a?b=1", "/x?own=1&b=1"],
    ["HTTP passes none", { type: "HTTP", uri: `${base}/x?own=1` }, "/a?b=1", "/x?own=1"],
  ])("%s", async (_name, integration, path, target) => {
    expect(await targetOf(integration, { path })).toBe(target);
  });

  test.each<[string, string, string, string, string]>([
    ["HTTP_PROXY", "method.request.querystring.a", "?a=1&a=2", "q", "/?a=1&a=2&q=2"],
    ["HTTP_PROXY", "method.request.querystring.b", "?a=1&b=2&b=3", "a", "/?b=2&b=3&a=3"],
    ["HTTP", "method.request.querystring.a", "?a=1&a=2%20x", "q", "/?q=2%20x"],
    ["HTTP", "method.request.multivaluequerystring.a", "?a=1&a=2;a=3", "q", "/?q=1&q=2&q=3"],
    ["HTTP", "method.request.querystring.A", "?a=1", "q", "/"],
    ["HTTP", "'a b&c'", "", "q", "/?q=a%20b%26c"],
    ["HTTP", "context.stage", "", "q", "/?q=prod"],
    ["HTTP", "stageVariables.colour", "", "q", "/?q=r%C3%A9d"],
    ["HTTP", "stageVariables.absent", "", "q", "/"],
    ["HTTP", "context.nothing", "", "q", "/"],
  ])("%s maps %s with %s to %s: %s", async (type, source, query, name, target) => {
    const gateway = gatewayFor(
      {
        type: type as IntegrationDocument["type"],
        requestParameters: { [`integration.request.querystring.${name}`]: source },
        integrationResponses: answers200,
      },
      { stage: { variables: { colour: "réd" } } },
    );
    await gateway.ask({ path: `/x${query}` });
    expect(gateway.upstream.last.target).toBe(target);
  });

  test("a value that is mapped into the path cannot climb out of it, nor begin a query", async () => {
    const requestParameters = { "integration.request.path.p": "method.request.querystring.p" };
    const gateway = gatewayFor({ uri: `${base}/files/{p}/end`, requestParameters });
    await gateway.ask({ path: "/x?p=a/b?c%23d" });
    expect(gateway.upstream.last.target).toBe("/files/a/b%3Fc%23d/end?p=a/b?c%23d");
    expect(await gateway.ask({ path: "/x?p=../../admin" })).toMatchObject({ status: 400 });
    expect(await gateway.ask({ path: "/x?p=%2e%2e/%2e%2e/admin" })).toMatchObject({ status: 400 });
    expect(gateway.upstream.dispatched).toHaveLength(1);
  });
});

describe("where the request goes", () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    ["http://${stageVariables.a}/x", { a: "one.test" }, "http://one.test:80/x"],
    ["http://${stageVariables.a}", { a: "one.test:81/base/?q=1" }, "http://one.test:81/base/?q=1"],
    [
      "https://${stageVariables.a}.two.test/${stageVariables.b}",
      { a: "one", b: "c d" },
      "https://one.two.test:443/c%20d",
    ],
    ["HTTP://Upper.Test/Path", {}, "http://upper.test:80/Path"],
    ["http://[::1]:8080/", {}, "http://::1:8080/"],
    ["http://one.test/${stageVariables.absent}", {}, "http://one.test:80/"],
    ["http://one.test/${stageVariables.a", {}, "http://one.test:80/$%7BstageVariables.a"],
  ])("%s", async (uri, variables, place) => {
    const gateway = gatewayFor({ uri }, { stage: { variables } });
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 200 });
    const { origin, target } = gateway.upstream.last;
    expect(`${origin.protocol}//${origin.host}:${origin.port}${target}`).toBe(place);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["http://${stageVariables.a}/", {}],
    ["http://${stageVariables.a}/", { a: "one.test\r\nX: y" }],
    ["http://${stageVariables.a}/", { a: "user:pw@one.test" }],
    ["http://${stageVariables.a}/", { a: "one.test:99999" }],
    ["http://${stageVariables.a}/", { a: "one test" }],
    ["http://{host}.test/", {}],
    ["ftp://one.test/", {}],
    ["one.test/", {}],
    ["", {}],
  ])("%s with %j is no endpoint: 500", async (uri, variables) => {
    const gateway = gatewayFor({ uri }, { stage: { variables } });
    expect(await gateway.ask({ path: "/x" })).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
    });
    expect(gateway.upstream.dispatched).toEqual([]);
  });

  test("with the stage's client certificate, and without verification where the integration says so", async () => {
    const gateway = gatewayFor({ uri: "https://one.test/", tlsConfig: { insecureSkipVerification: true } });
    gateway.put({ clientCertificateId: "cert01" }, { certificate: "CERTIFICATE", privateKey: "KEY" });
    await gateway.ask({ path: "/x" });
    expect(gateway.upstream.last.origin.tls).toEqual({
      serverName: "one.test",
      rejectUnauthorized: false,
      certificate: "CERTIFICATE",
      privateKey: "KEY",
    });
    gateway.put({});
    await gateway.ask({ path: "/x" });
    expect(gateway.upstream.last.origin.tls).toEqual({ serverName: "one.test", rejectUnauthorized: false });
  });

  test.each([
    ["ANY", "DELETE", "DELETE"],
    ["POST", "GET", "POST"],
  ])("httpMethod %s of a %s is %s", async (httpMethod, method, sent) => {
    const gateway = gatewayFor({ httpMethod, timeoutInMillis: 1_234 });
    await gateway.ask({ path: "/x", method });
    expect(gateway.upstream.last).toMatchObject({ method: sent, timeout: 1_234 });
  });
});
