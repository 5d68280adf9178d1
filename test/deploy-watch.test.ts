/** `stagewright deploy --watch`, and what Ctrl-C does to a deployment: signals, in a process of its own. */
import { rename, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { RunningCommand } from "./support/command.ts";
import { answerOf, CommandLab, definition, type Deployed, holding } from "./support/command-lab.ts";

const lab = new CommandLab();
const { apiNamed, fileOf, stagewright } = lab;

describe("deploy --watch", () => {
  test("deploys each change, tells what is wrong with one, and ends by Ctrl-C", async () => {
    const file = await fileOf(definition("watched", { "/": "one" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch"], {
      AWS_ENDPOINT_URL: lab.server.control,
    });
    const waits = (times: number): Promise<void> =>
      running.until(({ stderr }) => stderr.split("watching ").length > times);
    await waits(1);
    const [, id = "", url = ""] = /\((\w+)\)[^]* (http\S+)\n$/.exec(running.stdout) ?? [];
    lab.forThisTest(id);
    expect(await answerOf(`${url}/`)).toBe("one");

    await writeFile(file, definition("watched", { "/": "two" }));
    await waits(2);
    expect(await answerOf(`${url}/`)).toBe("two");
    expect(running.stdout).toContain("        - one\n        + two\n");

    await writeFile(file, "not a definition");
    await waits(3);
    expect(running.stderr).toContain("is no definition in OpenAPI");
    expect(await answerOf(`${url}/`)).toBe("two");
    // Saved again as it is, it is tried again.
    await writeFile(file, "not a definition");
    await waits(4);
    expect(running.stderr.split("is no definition in OpenAPI")).toHaveLength(3);

    // As many editors save: another file takes its place.
    await writeFile(`${file}.new`, definition("watched", { "/": "three" }));
    await rename(`${file}.new`, file);
    await waits(5);
    expect(await answerOf(`${url}/`)).toBe("three");

    running.signal("SIGINT");
    expect((await running.ended()).code).toBe(0);
  });

  test("a file that is broken from the start is watched on, one that is not there is not", async () => {
    const file = await fileOf("not a definition");
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch"], lab.env);
    await running.until(({ stderr }) => stderr.includes("watching "));
    expect(running.stderr).toContain("is no definition in OpenAPI");
    await writeFile(file, definition("mended", { "/": "one" }));
    await running.until(({ stdout }) => stdout.includes(" serves deployment "));
    await running.until(({ stderr }) => stderr.split("watching ").length > 2);
    running.signal("SIGINT");
    expect((await running.ended()).code).toBe(0);
    await lab.client.deleteRestApi({ restApiId: await apiNamed("mended") });
    const { code, stderr } = await stagewright("deploy", `${file}.none`, "--stage", "dev", "--watch");
    expect([code, stderr]).toEqual([2, expect.stringContaining(" is not there. ")]);
  });

  test("an API whose title changes stays the one that it is, until it is gone", async () => {
    const file = await fileOf(definition("before", { "/": "one" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch"], lab.env);
    const waits = (times: number): Promise<void> =>
      running.until(({ stderr }) => stderr.split("watching ").length > times);
    await waits(1);
    const restApiId = await apiNamed("before");
    await writeFile(file, definition("after", { "/": "one" }));
    await waits(2);
    expect(running.stdout).toContain(`after (${restApiId})\n  ~ api after\n      name: before → after\n`);
    expect([await apiNamed("before"), await apiNamed("after")]).toEqual([undefined, restApiId]);
    await lab.client.deleteRestApi({ restApiId });
    await writeFile(file, definition("after", { "/": "two" }));
    await waits(3);
    const another = await apiNamed("after");
    expect(running.stdout).toContain(`after (${another}), a new API\n`);
    await lab.client.deleteRestApi({ restApiId: another });
    running.signal("SIGINT");
    expect((await running.ended()).code).toBe(0);
  });

  test("--json is one line a deployment", async () => {
    const file = await fileOf(definition("lines", { "/": "one" }));
    const env = lab.env;
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch", "--json"], env);
    await running.until(({ stdout }) => stdout.split("\n").length > 1);
    await writeFile(file, definition("lines", { "/": "two" }));
    await running.until(({ stdout }) => stdout.split("\n").length > 2);
    await writeFile(file, "not a definition");
    await running.until(({ stderr }) => stderr.includes('{"error":'));
    running.signal("SIGTERM");
    const { stdout, stderr } = await running.ended();
    const told = stderr.trimEnd().split("\n");
    expect(told.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(
      expect.arrayContaining([["note"], ["error"]]),
    );
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Deployed);
    expect(lines.map(({ created, changes }) => [created, changes.map(({ change }) => change)])).toEqual([
      [true, ["added"]],
      [false, ["changed"]],
    ]);
    await lab.client.deleteRestApi({ restApiId: lines[0]?.restApiId });
  });
});

describe("Ctrl-C", () => {
  test("in the middle of a change finishes it, and says so", async () => {
    const { endpoint, held, release } = await holding(
      lab.server,
      (method, path) => method === "POST" && path.includes("mode=import"),
    );
    const file = await fileOf(definition("interrupted", { "/": "whole" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev"], { AWS_ENDPOINT_URL: endpoint });
    await held;
    running.signal("SIGINT");
    await running.until(({ stderr }) => stderr.includes("finishing what has begun; once more ends it at once"));
    release();
    const { code, stdout } = await running.ended();
    expect(code).toBe(130);
    expect(stdout).toContain("dev serves deployment ");
    const restApiId = await apiNamed("interrupted");
    expect((await lab.client.getStages({ restApiId })).item?.map(({ stageName }) => stageName)).toEqual(["dev"]);
    await lab.client.deleteRestApi({ restApiId });
  });

  test("twice does not wait", async () => {
    const { endpoint, held } = await holding(lab.server, (method) => method === "POST");
    const file = await fileOf(definition("impatient", { "/": "never" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev"], { AWS_ENDPOINT_URL: endpoint });
    await held;
    running.signal("SIGINT");
    await running.until(({ stderr }) => stderr.includes("once more"));
    // What follows at once may be the same one, passed on by npm.
    const again = setInterval(() => running.signal("SIGINT"), 100);
    expect((await running.ended()).code).toBe(130);
    clearInterval(again);
    expect(await apiNamed("impatient")).toBeUndefined();
  });

  test("in the middle of a watch's change finishes it, and ends", async () => {
    const { endpoint, held, release } = await holding(lab.server, (method) => method === "POST");
    const file = await fileOf(definition("finished", { "/": "whole" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch"], { AWS_ENDPOINT_URL: endpoint });
    await held;
    running.signal("SIGINT");
    await running.until(({ stderr }) => stderr.includes("finishing what has begun"));
    release();
    const { code, stdout, stderr } = await running.ended();
    expect([code, stderr.includes("watching")]).toEqual([0, false]);
    expect(stdout).toContain("dev serves deployment ");
    await lab.client.deleteRestApi({ restApiId: await apiNamed("finished") });
  });

  test("before the first deployment of a watch ends it at once", async () => {
    const { endpoint, held } = await holding(lab.server, () => true);
    const file = await fileOf(definition("unwatched", { "/": "never" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev", "--watch"], { AWS_ENDPOINT_URL: endpoint });
    await held;
    running.signal("SIGINT");
    expect((await running.ended()).code).toBe(130);
  });

  test("before anything is changed ends it at once", async () => {
    const { endpoint, held } = await holding(lab.server, (method) => method === "GET");
    const file = await fileOf(definition("early", { "/": "never" }));
    const running = new RunningCommand(["deploy", file, "--stage", "dev"], { AWS_ENDPOINT_URL: endpoint });
    await held;
    running.signal("SIGINT");
    expect(await running.ended()).toEqual({ code: 130, stdout: "", stderr: "" });
    expect(await apiNamed("early")).toBeUndefined();
  });
});
