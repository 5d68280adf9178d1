/** Reads Prometheus text as strictly as its format is written down, so that what is accepted here is accepted anywhere. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly samples: readonly Sample[];
}

const helpLine = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) ((?:[^\\]|\\\\|\\n)*)$/;
const typeLine = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$/;
const sampleLine = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/s;
const labelForm = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"(,|$)/y;

function readLabels(text: string): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  labelForm.lastIndex = 0;
  while (labelForm.lastIndex < text.length) {
    const at = labelForm.lastIndex;
    const [, name = "", escaped = ""] = labelForm.exec(text) ?? [];
    if (name === "" || name in labels) throw new Error(`labels that are none at ${at}: ${text}`);
    labels[name] = escaped.replaceAll(/\\(.)/g, (_all, character: string) => (character === "n" ? "\n" : character));
  }
  return labels;
}

function readSample(line: string): Sample {
  const [, name = "", labels = "", value = ""] = sampleLine.exec(line) ?? [];
  if (name === "") throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labels), value: Number(value) };
}

const suffixes: Readonly<Record<string, readonly string[]>> = { histogram: ["_bucket", "_sum", "_count"] };

/** Buckets count up to the number of all, by bounds that grow. */
function checkHistogram({ name, samples }: Family): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _bound, ...labels } }) => JSON.stringify(labels));
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => Number((labels["le"] ?? "").replace("+Inf", "Infinity")));
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const grows = bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0));
    const countsUp = buckets.every(({ value }, index) => value >= (buckets[index - 1]?.value ?? 0));
    if (!grows || !countsUp || bounds.at(-1) !== Infinity || buckets.at(-1)?.value !== count) {
      throw new Error(`not a histogram: ${name}`);
    }
  }
}

/** Throws for text that is not in the format. */
export function readExposition(text: string): ReadonlyMap<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, Family & { samples: Sample[] }>();
  let present: (Family & { samples: Sample[] }) | undefined;
  const lines = text.slice(0, -1).split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const [, name = "", help = ""] = helpLine.exec(line) ?? [];
    if (name !== "") {
      const [, typed = "", type = ""] = typeLine.exec(lines[++at] ?? "") ?? [];
      if (typed !== name || families.has(name)) throw new Error(`a family without its type, or twice: ${line}`);
      present = { name, help, type, samples: [] };
      families.set(name, present);
      continue;
    }
    const sample = readSample(line);
    const names = (suffixes[present?.type ?? ""] ?? [""]).map((suffix) => `${present?.name}${suffix}`);
    if (present === undefined || !names.includes(sample.name)) throw new Error(`a sample of another family: ${line}`);
    present.samples.push(sample);
  }
  for (const family of families.values()) {
    if (family.samples.length === 0) throw new Error(`a family without samples: ${family.name}`);
    const texts = family.samples.map(({ name, labels }) => JSON.stringify([name, labels]));
    if (new Set(texts).size !== texts.length) throw new Error(`a sample twice in ${family.name}`);
    if (family.type === "counter" && !family.name.endsWith("_total")) throw new Error(`a counter named ${family.name}`);
    if (family.type === "histogram") checkHistogram(family);
  }
  return families;
}
