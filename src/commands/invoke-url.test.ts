import { createServer } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { listenForTest } from "../../test/support/listen-for-test.ts";
import { connect } from "./control.ts";
import { invokeUrls } from "./invoke-url.ts";

async function urlAt(endpoint: string): Promise<string> {
  const control = connect({ "endpoint-url": endpoint, region: "eu-west-1" }, {});
  onTestFinished(control.close);
  return (await invokeUrls(control))("a1b2c3", "dev");
}

/** A server whose health says this; its port. */
async function saying(health: string): Promise<number> {
  return listenForTest(createServer((_request, response) => void response.end(health)));
}

test.each([
  ["https://apigateway.eu-west-1.amazonaws.com", "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/dev"],
  ["https://apigateway.cn-north-1.amazonaws.com.cn", "https://a1b2c3.execute-api.eu-west-1.amazonaws.com.cn/dev"],
])("of the service itself: %s", async (endpoint, url) => {
  expect(await urlAt(endpoint)).toBe(url);
});

test("on the gateway's port, by the name under which the management API is reached", async () => {
  const port = await saying('{"gateway":"http://0.0.0.0:18080"}');
  expect(await urlAt(`http://localhost:${port}/`)).toBe("http://localhost:18080/_aws/execute-api/a1b2c3/dev");
});

test.each(["", "{}", "[]", "null", '{"gateway":5}', '{"gateway":"here"}'])(
  "on the management API's own port where its health says %j",
  async (health) => {
    const port = await saying(health);
    expect(await urlAt(`http://127.0.0.1:${port}`)).toBe(`http://127.0.0.1:${port}/_aws/execute-api/a1b2c3/dev`);
  },
);
