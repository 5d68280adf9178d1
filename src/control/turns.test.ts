import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("Turns", () => {
  it("lets some work at once, some wait, and sends the others away", async () => {
    const turns = new Turns(2, 3);
    const events: string[] = [];
    const ends: (() => void)[] = [];
    const done = ["a", "b", "c", "d", "e", "f"].map((name) =>
      turns.run(async () => {
        events.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        if (name === "b") throw new Error("broken");
        return name;
      }),
    );
    const outcomes = Promise.allSettled(done);
    await expect(done[5]).rejects.toThrow("Too many requests of this kind");
    expect(events).toEqual(["a", "b"]);
    // The list grows while it is walked.
    for (const end of ends) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(events).toEqual(["a", "b", "c", "d", "e"]);
    expect((await outcomes).map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
      "fulfilled",
      "rejected",
    ]);
    await expect(turns.run(() => Promise.resolve("again"))).resolves.toBe("again");
  });
});
