import * as fc from "fast-check";
import { expect, test } from "vitest";
import { gatewayFor } from "../../test/support/gateway-fixture.ts";

test("no request makes it throw or stay silent, whatever its target, headers, body and the stage's variables are", async () => {
  const wild = fc.string({ unit: "binary", maxLength: 40 });
  // What a listener lets through: one character a byte, none of them a control character.
  const byte = fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code));
  const value = fc.string({ unit: byte, maxLength: 40 });
  const header = fc.tuple(
    fc.constantFrom(
      "a",
      "x-amzn-requestid",
      "Connection",
      "X-Amzn-Trace-Id",
      "Accept",
      "Content-Type",
      "X-HTTP-Method-Override",
      "__proto__",
    ),
    value,
  );
  const mappings = {
    "integration.request.path.proxy": "method.request.path.proxy",
    "integration.request.querystring.q": "method.request.multivaluequerystring.a",
    "integration.request.header.h": "method.request.querystring.a",
    "integration.request.header.__proto__": "method.request.header.__proto__",
    "integration.request.header.b": "method.request.body.a.b",
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.constantFrom(
          "/",
          "..",
          "%2e",
          "%2F",
          "%",
          "?",
          "a",
          "&",
          "=",
          ";",
          "#",
          "\u00e9",
          "+",
          "%00",
          "%0d%0a",
          "{x}",
        ),
        { maxLength: 20 },
      ),
      fc.array(header, { maxLength: 5 }),
      fc.option(wild, { nil: undefined }),
      wild,
      fc.constantFrom("HTTP", "HTTP_PROXY"),
      async (target, headers, body, variable, type) => {
        const gateway = gatewayFor(
          {
            type,
            uri: "http://${stageVariables.a}x.test/{proxy}?v={proxy}",
            requestParameters: mappings,
            integrationResponses: { 200: { statusCode: "200" } },
          },
          { stage: { variables: { a: variable, __proto__: variable } } },
        );
        const answer = await gateway.ask({
          path: `/${target.join("")}`,
          headers: headers.flat(),
          ...(body !== undefined && { body }),
        });
        expect(answer.status).toBeGreaterThanOrEqual(200);
        for (const sent of gateway.upstream.dispatched) {
          // Targets hold what RFC 3986 allows; the client's own query passes as it came.
          expect(sent.target.split("?")[0]).toMatch(/^\/[!$&-;=@-Z_a-z~%]*$/);
          expect(sent.headers.join("")).not.toMatch(/[\r\n\0]/);
        }
      },
    ),
    { numRuns: 500 },
  );
});
