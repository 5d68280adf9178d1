/** Every property of a Stage: traffic, a PATCH while the server runs, and what is other about traffic after it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { methodSettingLeaves } from "../src/control/patch/rules/method-setting.ts";
import { operations } from "../src/model/service.ts";
import { leafRows, stageRows } from "./support/setting-rows.ts";
import { Lab } from "./support/stage-lab.ts";

/** The properties of a Stage in the SDK's own schema; of structures within it, theirs too. */
function properties(): string[] {
  const names: string[] = [];
  for (const [name, schema] of operations.get("GetStage")?.output.structIterator() ?? []) {
    names.push(name);
    if (schema.isStructSchema()) for (const [inner] of schema.structIterator()) names.push(`${name}.${inner}`);
  }
  return names;
}

it("every setting of a Stage has a row", () => {
  expect(Object.keys(stageRows).sort()).toEqual(properties().sort());
  expect(Object.keys(leafRows).sort()).toEqual(methodSettingLeaves.map(({ path }) => path).sort());
});

const rows = Object.entries({ ...stageRows, ...leafRows });

describe.each([
  { threads: 1, settings: rows },
  // Each has answers of its own: what is cached with several is in `test/workers.test.ts` and `test/shared-redis.test.ts`.
  { threads: 3, settings: rows.filter(([name]) => !/cach/i.test(name)) },
])("with $threads threads, every setting", ({ threads, settings }) => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start(["--workers", String(threads)]);
  });
  afterAll(() => lab.stop());

  it.each(settings)("%s", async (_name, { given, change, traffic, leaves, ...row }) => {
    const stage = await lab.newStage();
    const sees = async (expected: unknown): Promise<void> => {
      const told = await traffic(stage);
      if (leaves === undefined) expect(told).toEqual(expected);
      else await expect.poll(() => leaves(stage), { timeout: 20_000 }).toEqual(expected);
    };
    await given?.(stage);
    stage.asked.length = 0;
    await sees(row.before);
    await change(stage);
    await sees(row.after);
  });
});
