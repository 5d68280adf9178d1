import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "bench/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A busy machine takes its time.
    expect: { poll: { timeout: 20_000 } },
    pool: "forks",
    // Tests wait a good part of their time for the servers and clients that they start.
    maxWorkers: availableParallelism() + 1,
  },
});
