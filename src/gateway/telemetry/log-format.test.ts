import { assert, asyncProperty, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { gatewayOf, methodOf, snapshotOf, stageName } from "../../../test/support/gateway-fixture.ts";
import { logGroupArn, recordingLogs } from "../../../test/support/recording-logs.ts";

const requestId = "0c9f7b3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";

/** The line that a format gives for a request to `/pets`, with this User-Agent. */
async function lineOf(format: string, userAgent?: string, path = "/pets", method = methodOf()): Promise<string> {
  const { logs, of } = recordingLogs();
  const gateway = gatewayOf({
    snapshots: { dep001: snapshotOf({ "/pets": { ANY: method } }) },
    stage: { accessLogSettings: { format, destinationArn: logGroupArn("access") } },
    logs,
  });
  gateway.upstream.behaviour = { body: "fifteen bytes!!" };
  const agent = userAgent === undefined ? [] : ["User-Agent", Buffer.from(userAgent).toString("latin1")];
  await gateway.ask({ path, headers: ["x-amzn-RequestId", requestId, ...agent] });
  expect(of("access")).toHaveLength(1);
  return of("access")[0] as string;
}

/** The presets of the service's console (facts/runtime.md 4). */
const presets: readonly (readonly [name: string, format: string, line: RegExp])[] = [
  [
    "CLF",
    "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] " +
      '"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength ' +
      "$context.requestId $context.extendedRequestId",
    /^192\.0\.2\.7 - - \[[^\]]+ \+0000\] "GET \/pets HTTP\/1\.1" 200 15 0c9f7b3e-[0-9a-f-]+ [\w+/]{15}=$/,
  ],
  [
    "JSON",
    '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", ' +
      '"requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod","status":"$context.status" }',
    /^\{ "requestId":"0c9f7b3e-[0-9a-f-]+", "ip": "192\.0\.2\.7", "caller":"-", "requestTime":"[^"]+", "httpMethod":"GET","status":"200" \}$/,
  ],
  [
    "XML",
    '<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> <user>$context.identity.user</user> </request>',
    /^<request id="0c9f7b3e-[0-9a-f-]+"> <ip>192\.0\.2\.7<\/ip> <user>-<\/user> <\/request>$/,
  ],
  ["CSV", "$context.identity.sourceIp,$context.status,$context.requestId", /^192\.0\.2\.7,200,0c9f7b3e-[0-9a-f-]+$/],
];

test.each(presets)("the console's %s", async (_name, format, line) => {
  expect(await lineOf(format)).toMatch(line);
  expect(await lineOf(`${format}\n`)).toMatch(line);
});

describe("names", () => {
  test.each([
    ["$context.status.", "200."],
    ["$context.httpMethod:$context.path", `GET:/${stageName}/pets`],
    ["$context.status-$context.stage", `200-${stageName}`],
    ["$context.statusCode", "-"],
    ["$context.authorizer.claims.cognito:groups|", "-|"],
    ["$context.httpMethod:x", "GET:x"],
    ["$context.", "$context."],
    ["${context.status} $status $contextstatus", "${context.status} $status $contextstatus"],
    ["$$context.status", "$200"],
    ["nothing", "nothing"],
  ])("%s is %s", async (format, line) => {
    expect(await lineOf(format)).toBe(line);
  });
});

describe("JSON", () => {
  test("values in quotes are escaped, values without stay JSON", async () => {
    const format =
      '{"agent":"$context.identity.userAgent","status":$context.status,"latency":$context.integrationLatency,' +
      '"error":$context.error.messageString,"both":"$context.status of $context.httpMethod","list":[$context.responseLength]}';
    const line = await lineOf(format, 'a "quoted" \\ agent\twith é and 猫');
    expect(JSON.parse(line)).toEqual({
      agent: 'a "quoted" \\ agent\twith é and 猫',
      status: 200,
      latency: expect.any(Number) as number,
      error: "-",
      both: "200 of GET",
      list: [15],
    });
  });

  test("a text that stands without quotes is quoted", async () => {
    const line = await lineOf('{"method":$context.httpMethod,"user":$context.identity.user}');
    expect(JSON.parse(line)).toEqual({ method: "GET", user: "-" });
  });

  test.each(["$x", '"$x"'])("a value of several lines is in one line, as %s", async (place) => {
    const template = '#set($context.requestOverride.header.x = "[1,\n2]"){"statusCode": 200}';
    const format = `{"list":${place.replace("$x", "$context.requestOverride.header.x")}}`;
    const mock = methodOf({ type: "MOCK", requestTemplates: { "application/json": template } });
    const line = await lineOf(format, undefined, "/pets", mock);
    expect(line).not.toContain("\n");
    expect(JSON.parse(line)).toEqual({ list: place === "$x" ? [1, 2] : "[1,\n2]" });
  });

  test("a number that is missing is a text", async () => {
    const line = await lineOf('{"latency":$context.integrationLatency,"status":$context.status}', undefined, "/none");
    expect(JSON.parse(line)).toEqual({ latency: "-", status: 403 });
  });

  test("the message of an error is one, with quotes of its own or of the format's", async () => {
    const format = '{"bare":$context.error.messageString,"quoted":"$context.error.messageString"}';
    expect(JSON.parse(await lineOf(format, undefined, "/none"))).toEqual({
      bare: "Missing Authentication Token",
      quoted: '"Missing Authentication Token"',
    });
  });

  test("quotes in the format itself are known from those that end a text", async () => {
    const line = await lineOf('{"say \\"$context.status\\" \\\\":"$context.identity.userAgent"}', 'x"y');
    expect(JSON.parse(line)).toEqual({ 'say "200" \\': 'x"y' });
  });

  test("whatever a client sends, the line is valid and gives it back", async () => {
    const format = '{"agent":"$context.identity.userAgent","path":"$context.path"}';
    await assert(
      asyncProperty(string({ unit: "binary", minLength: 1 }), async (text) => {
        const agent = JSON.parse(await lineOf(format, text)) as { agent: string };
        expect(agent.agent).toBe(text.toWellFormed());
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

test("where a format is not JSON, a value can still end no line", async () => {
  const line = await lineOf('$context.requestId "$context.identity.userAgent"', 'evil\r\n"forged\n\nline');
  expect(line).toBe(`${requestId} "evil "forged line"`);
});
