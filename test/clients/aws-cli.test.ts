/** The AWS CLI as it is, where the machine has it: every call below is what a user would type. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsEnvironment, type RunningServer, startServer } from "../support/server.ts";
import { missing, run } from "../support/tools.ts";

const absent = await missing("aws", ["--version"]);
if (absent !== undefined) console.log(`skipped the tests with the AWS CLI: ${absent}`);

describe.skipIf(absent !== undefined)("the AWS CLI", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  const attempt = (...args: string[]) =>
    run("aws", ["apigateway", ...args, "--output", "json"], { env: awsEnvironment(server) });

  const aws = async (...args: string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await attempt(...args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    return stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  };

  it("takes an API from nothing to a stage with a canary, and back", async () => {
    const api = await aws("create-rest-api", "--name", "pets", "--tags", "team=red");
    const ofApi = ["--rest-api-id", String(api["id"])];
    const ofMethod = [...ofApi, "--resource-id", String(api["rootResourceId"]), "--http-method", "GET"];
    await aws("put-method", ...ofMethod, "--authorization-type", "NONE");
    const template = '{"application/json":"{\\"statusCode\\":200}"}';
    await aws("put-integration", ...ofMethod, "--type", "MOCK", "--request-templates", template);
    await aws("put-method-response", ...ofMethod, "--status-code", "200");
    await aws("put-integration-response", ...ofMethod, "--status-code", "200");
    const tested = await aws("test-invoke-method", ...ofMethod, "--path-with-query-string", "/?size=1");
    expect(tested).toMatchObject({ status: 200, headers: { "Content-Type": "application/json" } });
    expect(tested["log"]).toContain(" : Method request query string: {size=1}\n");
    await aws("create-deployment", ...ofApi, "--stage-name", "prod", "--variables", "colour=blue");

    const ofStage = [...ofApi, "--stage-name", "prod"];
    const patched = await aws(
      "update-stage",
      ...ofStage,
      "--patch-operations",
      "op=replace,path=/variables/colour,value=green",
      "op=replace,path=/*/*/throttling/rateLimit,value=10",
      "op=replace,path=/canarySettings/percentTraffic,value=12.5",
    );
    expect(patched).toMatchObject({
      variables: { colour: "green" },
      methodSettings: { "*/*": { throttlingRateLimit: 10 } },
      canarySettings: { percentTraffic: 12.5, useStageCache: false },
    });
    expect(await aws("get-stages", ...ofApi)).toEqual({ item: [patched] });
    const url = `${server.gateway}/_aws/execute-api/${String(api["id"])}/prod/`;
    expect((await fetch(url)).status).toBe(200);

    await aws("delete-stage", ...ofStage);
    await aws("delete-rest-api", ...ofApi);
    expect((await fetch(url)).status).toBe(403);
  }, 180_000);

  it("writes an export to a file, and makes an API of it again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stagewright-aws-cli-"));
    try {
      const file = join(folder, "pets.json");
      const paths = { "/pets": { get: { "x-amazon-apigateway-integration": { type: "mock" } } } };
      await writeFile(file, JSON.stringify({ openapi: "3.0.1", info: { title: "pets", version: "1" }, paths }));
      const imported = await aws("import-rest-api", "--body", `fileb://${file}`);
      const ofApi = ["--rest-api-id", String(imported["id"])];
      await aws("create-deployment", ...ofApi, "--stage-name", "prod");
      const ofExport = [...ofApi, "--stage-name", "prod", "--export-type", "swagger", "--parameters"];
      const exported = await aws("get-export", ...ofExport, '{"extensions":"integrations,validators"}', file);
      expect(exported).toEqual({
        contentType: "application/octet-stream",
        contentDisposition: 'attachment; filename="swagger_1.json"',
      });
      expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ swagger: "2.0", basePath: "/prod" });
      const put = await aws("put-rest-api", ...ofApi, "--mode", "overwrite", "--body", `fileb://${file}`);
      expect(put).toMatchObject({ id: imported["id"], name: "pets" });
      await aws("delete-rest-api", ...ofApi);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 180_000);

  it("shows a refusal in the service's words", async () => {
    const { code, stderr } = await attempt("get-rest-api", "--rest-api-id", "nothing");
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      "An error occurred (NotFoundException) when calling the GetRestApi operation: " +
        "Invalid API identifier specified 000000000000:nothing",
    );
  });
});
