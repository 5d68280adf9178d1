import { describe, expect, it } from "vitest";
import { bad, labelled, refusalOf } from "../../../test/support/api-fixture.ts";
import { checkUri, invokesLambda, parseIntegrationArn } from "./integration-uri.ts";

describe("an HTTP URI", () => {
  it.each(
    labelled([
      "http://backend.example",
      "HTTPS://backend.example:8443/a/b?c=d&e",
      "http://127.0.0.1:3000/",
      "http://localhost:3000",
      "http://[::1]:3000/",
      "http://backend.example/{proxy}",
      "http://backend.example/{id}/x?y={q}",
      "http://${stageVariables.host}/pets",
      "http://${stageVariables.host}",
      "http://api.${stageVariables.domain}/${stageVariables.path}",
      "http://backend.${stageVariables.tld}/",
      "http://backend.example:${stageVariables.port}/",
      "https://{host}/x",
      "http://backend.example/${path}/x?y=${query}",
      "http://backend.example/${other.a}",
      "http://backend.example/${stageVariables.path\\}",
      "http://backend.example/${}",
      `http://backend.example/${"x".repeat(8_000)}`,
    ]),
  )("%s is one", (_label, uri) => {
    expect(refusalOf(() => checkUri("HTTP", uri))).toBe("nothing");
  });

  it.each(
    labelled([
      undefined,
      "",
      "backend.example",
      "/pets",
      "//backend.example",
      "http://",
      "http:///pets",
      "http:backend.example",
      "ftp://backend.example",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "${stageVariables.url}",
      "http://backend.example:99999/",
      "http://backend.example/a b",
      " http://backend.example",
      "http://backend.example\n",
      "http://backend.example/\r\nX-Evil: 1",
      "http://backend.example/\u0000",
      "http://backend.example\\@evil.example/",
      "http://b\u00e4ckend.example",
      "http://backend.example/${stageVariables.a b}",
      "http://${host}/x",
      "http://${stageVariables.host\\}/x",
      "http://backend.example:${port}/x",
      "http://backend.example/${other",
      "http://backend.example/{id",
      "http://backend.example/id}",
      "http://backend.example/{}",
      `http://backend.example/${"x".repeat(1_000_000)}`,
    ]),
  )("%s is none", (_label, uri) => {
    for (const type of ["HTTP", "HTTP_PROXY"] as const) {
      expect(refusalOf(() => checkUri(type, uri))).toBe(bad("Invalid HTTP endpoint specified for URI"));
    }
  });
});

const parsed = (rest: string) => parseIntegrationArn(`arn:aws:apigateway:us-east-1:${rest}`);

describe("an ARN", () => {
  it("has a service, a path or action, and what it names", () => {
    expect(parsed("sqs:path/123/queue")).toEqual({ service: "sqs", kind: "path", target: "123/queue" });
    expect(parsed("1.s3:action/GetObject&Bucket=b")).toEqual({
      service: "1.s3",
      kind: "action",
      target: "GetObject&Bucket=b",
    });
  });

  it.each([
    ["lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations", true],
    ["lambda:path/2021-11-15/functions/f/response-streaming-invocations", true],
    ["lambda:path/2015-03-31/functions/${stageVariables.f}/invocations", true],
    ["lambda:path/2015-03-31/functions", false],
    ["lambda:action/Invoke", false],
    ["sqs:path/2015-03-31/functions/f/invocations", false],
  ])("%s invokes a function: %s", (rest, expected) => {
    expect(invokesLambda(parsed(rest))).toBe(expected);
  });
});
