import { describe, expect, it } from "vitest";
import { bad, everything, missing, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { join, newKey, newPlan, newPlans } from "../../../test/support/plan-fixture.ts";
import { limits } from "../../limits.ts";
import type { PatchOperation } from "../../model/service.ts";
import { Fault } from "../../errors.ts";
import { apiKeyRules } from "../patch/rules/api-key.ts";
import { apiKeyOperations } from "./api-key.ts";
import { usagePlanKeyOperations } from "./usage-plan-key.ts";

const { GetApiKey, GetApiKeys, UpdateApiKey, DeleteApiKey } = apiKeyOperations;

const time = 1_767_323_045;
const value = "v".repeat(20);

/** How a creation refuses. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined) return "nothing";
  if (error instanceof Fault) return `${error.code}: ${error.message}`;
  throw error;
}

const unknown = missing("Invalid API Key identifier specified");

describe("ApiKey", () => {
  it("is created disabled, with a value of its own, which is shown at once and afterwards to who asks", async () => {
    const context = newPlans();
    const made = await newKey(context);
    expect(made).toStrictEqual({
      id: made.id,
      value: made.value,
      enabled: false,
      createdDate: time,
      lastUpdatedDate: time,
      stageKeys: [],
    });
    expect(made.id).toMatch(/^[a-z0-9]{10}$/);
    expect(made.value).toMatch(/^[A-Za-z0-9]{40}$/);
    const { value: _value, ...withoutValue } = made;
    const apiKey = made.id ?? "";
    expect(GetApiKey({ apiKey }, context)).toStrictEqual(withoutValue);
    expect(GetApiKey({ apiKey, includeValue: false }, context)).toStrictEqual(withoutValue);
    expect(GetApiKey({ apiKey, includeValue: true }, context)).toEqual(made);
    expect(JSON.stringify(everything(context.tx))).not.toContain(made.value);
  });

  it("takes what it is given; empty texts are as good as none", async () => {
    const context = newPlans();
    const stageKeys = [{ restApiId: "api1", stageName: "prod" }];
    const input = { name: "n", description: "d", customerId: "c", value, enabled: true, tags: { a: "b" }, stageKeys };
    expect(await newKey(context, input)).toMatchObject({ ...input, stageKeys: ["api1/prod"] });
    const empty = await newKey(context, { name: "", description: "", customerId: "", value: "" });
    expect(Object.keys(empty).sort()).toEqual([
      "createdDate",
      "enabled",
      "id",
      "lastUpdatedDate",
      "stageKeys",
      "value",
    ]);
  });

  it.each([
    [{ value: "v".repeat(19) }, bad("API Key value should be at least 20 characters")],
    [{ value: "v".repeat(129) }, bad("API Key value exceeds maximum size of 128 characters")],
    [
      { value: `${value}\n` },
      bad("API Key value only allows letters, digits and punctuation of ASCII, without blanks"),
    ],
    [{ name: "n".repeat(1_025) }, bad("Invalid API Key name, can be at most 1024 characters.")],
    [{ description: "d".repeat(125_001) }, bad("Invalid API Key description specified.")],
    [{ stageKeys: [{ restApiId: "api1", stageName: "none" }] }, missing("API Stage not found: api1:none")],
    [{ value: "taken".repeat(8) }, taken("API Key already exists")],
  ])("refuses %j", async (input, words) => {
    const context = newPlans();
    await newKey(context, { value: "taken".repeat(8) });
    const before = everything(context.tx);
    expect(await refusal(newKey(context, input))).toBe(words);
    expect(everything(context.tx)).toEqual(before);
  });

  it("can have a value again once the key that had it is gone", async () => {
    const context = newPlans();
    const before = everything(context.tx);
    const { id: apiKey = "" } = await newKey(context, { value });
    DeleteApiKey({ apiKey }, context);
    expect(everything(context.tx)).toEqual(before);
    expect(refusalOf(() => GetApiKey({ apiKey }, context))).toBe(unknown);
    expect(refusalOf(() => DeleteApiKey({ apiKey }, context))).toBe(unknown);
    expect(refusalOf(() => UpdateApiKey({ apiKey, patchOperations: [] }, context))).toBe(unknown);
    expect(await newKey(context, { value })).toMatchObject({ value });
  });

  it("leaves its plans when it goes", async () => {
    const context = newPlans();
    const before = everything(context.tx);
    const plans = [newPlan(context), newPlan(context, { apiStages: [] })];
    const { id: apiKey = "" } = await newKey(context);
    for (const plan of plans) join(context, plan, apiKey);
    DeleteApiKey({ apiKey }, context);
    for (const plan of plans) {
      expect(usagePlanKeyOperations.GetUsagePlanKeys({ usagePlanId: plan }, context).items).toEqual([]);
      context.tx.delete("usagePlan", "", plan);
    }
    expect(everything(context.tx)).toEqual(before);
  });

  it("is listed newest first, by the beginning of its name in its case, and by customer", async () => {
    const context = newPlans();
    for (const [name, customerId] of [
      ["app-1", "x"],
      ["App-2", "y"],
      ["app-3", "y"],
      ["", "y"],
    ] as const) {
      await newKey(context, { name, customerId });
    }
    const names = (input: Parameters<typeof GetApiKeys>[0]) =>
      GetApiKeys(input, context).items?.map(({ name = "-" }) => name);
    expect(names({})).toEqual(["-", "app-3", "App-2", "app-1"]);
    expect(names({ nameQuery: "app" })).toEqual(["app-3", "app-1"]);
    expect(names({ customerId: "y" })).toEqual(["-", "app-3", "App-2"]);
    expect(names({ customerId: "y", nameQuery: "A" })).toEqual(["App-2"]);
    expect(names({ limit: -1 })).toEqual([]);
    const { position } = GetApiKeys({ limit: 3 }, context);
    expect(names({ limit: 3, ...(position !== undefined && { position }) })).toEqual(["app-1"]);
    expect(GetApiKeys({}, context).items?.some((key) => "value" in key)).toBe(false);
    expect(GetApiKeys({ includeValues: true }, context).items?.every((key) => key.value?.length === 40)).toBe(true);
  });

  it("has an end", async () => {
    const context = newPlans();
    const document = { id: "", enabled: true, createdDate: 0, lastUpdatedDate: 0, stageKeys: [], sealedValue: "" };
    for (let i = 0; i < limits.apiKeys; i++) {
      context.tx.put("apiKey", "", `key${i}`, { ...document, id: `key${i}`, valueHash: String(i) });
    }
    expect(await refusal(newKey(context))).toBe(
      "LimitExceededException: Maximum number of API Keys for this account has been reached: 10000",
    );
  });
});

const context = newPlans();
const { id: patched = "", value: _value, ...made } = await newKey(context, { name: "n", tags: { a: "b" } });

function open() {
  const own = newPlans({ now: (time + 5) * 1000 });
  for (const kind of ["apiKey", "apiKeyValue"] as const) {
    for (const [parent, id, document] of context.tx.all(kind)) own.tx.put(kind, parent, id, document);
  }
  const update = (patchOperations: readonly PatchOperation[]) =>
    UpdateApiKey({ apiKey: patched, patchOperations }, own);
  return { tx: own.tx, update };
}

describePatchMatrix("ApiKey", {
  rules: apiKeyRules.table.rules as never,
  rows: [
    { rule: "/customerId", value: "c", ops: { replace: { ...made, customerId: "c", lastUpdatedDate: time + 5 } } },
    { rule: "/description", value: "d", ops: { replace: { description: "d" } } },
    { rule: "/enabled", value: "True", ops: { replace: { enabled: true, tags: { a: "b" } } } },
    { rule: "/labels", value: "l", ops: { add: { stageKeys: [] }, remove: { stageKeys: [] } } },
    { rule: "/name", value: "", ops: { replace: { id: patched } } },
    {
      rule: "/stages",
      value: "api1/prod",
      ops: { add: { stageKeys: ["api1/prod"] }, remove: bad("Invalid API Stage specified") },
    },
  ],
  open,
  ...familyA("/description, /enabled, /name, /customerId"),
  unlisted: ["/value", "/tags", "/name/x"],
});

it("an update neither shows the value nor goes without tags, and clears names", async () => {
  const own = newPlans();
  const { id: apiKey = "" } = await newKey(own, { name: "n" });
  const cleared = UpdateApiKey({ apiKey, patchOperations: [{ op: "replace", path: "/name", value: "" }] }, own);
  expect(cleared).toStrictEqual({
    id: apiKey,
    enabled: false,
    createdDate: time,
    lastUpdatedDate: time,
    stageKeys: [],
    tags: {},
  });
  const stages = (op: string, stage: string) =>
    UpdateApiKey({ apiKey, patchOperations: [{ op, path: "/stages", value: stage }] }, own).stageKeys;
  expect(stages("add", "api1/prod")).toEqual(["api1/prod"]);
  expect(stages("add", "api1/prod")).toEqual(["api1/prod"]);
  expect(stages("add", "api1/prod/more")).toEqual(["api1/prod"]);
  expect(stages("remove", "api1/prod")).toEqual([]);
  expect(refusalOf(() => stages("add", "nothing"))).toBe(missing("API Stage not found: nothing:"));
});
