import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { limits } from "../limits.ts";
import { Interruption } from "./interruption.ts";
import { Terminal } from "./terminal.ts";

const exit = vi.fn<(code?: number | string | null) => never>();
const stderr = new PassThrough();
const told = (): string => String(stderr.read() ?? "");
let interruption = new Interruption(new Terminal({ stdout: new PassThrough(), stderr, env: {} }));
interruption.close();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  vi.spyOn(process, "exit").mockImplementation(exit);
  exit.mockClear();
  interruption = new Interruption(new Terminal({ stdout: new PassThrough(), stderr, env: {} }));
});
afterEach(() => {
  interruption.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const signal = (name: "SIGINT" | "SIGTERM"): void => void process.emit(name, name);

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s ends at once what does nothing", (name, code) => {
  signal(name);
  expect(exit.mock.calls).toEqual([[code]]);
  expect(told()).toBe("");
});

test("what has begun is finished; the same signal, passed on, does not end it, and a second one does", async () => {
  const done = Promise.withResolvers<string>();
  const work = interruption.finishing(() => done.promise);
  signal("SIGINT");
  expect(told()).toBe("stagewright: finishing what has begun; once more ends it at once\n");
  vi.advanceTimersByTime(limits.sameSignal);
  signal("SIGINT");
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  signal("SIGTERM");
  expect(exit.mock.calls).toEqual([[130]]);
  done.resolve("done");
  expect(await work).toBe("done");
  expect(interruption.exitCode).toBe(130);
});

test("work that fails is over all the same, and nothing listens any more when all is", async () => {
  await expect(interruption.finishing(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  const before = process.listenerCount("SIGINT");
  signal("SIGINT");
  expect(exit.mock.calls).toEqual([[130]]);
  interruption.close();
  expect(process.listenerCount("SIGINT")).toBe(before - 1);
});
