import { describe, expect, test } from "vitest";
import { type Asked, type GatewayFixture, gatewayFor, valueOf } from "../../test/support/gateway-fixture.ts";
import type { IntegrationDocument } from "../model/documents.ts";

const json = "application/json";

/** A MOCK whose response template this is. */
const mock = (response: string, integration: Partial<IntegrationDocument> = {}, stage: object = {}): GatewayFixture =>
  gatewayFor(
    {
      type: "MOCK",
      requestTemplates: { [json]: "{statusCode: 200}" },
      integrationResponses: { 200: { statusCode: "200", responseTemplates: { [json]: response } } },
      ...integration,
    },
    { stage },
    "/{id}",
  );

const said = async (response: string, asked: Asked = {}): Promise<string> =>
  (await mock(response).ask({ path: "/42", ...asked })).body;

describe("$input on the response side of a MOCK", () => {
  test.each<[string, string, Asked]>([
    ['{"statusCode": 200, "id": $input.params().path.id}', '{"statusCode": 200, "id": 42}', {}],
    ["$input.params('id')", "42", {}],
    ["$input.params('q')", "last", { path: "/42?q=first&q=last" }],
    ["$input.params('X-Foo')", "bar", { headers: ["X-Foo", "bar"] }],
    ["[$input.params('x-foo')]", "[]", { headers: ["X-Foo", "bar"] }],
    ["$input.params('id')", "42", { path: "/42?id=query", headers: ["id", "header"] }],
    // Headers that templates do not see (facts/runtime.md 12.1).
    ["[$input.params('Connection')$input.params('TE')]", "[]", { headers: ["Connection", "close", "TE", "trailers"] }],
    ["$input.params().header", "{Accept=x}", { headers: ["Expect", "100", "Accept", "x", "server", "s"] }],
    ["$input.params().keySet()", "[path, querystring, header]", {}],
    [
      "$input.params().querystring.q $input.params().header.H",
      "a b+c x",
      { path: "/42?q=a+b%2Bc", headers: ["H", "x"] },
    ],
    ["[$input.params('nothing')][$input.params().path.nothing]", "[][]", {}],
    ["#if($input.params('limit') == '')100#{else}$input.params('limit')#end", "100", {}],
    ["$input.body $input.json('$') [$input.path('$.a')]", "{} {} []", { method: "POST", body: '{"a":1}' }],
    ["$input.params('id')", "a b/c", { path: "/a%20b%2Fc" }],
  ])("%s → %s", async (template, output, asked) => {
    expect(await said(template, asked)).toBe(output);
  });
});

/** What an HTTP endpoint is sent for a request with this template. */
async function sent(template: string, body: string | undefined, asked: Asked = {}): Promise<string> {
  const gateway = gatewayFor({
    type: "HTTP",
    requestTemplates: { [json]: template },
    integrationResponses: { 200: { statusCode: "200" } },
  });
  await gateway.ask({ path: "/x", method: "POST", ...(body !== undefined && { body }), ...asked });
  return gateway.upstream.last.bytes.toString();
}

