/** The README's tour, typed as it stands against the real server; only the ports are others. */
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../bench/support/process.ts";
import { awsEnvironment, type RunningServer, startServer } from "./support/server.ts";
import { missing, run } from "./support/tools.ts";

const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
const absent = await missing("aws", ["--version"]);
if (absent !== undefined) console.log(`skipped the README's tour: ${absent}`);

/** The shell commands of the section, in order. */
function tour(): string {
  const [, section = ""] = text.split(/^## A two-minute tour$/m);
  const [before = ""] = section.split(/^## /m);
  return [...before.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, commands]) => commands).join("");
}

/** As much of curl as the tour needs, for a machine without it. */
const littleCurl = `#!/usr/bin/env node
const args = process.argv.slice(2);
const reply = await fetch(args.at(-1));
const body = await reply.text();
const show = args.includes("-w") ? args[args.indexOf("-w") + 1].replace("%{http_code}", reply.status) : "";
process.stdout.write((args.includes("-o") ? "" : body) + show);
`;

describe.skipIf(absent !== undefined)("the README's tour", () => {
  let server: RunningServer;
  let folder: string;
  beforeAll(async () => {
    server = await startServer();
    folder = await mkdtemp(join(tmpdir(), "stagewright-readme-"));
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** The folder that holds a stand-in for curl, before the machine's own programs; Node is the one that runs this. */
  async function path(): Promise<string> {
    const own = `${dirname(process.execPath)}:${process.env["PATH"]}`;
    if ((await missing("curl", ["--version"])) === undefined) return own;
    await writeFile(join(folder, "curl"), littleCurl);
    await chmod(join(folder, "curl"), 0o755);
    return `${folder}:${own}`;
  }

  it("works as it stands", async () => {
    const script = tour()
      .replaceAll("http://127.0.0.1:4566", server.control)
      .replaceAll("http://127.0.0.1:8080", server.gateway)
      .replaceAll("9000", String(await freePort()));
    const file = join(folder, "tour.sh");
    // Were a command to fail, the backend would stay.
    await writeFile(file, `trap 'kill $BACKEND 2>/dev/null || true' EXIT\n${script}`);
    const { AWS_CONFIG_FILE = "", AWS_SHARED_CREDENTIALS_FILE = "" } = awsEnvironment(server);
    const env = { PATH: await path(), AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE };
    const { code, stdout, stderr } = await run("sh", ["-e", file], { cwd: folder, env });
    expect(code, stdout + stderr).toBe(0);
    const seen = [...stdout.matchAll(/^backend saw \/(\w+)$/gm)].map(([, release]) => release);
    const [first, second, ...rest] = seen;
    expect([first, second]).toEqual(["blue", "green"]);
    expect(rest).toHaveLength(9);
    expect(rest.filter((release) => release !== "green" && release !== "canary")).toEqual([]);
    expect(rest.at(-1)).toBe("canary");
    expect(stdout).toMatch(/^200 .*429 /m);
  }, 180_000);
});

describe("the README", () => {
  it("names only files that are there", async () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => link ?? "");
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) await readFile(new URL(`../${link}`, import.meta.url));
  });
});
