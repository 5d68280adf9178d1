/** What a stage says about itself stays with it: through deployments, canaries, promotions and restarts. */
import type { APIGateway, Stage } from "@aws-sdk/client-api-gateway";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadMasterKey } from "../src/store/master-key.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const stageName = "prod";
const webAclArn = "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/a/1";
const said = { description: "serves the shops", documentationVersion: "1.0", tags: { team: "shops", "a b": "é" } };

let dataDir: string;
let server: RunningServer;
let client: APIGateway;
let stage: { restApiId: string; stageName: string };

const start = async (): Promise<void> => {
  server = await startServer([], { dataDir });
  client = sdkClient(server);
};
const stop = async (): Promise<void> => {
  client.destroy();
  expect(await server.stop()).toBe(0);
};

/** Writes the stage's `webAclArn`, as the firewall's own service does, while the server is down. */
async function associateFirewall(): Promise<void> {
  const store = await openSqliteStore({ dataDir, masterKey: loadMasterKey(dataDir, "") });
  await store.transact((tx) => {
    const document = tx.get("stage", stage.restApiId, stageName);
    if (document !== undefined) tx.put("stage", stage.restApiId, stageName, { ...document, webAclArn });
  });
  await store.close();
}

const present = (): Promise<Stage> => client.getStage(stage);
const answers = async (): Promise<number> =>
  (await fetch(`${server.gateway}/_aws/execute-api/${stage.restApiId}/${stageName}/`)).status;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "stagewright-kept-"));
  await start();
  const { restApiId } = await deployApi(client, stageName);
  stage = { restApiId, stageName };
  await client.createDocumentationVersion({ restApiId, documentationVersion: said.documentationVersion });
  await client.updateStage({
    ...stage,
    patchOperations: [
      { op: "replace", path: "/description", value: said.description },
      { op: "replace", path: "/documentationVersion", value: said.documentationVersion },
    ],
  });
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}/stages/${stageName}`;
  await client.tagResource({ resourceArn, tags: said.tags });
  await stop();
  await associateFirewall();
  await start();
});
afterAll(async () => {
  await stop();
  await rm(dataDir, { recursive: true, force: true });
});

const kept = { ...said, webAclArn };

it("stays through a restart", async () => {
  expect(await present()).toMatchObject(kept);
  expect(await answers()).toBe(200);
});

it("stays through a deployment to the stage, whose own description is another's", async () => {
  const { id } = await client.createDeployment({ ...stage, description: "of the deployment" });
  expect(await present()).toMatchObject({ ...kept, deploymentId: id });
  expect(await answers()).toBe(200);
});

it("stays through a canary, its promotion and its end; so does the client certificate", async () => {
  const { clientCertificateId = "" } = await client.generateClientCertificate({});
  await client.updateStage({
    ...stage,
    patchOperations: [{ op: "replace", path: "/clientCertificateId", value: clientCertificateId }],
  });
  const all = { ...kept, clientCertificateId };
  const canarySettings = { percentTraffic: 100, stageVariableOverrides: { release: "red" } };
  const { id } = await client.createDeployment({ ...stage, canarySettings });
  expect(await present()).toMatchObject({ ...all, canarySettings: { ...canarySettings, deploymentId: id } });
  expect(await answers()).toBe(200);

  const promoted = await client.updateStage({
    ...stage,
    patchOperations: [
      { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
      { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
      { op: "remove", path: "/canarySettings" },
    ],
  });
  expect(promoted).toMatchObject({ ...all, deploymentId: id, variables: { release: "red" } });
  expect(promoted).not.toHaveProperty("canarySettings");
  expect(await answers()).toBe(200);
});

it("stays when a PATCH is refused, and goes by an empty value", async () => {
  const change = { op: "replace", path: "/description", value: "other" } as const;
  for (const refused of [
    { op: "replace", path: "/documentationVersion", value: "2.0" },
    { op: "replace", path: "/clientCertificateId", value: "nosuch" },
    { op: "replace", path: "/webAclArn", value: webAclArn },
    { op: "remove", path: "/description" },
    { op: "add", path: "/tags/team", value: "other" },
  ] as const) {
    const patchOperations = [change, refused];
    await expect(client.updateStage({ ...stage, patchOperations })).rejects.toHaveProperty("$fault", "client");
  }
  expect(await present()).toMatchObject(kept);
  const cleared = await client.updateStage({
    ...stage,
    patchOperations: [
      { op: "replace", path: "/description", value: "" },
      { op: "replace", path: "/documentationVersion", value: "" },
    ],
  });
  expect(cleared).toMatchObject({ tags: said.tags, webAclArn });
  expect(cleared).not.toHaveProperty("description");
  expect(cleared).not.toHaveProperty("documentationVersion");
});
