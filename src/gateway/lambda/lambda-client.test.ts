import { describe, expect, onTestFinished, test } from "vitest";
import { lambdaOfTest, type LambdaService, type Reaction } from "../../../test/support/lambda-service.ts";
import type { Environment } from "../../settings.ts";
import { createUpstream } from "../integrate/upstream.ts";
import { UpstreamFailure } from "../transport.ts";
import { type LambdaAnswer, LambdaClient, LambdaNotConfigured, type LambdaRequest } from "./lambda-client.ts";

type Outcome = LambdaAnswer | UpstreamFailure | LambdaNotConfigured;

interface Called {
  readonly outcome: Promise<Outcome>;
  readonly giveUp: () => void;
  /** How often the caller heard something. */
  readonly heard: string[];
}

function clientOf(env: Environment): LambdaClient {
  const upstream = createUpstream();
  onTestFinished(() => upstream.close());
  return new LambdaClient({ upstream, env, now: Date.now });
}

function call(env: Environment, request: Partial<LambdaRequest> = {}): Called {
  const heard: string[] = [];
  const { promise: outcome, resolve } = Promise.withResolvers<Outcome>();
  const hear = (what: string) => (value: Outcome) => {
    heard.push(what);
    resolve(value);
  };
  const giveUp = clientOf(env).invoke(
    {
      functionName: "asks",
      region: "us-east-1",
      payload: Buffer.from('{"a":"\u00e4"}'),
      headers: { "user-agent": "test", "x-own": "one  two" },
      timeout: 20_000,
      maximum: 1_000,
      ...request,
    },
    { onRequest: () => void heard.push("request"), onAnswer: hear("answer"), onFailure: hear("failure") },
  );
  return { outcome, giveUp, heard };
}

/** How a function that does this is answered. */
async function reacting(react: LambdaService["react"], request: Partial<LambdaRequest> = {}): Promise<Outcome> {
  const service = await lambdaOfTest();
  service.react = react;
  return call(service.env, request).outcome;
}

const kindOf = (outcome: Outcome): string => (outcome instanceof UpstreamFailure ? outcome.kind : "none");

describe("a function", () => {
  test("is invoked by name, signed, with the payload as it is", async () => {
    const service = await lambdaOfTest();
    service.react = (event) => ({ result: event });
    const { outcome, heard } = call(service.env);
    expect(await outcome).toMatchObject({ status: 200, functionError: undefined, requestId: "lambda-1" });
    expect(((await outcome) as LambdaAnswer).body.toString()).toBe('{"a":"\u00e4"}');
    expect(heard).toEqual(["request", "answer"]);
    expect(service.invoked).toMatchObject([{ functionName: "asks", headers: { "x-own": "one  two" } }]);
  });

  test.each([
    "arn:aws:lambda:us-east-1:123456789012:function:asks",
    "arn:aws:lambda:us-east-1:123456789012:function:asks:live",
    "123456789012:asks:$LATEST",
  ])("%s has a path that the signature covers", async (functionName) => {
    const service = await lambdaOfTest();
    service.react = () => ({ result: null });
    expect(await call(service.env, { functionName }).outcome).toMatchObject({ status: 200 });
    expect(service.invoked).toMatchObject([{ functionName }]);
  });

  test("is called below its service's own path, with a session's token", async () => {
    const service = await lambdaOfTest();
    service.react = () => ({ result: null });
    const env = {
      ...service.env,
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ENDPOINT_URL_LAMBDA: `${service.endpoint}/base/`,
      AWS_SESSION_TOKEN: "of a session",
    };
    expect(await call(env).outcome).toMatchObject({ status: 200 });
    expect(service.invoked[0]?.headers).toMatchObject({ "x-amz-security-token": "of a session" });
  });

  test("that throws says so in a header", async () => {
    expect(await reacting(() => ({ error: "oh" }))).toMatchObject({ status: 200, functionError: "Unhandled" });
  });

  test("is told by a service that refuses", async () => {
    expect(await reacting(() => ({ status: 429 }))).toMatchObject({ status: 429 });
  });
});

describe("an answer", () => {
  test.each<[string, Reaction]>([
    ["reset", "die"],
    ["too-large", { raw: "x".repeat(1_001) }],
    ["timeout", "hang"],
    ["timeout", "drip"],
  ])("fails as %s: %j", async (kind, reaction) => {
    expect(kindOf(await reacting(() => reaction, { timeout: kind === "timeout" ? 200 : 20_000 }))).toBe(kind);
  });

  test("over the bound is noticed without a declared length", async () => {
    const service = await lambdaOfTest();
    service.react = () => ({ raw: Buffer.alloc(70_000, 0x20) });
    expect(kindOf(await call(service.env, { maximum: 65_536 }).outcome)).toBe("too-large");
  });

  test("as large as the bound is taken", async () => {
    expect(await reacting(() => ({ raw: "x".repeat(1_000) }))).toMatchObject({ status: 200 });
  });

  test("to a call that was given up is not heard", async () => {
    const service = await lambdaOfTest();
    const asked = new Promise<void>((resolve) => {
      service.react = () => {
        resolve();
        return "hang";
      };
    });
    const { giveUp, heard } = call(service.env);
    await asked;
    giveUp();
    giveUp();
    await service.stop();
    expect(heard).toEqual(["request"]);
  });

  test("of a call that was given up at once is never asked for", async () => {
    const service = await lambdaOfTest();
    const { giveUp, heard } = call(service.env);
    giveUp();
    await call({ ...service.env }, { functionName: "after" }).outcome;
    expect(heard).toEqual([]);
    expect(service.invoked).toMatchObject([{ functionName: "after" }]);
  });
});

describe("what to call and with what", () => {
  const keys = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" };
  test.each<[string, Environment, Partial<LambdaRequest>]>([
    ["there is no endpoint for it: set AWS_ENDPOINT_URL_LAMBDA", keys, {}],
    ["AWS_ENDPOINT_URL_LAMBDA is no URL", { ...keys, AWS_ENDPOINT_URL_LAMBDA: "lambda:9001/x" }, {}],
    ["AWS_ENDPOINT_URL is no URL", { ...keys, AWS_ENDPOINT_URL: "http://" }, {}],
    ["set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY", { AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, {}],
    ["name is none", { ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, { functionName: "a/../b" }],
    ["name is none", { ...keys, AWS_ENDPOINT_URL: "http://127.0.0.1:1" }, { functionName: "" }],
  ])("%s", async (words, env, request) => {
    const outcome = await call(env, request).outcome;
    expect(outcome).toBeInstanceOf(LambdaNotConfigured);
    expect((outcome as LambdaNotConfigured).message).toContain(words);
  });

  test("an endpoint that nobody listens at refuses", async () => {
    const service = await lambdaOfTest();
    await service.stop();
    expect(kindOf(await call(service.env).outcome)).toBe("refused");
  });

  test("a wrong key is the service's to refuse", async () => {
    const service = await lambdaOfTest();
    const outcome = await call({ ...service.env, AWS_SECRET_ACCESS_KEY: "another" }).outcome;
    expect(outcome).toMatchObject({ status: 403 });
    expect(service.complaints.splice(0)).toHaveLength(1);
    expect(service.invoked).toEqual([]);
  });
});
