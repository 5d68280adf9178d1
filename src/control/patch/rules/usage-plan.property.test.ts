/** Any patch of a UsagePlan is refused whole, or leaves a plan that could have been created so. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { everything } from "../../../../test/support/api-fixture.ts";
import { newPlan, newPlans } from "../../../../test/support/plan-fixture.ts";
import { Fault } from "../../../errors.ts";
import { usagePlanOperations } from "../../operations/usage-plan.ts";

fc.configureGlobal({ seed: 20_261_122 });

const { CreateUsagePlan, GetUsagePlan, UpdateUsagePlan } = usagePlanOperations;

const stage = fc.constantFrom("api1:test", "api1:prod", "api1:none", "api1", "", ":", "a:b:c", "__proto__:x");
const method = fc.constantFrom(
  "~1pets/GET",
  "/pets/GET",
  "~1/GET",
  "//GET",
  "x",
  "",
  "~1pets/{id}/ANY",
  "*/*",
  "/__proto__/GET",
);
const path = fc.oneof(
  fc.constantFrom("/name", "/description", "/productCode", "/apiStages", "/throttle", "/quota", "/", "", "/x"),
  fc.constantFrom("/throttle/rateLimit", "/throttle/burstLimit", "/quota/limit", "/quota/offset", "/quota/period"),
  stage.map((of) => `/apiStages/${of}/throttle`),
  fc
    .tuple(stage, method, fc.constantFrom("", "/rateLimit", "/burstLimit", "/x"))
    .map(([of, key, leaf]) => `/apiStages/${of}/throttle/${key}${leaf}`),
);
const map = fc.dictionary(
  method,
  fc.record({ rateLimit: fc.oneof(fc.double(), fc.string()), burstLimit: fc.integer() }, { requiredKeys: [] }),
);
const value = fc.oneof(
  stage,
  fc.constantFrom(undefined, "", "1", "-1", "0.5", "1e400", "DAY", "WEEK", "MONTH", "null", "[]", "\0", "\uD800"),
  map.map((throttles) => JSON.stringify(throttles)),
  fc.string({ maxLength: 10 }),
);
const anything = fc.record({ op: fc.constantFrom("add", "replace", "remove", "copy", "move", "test"), path, value });

/** Operations that can do something, so that many patches succeed. */
const at = "/apiStages/api1:test/throttle";
const sensible = fc.oneof(
  fc.record({
    op: fc.constantFrom("add", "replace"),
    path: fc.constantFrom(
      "/throttle/rateLimit",
      "/throttle/burstLimit",
      "/quota/limit",
      "/quota/offset",
      "/productCode",
    ),
    value: fc.nat({ max: 7 }).map(String),
  }),
  fc.record({
    op: fc.constant("replace"),
    path: fc.constant("/quota/period"),
    value: fc.constantFrom("WEEK", "MONTH"),
  }),
  fc.record({
    op: fc.constantFrom("add", "remove"),
    path: fc.constant("/apiStages"),
    value: fc.constantFrom("api1:test", "api1:prod"),
  }),
  fc.record({ op: fc.constant("remove"), path: fc.constantFrom("/throttle", "/quota", "/productCode", at) }),
  fc.record({
    op: fc.constantFrom("add", "replace"),
    path: fc.constantFrom(`${at}/~1pets/GET/rateLimit`, `${at}//pets/GET/burstLimit`, `${at}/~1/ANY/rateLimit`),
    value: fc.nat({ max: 7 }).map(String),
  }),
  fc.record({ op: fc.constant("remove"), path: fc.constantFrom(`${at}/~1pets/GET`, `${at}//pets/GET`) }),
);
const operation = fc.oneof({ weight: 5, arbitrary: sensible }, { weight: 1, arbitrary: anything });

it("is refused whole, or leaves what could have been created", () => {
  let done = 0;
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 4 }), (patchOperations) => {
      const context = newPlans();
      const usagePlanId = newPlan(context, { quota: { limit: 5, period: "WEEK" } });
      const before = everything(context.tx);
      try {
        UpdateUsagePlan({ usagePlanId, patchOperations }, context);
      } catch (error) {
        expect(error).toBeInstanceOf(Fault);
        expect(everything(context.tx)).toEqual(before);
        return;
      }
      const { id: _id, productCode, ...patched } = GetUsagePlan({ usagePlanId }, context);
      const { id: _other, ...created } = CreateUsagePlan({ ...patched, name: patched.name ?? "" }, context);
      expect(created).toEqual(patched);
      expect(productCode).not.toBe("");
      done++;
    }),
    { numRuns: 2_000 },
  );
  expect(done).toBeGreaterThan(200);
});
