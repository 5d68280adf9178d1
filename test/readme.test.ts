/** The README's tour, typed as it stands against the real server; only the ports are others. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "./support/free-port.ts";
import { type RunningServer, startServer } from "./support/server.ts";
import { missing } from "./support/tools.ts";
import { commandPath, section, type, typedFences, typingDeadline } from "./support/typed.ts";

const text = await readFile(new URL("../README.md", import.meta.url), "utf8");
const absent = await missing("aws", ["--version"]);
if (absent !== undefined) console.log(`skipped the README's tour: ${absent}`);

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

  it(
    "works as it stands",
    async () => {
      const fences = typedFences(section(text, "A two-minute tour"));
      const ports = {
        backendPort: await freePort(),
        tlsBackendPort: await freePort(),
        functionsPort: await freePort(),
      };
      const typing = { server, ...ports, path: await commandPath(folder), cwd: folder };
      const { code, printed, stderr } = await type(
        fences.map(({ commands }) => commands),
        typing,
      );
      const said = printed.join("");
      expect(code, said + stderr).toBe(0);
      expect(fences.filter(({ prints }) => prints !== undefined).length).toBeGreaterThan(3);
      for (const [at, { prints = "" }] of fences.entries()) {
        expect(printed[at]?.trim().endsWith(prints.trim()), `${prints} in ${said}${stderr}`).toBe(true);
      }
      const seen = [...said.matchAll(/^backend saw \/(\w+)$/gm)].map(([, release]) => release);
      const [first, second, ...rest] = seen;
      expect([first, second]).toEqual(["blue", "green"]);
      expect(rest).toHaveLength(9);
      expect(rest.filter((release) => release !== "green" && release !== "canary")).toEqual([]);
      expect(rest.at(-1)).toBe("canary");
    },
    typingDeadline + 60_000,
  );
});
