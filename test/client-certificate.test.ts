/** A stage's client certificate, as a TLS backend meets it that demands one: shown, changed under traffic, taken away. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type CertificateBackend, startCertificateBackend } from "./support/certificate-backend.ts";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const rotations = 20;
const clients = 4;

interface Made {
  readonly id: string;
  readonly pem: string;
  /** As the backend tells it. */
  readonly fingerprint: string;
}

async function newCertificate(client: APIGateway): Promise<Made> {
  const { clientCertificateId: id = "", pemEncodedCertificate: pem = "" } = await client.generateClientCertificate({});
  return { id, pem, fingerprint: new X509Certificate(pem).fingerprint256 };
}

/** `200 {fingerprint}`, or what the gateway answers for a backend that refuses. */
async function ask(url: string): Promise<string> {
  const answer = await fetch(url);
  return `${answer.status} ${await answer.text()}`;
}

/** The backend breaks the connection off: no answer came. */
const refused = '504 {"message": "Network error communicating with endpoint"}';

let backend: CertificateBackend;
beforeAll(async () => {
  backend = await startCertificateBackend();
});
afterAll(() => backend.stop());

describe.each([1, 2])("with %i workers, a backend that demands a certificate", (workers) => {
  let dataDir: string;
  let server: RunningServer;
  let client: APIGateway;
  let stage: { restApiId: string; stageName: string };
  let first: Made;
  let second: Made;

  const start = async (): Promise<void> => {
    server = await startServer(["--workers", String(workers)], { dataDir, env: backend.env });
    client = sdkClient(server);
  };
  const urlOf = (stageName = "prod"): string => `${server.gateway}/_aws/execute-api/${stage.restApiId}/${stageName}/`;
  const show = (id: string): Promise<unknown> =>
    client.updateStage({ ...stage, patchOperations: [{ op: "replace", path: "/clientCertificateId", value: id }] });

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "stagewright-certificate-"));
    await start();
    first = await newCertificate(client);
    second = await newCertificate(client);
  });
  beforeEach(async () => {
    const { restApiId } = await deployApi(client, "prod", backend.url);
    stage = { restApiId, stageName: "prod" };
    backend.accept([first.pem, second.pem]);
  });
  afterAll(async () => {
    client.destroy();
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("refuses a stage without one, takes the stage's, and refuses again when it is taken away", async () => {
    expect(await ask(urlOf())).toBe(refused);
    await show(first.id);
    expect(await ask(urlOf())).toBe(`200 ${first.fingerprint}`);
    expect(await client.getStage(stage)).toMatchObject({ clientCertificateId: first.id });

    // The connection that was made with the certificate is still open, and not this stage's any more.
    await show("");
    expect(await ask(urlOf())).toBe(refused);
    expect(await client.getStage(stage)).not.toHaveProperty("clientCertificateId");
  });

  it("refuses a stage whose certificate is not one of those that it takes", async () => {
    const stranger = await newCertificate(client);
    await show(stranger.id);
    expect(await ask(urlOf())).toBe(refused);
    await show(second.id);
    expect(await ask(urlOf())).toBe(`200 ${second.fingerprint}`);
  });

  it("with a certificate of its own that nobody vouches for is not called, until the integration says not to look", async () => {
    const stranger = await startCertificateBackend();
    onTestFinished(() => stranger.stop());
    stranger.accept([first.pem]);
    const { restApiId, rootResourceId: resourceId } = await deployApi(client, "prod", stranger.url);
    stage = { restApiId, stageName: "prod" };
    await show(first.id);
    expect(await ask(urlOf())).toBe('500 {"message": "Internal server error"}');
    const path = "/tlsConfig/insecureSkipVerification";
    const look = async (value: string): Promise<string> => {
      const patchOperations = [{ op: "replace", path, value } as const];
      await client.updateIntegration({ restApiId, resourceId, httpMethod: "GET", patchOperations });
      await client.createDeployment(stage);
      return ask(urlOf());
    };
    expect(await look("true")).toBe(`200 ${first.fingerprint}`);
    expect(await look("false")).toBe('500 {"message": "Internal server error"}');
  });

  it("is shown the certificate of each stage, and of the canary the stage's", async () => {
    const { deploymentId } = await client.getStage(stage);
    await client.createStage({ restApiId: stage.restApiId, stageName: "test", deploymentId });
    await show(first.id);
    expect(await ask(urlOf("test"))).toBe(refused);
    const [path, value] = ["/clientCertificateId", second.id];
    await client.updateStage({ ...stage, stageName: "test", patchOperations: [{ op: "replace", path, value }] });
    expect(await ask(urlOf("test"))).toBe(`200 ${second.fingerprint}`);
    expect(await ask(urlOf())).toBe(`200 ${first.fingerprint}`);

    const percent = { path: "/canarySettings/percentTraffic", value: "100" };
    await client.updateStage({ ...stage, patchOperations: [{ op: "replace", ...percent }] });
    expect(await ask(urlOf())).toBe(`200 ${first.fingerprint}`);
  });

  it(`is shown the new one by the next request after a PATCH; ${rotations} of them lose no request`, async () => {
    await show(first.id);
    const over = new AbortController();
    const seen = new Set<string>();
    const traffic = Array.from({ length: clients }, async () => {
      while (!over.signal.aborted) seen.add(await ask(urlOf()));
    });
    const late: string[] = [];
    for (let i = 0; i < rotations; i++) {
      const next = i % 2 === 0 ? second : first;
      await show(next.id);
      const answer = await ask(urlOf());
      if (answer !== `200 ${next.fingerprint}`) late.push(answer);
    }
    over.abort();
    await Promise.all(traffic);
    expect(late).toEqual([]);
    expect([...seen].sort()).toEqual([`200 ${first.fingerprint}`, `200 ${second.fingerprint}`].sort());
  });

  it("is shown the same one after a restart; one that is shown cannot be deleted", async () => {
    await show(first.id);
    await expect(client.deleteClientCertificate({ clientCertificateId: first.id })).rejects.toMatchObject({
      name: "BadRequestException",
    });
    client.destroy();
    expect(await server.stop()).toBe(0);
    await start();
    expect(await ask(urlOf())).toBe(`200 ${first.fingerprint}`);
  });
});