describe("$input on the request side", () => {
  const body = '{"a": {"b": [1, 2.50, "x/y", null, true]}, "s": "it\'s \\"q\\"", "n": 12345678901234567890}';
  test.each([
    ["$input.body", body],
    ["$input.json('$.a')", '{"b":[1,2.5,"x/y",null,true]}'],
    ["$input.json('$.s')", String.raw`"it's \"q\""`],
    ["$input.json('$.nothing')", '""'],
    ["$input.path('$.s')", 'it\'s "q"'],
    ["[$input.path('$.nothing')]", "[]"],
    ["$input.path('$.n')", "12345678901234567890"],
    ["$input.path('$.a')", '{b=[1,2.5,"x/y",null,true]}'],
    ["$input.path('$.a.b').size() $input.path('$.a.b').count() $input.path('$').a.b[0]", "5 5 1"],
    ['#set($i = 2)$input.path("$.a.b[${i}]")', "x/y"],
    ["#foreach($x in $input.path('$.a.b'))$foreach.index=$!x;#end", "0=1;1=2.5;2=x/y;3=;4=true;"],
    ["#set($root = $input.path('$'))#set($root.s = 'new')$input.json('$.s')", '"new"'],
    ["$util.escapeJavaScript($input.path('$.s')).replaceAll(\"\\\\'\",\"'\")", String.raw`it's \"q\"`],
    ["$util.base64Encode($input.path('$.a'))", Buffer.from('{"b":[1,2.5,"x/y",null,true]}').toString("base64")],
    ["$util.base64Decode($util.base64Encode('é'))", "é"],
    ["$util.urlEncode('a b+c=d/é~*') $util.urlDecode('a+b%2Bc')", "a+b%2Bc%3Dd%2F%C3%A9%7E* a b+c"],
    ["$util.parseJson('{\"x\": [1, {\"y\": 2}]}').x[1].y $util.parseJson('1')", "2 1"],
    ['$util.escapeJavaScript("a\'b/c")$util.escapeJavaScript($nothing)', String.raw`a\'b\/cnull`],
  ])("%s → %s", async (template, output) => {
    expect(await sent(template, body)).toBe(output);
  });

  test.each<[string, string | undefined, string]>([
    ["Action=SendMessage&MessageBody=$input.body", undefined, "Action=SendMessage&MessageBody={}"],
    ["Action=SendMessage&MessageBody=$input.body", "", "Action=SendMessage&MessageBody={}"],
    ["$input.json('$') [$input.path('$')]", undefined, "{} [{}]"],
    ["$input.json('$.a') [$input.path('$')] $input.body", "no JSON", '"" [] no JSON'],
    ["$input.json('$')", '{"a":', '""'],
    ["#if($foo.bar.stuff != '')true#end", undefined, "true"],
    ["#foreach($k in $context.authorizer.keySet())$k#end", undefined, ""],
  ])("%s of the body %j → %s", async (template, sentBody, output) => {
    expect(await sent(template, sentBody)).toBe(output);
  });

  test("a path that is none is a bad template", async () => {
    const gateway = gatewayFor({ type: "HTTP", requestTemplates: { [json]: "$input.path('$[')" } });
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 500 });
  });
});

describe("$context and $stageVariables", () => {
  test("the keys of a real call, in their order", async () => {
    expect(await said("$context.keySet()")).toBe(
      "[resourceId, resourcePath, httpMethod, extendedRequestId, requestTime, path, accountId, protocol, " +
        "requestOverride, stage, domainPrefix, requestTimeEpoch, requestId, identity, domainName, deploymentId, " +
        "responseOverride, apiId]",
    );
    expect(await said("$context.identity.keySet()")).toBe(
      "[cognitoIdentityPoolId, accountId, cognitoIdentityId, caller, sourceIp, principalOrgId, accessKey, " +
        "cognitoAuthenticationType, cognitoAuthenticationProvider, userArn, userAgent, user]",
    );
  });

  test.each([
    ["$context.stage $context.httpMethod $context.resourcePath $context.path", "prod GET /{id} /prod/42"],
    ["$context.apiId $context.accountId $context.protocol", "a1b2c3d4e5 123456789012 HTTP/1.1"],
    ["$context.identity.sourceIp [$context.identity.user]", "192.0.2.7 []"],
    ["[$context.identity][$context][$context.nothing][$context.requestOverride]", "[][][][]"],
    ["#if($context.requestTimeEpoch > 1000)late#end", "late"],
    ["[$context.isCanaryRequest]", "[]"],
    [
      "#set($context.stage = 'x')$context.stage $context.put('stage', 'x') $context.remove('stage') $context.stage",
      "prod prod prod prod",
    ],
  ])("%s → %s", async (template, output) => {
    expect(await said(template)).toBe(output);
  });

  test("$context.isCanaryRequest is there while the stage has a canary", async () => {
    const canarySettings = { deploymentId: "dep001", percentTraffic: 0, useStageCache: false };
    const gateway = mock("$context.isCanaryRequest#if(!$context.isCanaryRequest) base#end", {}, { canarySettings });
    expect((await gateway.ask({ path: "/42" })).body).toBe("false base");
  });

  test.each([
    [
      "$stageVariables.a ${stageVariables.a} $stageVariables['a'] $stageVariables.get('a') [$stageVariables.b]",
      "x x x x []",
    ],
    ["$stageVariables.keySet()", "[a, __proto__]"],
    ["$stageVariables.get('__proto__')", "p"],
  ])("%s → %s", async (template, output) => {
    const variables = JSON.parse('{"a": "x", "__proto__": "p"}') as Record<string, string>;
    expect((await mock(template, {}, { variables }).ask({ path: "/42" })).body).toBe(output);
  });
});

