/** The command as its users meet it: help, wrong inputs, a taken port or folder, and an end that loses nothing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { startServer } from "./support/server.ts";

const main = join(import.meta.dirname, "..", "src", "main.ts");

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command to its end. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env }, timeout: 60_000 });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, stdout, stderr };
}

const refusal = (text: string): Ended => ({ code: 2, stdout: "", stderr: `stagewright: ${text}\n` });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stagewright-start-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("without starting anything", () => {
  test("--help names every flag and fits a terminal", async () => {
    const { code, stdout, stderr } = await run(["--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const flag of ["--control-port", "--data-dir", "--workers", "--help", "--version"]) {
      expect(stdout).toContain(flag);
    }
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("--version is the version alone", async () => {
    expect(await run(["--version"])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: "",
    });
  });

  const refusals: readonly (readonly [args: string[], env: Record<string, string>, text: string])[] = [
    [["--prot", "1"], {}, "--prot is not a setting. Try --help."],
    [["--workers", "many"], {}, '--workers must be a whole number from 1 to 64, not "many"'],
    [[], { STAGEWRIGHT_REGION: "" }, 'STAGEWRIGHT_REGION must be a region\'s name such as us-east-1, not ""'],
    [["--store", "postgres://h/d"], {}, "--store: PostgreSQL is not built yet. Leave it at sqlite."],
    [["--shared", "redis:/u:secret@h"], {}, '--shared must be memory or redis://…, not "…@h"'],
    [
      ["--shared", "redis://u:secret@h/x"],
      {},
      "--shared must be memory or redis://[user:password@]host[:port][/database] (rediss:// for TLS)",
    ],
  ];
  test.each(refusals)("%j with %j is refused", async (args, env, text) => {
    expect(await run([...args, "--data-dir", join(folder, "never")], env)).toEqual(refusal(text));
  });
});

describe("what is taken or unusable", () => {
  test("a taken port is named, with the flag that gives another", async () => {
    const other = createTcpServer();
    await new Promise<void>((resolve) => void other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as AddressInfo;
    try {
      for (const flag of ["--control-port", "--gateway-port"]) {
        const rest = flag === "--control-port" ? ["--gateway-port", "0"] : ["--control-port", "0"];
        expect(await run([flag, String(port), ...rest, "--data-dir", join(folder, "taken")])).toEqual(
          refusal(`port ${port} on 127.0.0.1 is taken by another program. Stop it, or give another ${flag}.`),
        );
      }
    } finally {
      other.close();
    }
  });

  test("a data dir that another process holds is refused, with its process id", async () => {
    const dataDir = join(folder, "held");
    const holder = await startServer([], { dataDir });
    try {
      const second = await run(["--control-port", "0", "--gateway-port", "0", "--data-dir", dataDir]);
      expect(second.code).toBe(2);
      expect(second.stderr).toContain(`${dataDir} is in use by the process ${holder.pid}`);
    } finally {
      await holder.stop();
    }
  });

  test("a data dir that is a file is refused", async () => {
    const path = join(folder, "file");
    await writeFile(path, "not a folder");
    const { code, stderr } = await run(["--control-port", "0", "--gateway-port", "0", "--data-dir", path]);
    expect(code).toBe(2);
    expect(stderr).toContain("it is a file, not a folder");
  });
});

/** Whoever runs `npm start` knows npm's process alone: a signal to it has to reach the server. */
test("npm start leaves no shell between npm and the server", async () => {
  const { scripts } = JSON.parse(await readFile(join(main, "..", "..", "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const child = spawn("sh", ["-c", `${scripts["start"]} --version && echo the shell is still there`]);
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  await once(child, "close");
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

/** A backend that answers only when it is let. */
async function slowBackend(): Promise<{ server: Server; uri: string; arrived: Promise<unknown>; answer(): void }> {
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => void waiting.push(() => response.end("done")));
  const arrived = once(server, "request");
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return { server, uri, arrived, answer: () => waiting.forEach((go) => go()) };
}

describe.each([1, 2])("with %i workers", (workers) => {
  test("SIGTERM lets the request under way finish, takes no other, and ends with 0", async () => {
    const backend = await slowBackend();
    const server = await startServer(["--workers", String(workers)]);
    const { restApiId } = await deployApi(sdkClient(server), "dev", backend.uri);
    const underWay = fetch(`${server.gateway}/_aws/execute-api/${restApiId}/dev/`);
    await backend.arrived;
    const stopped = server.stop("SIGTERM");
    setTimeout(() => backend.answer(), 300);
    const answer = await underWay;
    expect([answer.status, await answer.text()]).toEqual([200, "done"]);
    expect(await stopped).toBe(0);
    await expect(fetch(server.gateway)).rejects.toThrow();
    backend.server.close();
  });

  test("Ctrl-C that npm hands on beside the terminal is one Ctrl-C", async () => {
    const backend = await slowBackend();
    const server = await startServer(["--workers", String(workers)]);
    const { restApiId } = await deployApi(sdkClient(server), "dev", backend.uri);
    const underWay = fetch(`${server.gateway}/_aws/execute-api/${restApiId}/dev/`);
    await backend.arrived;
    const stopped = server.stop("SIGINT");
    setTimeout(() => process.kill(server.pid, "SIGINT"), 50);
    setTimeout(() => backend.answer(), 300);
    expect(await (await underWay).text()).toBe("done");
    expect(await stopped).toBe(0);
    backend.server.close();
  });

  test("a second signal does not wait for what is under way", async () => {
    const backend = await slowBackend();
    const server = await startServer(["--workers", String(workers)]);
    const { restApiId } = await deployApi(sdkClient(server), "dev", backend.uri);
    const underWay = fetch(`${server.gateway}/_aws/execute-api/${restApiId}/dev/`);
    const lost = expect(underWay).rejects.toThrow();
    await backend.arrived;
    const stopped = server.stop("SIGTERM");
    // Not by its id: that may be nobody's by then.
    const again = setInterval(() => void server.stop("SIGTERM"), 100);
    expect(await stopped).toBe(143);
    clearInterval(again);
    await lost;
    backend.server.closeAllConnections();
    backend.server.close();
  });

  test("what was there before a restart is served after it", async () => {
    const dataDir = join(folder, `kept-${workers}`);
    const first = await startServer(["--workers", String(workers)], { dataDir });
    const { restApiId } = await deployApi(sdkClient(first), "dev");
    expect(await first.stop()).toBe(0);
    const second = await startServer(["--workers", String(workers)], { dataDir });
    try {
      const answer = await fetch(`${second.gateway}/_aws/execute-api/${restApiId}/dev/`);
      expect(answer.status).toBe(200);
    } finally {
      await second.stop();
    }
  });
});
