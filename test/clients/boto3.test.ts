/** boto3 as it is, where the machine has it; the calls are in boto3_lifecycle.py. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsEnvironment, type RunningServer, startServer } from "../support/server.ts";
import { missing, run } from "../support/tools.ts";

const absent = await missing("python3", ["-c", "import boto3"]);
if (absent !== undefined) console.log(`skipped the tests with boto3: ${absent}`);

const script = fileURLToPath(new URL("boto3_lifecycle.py", import.meta.url));

describe.skipIf(absent !== undefined)("boto3", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  it("creates, patches, lists, pages, is refused in exception classes, and deletes", async () => {
    const { code, stdout, stderr } = await run("python3", [script], { env: awsEnvironment(server) });
    expect(stderr).toBe("");
    expect(stdout.trim()).toBe("boto3 ok");
    expect(code).toBe(0);
  });
});
