import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { everything } from "../../../test/support/api-fixture.ts";
import { join, newKey, newPlan, newPlans, runPrepared } from "../../../test/support/plan-fixture.ts";
import { Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Output } from "../../model/service.ts";
import type { OperationContext } from "../operation.ts";
import { readApiKeys } from "./api-key-csv.ts";
import { ImportApiKeys } from "./api-key-import.ts";
import { apiKeyOperations } from "./api-key.ts";
import { usagePlanKeyOperations } from "./usage-plan-key.ts";

fc.configureGlobal({ seed: 20_261_122 });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const a = "a".repeat(30);
const b = "b".repeat(30);

const load = (context: OperationContext, file: string, failOnWarnings = false): Promise<Output<"ImportApiKeys">> =>
  runPrepared(ImportApiKeys, { body: bytes(file), format: "csv", failOnWarnings }, context);

const refusal = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => {
      if (error instanceof Fault) return error.message;
      throw error;
    },
  );

const all = (context: OperationContext) => apiKeyOperations.GetApiKeys({ includeValues: true }, context).items ?? [];

const lines = (count: number): string => `name,key\n${Array.from({ length: count }, (_, i) => `n,${i}`).join("\n")}`;

describe("a file of ApiKeys", () => {
  it.each<[what: string, file: string]>([
    ["columns in any order and case", `KEY,Name\n${a},first\n${b},second`],
    ["lines that end as on Windows, and a byte order mark", `\uFEFFname,key\r\nfirst,${a}\r\nsecond,${b}\r\n`],
    ["columns that nobody knows, empty lines and blanks", `colour,name,key\n\nred, first , ${a}\n\n,second,${b}\n`],
    ["quotes", `"name","key"\n"first","${a}"\n"second",${b}`],
  ])("has %s", async (_what, file) => {
    const context = newPlans();
    const { ids, warnings } = await load(context, file);
    expect(warnings).toEqual([]);
    expect(all(context).map(({ id, name, value, enabled }) => ({ id, name, value, enabled }))).toEqual([
      { id: ids?.[1], name: "second", value: b, enabled: true },
      { id: ids?.[0], name: "first", value: a, enabled: true },
    ]);
  });

  it("says who is enabled, and what they are", async () => {
    const context = newPlans();
    await load(context, `name,key,description,Enabled\none,${a},"a, ""b""",FALSE\ntwo,${b},,true`);
    expect(all(context)).toMatchObject([{ enabled: true }, { enabled: false, description: 'a, "b"' }]);
    expect(all(context)[0]).not.toHaveProperty("description");
  });

  it.each(["double", "single"])("puts keys into several plans, in %s quotes", async (quotes) => {
    const context = newPlans();
    const plans = [newPlan(context), newPlan(context, { apiStages: [] })];
    const mark = quotes === "double" ? '"' : "'";
    const file = `name,usageplanIDs,key\none,${mark}${plans.join(", ")}${mark},${a}\ntwo,'${plans[0]}',${b}`;
    expect((await load(context, file)).warnings).toEqual([]);
    const names = plans.map((usagePlanId) =>
      usagePlanKeyOperations.GetUsagePlanKeys({ usagePlanId }, context).items?.map(({ name }) => name),
    );
    expect(names).toEqual([["two", "one"], ["one"]]);
  });

  it("overwrites keys of the same value, and leaves them their plans", async () => {
    const context = newPlans();
    const plan = newPlan(context);
    const { id = "" } = await newKey(context, { name: "old", value: a, customerId: "c", tags: { a: "b" } });
    join(context, plan, id);
    const { ids, warnings } = await load(context, `name,key,UsagePlanIds\nnew,${a},${plan}\nnewer,${a},`);
    expect({ ids, warnings }).toEqual({ ids: [id], warnings: [] });
    expect(all(context)).toMatchObject([
      { id, name: "newer", value: a, customerId: "c", tags: { a: "b" }, enabled: true },
    ]);
    expect(usagePlanKeyOperations.GetUsagePlanKeys({ usagePlanId: plan }, context).items).toHaveLength(1);
  });

  it("goes on behind what is wrong and says so, or does nothing at all", async () => {
    const context = newPlans();
    const [one, other] = [newPlan(context), newPlan(context)];
    const file = [
      "name,key,UsagePlanIds",
      `one,${a.slice(1)},`,
      `two,${a},"${one},${other}"`,
      "",
      `${"n".repeat(1_025)},${b},`,
      `four,${"é".repeat(30)},`,
      `five,${b},none`,
      "six",
    ].join("\n");
    const warnings = [
      "Skipped invalid record: 1. API Key value should be at least 30 characters",
      expect.stringMatching(
        `^Skipped usage plan of record: 2. API Key [a-z0-9]{10} is associated with Usage Plan ${one} for API Stage api1:test already$`,
      ) as string,
      "Skipped invalid record: 3. Invalid API Key name, can be at most 1024 characters.",
      "Skipped invalid record: 4. API Key value only allows letters, digits and punctuation of ASCII, without blanks",
      "Skipped usage plan of record: 5. Invalid Usage Plan ID specified",
      "Skipped invalid record: 6. API Key value should be at least 30 characters",
    ];
    expect(await refusal(load(context, file, true))).toMatch(
      /^Warnings found during import:\n\tSkipped invalid record: 1. API Key value/,
    );
    const imported = await load(context, file);
    expect(imported.warnings).toEqual(warnings);
    expect(all(context).map(({ name }) => name)).toEqual(["five", "two"]);
  });

  it.each([
    ["", "Missing required column 'Key'"],
    ["Key\nx", "Missing required column 'Name'"],
    ["name,keys\nx,y", "Missing required column 'Key'"],
    ['name,key\n"x', "Invalid API Key file: Quote Not Closed: the parsing is finished with an opening quote at line 2"],
  ])("is refused: %j", async (file, words) => {
    const context = newPlans();
    const before = everything(context.tx);
    expect(await refusal(load(context, file))).toBe(words);
    expect(everything(context.tx)).toEqual(before);
  });

  it("has bounds", async () => {
    const context = newPlans();
    expect(await refusal(load(context, lines(limits.apiKeys + 1)))).toBe("An API Key file can have at most 10000 keys");
    const { warnings } = await load(context, lines(limits.apiKeyWarnings + 5));
    expect(warnings).toHaveLength(limits.apiKeyWarnings);
    expect(await refusal(load(context, `name,key\n${"x".repeat(200_000)},${a}`))).toMatch(
      /^Invalid API Key file: Max Record Size/,
    );
  });

  it("is read or refused whatever it holds", () => {
    const pieces = fc.constantFrom(
      "name",
      "key",
      "KEY",
      ",",
      "\n",
      "\r",
      '"',
      "'",
      a,
      " ",
      "\t",
      "\0",
      "é",
      "usageplanids",
    );
    const text = fc.array(pieces, { maxLength: 40 }).map((list) => list.join(""));
    const binary = fc.uint8Array({ maxLength: 60 });
    fc.assert(
      fc.property(
        fc.oneof(
          text.map(bytes),
          text.map((rest) => bytes(`name,key\n${rest}`)),
          binary,
        ),
        (body) => {
          try {
            expect(readApiKeys(body).length).toBeLessThanOrEqual(40);
          } catch (error) {
            expect(error).toBeInstanceOf(Fault);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
