/** Stage variables and a canary's overrides of them: names, values, bounds, and how entries come and go. */
import { describe, expect, test } from "vitest";
import { badRequestOf, freshStage, refusal, stageFixture } from "../../../../test/support/stage-fixture.ts";
import { limits } from "../../../limits.ts";
import type { StageDocument } from "../../../model/documents.ts";

const replace = (path: string, value?: string) => ({ op: "replace", path, value });
const remove = (path: string) => ({ op: "remove", path });

const nameText = (name: string) => `Invalid stage variable name: ${name}. Please use names with only word characters.`;
const valueText = (name: string) =>
  `Invalid stage variable value of key ${name}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`;

/** A map of one entry, as a text of this length. */
const mapText = (length: number) => `{"a":"b"${" ".repeat(length - 9)}}`;

describe.each([
  ["/variables", (stage: StageDocument) => stage.variables],
  ["/canarySettings/stageVariableOverrides", (stage: StageDocument) => stage.canarySettings?.stageVariableOverrides],
])("the map %s", (map, read) => {
  test("gains, changes and loses entries, and vanishes with the last", () => {
    const { patch, stored } = stageFixture({
      canarySettings: { deploymentId: "dep001", percentTraffic: 0, useStageCache: false },
    });
    patch([replace(`${map}/a`, "1"), replace(`${map}/b`, "2"), replace(`${map}/a`, "3")]);
    expect(read(stored())).toStrictEqual({ a: "3", b: "2" });
    patch([replace(`${map}/a`)]);
    expect(read(stored())).toStrictEqual({ b: "2" });
    patch([{ op: "replace", path: `${map}/b`, value: null } as never]);
    expect(read(stored())).toBeUndefined();
    expect(JSON.stringify(stored())).not.toContain('riables"');
  });

  test("is not changed by removing what it does not have", () => {
    const { patch, stored } = stageFixture({ variables: { a: "1" } });
    patch([remove(`${map}/b`), replace(`${map}/b`), remove(`${map}/__proto__`)]);
    expect(stored()).toEqual({ ...freshStage, variables: { a: "1" }, lastUpdatedDate: 1_767_323_045 });
  });

  test("has __proto__ and constructor as names like any other", () => {
    const { patch, stored } = stageFixture();
    patch([replace(`${map}/__proto__`, "p"), replace(`${map}/constructor`, "c")]);
    expect(Object.entries(read(stored()) ?? {})).toEqual([
      ["__proto__", "p"],
      ["constructor", "c"],
    ]);
    patch([replace(map, '{"__proto__":"q"}')]);
    expect(Object.entries(read(stored()) ?? {})).toEqual([["__proto__", "q"]]);
    patch([remove(`${map}/__proto__`)]);
    expect(read(stored())).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  test.each(["a-b", "a b", "a.b", "a~1b", "a~0b", "é", "a\u0000", "%61", "$a"])("has no name %j", (name) => {
    const plain = name.replace("~1", "/").replace("~0", "~");
    expect(refusal(() => stageFixture().patch([replace(`${map}/${name}`, "1")]))).toEqual(
      badRequestOf(nameText(plain)),
    );
    expect(refusal(() => stageFixture().patch([replace(map, JSON.stringify({ [plain]: "1" }))]))).toEqual(
      badRequestOf(nameText(plain)),
    );
  });

  test.each(["", "a;b", "a\nb", "a\u0000", "é", "a|b", "{a}", "<a>", '"a"', "a%20b", "a+b", "a@b", "\ud800"])(
    "has no value %j",
    (value) => {
      expect(refusal(() => stageFixture().patch([replace(`${map}/a`, value)]))).toEqual(badRequestOf(valueText("a")));
      expect(refusal(() => stageFixture().patch([replace(map, JSON.stringify({ a: value }))]))).toEqual(
        badRequestOf(valueText("a")),
      );
    },
  );

  test.each(["a", " ", "https://x.example:8080/a-b_c.d~e?f=g&h=i,j#k", "0".repeat(512)])(
    "has values like %j",
    (value) => {
      const { patch, stored } = stageFixture();
      patch([replace(`${map}/a`, value)]);
      expect(read(stored())).toStrictEqual({ a: value });
    },
  );

  test("has bounds", () => {
    const { patch, stored } = stageFixture();
    const name = "n".repeat(64);
    patch([replace(`${map}/${name}`, "x")]);
    expect(refusal(() => patch([replace(`${map}/${name}n`, "x")]))?.message).toContain("at most 64 characters");
    expect(refusal(() => patch([replace(`${map}/a`, "x".repeat(513))]))?.message).toContain("at most 512 characters");
    expect(refusal(() => patch([replace(`${map}/a`, "x".repeat(1_048_576))]))?.message).toContain("at most 512");
    patch(Array.from({ length: 99 }, (_, i) => replace(`${map}/v${i}`, "x")));
    expect(refusal(() => patch([replace(`${map}/v99`, "x")]))).toEqual(
      badRequestOf("A stage can have at most 100 stage variables"),
    );
    patch([replace(`${map}/v1`, "changed")]);
    expect(Object.keys(read(stored()) ?? {})).toHaveLength(100);
    const tooMany = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`v${i}`, "x"]));
    expect(refusal(() => patch([replace(map, JSON.stringify(tooMany))]))?.message).toContain("at most 100");
  });

  test.each(["", "a", "[]", '["a"]', "1", "null", '"a"', '{"a":1}', '{"a":null}', '{"a":{}}', '{"a":"b"', "{'a':'b'}"])(
    "is not %s",
    (value) => {
      const { patch, stored } = stageFixture({ variables: { stays: "s" } });
      expect(refusal(() => patch([replace(map, value)]))).toEqual(
        badRequestOf("Invalid stage variables specified. The value must be a JSON map of names to values"),
      );
      expect(stored().variables).toEqual({ stays: "s" });
    },
  );

  test("is not read when it is longer than any map that could be taken", () => {
    const { patch, stored } = stageFixture();
    patch([replace(map, mapText(limits.stageVariablesText))]);
    expect(read(stored())).toEqual({ a: "b" });
    expect(refusal(() => patch([replace(map, mapText(limits.stageVariablesText + 1))]))?.message).toContain(
      "a JSON map",
    );
  });

  test("is not nested a hundred thousand deep", () => {
    const deep = "[".repeat(100_000) + "]".repeat(100_000);
    expect(refusal(() => stageFixture().patch([replace(map, deep)]))?.name).toBe("BadRequestException");
  });
});

test("a variable cannot be added without a value", () => {
  expect(refusal(() => stageFixture().patch([{ op: "add", path: "/variables/a" }]))?.message).toMatch(
    /^Invalid stage variable value of key a\. {2}/,
  );
});
