/**
 * What Velocity 1.7 itself made of these templates, written down by running it: template, then output; a row without an
 * output is a template that it refuses (tools/velocity-rows makes such rows). References to nothing print nothing, as in the service (facts/mapping.md 4.1).
 */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compileTemplate } from "./compile.ts";
import { TemplateError } from "./error.ts";
import { parseJson } from "./json.ts";
import { VtlMap } from "./value.ts";

interface Golden {
  /** JSON: the variables. */
  readonly data: string;
  readonly rows: readonly (readonly [template: string, output?: string])[];
}

const folder = new URL("golden/", import.meta.url);
const files = readdirSync(folder);

function render(template: string, data: string): string {
  // Values are made anew for each template, since templates change them.
  const root = parseJson(data);
  return compileTemplate(template).render((name) => (root instanceof VtlMap ? root.get(name) : null));
}

describe.each(files)("%s", (file) => {
  const sets = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden[];
  const rows = sets.flatMap((set) => set.rows.map((row) => [set.data, ...row] as const));

  test(`${rows.length} templates`, () => {
    for (const [data, template, output] of rows) {
      if (output === undefined) expect(() => render(template, data), template).toThrow(TemplateError);
      else expect(render(template, data), template).toBe(output);
    }
    expect.hasAssertions();
  });
});
