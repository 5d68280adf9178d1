/** What rendering a mapping template costs, beside JavaScript that was written for the same job. */
import { compileTemplate, type Scope } from "../src/gateway/vtl/compile.ts";
import { Input } from "../src/gateway/vtl/builtins.ts";
import { parseJson } from "../src/gateway/vtl/json.ts";
import { VtlMap } from "../src/gateway/vtl/value.ts";
import { type BenchOptions, median, number, type Part } from "./support/report.ts";

const atMost = 3;

interface Pet {
  readonly id: number;
  readonly name: string;
  readonly kind: string;
  readonly price: number;
}

const pets: readonly Pet[] = Array.from({ length: 10 }, (_, i) => ({
  id: i + 1,
  name: `pet number ${i + 1}`,
  kind: i % 2 === 0 ? "cat" : "dog",
  price: i + 0.5,
}));
const body = JSON.stringify({ owner: "Ann", pets });

/** Its list in `$root.pets`: the items with a condition and a comma between them. */
const template = `#set($count = $root.pets.size())
{
  "owner": "$root.owner",
  "count": $count,
  "pets": [
#foreach($pet in $root.pets)
    {"id": $pet.id, "name": "$pet.name", "sound": "#if($pet.kind == "cat")meow#{else}woof#end", "price": $pet.price}#if($foreach.hasNext),#end

#end
  ]
}
`;

function handWritten(root: { readonly owner: string; readonly pets: readonly Pet[] }): string {
  let text = `{\n  "owner": "${root.owner}",\n  "count": ${root.pets.length},\n  "pets": [\n`;
  for (let i = 0; i < root.pets.length; i++) {
    const pet = root.pets[i] as Pet;
    const sound = pet.kind === "cat" ? "meow" : "woof";
    text += `    {"id": ${pet.id}, "name": "${pet.name}", "sound": "${sound}", "price": ${pet.price}}`;
    if (i + 1 < root.pets.length) text += ",";
    text += "\n";
  }
  return `${text}  ]\n}\n`;
}

const rendered = compileTemplate(template);
const fromBody = compileTemplate(`#set($root = $input.path('$'))${template}`);
const noParameters = new VtlMap();

const parsed = parseJson(body) ?? null;
const parsedScope: Scope = (name) => (name === "root" ? parsed : null);
const bodyScope: Scope = (name) => (name === "input" ? new Input({ body, params: noParameters }) : null);
const object = JSON.parse(body) as Parameters<typeof handWritten>[0];

/** Each pair does one job: ours and theirs give the same text. */
const jobs: readonly (readonly [name: string, ours: () => string, theirs: () => string])[] = [
  ["ten items, the body parsed before", () => rendered.render(parsedScope), () => handWritten(object)],
  [
    "ten items, the body parsed too",
    () => fromBody.render(bodyScope),
    () => handWritten(JSON.parse(body) as typeof object),
  ],
];

/** Each text is made into bytes, as what is sent has to be. */
function microseconds(job: () => string, count: number): number {
  let last = 0;
  const start = process.hrtime.bigint();
  for (let i = 0; i < count; i++) last ^= Buffer.from(job()).length;
  const end = process.hrtime.bigint();
  if (last < 0) throw new Error("a text has a length");
  return Number(end - start) / 1_000 / count;
}

/** Both sides by turns, so that what else the machine does falls on both; the middle of several rounds counts. */
function measure(ours: () => string, theirs: () => string, count: number): readonly [number, number] {
  const rounds = 15;
  const measured: [number[], number[]] = [[], []];
  for (let i = 0; i < rounds; i++) {
    measured[0].push(microseconds(ours, count));
    measured[1].push(microseconds(theirs, count));
  }
  return [median(measured[0]), median(measured[1])];
}

export function templates({ quick }: BenchOptions): Promise<Part> {
  const results = jobs.map(([name, ours, theirs]) => {
    if (ours() !== theirs()) throw new Error(`${name}: the two texts differ`);
    const [us, them] = measure(ours, theirs, quick ? 2_000 : 20_000);
    return { name, us, them, ratio: us / them };
  });
  const [first] = results;
  if (first === undefined) throw new Error("nothing was measured");
  return Promise.resolve({
    title: "templates",
    how:
      "A mapping template that renders a list of ten items with a condition and a separator, and JavaScript that was " +
      "written by hand for the same text. Both end as bytes, in one process, by turns.",
    columns: ["what", "template µs", "by hand µs", "ratio"],
    rows: results.map(({ name, us, them, ratio }) => [name, number(us, 2), number(them, 2), number(ratio, 2)]),
    aims: [
      {
        what: `a list of ten items at most ${atMost} × as long as by hand`,
        measured: `${number(first.ratio, 2)} ×`,
        met: first.ratio <= atMost,
      },
    ],
    skipped: [],
  });
}
