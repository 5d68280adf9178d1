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

describe("every setting", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.start();
  });
  afterAll(() => lab.stop());

  it("of a Stage has a row", () => {
    expect(Object.keys(stageRows).sort()).toEqual(properties().sort());
    expect(Object.keys(leafRows).sort()).toEqual(methodSettingLeaves.map(({ path }) => path).sort());
  });

  it.each(Object.entries({ ...stageRows, ...leafRows }))(
    "%s",
    async (_name, { given, change, traffic, leaves, ...row }) => {
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
    },
  );
});
