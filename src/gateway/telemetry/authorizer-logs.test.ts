/** What logs tell of authorizers: the events of the execution log, and variables of access logs. */
import { describe, expect, test } from "vitest";
import {
  authorizerOf,
  guarded,
  guardedGateway,
  type GuardedOptions,
} from "../../../test/support/authorizer-fixture.ts";
import { apiId, integrationOf, stageName } from "../../../test/support/gateway-fixture.ts";
import { byToken, type LambdaService, policyOf } from "../../../test/support/lambda-service.ts";
import { logGroupArn, recordingLogs } from "../../../test/support/recording-logs.ts";
import { defaultMethodSetting } from "../../model/method-settings.ts";

const requestId = "0c9f7b3e-1b2c-4d5e-8f90-a1b2c3d4e5f6";
const group = `API-Gateway-Execution-Logs_${apiId}/${stageName}`;
const token = "allow-me-please";
const functionArn = "arn:aws:lambda:us-east-1:123456789012:function:asks";

interface LogOptions extends GuardedOptions {
  readonly react?: LambdaService["react"];
  readonly setting?: object;
  readonly format?: string;
  readonly times?: number;
  readonly token?: string;
  readonly path?: string;
  /** More of them. */
  readonly headers?: readonly string[];
}

/** Events of the last of some equal requests, and its line in the access log. */
async function logged({
  react,
  setting = {},
  format = "-",
  times = 1,
  path = "/",
  headers = [],
  ...options
}: LogOptions) {
  const { logs, of } = recordingLogs();
  const gateway = await guardedGateway({
    ...options,
    logs,
    stage: {
      methodSettings: { "*/*": { ...defaultMethodSetting, loggingLevel: "INFO", ...setting } },
      accessLogSettings: { format, destinationArn: logGroupArn("access") },
    },
  });
  gateway.lambda.react = react ?? (({ methodArn }) => ({ result: policyOf("Allow", methodArn) }));
  for (let i = 0; i < times; i++) {
    of(group).length = 0;
    await gateway.ask({ path, headers: ["Auth", options.token ?? token, "x-amzn-RequestId", requestId, ...headers] });
  }
  const all = of(group).map((line) => line.slice(requestId.length + 3).replaceAll(gateway.lambda.endpoint, "{lambda}"));
  const last = all.findLastIndex((line) => line.startsWith("Extended Request Id"));
  return { events: all.slice(last + 1), line: of("access").at(-1) ?? "" };
}

const start = [`Starting authorizer: auth01 for request: ${requestId}`, "Incoming identity: *********please"];
const sent = `Sending request to {lambda}/2015-03-31/functions/${functionArn}/invocations`;
const principal = "Using valid authorizer policy for principal: **mebody";

