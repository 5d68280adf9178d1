import { describe, expect, it } from "vitest";
import { Threads, ThreadSpent } from "./thread.ts";

const ofTests = { name: "test", threads: 1, queue: 1, timeout: 30_000, heap: 32 };

/** Threads that do `work`, a function of the order. */
function threadsOf(work: string, timeout = ofTests.timeout) {
  const source = `import { answerOrder } from ${JSON.stringify(new URL("./thread.ts", import.meta.url).href)};
    import { badRequest } from ${JSON.stringify(new URL("../errors.ts", import.meta.url).href)};
    answerOrder(${work});`;
  const module = new URL(`data:text/javascript,${encodeURIComponent(source)}`);
  return new Threads<unknown, unknown>(module, { ...ofTests, timeout });
}

describe("Threads", () => {
  it("give what comes of an order, one after the other, and send away who comes when too many wait", async () => {
    const threads = threadsOf("(order) => ({ doubled: order * 2 })");
    const answers = [1, 2, 3].map((order) => threads.run(order).catch((error: unknown) => error));
    expect(await Promise.all(answers)).toMatchObject([
      { doubled: 2 },
      { doubled: 4 },
      { name: "TooManyRequestsException" },
    ]);
  });

  it("say what of there was too little", async () => {
    await expect(threadsOf("() => { for (;;); }", 50).run(0)).rejects.toMatchObject({
      name: "ThreadSpent",
      what: "time",
    });
    const greedy = threadsOf("() => { const all = []; for (;;) all.push(new Array(1e4).fill({})); }");
    await expect(greedy.run(0)).rejects.toMatchObject({ name: "ThreadSpent", what: "memory" });
  });

  it("refuse as the work does", async () => {
    const refused = threadsOf('() => { throw badRequest("not so"); }').run(0);
    await expect(refused).rejects.toMatchObject({ code: "BadRequestException", status: 400, message: "not so" });
  });

  it("reject with what went wrong otherwise", async () => {
    const broken = threadsOf('() => { throw new RangeError("broken"); }').run(0);
    await expect(broken).rejects.toMatchObject({ name: "RangeError", message: "broken" });
    await expect(broken).rejects.not.toBeInstanceOf(ThreadSpent);
    const silent = new Threads(new URL("data:text/javascript,"), ofTests);
    await expect(silent.run(0)).rejects.toThrow("the thread test ended without an answer");
  });
});
