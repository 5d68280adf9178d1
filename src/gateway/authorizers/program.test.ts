import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bad, newApi } from "../../../test/support/api-fixture.ts";
import { invocationUri } from "../../../test/support/authorizer-fixture.ts";
import { stageOf } from "../../../test/support/gateway-fixture.ts";
import { createAuthorizer } from "../../control/operations/authorizer.ts";
import { Fault } from "../../errors.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";
import { compileAuthorizer } from "./program.ts";

const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("__proto__", "${stageVariables.a}"));
/** Parts that may be right, put together in any way. */
const pieces = (...parts: string[]) =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 3 }).map((all) => all.join("")),
    },
    text,
  );
const given = fc.record(
  {
    name: fc.oneof({ weight: 4, arbitrary: fc.constant("n") }, text),
    type: fc.constantFrom("TOKEN", "REQUEST", "COGNITO_USER_POOLS"),
    authorizerUri: fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(invocationUri("a"), invocationUri("a:live"), invocationUri("b", "eu-west-1")),
      },
      pieces(
        "arn:aws:apigateway:",
        "us-east-1",
        ":lambda:path/2015-03-31/functions/",
        "/invocations",
        "${stageVariables.a}",
        "/",
      ),
    ),
    identitySource: fc.oneof(
      fc.constant("method.request.header.Auth"),
      pieces("method.request.", "header.", "querystring.", "stageVariables.a", "context.b", ",", " ", "Auth"),
    ),
    identityValidationExpression: pieces("a", "(", ")", "[a-z]", "+", "*", "|", "\\", "^", "$", "{2}", "(?=a)"),
    providerARNs: fc.array(
      fc.oneof(
        fc.constant("arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_a"),
        pieces("arn:aws:cognito-idp:", "a", ":", "userpool/"),
      ),
      { maxLength: 3 },
    ),
    authorizerResultTtlInSeconds: fc.integer({ min: -1, max: 4_000 }),
  },
  { requiredKeys: ["name", "type"] },
);

const place = { apiId: "api", stage: stageOf(), deploymentId: "d", isCanary: false, variables: {} };

test("what may be created can be asked, but for what stage variables leave open", () => {
  const seen = { created: 0, refused: 0 };
  fc.assert(
    fc.property(given, (input) => {
      const { context, restApiId } = newApi();
      let document: AuthorizerDocument;
      try {
        document = createAuthorizer(context, restApiId, input);
        seen.created++;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        seen.refused++;
        expect(`${error.code}: ${error.message}`).toBe(bad(error.message));
        compileAuthorizer({ id: "a", ...input }, place);
        return;
      }
      const { kind } = compileAuthorizer(document, place);
      if (!JSON.stringify(document).includes("${stageVariables.")) expect(kind).not.toBe("REFUSED");
    }),
    { seed: 20_260_122, numRuns: 3_000 },
  );
  expect(seen.created).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});
