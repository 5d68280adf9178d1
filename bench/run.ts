/**
 * `npm run bench`: measures side by side in one run, prints what it found and writes bench/RESULTS.md.
 *
 *     npm run bench -- [--quick] [part …]
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { effect } from "./effect.ts";
import { features } from "./features.ts";
import { gateway } from "./gateway.ts";
import { scale } from "./scale.ts";
import { canMeasure } from "./support/cpu.ts";
import { machineText, type Measure, partText } from "./support/report.ts";
import { templates } from "./template.ts";
import { updateStage } from "./update-stage.ts";

const parts: ReadonlyMap<string, Measure> = new Map([
  ["gateway", gateway],
  ["features", features],
  ["update-stage", updateStage],
  ["effect", effect],
  ["scale", scale],
  ["templates", templates],
]);

const usage = `npm run bench -- [--quick] [part …]

  parts     ${[...parts.keys()].join(", ")} (all of them by default)
  --quick   a short, rough run

A whole run takes a few minutes and writes bench/RESULTS.md; with --quick or some parts only it just prints.
`;

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
  const texts = [`Measured on ${machineText()}.`];
  process.stdout.write(`${texts[0]}\n`);
  for (const [name, measure] of parts) {
    if (chosen.length > 0 && !chosen.includes(name)) continue;
    process.stderr.write(`\nmeasuring ${name} …\n`);
    const text = partText(await measure({ quick }));
    texts.push(text);
    process.stdout.write(`\n${text}\n`);
  }
  if (quick || chosen.length > 0) return;
  const head = "# What was measured\n\nWritten by `npm run bench`; run it to see your machine's numbers.";
  await writeFile(new URL("RESULTS.md", import.meta.url), `${[head, ...texts].join("\n\n")}\n`);
  process.stdout.write("\nwrote bench/RESULTS.md\n");
}

main().catch((error: unknown) => {
  const refused = error instanceof Refused;
  process.stderr.write(refused ? `${error.message}\n\n${usage}` : `${(error as Error).stack}\n`);
  process.exitCode = refused ? 2 : 1;
});
