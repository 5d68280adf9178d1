import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerRefused, readAnswer } from "./lambda-answer.ts";

const scalar = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null));
const anything = fc.anything({ maxDepth: 4 });
const statement = fc.record(
  {
    Effect: fc.oneof(fc.constantFrom("Allow", "Deny"), scalar),
    Action: fc.oneof(fc.constant("execute-api:Invoke"), anything),
    NotAction: anything,
    Resource: fc.oneof(fc.constant("*"), fc.array(fc.string()), anything),
    Condition: fc.oneof(fc.dictionary(fc.string(), fc.dictionary(fc.string(), scalar)), anything),
  },
  { requiredKeys: ["Effect"] },
);
const answer = fc.record(
  {
    principalId: fc.oneof(scalar, anything),
    policyDocument: fc.oneof(
      fc.record({
        Version: fc.oneof(fc.constant("2012-10-17"), scalar),
        Statement: fc.oneof(statement, fc.array(statement)),
      }),
      anything,
    ),
    context: fc.oneof(fc.dictionary(fc.string(), scalar), anything),
    usageIdentifierKey: fc.oneof(scalar, anything),
  },
  { requiredKeys: [] },
);
/** Right as far as it goes, but for what the context holds. */
const right = fc.record({
  principalId: scalar,
  policyDocument: fc.record({
    Statement: fc.record({ Effect: fc.constantFrom("Allow", "Deny"), Action: fc.constant("*"), Resource: fc.string() }),
  }),
  context: fc.dictionary(fc.string(), fc.oneof({ weight: 9, arbitrary: scalar }, anything)),
});
const bytes = fc.oneof(
  fc.oneof(answer, right, anything).map((value) => Buffer.from(JSON.stringify(value) ?? "undefined")),
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  fc.string().map((text) => Buffer.from(`{"policyDocument":${text}}`)),
);

test("whatever a function answers is a result of texts, or refused", () => {
  const request = {
    action: "execute-api:Invoke",
    resource: "arn:aws:x",
    principal: undefined,
    valuesOf: () => undefined,
  };
  let results = 0;
  fc.assert(
    fc.property(bytes, (body) => {
      try {
        const { context, policy, principalId } = readAnswer(body);
        results++;
        for (const value of context.values()) expect(value).toBeTypeOf("string");
        expect(["string", "undefined"]).toContain(typeof principalId);
        expect(["allow", "explicit deny", "implicit deny"]).toContain(policy?.judge(request));
      } catch (error) {
        expect(error).toBeInstanceOf(AnswerRefused);
      }
    }),
    { seed: 20_260_121, numRuns: 2_000 },
  );
  expect(results).toBeGreaterThan(10);
});
