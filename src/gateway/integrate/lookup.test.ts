import { expect, test } from "vitest";
import { type Ask, sharedLookup } from "./lookup.ts";

/** A resolver that answers when the test says so. */
function resolver(): { ask: Ask; asked: string[]; answer: (error: Error | null) => void } {
  const open: Parameters<Ask>[2][] = [];
  const asked: string[] = [];
  return {
    asked,
    ask: (name, _, answer) => {
      asked.push(name);
      open.push(answer);
    },
    answer: (error) => {
      for (const answer of open.splice(0)) answer(error, "127.0.0.1", 4);
    },
  };
}

test("a question is put once while it is open, and all hear its answer", () => {
  const { ask, asked, answer } = resolver();
  const lookup = sharedLookup(ask);
  const heard: unknown[] = [];
  const hear = (...answers: unknown[]): void => void heard.push(answers);
  lookup("a.test", {}, hear);
  lookup("a.test", {}, hear);
  lookup("b.test", {}, hear);
  lookup("a.test", { all: true }, hear);
  expect(asked).toEqual(["a.test", "b.test", "a.test"]);
  answer(null);
  expect(heard).toEqual(Array.from({ length: 4 }, () => [null, "127.0.0.1", 4]));
  lookup("a.test", {}, hear);
  expect(asked).toHaveLength(4);
});

test("a failure is heard by all, and not remembered", () => {
  const { ask, asked, answer } = resolver();
  const lookup = sharedLookup(ask);
  const failures: unknown[] = [];
  for (let i = 0; i < 2; i++) lookup("a.test", {}, (error) => void failures.push(error?.message));
  answer(new Error("no such name"));
  expect(failures).toEqual(["no such name", "no such name"]);
  lookup("a.test", {}, () => undefined);
  expect(asked).toHaveLength(2);
});
