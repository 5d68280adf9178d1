/** The demo as a user runs it, only shorter. */
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { BackendAnswer } from "../demo/backend.ts";
import type { PhaseResult } from "../demo/story.ts";
import { startTraffic } from "../demo/traffic.ts";
import { closing, liveView, plainView } from "../demo/view.ts";
import { run } from "./support/tools.ts";

const program = fileURLToPath(new URL("../demo/run.ts", import.meta.url));
const demo = (...args: string[]) => run(process.execPath, [program, ...args]);

describe("npm run demo", () => {
  it("changes a stage under traffic and no request fails", async () => {
    const { code, stdout, stderr } = await demo("--json", "--seconds", "0.5");
    expect(stderr).toBe("");
    const { phases } = JSON.parse(stdout) as { phases: readonly PhaseResult[] };
    expect(phases.map(({ failed }) => failed)).toEqual([0, 0, 0, 0, 0]);
    for (const { requests, statuses } of phases) expect(statuses).toEqual({ 200: requests });
    const [steady, variables, canary, cache, promoted] = phases;
    expect(steady?.before).toBe(steady?.requests);
    expect(variables?.effects).toHaveLength(50);
    expect(canary?.after).toBeGreaterThan(0);
    expect(promoted?.after).toBeGreaterThan(0);
    expect(steady?.fromCache).toBe(0);
    // The first second of caching may fall to the next phase on a busy machine.
    expect((cache?.fromCache ?? 0) + (promoted?.fromCache ?? 0)).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  it("tells a wrong flag kindly", async () => {
    const { code, stdout, stderr } = await demo("--jsn");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("Unknown option '--jsn'");
    expect(stderr).toContain("npm run demo -- [--json]");
  });

  it("explains itself", async () => {
    const { code, stdout } = await demo("--help");
    expect(code).toBe(0);
    for (const flag of ["--json", "--keep", "--seconds"]) expect(stdout).toContain(flag);
  });

  it("leaves nothing behind when it is interrupted", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stagewright-demo-"));
    // The deadline of `run` sends SIGTERM, which the demo takes as it takes Ctrl-C.
    const options = { deadline: 5_000, env: { TMPDIR: folder } };
    const { stderr } = await run(process.execPath, [program, "--seconds", "60"], options);
    expect(stderr).toContain("nothing is left behind");
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
  });
});

it("a phase's numbers have the requests that were under way when it ended", async () => {
  const answers: (() => void)[] = [];
  const answer = { deployment: "1", release: "blue", edition: "edition-0" } satisfies BackendAnswer;
  const server = createServer((_request, response) => void answers.push(() => response.end(JSON.stringify(answer))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const traffic = startTraffic(url, { url, requests: () => answers.length, stop: () => Promise.resolve() });
  try {
    await once(server, "request");
    const over = traffic.nextPhase();
    const release = setInterval(() => answers.splice(0).forEach((go) => go()), 20);
    const { requests, before, statuses } = await over;
    clearInterval(release);
    expect(requests).toBeGreaterThan(0);
    expect([before, statuses]).toEqual([requests, { 200: requests }]);
  } finally {
    for (const go of answers) go();
    server.on("request", () => answers.splice(0).forEach((go) => go()));
    await traffic.stop();
    server.close();
  }
});

const phase: PhaseResult = {
  title: "throttle and cache on",
  requests: 123_456,
  before: 98_765,
  after: 24_691,
  statuses: { 200: 123_456 },
  failed: 0,
  fromCache: 42,
  effects: [1.25, 1_234.5],
};

/** What a view writes for one server and two phases. */
function written(make: (output: { write: (text: string) => boolean }) => ReturnType<typeof plainView>): string {
  let text = "";
  const view = make({
    write: (part) => {
      text += part;
      return true;
    },
  });
  view.begin({ control: "http://127.0.0.1:65535", gateway: "http://127.0.0.1:65535" });
  view.update([phase]);
  view.update([phase, phase]);
  view.phaseEnded(phase);
  view.end();
  return text;
}

describe("the demo's views", () => {
  it.each([
    ["terminal", written((output) => liveView(output, true))],
    ["pipe", written((output) => plainView(output))],
    ["closing words", closing([phase])],
  ])("fit 80 columns: %s", (_name, text) => {
    const wide = text.split("\n").filter((line) => stripVTControlCharacters(line).length > 80);
    expect(wide).toEqual([]);
  });

  it("are plain without a terminal, and without colour where that is asked for", () => {
    expect(written((output) => plainView(output))).not.toContain("\u001B");
    expect(written((output) => liveView(output, false))).not.toContain("\u001B[32m");
    expect(written((output) => liveView(output, true))).toContain("\u001B[32m");
  });

  it("give the terminal its cursor back", () => {
    const text = written((output) => liveView(output, false));
    expect(text.lastIndexOf("\u001B[?25h")).toBeGreaterThan(text.lastIndexOf("\u001B[?25l"));
  });
});
