import { describe, expect, test } from "vitest";
import { endpointHost, methodOf, snapshotOf } from "../../../test/support/gateway-fixture.ts";
import { asked, group, idHeader, info, infoWithData, linesOf, logging } from "../../../test/support/logging-fixture.ts";
import type { SnapshotDocument } from "../../model/documents.ts";
import { cutEvent } from "./execution-log.ts";

const token = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
describe("data", () => {
  test("an event of more than 1,024 bytes, without the request's id, is cut between two characters", async () => {
    const gateway = logging(infoWithData);
    gateway.upstream.behaviour = { body: "é".repeat(5_000) };
    await gateway.ask(asked);
    const lines = linesOf(gateway);
    const long = lines.filter((line) => line.endsWith(" [TRUNCATED]"));
    expect(long).toHaveLength(2);
    for (const line of long) {
      const start = line.slice(0, -" [TRUNCATED]".length);
      expect(Buffer.byteLength(start)).toBeGreaterThan(1_022);
      expect(Buffer.byteLength(start)).toBeLessThanOrEqual(1_024);
      expect(start.endsWith("é")).toBe(true);
    }
    for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(1_024 + 12);
  });

  test.each([
    [1_024 - "Method response body after transformations: ".length, ""],
    [1_025 - "Method response body after transformations: ".length, " [TRUNCATED]"],
  ])("a body of %d bytes ends with %j", async (length, end) => {
    const gateway = logging(infoWithData);
    gateway.upstream.behaviour = { body: "x".repeat(length) };
    await gateway.ask(asked);
    const line = linesOf(gateway).find((text) => text.startsWith("Method response body"));
    expect(line?.length).toBe(1_024 + end.length);
    expect(line?.endsWith(`x${end}`)).toBe(true);
  });

  test.each([
    [1_024, ""],
    [1_025, " [TRUNCATED]"],
  ])("an event of %d bytes ends with %j", (length, end) => {
    expect(cutEvent("x".repeat(length))).toBe("x".repeat(1_024) + end);
  });

  test("secrets are masked but for their last six characters", async () => {
    const gateway = logging(infoWithData);
    const secret = "0123456789abcdefghij";
    const headers = [
      ["Authorization", `Bearer ${secret}`],
      ["X-API-Key", secret],
      ["X-Amz-Security-Token", secret],
    ].flat();
    await gateway.ask({ path: `/pets/1?X-Amz-Signature=${secret}`, headers: [...idHeader, ...headers] });
    const text = gateway.of(group).join("\n");
    expect(text).toContain("Authorization=*********************efghij");
    expect(text).toContain("X-API-Key=**************efghij");
    expect(text).toContain("X-Amz-Signature=**************efghij");
    expect(text).toContain("/pets/%7BpetId%7D?X-Amz-Signature=**************efghij");
    expect(text).not.toContain(secret);
  });

  test("an API key and a token are masked wherever a mapping takes them", async () => {
    const key = "0123456789-api-key+more";
    const source = "method.request.header.";
    const gateway = logging(
      infoWithData,
      methodOf({
        type: "HTTP",
        uri: `http://${endpointHost}/of/{key}`,
        requestParameters: {
          "integration.request.path.key": `${source}X-Api-Key`,
          "integration.request.querystring.k": `${source}X-Api-Key`,
          "integration.request.header.X-Other": `${source}X-Api-Key`,
          "integration.request.header.X-Token": `${source}Authorization`,
        },
        requestTemplates: {
          "application/json": `{"key":"$input.params('X-Api-Key')","token":"$input.params('Authorization').substring(7)"}`,
        },
        integrationResponses: { 200: { statusCode: "200" } },
      }),
    );
    gateway.upstream.behaviour = { headers: ["X-Echo", token], body: `you are ${key} and ${token}` };
    const headers = [...idHeader, "X-Api-Key", key, "Authorization", `Bearer ${token}`];
    const query = `mine=${encodeURIComponent(key)}&${token}`;
    await gateway.ask({ path: `/pets/${key}?${query}`, method: "POST", headers, body: token });
    const text = gateway.of(group).join("\n");
    expect(text).toContain('{"key":"*****************y+more","token":"*******************************F0dXJl"}');
    expect(text).toContain(
      `Sending request to http://${endpointHost}/of/*****************y%2Bmore?k=*****************y%2Bmore`,
    );
    for (const secret of [key, encodeURIComponent(key), token]) expect(text).not.toContain(secret);
    expect(gateway.upstream.last.bytes.toString()).toBe(`{"key":"${key}","token":"${token}"}`);
  });

  const pinOnly: SnapshotDocument = {
    ...snapshotOf({ "/": { POST: methodOf({}, { requestValidatorId: "v1", requestModels: { "text/json": "Pin" } }) } }),
    requestValidators: [{ id: "v1", validateRequestBody: true, validateRequestParameters: false }],
    models: [{ id: "m1", name: "Pin", contentType: "text/json", schema: '{"maxLength":6}' }],
  };
  const toPath = methodOf({
    type: "HTTP",
    requestTemplates: { "text/json": `#set($t = $input.params('Authorization').substring(7))$input.path("[$t")` },
  });

  test.each([
    ["a body that its model refuses", pinOnly, 'string "*******************************F0dXJl" is too long'],
    [
      "a template's path",
      snapshotOf({ "/": { POST: toPath } }),
      'Unable to transform request: "[*******************************F0dXJl" is not a JSONPath',
    ],
  ])("a token is masked where it is what was wrong: %s", async (_what, snapshot, told) => {
    const gateway = logging(info, undefined, { snapshots: { dep001: snapshot } });
    const headers = [...idHeader, "Authorization", `Bearer ${token}`, "Content-Type", "text/json"];
    await gateway.ask({ path: "/", method: "POST", headers, body: JSON.stringify(token) });
    const text = gateway.of(group).join("\n");
    expect(text).toContain(told);
    expect(text).not.toContain(token);
  });

  test("a token of which only the beginning is told is masked, too", async () => {
    const gateway = logging(info, undefined, { snapshots: { dep001: pinOnly } });
    const long = "0123456789abcdefghij".repeat(100);
    const headers = [...idHeader, "Authorization", `Bearer ${long}`, "Content-Type", "text/json"];
    await gateway.ask({ path: "/", method: "POST", headers, body: JSON.stringify(`mine: ${long}`) });
    const text = gateway.of(group).join("\n");
    expect(text).toContain('[string "mine: ****');
    expect(text).not.toContain("0123");
  });

  test("an answer to a HEAD keeps the length that the endpoint told", async () => {
    const gateway = logging(infoWithData);
    gateway.upstream.behaviour = { headers: ["Content-Length", "1234"], body: "", length: 0 };
    const { headers } = await gateway.ask({ ...asked, method: "HEAD" });
    expect(headers.slice(-2)).toEqual(["(length)", "1234"]);
  });

  test("the client is answered the same with a data trace and without", async () => {
    for (const body of ["", "short", "x".repeat(200_000)]) {
      const answers = await Promise.all(
        [{}, infoWithData].map(async (setting) => {
          const gateway = logging(setting);
          gateway.upstream.behaviour = { status: 203, body };
          const { status, body: answered } = await gateway.ask({ ...asked, method: "PUT", body: "sent" });
          return { status, answered, received: gateway.upstream.last.bytes.toString() };
        }),
      );
      expect(answers[1]).toEqual(answers[0]);
      expect(answers[0]).toEqual({ status: 203, answered: body, received: "sent" });
    }
  });
});
