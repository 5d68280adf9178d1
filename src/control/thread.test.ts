import { describe, expect, it } from "vitest";
import { answerOfThread, ThreadSpent } from "./thread.ts";

const moduleOf = (source: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from "node:worker_threads";${source}`)}`,
  );
const options = { name: "test", timeout: 30_000, heap: 32 };

describe("answerOfThread", () => {
  it("gives what the module makes of the data", async () => {
    const double = moduleOf("parentPort.postMessage({ doubled: workerData * 2 })");
    expect(await answerOfThread(double, 21, options)).toEqual({ doubled: 42 });
  });

  it("says what of there was too little", async () => {
    const endless = answerOfThread(moduleOf("for (;;);"), undefined, { ...options, timeout: 50 });
    await expect(endless).rejects.toMatchObject({ name: "ThreadSpent", what: "time" });
    const greedy = answerOfThread(moduleOf("const all = []; for (;;) all.push(new Array(1e4).fill({}));"), 0, options);
    await expect(greedy).rejects.toMatchObject({ name: "ThreadSpent", what: "memory" });
  });

  it("rejects with what went wrong otherwise", async () => {
    const broken = answerOfThread(moduleOf('throw new RangeError("broken")'), undefined, options);
    await expect(broken).rejects.toMatchObject({ name: "RangeError", message: "broken" });
    await expect(broken).rejects.not.toBeInstanceOf(ThreadSpent);
    const silent = answerOfThread(moduleOf(""), undefined, options);
    await expect(silent).rejects.toThrow("the thread test ended without an answer");
  });
});