describe("MOCK", () => {
  const responses = {
    200: { statusCode: "200", responseTemplates: { [json]: "ok" } },
    404: { statusCode: "404", selectionPattern: "404", responseTemplates: { [json]: "none" } },
  };

  test("the rendered statusCode selects the response", async () => {
    const template = "#if($input.params('q') == 'no'){\"statusCode\": 404}#else{'statusCode': 200}#end";
    const gateway = mock("", { requestTemplates: { [json]: template }, integrationResponses: responses });
    expect(await gateway.ask({ path: "/42?q=no" })).toMatchObject({ status: 404, body: "none" });
    expect(await gateway.ask({ path: "/42" })).toMatchObject({ status: 200, body: "ok" });
  });

  test("its request template reads the body", async () => {
    const requestTemplates = { [json]: "{\"statusCode\": $input.path('$.code')}" };
    const gateway = mock("", { requestTemplates, integrationResponses: responses });
    expect(await gateway.ask({ path: "/42", method: "POST", body: '{"code":404}' })).toMatchObject({ status: 404 });
    expect(await gateway.ask({ path: "/42", method: "POST", body: '{"code":"x"}' })).toMatchObject({ status: 500 });
  });

  test("a rendering that fails is a 500 with a line in the log", async () => {
    const gateway = mock("$input.body.substring(9)");
    expect(await gateway.ask({ path: "/42" })).toMatchObject({
      status: 500,
      body: '{"message": "Internal server error"}',
    });
    expect(gateway.logged).toHaveLength(1);
  });
});

const override = "$context.requestOverride";

/** An HTTP endpoint with two parameters in its path, and this request template. */
const http = (template: string, input: Partial<IntegrationDocument> = {}): GatewayFixture =>
  gatewayFor({
    type: "HTTP",
    uri: "http://backend.test/{a}/{b}",
    requestTemplates: { [json]: template },
    integrationResponses: { 200: { statusCode: "200" } },
    ...input,
  });

async function dispatched(template: string, input?: Partial<IntegrationDocument>) {
  const gateway = http(template, input);
  await gateway.ask({ path: "/x?n=client" });
  return gateway.upstream.last;
}

const encodedPath = (kind: string): string => `/${Buffer.from(JSON.stringify({ kind })).toString("base64")}`;
const setHeader = (name: string): string => `#set($context.responseOverride.header["${name}"] = "set")`;

