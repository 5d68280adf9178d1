/**
 * `npm test`: types, lint, format, then every test; ends with one plain line, `N passed, N failed`.
 *
 * Arguments go to Vitest: `npm test -- src/store` runs the checks and that folder's tests.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

const bin = join(import.meta.dirname, "..", "node_modules", ".bin");
const root = join(import.meta.dirname, "..");

/** Runs a tool of this project in its root, with its output as ours; resolves with whether it succeeded. */
function run(tool: string, args: readonly string[]): Promise<boolean> {
  const child = spawn(join(bin, tool), args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  return new Promise((resolve) => {
    child.once("error", () => resolve(false));
    child.once("exit", (code) => resolve(code === 0));
  });
}

/** The checks that are not tests; each counts as one. */
const checks: readonly (readonly [name: string, tool: string, args: readonly string[]])[] = [
  ["types", "tsc", ["-p", "."]],
  ["lint", "oxlint", ["--deny-warnings"]],
  ["format", "oxfmt", ["--check", "src", "test", "bench", "demo", "docs", "tools", "vitest.config.ts"]],
];

async function runChecks(counts: Counts): Promise<void> {
  for (const [name, tool, args] of checks) {
    const passed = await run(tool, args);
    process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name}\n`);
    counts[passed ? "passed" : "failed"]++;
  }
}

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

async function runTests(counts: Counts, args: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-test-"));
  const file = join(folder, "report.json");
  try {
    const passed = await run("vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile=${file}`,
      ...args,
    ]);
    const report = JSON.parse(await readFile(file, "utf8")) as Report;
    // A file that fails to load has no test to count, and must not pass unseen.
    const broken = report.testResults.filter(
      (result) => result.status === "failed" && result.assertionResults.length === 0,
    ).length;
    counts.passed += report.numPassedTests;
    counts.failed += report.numFailedTests + broken;
    counts.skipped += report.numPendingTests;
    if (!passed && counts.failed === 0) counts.failed++;
  } catch (error) {
    process.stderr.write(`the tests did not finish: ${String(error)}\n`);
    counts.failed++;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
await runChecks(counts);
await runTests(counts, process.argv.slice(2));
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : "";
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exitCode = counts.failed > 0 ? 1 : 0;
