/** Every relative link of every page leads to a file that is there, and to a heading that it has. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const pages = globSync("{*,{docs,bench,src,test,tools}/**/*}.md", { cwd: root });

/** What stands within fences and code spans is not a link. */
const prose = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");

/** The anchors of a page's headings, as they are commonly made: small letters, blanks as hyphens, no punctuation. */
const anchorsOf = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

function leadsSomewhere(page: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = file === "" ? page : resolve(dirname(page), file);
  return existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
}

const linksOf = (page: string): string[] =>
  [...prose(readFileSync(page, "utf8")).matchAll(/\]\((?![a-z]+:)([^)\s]+)\)/g)].map(([, link = ""]) => link);

describe("the links", () => {
  it("are there to be followed", () => {
    expect(pages).toContain("README.md");
    expect(linksOf(join(root, "README.md")).length).toBeGreaterThan(5);
  });

  it.each(pages)("of %s lead somewhere", (name) => {
    const page = join(root, name);
    expect(linksOf(page).filter((link) => !leadsSomewhere(page, link))).toEqual([]);
  });
});
