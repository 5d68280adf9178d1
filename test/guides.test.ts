/** The guides, typed as they stand: each on a server of its own, from where the index's "Before you start" ends. */
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { methodSettingLeaves } from "../src/control/patch/rules/method-setting.ts";
import { stageTable } from "../src/control/patch/rules/stage.ts";
import { freePort } from "./support/free-port.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { missing } from "./support/tools.ts";
import {
  commandPath,
  isPrinted,
  type Ports,
  readdressed,
  section,
  type,
  type TypedFence,
  typedFences,
  typingDeadline,
  withPorts,
} from "./support/typed.ts";

const root = join(import.meta.dirname, "..");
const guides = join(root, "docs", "guides");
const index = await readFile(join(guides, "README.md"), "utf8");
const pages = (await readdir(guides)).filter((name) => name.endsWith(".md") && name !== "README.md");
const absent = (await missing("aws", ["--version"])) ?? (await missing("curl", ["--version"]));
if (absent !== undefined) console.log(`skipped the guides: ${absent}`);
/** What a page needs beside the CLI. */
const needs: Readonly<Record<string, readonly [command: string, ...args: string[]]>> = {
  "client-certificate.md": ["openssl", "version"],
  "sdk.md": ["unzip", "-v"],
};
const typable: string[] = [];
for (const page of pages) {
  const [command, ...args] = needs[page] ?? [];
  const without = command === undefined ? undefined : await missing(command, args);
  if (without === undefined) typable.push(page);
  else console.log(`skipped ${page}: ${without}`);
}

const start = typedFences(section(index, "Before you start")).map(({ commands }) => commands);
/** What makes the API, once for all pages; the rest of the start is typed for each. */
const makesApi = (commands: string): boolean => commands.includes("aws ");

/** The server as a page's `npm start` wants it: the variables before it, the flags behind it. */
function startedBy(page: string): { flags: string[]; env: Record<string, string> } {
  const [, variables = "", flags = ""] =
    /^```console\n(?:[^`]*\n)??((?:[A-Z_]+=\S+ )*)npm start(?: -- (.*))?$/m.exec(page) ?? [];
  const env = variables.split(" ").flatMap((each) => (each === "" ? [] : [each.split("=") as [string, string]]));
  return { flags: flags.split(" ").filter((flag) => flag !== ""), env: Object.fromEntries(env) };
}

/** Waits until the pages' backend listens, which is started in the background. */
const untilBackend = (port: number): string =>
  `node -e 'const go = () => require("net").connect(${port}, "127.0.0.1", () => process.exit()).on("error", () => setTimeout(go, 20)); go()'\n`;

describe.skipIf(absent !== undefined)("the guides, typed", () => {
  let folder = "";
  let path = "";
  let ports: Ports = { backendPort: 0, tlsBackendPort: 0, functionsPort: 0 };
  /** A data dir in which the start has been typed, and the variables of the shell behind it. */
  let begun = "";
  let variables = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "stagewright-guides-"));
    path = await commandPath(join(folder, "bin"));
    ports = { backendPort: await freePort(), tlsBackendPort: await freePort(), functionsPort: await freePort() };
    begun = join(folder, "begun");
    variables = join(folder, "variables");
    const server = await startServer([], { dataDir: begun });
    try {
      const kept = start.filter((commands) => makesApi(commands) || commands.includes("export "));
      const typing = { server, ...ports, path, cwd: root };
      const { code, stderr } = await type(["set -a\n", ...kept, `export -p > ${variables}\n`], typing);
      expect(code, stderr).toBe(0);
      const text = (await readFile(variables, "utf8")).replaceAll(server.gateway, "http://127.0.0.1:8080");
      variables = text
        .split("\n")
        .filter((line) => /^export (API|ROOT|PETS|FIRST|URL)=/.test(line))
        .join("\n");
    } finally {
      await server.stop();
    }
  }, typingDeadline + 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function typePage(page: string, server: RunningServer, fences: readonly TypedFence[]): Promise<void> {
    const before = [
      ...start.filter((commands) => !makesApi(commands)),
      `${variables}\n`,
      untilBackend(ports.backendPort),
    ];
    const commands = [before.join(""), ...fences.map((fence) => fence.commands)];
    const typing = { server, ...ports, path, cwd: root };
    const { code, stdout, stderr, printed } = await type(commands, typing);
    for (const [at, { prints }] of fences.entries()) {
      const was = printed[at + 1];
      if (prints === undefined || was === undefined || isPrinted(readdressed(prints, typing), was)) continue;
      expect(was.trim(), `${page} prints something else; errors: ${stderr}`).toBe(prints.trim());
    }
    expect(code, stdout + stderr).toBe(0);
  }

  it.each(typable)(
    "%s",
    async (page) => {
      const text = await readFile(join(guides, page), "utf8");
      const fences = typedFences(text);
      expect(fences.filter(({ prints }) => prints !== undefined).length).toBeGreaterThan(0);
      const { flags, env } = startedBy(withPorts(text, ports));
      const dataDir = join(folder, page);
      await cp(begun, dataDir, { recursive: true });
      const server = await startServer(flags, { dataDir, env });
      try {
        await typePage(page, server, fences);
      } finally {
        await server.stop();
      }
    },
    typingDeadline + 60_000,
  );
});

describe("what a PATCH of a stage may do", () => {
  const names: Readonly<Record<string, string>> = {
    "{resourcePath+}": "[^,\\s]+",
    "{httpMethod}": "(?:[A-Z]+|\\*)",
    "{name}": "\\w+",
  };
  /** An operation as the CLI takes it, or in a file; names of an API's own are in the place of `{name}`. */
  const formOf = (op: string, path: string): RegExp => {
    const own = path.replaceAll(/\{[^{}]+\}/g, (name) => names[name] ?? "");
    return new RegExp(`op=${op},(?:from=[^,\\s]+,)?path=${own}(?=[,'\\s])|"op": "${op}", "path": "${own}"`);
  };
  /** An alias of a path, and an op that does what another does, need no call of their own. */
  const calls = stageTable.rules
    .filter(({ path }) => !path.startsWith("/methodSettings/"))
    .flatMap(({ path, ...ops }) => Object.keys(ops).map((op) => ({ op, path })))
    .filter(({ op }) => op !== "add");

  it("is typed in a guide, each op of each path", async () => {
    const texts = await Promise.all(pages.map((page) => readFile(join(guides, page), "utf8")));
    const typed = texts.flatMap(typedFences).map(({ commands }) => commands);
    const missed = calls.filter(({ op, path }) => !typed.some((commands) => formOf(op, path).test(commands)));
    expect(missed).toEqual([]);
  });
});

describe("the guides' index", () => {
  it("names every page", () => {
    for (const page of pages) expect(index).toContain(`](${page})`);
  });

  it("names every property of a stage that a PATCH may change", () => {
    const properties = stageTable.rules.flatMap(({ path }) => /^\/(?!\{)(\w+)/.exec(path)?.[1] ?? []);
    expect(new Set(properties).size).toBeGreaterThan(10);
    for (const property of properties) expect(index).toContain(`\`${property}\``);
    for (const { path } of methodSettingLeaves) {
      const [group = ""] = path.split("/");
      expect(index).toMatch(new RegExp(`\`${group}/\\*\`|\`${path}\``));
    }
  });
});
