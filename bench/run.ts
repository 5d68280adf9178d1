/**
 * `npm run bench`: measures side by side in one run, prints what it found and writes it to bench/RESULTS.md. Parts that
 * were not measured keep what stands there.
 *
 *     npm run bench -- [--quick] [part …]
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { controlPlane } from "./control-plane.ts";
import { effect } from "./effect.ts";
import { features } from "./features.ts";
import { gateway } from "./gateway.ts";
import { scale } from "./scale.ts";
import { smallCosts } from "./small-costs.ts";
import { soak } from "./soak.ts";
import { canMeasure } from "./support/cpu.ts";
import { type Measure, measuredText, partText } from "./support/report.ts";
import { withSections } from "./support/results.ts";
import { templates } from "./template.ts";
import { updateStage } from "./update-stage.ts";

const parts: ReadonlyMap<string, Measure> = new Map([
  ["gateway", gateway],
  ["features", features],
  ["small-costs", smallCosts],
  ["update-stage", updateStage],
  ["control-plane", controlPlane],
  ["effect", effect],
  ["scale", scale],
  ["templates", templates],
  ["soak", soak],
]);

const usage = `npm run bench -- [--quick] [part …]

  parts     all of them by default:
            ${[...parts.keys()].slice(0, 5).join(", ")},
            ${[...parts.keys()].slice(5).join(", ")}
  --quick   a short, rough run

A whole run takes about half an hour, ten minutes of them soak. What was measured replaces its section of
bench/RESULTS.md; with --quick it is just printed.
`;

const results = new URL("RESULTS.md", import.meta.url);

class Refused extends Error {}

function readArguments(args: readonly string[]): { quick: boolean; help: boolean; chosen: readonly string[] } {
  const options = { quick: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const unknown = positionals.find((name) => !parts.has(name));
    if (unknown !== undefined) throw new Error(`There is no part ${JSON.stringify(unknown)}.`);
    return { quick: values.quick ?? false, help: values.help ?? false, chosen: positionals };
  } catch (error) {
    throw new Refused((error as Error).message, { cause: error });
  }
}

async function main(): Promise<void> {
  const { quick, help, chosen } = readArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(usage);
    return;
  }
  if (!canMeasure) throw new Refused("The benches read CPU time from /proc, which only Linux has.");
  const measured = new Map<string, string>();
  for (const [name, measure] of parts) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    process.stderr.write(`\nmeasuring ${name} …\n`);
    const machine = measuredText();
    const text = partText(await measure({ quick }), machine);
    measured.set(name, text);
    process.stdout.write(`\n${text}\n`);
  }
  if (quick) return;
  await writeFile(results, withSections(await readFile(results, "utf8"), [...parts.keys()], measured));
  process.stdout.write("\nwrote bench/RESULTS.md\n");
}

main().catch((error: unknown) => {
  const refused = error instanceof Refused;
  process.stderr.write(refused ? `${error.message}\n\n${usage}` : `${(error as Error).stack}\n`);
  process.exitCode = refused ? 2 : 1;
});