describe("overrides (facts/mapping.md 5)", () => {
  test.each([
    `#set(${override}.querystring.n = "a b")`,
    `#set(${override}.querystring["n"] = "a b")`,
    `#set($name = "n")#set(${override}.querystring[$name] = "a b")`,
    `#set($context["requestOverride"].querystring["n"] = "a b")`,
    `$!${override}.querystring.put("n", "a b")`,
  ])("%s", async (template) => {
    expect((await dispatched(template)).target).toBe("/%7Ba%7D/%7Bb%7D?n=a%20b");
  });

  test("stand in the place of what is mapped", async () => {
    const last = await dispatched(
      `#set(${override}.querystring.q = ["1", "2"])#set(${override}.path.a = "x y")#set(${override}.header.H = ["1", 2])`,
      {
        requestParameters: {
          "integration.request.querystring.q": "'mapped'",
          "integration.request.querystring.r": "'kept'",
          "integration.request.path.a": "'mapped'",
          "integration.request.path.b": "'kept'",
          "integration.request.header.H": "'mapped'",
          "integration.request.header.h": "'kept'",
        },
      },
    );
    expect(last.target).toBe("/x%20y/kept?r=kept&q=1&q=2");
    expect(valueOf(last, "h")).toBe("1,2");
    expect(last.headers.filter((text) => text === "mapped")).toEqual([]);
    expect(last.headers.filter((text) => text === "kept")).toHaveLength(1);
  });

  test("of default headers leave one of a name", async () => {
    const last = await dispatched(
      `#set(${override}.header.content-type = "text/x")#set(${override}.header.Host = "other.test")#set(${override}.header["bad name"] = "x")x`,
    );
    const names = last.headers.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
    expect(names.filter((name) => name === "content-type" || name === "host")).toHaveLength(2);
    expect(names).not.toContain("bad name");
    expect([valueOf(last, "content-type"), valueOf(last, "host")]).toEqual(["text/x", "other.test"]);
  });

  test.each([["Content-Length"], ["Transfer-Encoding"]])("of %s fail the call", async (name) => {
    const gateway = http(`#set(${override}.header["${name}"] = "1")`);
    expect(await gateway.ask({ path: "/x" })).toMatchObject({ status: 500 });
    expect(gateway.upstream.dispatched).toHaveLength(0);
  });

  test("can be blocks, printed with what their template knows, also by the other one", async () => {
    const block = '#set($who = "Ann")#define($d)for $who $input.params("n")$nothing#end';
    const last = await dispatched(`${block}#set(${override}.header.H = $d)#set(${override}.querystring.q = [$d])`);
    expect([last.target.split("?")[1], valueOf(last, "h")]).toEqual(["q=for%20Ann%20client", "for Ann client"]);
    const gateway = mock(`#set($other = 1)#set($who = "Tom")[${override}.header.H][${override}.header.H.length()]`, {
      requestTemplates: { [json]: `${block}#set(${override}.header.H = $d){"statusCode": 200}` },
    });
    expect((await gateway.ask({ path: "/42?n=client" })).body).toBe("[for Ann client][]");
  });

  test("that take too much to print fail the call", async () => {
    const endless = "#set($l = [1])#set($x = $l.add($l))";
    const answers = ["header.H", "querystring.q", "path.a"].map((place) =>
      http(`${endless}#set(${override}.${place} = $l)`).ask({ path: "/x" }),
    );
    const ofResponse = ["header.H", "status"].map((place) =>
      mock(`${endless}#set($context.responseOverride.${place} = [$l])`).ask({ path: "/42" }),
    );
    for (const answer of await Promise.all([...answers, ...ofResponse])) expect(answer).toMatchObject({ status: 500 });
    const many =
      "#set($l = [1])#foreach($i in [1..19])#set($x = $l.addAll($l))#end" +
      '#foreach($i in [1..1000])#set($context.responseOverride.header["H$i"] = $l)#end';
    expect(await mock(many).ask({ path: "/42" })).toMatchObject({ status: 500 });
  });

  test("cannot end a header or climb out of a path", async () => {
    const header = await dispatched(`#set(${override}.header.H = "a\nb: c")`);
    expect(valueOf(header, "h")).toBe("a b: c");
    expect(await http(`#set(${override}.path.a = "../x")`).ask({ path: "/x" })).toMatchObject({ status: 400 });
  });

  test("of the response in the request template: status 444 and a header, without any response template", async () => {
    const template =
      '#set($context.responseOverride.status = 444)#set($context.responseOverride.header.foo = "bar"){"statusCode": 200}';
    const gateway = mock("", {
      requestTemplates: { [json]: template },
      integrationResponses: { 200: { statusCode: "200" } },
    });
    const answer = await gateway.ask({ path: "/42" });
    expect(answer).toMatchObject({ status: 444, body: "" });
    expect(valueOf(answer, "foo")).toBe("bar");
  });

  test("are seen by the response template, keys of its own too", async () => {
    const requestTemplates = {
      [json]:
        `#set(${override}.path.body = "$util.base64Decode($input.params('id'))")` +
        '#set($context.responseOverride.statusOverride = "444"){"statusCode": 200}',
    };
    const response =
      `#set($body = $util.parseJson(${override}.path.body))$context.responseOverride.statusOverride ` +
      '#if($body.kind == "cat")purr#elseif($body.kind == "dog")wuff#{else}?#end';
    const gateway = mock(response, { requestTemplates });
    expect((await gateway.ask({ path: encodedPath("cat") })).body).toBe("444 purr");
    expect((await gateway.ask({ path: encodedPath("dog") })).body).toBe("444 wuff");
    expect((await gateway.ask({ path: encodedPath("cow") })).body).toBe("444 ?");
  });

  test.each<[string, number]>([
    ["418", 418],
    ["$util.parseJson('419')", 419],
    ["'nonsense'", 200],
    ["99", 200],
    ["199", 200],
    ["600", 200],
    ["[201, 202]", 201],
  ])("$context.responseOverride.status = %s answers %d", async (value, status) => {
    expect((await mock(`#set($context.responseOverride.status = ${value})`).ask({ path: "/42" })).status).toBe(status);
  });

  test("of response headers stand in the place of mapped ones; those that cannot be mapped are remapped or dropped", async () => {
    const gateway = mock(`${["H", "Content-Type", "Date", "Transfer-Encoding"].map(setHeader).join("")}body`, {
      integrationResponses: {
        200: {
          statusCode: "200",
          responseParameters: { "method.response.header.H": "'mapped'", "method.response.header.I": "'kept'" },
          responseTemplates: {
            [json]: `${["H", "Content-Type", "Date", "Transfer-Encoding"].map(setHeader).join("")}body`,
          },
        },
      },
    });
    const answer = await gateway.ask({ path: "/42" });
    expect(answer.body).toBe("body");
    expect([valueOf(answer, "h"), valueOf(answer, "i"), valueOf(answer, "content-type")]).toEqual([
      "set",
      "kept",
      "set",
    ]);
    expect([valueOf(answer, "x-amzn-remapped-date"), valueOf(answer, "transfer-encoding")]).toEqual(["set", undefined]);
    expect(answer.headers.filter((text) => text === "mapped")).toEqual([]);
  });

  test("that a template takes away are no overrides", async () => {
    expect((await dispatched(`#set(${override}.header = "x")#set(${override}.querystring = 1)`)).target).toBe(
      "/%7Ba%7D/%7Bb%7D",
    );
  });
});

describe("the endpoint's answer", () => {
  test("is what a response template reads", async () => {
    const template =
      '#set($root = $input.path(\'$\'))[#foreach($p in $root.pets){"n": "$p.name", "v": $input.params(\'q\')}#if($foreach.hasNext),#end#end]';
    const gateway = gatewayFor({
      type: "HTTP",
      integrationResponses: { 200: { statusCode: "200", responseTemplates: { [json]: template } } },
    });
    gateway.upstream.behaviour = { body: '{"pets":[{"name":"Rex"},{"name":"Tom"}]}' };
    expect((await gateway.ask({ path: "/x?q=7" })).body).toBe('[{"n": "Rex", "v": 7},{"n": "Tom", "v": 7}]');
    gateway.upstream.behaviour = { body: "" };
    expect((await gateway.ask({ path: "/x" })).body).toBe("[]");
  });
});