describe("the execution log", () => {
  test("of a caller who is let in", async () => {
    const { events } = await logged({});
    expect(events.slice(0, 5)).toEqual([...start, sent, principal, "Successfully completed authorizer execution"]);
    expect(events[5]).toMatch(/^Verifying Usage Plan/);
    expect(events.at(-1)).toBe("Method completed with status: 200");
  });

  test("has data with the trace of data, with the token as stars", async () => {
    const { events } = await logged({ setting: { dataTraceEnabled: true } });
    const [, , uri, headers, body, to, result] = events;
    expect(uri).toBe(`Endpoint request URI: {lambda}/2015-03-31/functions/${functionArn}/invocations`);
    expect(headers).toMatch(
      /^Endpoint request headers: \{x-amzn-lambda-integration-tag=0c9f7b3e-[0-9a-f-]+, Authorization=\*{20,}[0-9a-f]{6}, X-Amz-Date=\d{8}T\d{6}Z, x-amzn-apigateway-api-id=a1b2c3d4e5, X-Amz-Source-Arn=arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5\/authorizers\/auth01, Accept=application\/json, User-Agent=AmazonAPIGateway_a1b2c3d4e5, /,
    );
    expect(body).toBe(
      `Endpoint request body after transformations: {"type":"TOKEN","methodArn":"arn:aws:execute-api:us-east-1:123456789012:${apiId}/prod/GET/","authorizationToken":"*********please"}`,
    );
    expect(to).toBe(sent);
    expect(result).toMatch(/^Authorizer result body before parsing: \{"principalId":"somebody","policyDocument":/);
  });

  test("of a result that was kept tells of no call", async () => {
    const { events } = await logged({ authorizer: { authorizerResultTtlInSeconds: 300 }, times: 2 });
    expect(events.slice(0, 4)).toEqual([...start, principal, "Successfully completed authorizer execution"]);
  });

  test("shows no secret of a REQUEST event", async () => {
    const { events } = await logged({
      authorizer: { type: "REQUEST", identitySource: "method.request.header.Auth" },
      setting: { dataTraceEnabled: true },
    });
    expect(events.join("\n")).toContain('"Auth":"*********please"');
    expect(events.filter((line) => line.includes("Endpoint request body")).join()).not.toContain(token);
  });

  test("shows what the caller showed nowhere, nor the API key that the function chose", async () => {
    const key = "0123456789-chosen-key";
    const { events } = await logged({
      authorizer: { type: "REQUEST", identitySource: "method.request.header.Auth, method.request.querystring.secret" },
      setting: { dataTraceEnabled: true },
      methods: { "/": { GET: { ...guarded(), methodIntegration: integrationOf() } } },
      path: `/?secret=${token}%2Bmore&plain=1`,
      react: ({ methodArn }) => ({ result: policyOf("Allow", methodArn, { usageIdentifierKey: key }) }),
    });
    const text = events.join("\n");
    expect(text).toContain('"usageIdentifierKey":"***************en-key"');
    expect(text).toContain("Method request query string: {secret=**************e+more, plain=1}");
    expect(text).toMatch(/Method request headers: \{Auth=\*{9}please,/);
    expect(text).toMatch(/Endpoint request headers: \{Auth=\*{9}please,/);
    expect(text).toMatch(/Sending request to http:\S+\?secret=\*+e%2Bmore&plain=1$/m);
    for (const secret of [token, key]) expect(text).not.toContain(secret);
  });

  test("shows neither the API key in a function's event nor the token in its complaint", async () => {
    const long = `${token}-${"0123456789".repeat(3)}`;
    const { events } = await logged({
      authorizer: { type: "REQUEST", identitySource: "method.request.header.Auth" },
      setting: { dataTraceEnabled: true },
      methods: { "/": { GET: { ...guarded(), apiKeyRequired: true } } },
      token: long,
      path: "/?X-Amz-Signature=0123456789abcdef",
      headers: ["x-api-key", "key-0123456789"],
      react: () => ({ error: `what is ${long}?` }),
    });
    const text = events.join("\n");
    expect(text).toContain('"x-api-key":["********456789"]');
    expect(text).toContain('"X-Amz-Signature":"**********abcdef"');
    expect(text).toContain(`due to customer function error: what is ${"*".repeat(long.length - 6)}456789?.`);
    for (const secret of [long, "key-0123456789", "0123456789abcdef"]) expect(text).not.toContain(secret);
  });

  test.each<[string, LogOptions, readonly string[]]>([
    [
      "denied",
      { react: ({ methodArn }) => ({ result: policyOf("Deny", methodArn) }) },
      [
        ...start,
        sent,
        principal,
        "The client is not authorized to perform this operation.",
        "Method completed with status: 403",
      ],
    ],
    [
      "unauthorized",
      { react: () => ({ error: "Unauthorized" }) },
      [...start, sent, `Unauthorized request: ${requestId}`, "Method completed with status: 401"],
    ],
    [
      "without a token",
      { token: "" },
      [
        `Starting authorizer: auth01 for request: ${requestId}`,
        `Unauthorized request: ${requestId}`,
        "Method completed with status: 401",
      ],
    ],
    [
      "whose function fails",
      { react: () => ({ error: "oh" }) },
      [
        ...start,
        sent,
        "Lambda execution failed with status 200 due to customer function error: oh. Lambda request id: lambda-1",
        "Execution failed due to configuration error: Authorizer error",
        "AuthorizerConfigurationException",
        "Method completed with status: 500",
      ],
    ],
    [
      "whose function answers nothing",
      { react: () => ({ result: null }) },
      [
        ...start,
        sent,
        "Execution failed due to configuration error: Could not parse policy",
        "AuthorizerConfigurationException",
        "Method completed with status: 500",
      ],
    ],
    [
      "with nothing to call",
      { env: {} },
      [
        ...start,
        "Execution failed due to configuration error: Invalid endpoint address",
        "Execution failed due to configuration error: Authorizer error",
        "AuthorizerConfigurationException",
        "Method completed with status: 500",
      ],
    ],
    [
      "with an authorizer that cannot be asked",
      { snapshot: { authorizers: [authorizerOf({ authorizerUri: "arn" })] } },
      [
        `Starting authorizer: auth01 for request: ${requestId}`,
        "Execution failed due to configuration error: Invalid endpoint address",
        "AuthorizerConfigurationException",
        "Method completed with status: 500",
      ],
    ],
  ])("of a caller %s", async (_what, options, events) => {
    expect((await logged(options)).events).toEqual(events);
  });

  test("at ERROR has those that went wrong alone", async () => {
    const setting = { loggingLevel: "ERROR" };
    expect((await logged({ setting })).events).toEqual([]);
    expect((await logged({ setting, react: byToken })).events).not.toEqual([]);
  });
});

describe("access logs", () => {
  const format = [
    "principalId",
    "tenant",
    "none",
    "status",
    "integrationStatus",
    "requestId",
    "error",
    "latency",
    "integrationLatency",
  ]
    .map((name) => `$context.authorizer.${name}`)
    .concat(
      "$context.authenticate.status",
      "$context.authenticate.error",
      "$context.authorize.status",
      "$context.authorize.error",
      "$context.error.message",
      "$context.error.messageString",
    )
    .join("|");
  let time = Date.now();
  const clock = { now: () => (time += 10), format };

  test.each<[string, LogOptions, string]>([
    [
      "let in",
      { react: ({ methodArn }) => ({ result: policyOf("Allow", methodArn, { context: { tenant: "blue" } }) }) },
      "somebody|blue|-|200|200|lambda-1|-|N|N|200|-|200|-|-|-",
    ],
    [
      "denied",
      { react: ({ methodArn }) => ({ result: policyOf("Deny", methodArn) }) },
      'somebody|-|-|200|200|lambda-1|-|N|N|200|-|403|User is not authorized to access this resource with an explicit deny|User is not authorized to access this resource with an explicit deny|"User is not authorized to access this resource with an explicit deny"',
    ],
    [
      "without a token",
      { token: "" },
      '-|-|-|401|-|-|Unauthorized|N|-|401|Unauthorized|-|-|Unauthorized|"Unauthorized"',
    ],
    [
      "whose function fails",
      { react: () => ({ error: "oh" }) },
      "-|-|-|500|200|lambda-1|the authorizer's function failed|N|N|500|-|-|-|-|null",
    ],
    [
      "with nothing to call",
      { env: {} },
      "-|-|-|500|-|-|Lambda cannot be called, there is no endpoint for it: set AWS_ENDPOINT_URL_LAMBDA, e.g. to http://127.0.0.1:9001|N|-|500|-|-|-|-|null",
    ],
  ])("of a caller %s", async (_what, options, line) => {
    const found = (await logged({ ...clock, ...options })).line.split("|");
    expect(
      found.map((value, place) => ((place === 7 || place === 8) && /^\d+$/.test(value) ? "N" : value)).join("|"),
    ).toBe(line);
  });
});
