/** Terraform with its AWS provider, where the machine has both: apply, no drift, change, no drift, destroy. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../support/server.ts";
import { sdkClient } from "../support/sdk.ts";
import { missing, run, terraformMirror } from "../support/tools.ts";

const mirror = terraformMirror();
const absent =
  (await missing("terraform", ["version"])) ??
  (mirror === undefined
    ? "no copy of Terraform's AWS provider on this machine; name one with STAGEWRIGHT_TF_PLUGINS"
    : undefined);
if (absent !== undefined) console.log(`skipped the tests with Terraform: ${absent}`);

/** Milliseconds: the provider is a large program and is started anew for each step. */
const patience = 600_000;
/** `terraform plan -detailed-exitcode`: 0 is "nothing to change", 2 is "changes". */
const noDrift = 0;

describe.skipIf(absent !== undefined)("Terraform", () => {
  let server: RunningServer;
  let folder: string;

  beforeAll(async () => {
    server = await startServer();
    folder = await mkdtemp(join(tmpdir(), "stagewright-terraform-"));
    await cp(fileURLToPath(new URL("terraform/", import.meta.url)), folder, { recursive: true });
    const installation = `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`;
    await writeFile(join(folder, "cli.tfrc"), installation);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const attempt = (command: string, ...args: string[]) =>
    run("terraform", [command, "-no-color", "-input=false", ...args], {
      cwd: folder,
      env: { TF_CLI_CONFIG_FILE: join(folder, "cli.tfrc"), CHECKPOINT_DISABLE: "1", TF_PLUGIN_CACHE_DIR: "" },
      deadline: patience,
    });
  const terraform = async (command: string, ...args: string[]): Promise<void> => {
    const { code, stdout, stderr } = await attempt(command, ...args);
    expect(code, `${stdout}\n${stderr}`).toBe(0);
  };

  it(
    "applies, finds no drift, changes everything, finds no drift, destroys",
    async () => {
      const first = ["-var", `endpoint=${server.control}`];
      const second = [...first, "-var", "changed=true"];
      await terraform("init");
      await terraform("apply", "-auto-approve", ...first);
      const steady = await attempt("plan", "-detailed-exitcode", ...first);
      expect(steady.code, steady.stdout + steady.stderr).toBe(noDrift);

      await terraform("apply", "-auto-approve", ...second);
      const changed = await attempt("plan", "-detailed-exitcode", ...second);
      expect(changed.code, changed.stdout + changed.stderr).toBe(noDrift);
      await expectSecondVersion(server);

      await terraform("destroy", "-auto-approve", ...second);
      await expectNothingLeft(server);
    },
    patience,
  );
});

/** What `-var changed=true` of main.tf says, as the SDK reads it. */
async function expectSecondVersion(server: RunningServer): Promise<void> {
  const client = sdkClient(server);
  const { items: apis = [] } = await client.getRestApis({});
  const api = apis.find(({ name }) => name === "pets");
  const stage = await client.getStage({ restApiId: api?.id, stageName: "prod" });
  expect(stage).toMatchObject({
    description: "serves green",
    cacheClusterSize: "1.6",
    tracingEnabled: false,
    variables: { release: "green", added: "yes" },
    canarySettings: { percentTraffic: 50, stageVariableOverrides: { release: "amber" }, useStageCache: true },
    accessLogSettings: { format: "$context.requestId $context.status" },
    tags: { team: "green" },
  });
  expect(stage.methodSettings?.["*/*"]).toMatchObject({ loggingLevel: "ERROR", throttlingRateLimit: 50.5 });
  expect(stage.methodSettings?.["pets/GET"]).toMatchObject({ cachingEnabled: true, cacheTtlInSeconds: 60 });
  const guarded = await client.getMethod({
    restApiId: api?.id,
    resourceId: (await client.getResources({ restApiId: api?.id })).items?.find(({ path }) => path === "/guarded")?.id,
    httpMethod: "GET",
  });
  expect(guarded).toMatchObject({
    authorizationType: "COGNITO_USER_POOLS",
    authorizationScopes: ["pets/read"],
    apiKeyRequired: false,
    methodIntegration: { connectionType: "VPC_LINK" },
  });
  expect((await client.getUsagePlans({})).items).toMatchObject([
    {
      name: "gold and more",
      apiStages: [{ stage: "prod", throttle: { "/pets/GET": { rateLimit: 3, burstLimit: 4 } } }],
      quota: { limit: 200, offset: 0, period: "DAY" },
      throttle: { rateLimit: 10, burstLimit: 30 },
    },
  ]);
  expect((await client.getApiKeys({})).items).toMatchObject([{ name: "anna", enabled: false }]);
  const mappings = await client.getBasePathMappings({ domainName: "pets.example.com" });
  expect(mappings.items).toMatchObject([{ basePath: "animals", stage: "prod" }]);
}

async function expectNothingLeft(server: RunningServer): Promise<void> {
  const client = sdkClient(server);
  const lists = [
    client.getRestApis({}),
    client.getClientCertificates({}),
    client.getVpcLinks({}),
    client.getApiKeys({}),
    client.getUsagePlans({}),
    client.getDomainNames({}),
    client.getDomainNameAccessAssociations({}),
  ];
  for (const { items = [] } of await Promise.all<{ items?: unknown[] | undefined }>(lists)) expect(items).toEqual([]);
}
