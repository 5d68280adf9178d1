/** The benches' own tools: a load that counts wrongly would make every number wrong. */
import { createServer } from "node:net";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { freePort } from "../../test/support/free-port.ts";
import { run } from "../../test/support/tools.ts";
import { cpuMicroseconds, canMeasure } from "./cpu.ts";
import { failures, load, startLoad } from "./load.ts";
import { startPeer } from "./process.ts";
import { median, partText, quantile } from "./report.ts";
import { withSections } from "./results.ts";

const request = Buffer.from("GET /path HTTP/1.1\r\nHost: x\r\n\r\n");

describe("the load generator", () => {
  it("sends as many requests as it was told, and counts their answers", async () => {
    const backend = await startPeer("backend");
    try {
      const order = { port: backend.port, connections: 4, requests: [request], count: 500 };
      const result = await load(order);
      expect(result).toMatchObject({ requests: 500, statuses: { 200: 500 } });
      expect(failures(result)).toBe(0);
      expect(result.p99).toBeGreaterThanOrEqual(result.p50);
    } finally {
      await backend.stop();
    }
  });

  it("goes on until it is stopped", async () => {
    const backend = await startPeer("backend");
    try {
      const running = await startLoad({ port: backend.port, connections: 2, requests: [request], rate: 500 });
      const result = await running.stop();
      expect(failures(result)).toBe(0);
    } finally {
      await backend.stop();
    }
  });

  it("counts what is not answered, and what is answered otherwise, as failed", async () => {
    const nobody = { port: await freePort(), connections: 2, requests: [request], count: 10 };
    expect(failures(await load(nobody))).toBe(10);

    const refusing = createServer((socket) => {
      socket.on("data", () => socket.write("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 2\r\n\r\nno"));
    }).listen(0, "127.0.0.1");
    await once(refusing, "listening");
    const address = refusing.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const result = await load({ port, connections: 1, requests: [request], count: 10 });
    expect(result.statuses).toEqual({ 429: 10 });
    expect(failures(result)).toBe(10);
    refusing.close();
  });

  it.each([
    ["chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
    ["HTTP/1.0, until it closes", "HTTP/1.0 200 OK\r\n\r\nok"],
    ["closing after each", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"],
  ])("understands answers that are %s", async (_name, answer) => {
    const closes = !answer.includes("chunked");
    const server = createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.on("data", () => (closes ? socket.end(answer) : socket.write(answer)));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    const result = await load({ port, connections: 2, requests: [request], count: 20 });
    expect(result.statuses).toEqual({ 200: 20 });
    server.close();
  });
});

describe("what is measured", () => {
  it.skipIf(!canMeasure)("is the CPU time of a process, and it grows", () => {
    const before = cpuMicroseconds(process.pid);
    const until = process.cpuUsage().user + 100_000;
    while (process.cpuUsage().user < until);
    expect(cpuMicroseconds(process.pid)).toBeGreaterThan(before);
  });

  it("has quantiles", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(quantile([5, 1, 4, 2, 3], 0.99)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it("is reported as a table with its aims, met or not", () => {
    const part = {
      title: "part",
      how: "How.",
      columns: ["who", "µs"],
      rows: [["a long name", "1.0"]],
      aims: [{ what: "fast", measured: "slow", met: false }],
      skipped: ["nginx: it is not there"],
    };
    expect(partText(part, "Where.")).toBe(
      "## part\n\nHow.\n\nWhere.\n\n| who         |  µs |\n| ----------- | --: |\n| a long name | 1.0 |\n\n" +
        "- aim: fast. Measured: slow. **Not met**.\n- skipped: nginx: it is not there",
    );
  });
});

describe("RESULTS.md", () => {
  const file = "# Old head\n\n## b\n\nof b\n\n## gone\n\nof gone\n\n## a\n\nof a\n";

  it("gets the sections that were measured, and keeps the others in the order of the parts", () => {
    const written = withSections(file, ["a", "b", "c"], new Map([["b", "## b\n\nnew of b"]]));
    expect(written).toMatch(/^# What was measured\n/);
    expect(written.split(/^(?=## )/m).slice(1)).toEqual(["## a\n\nof a\n\n", "## b\n\nnew of b\n"]);
  });
});

describe("npm run bench", () => {
  const program = fileURLToPath(new URL("../run.ts", import.meta.url));

  it.each([["no-such-part"], ["--quik"]])("tells %s kindly", async (argument) => {
    const { code, stderr } = await run(process.execPath, [program, argument]);
    expect(code).toBe(2);
    expect(stderr).toContain(argument);
    expect(stderr).toContain("gateway, features, small-costs");
  });
});
