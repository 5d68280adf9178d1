/** Custom domain names with real clients and sockets: a mapping acts on both ports, in every thread, once it is answered. */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import type { LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { APIGateway } from "@aws-sdk/client-api-gateway";
import { deployApi, sdkClient } from "./support/sdk.ts";
import { type RunningServer, startServer } from "./support/server.ts";

const certificateArn = "arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef";
/** So many connections that every thread has some of them. */
const connections = 12;

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks this port, as a client would that found it under this host. */
function ask(base: string, host: string, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${base}${path}`, { headers: { host }, ...(agent && { agent }) }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => void (body += chunk));
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.once("error", reject).end();
  });
}

/** Every name is this machine. */
const lookup: LookupFunction = (_host, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);

describe.each([1, 2])("with %i workers", (workers) => {
  let server: RunningServer;
  let client: APIGateway;
  let agent: Agent;

  beforeAll(async () => {
    server = await startServer(["--workers", String(workers)]);
    client = sdkClient(server);
    agent = new Agent({ keepAlive: true, maxSockets: connections });
  });
  afterAll(async () => {
    agent.destroy();
    client.destroy();
    expect(await server.stop()).toBe(0);
  });

  /** The statuses of one request on each of many connections at once, and of one on the control port. */
  async function everywhere(host: string, path: string): Promise<readonly number[]> {
    const many = Array.from({ length: connections }, () => ask(server.gateway, host, path, agent));
    const answers = await Promise.all([...many, ask(server.control, host, path)]);
    return [...new Set(answers.map(({ status }) => status))];
  }

  const makeDomain = (domainName: string) =>
    client.createDomainName({
      domainName,
      regionalCertificateArn: certificateArn,
      endpointConfiguration: { types: ["REGIONAL"] },
    });

  test("a mapping acts on the next request, wherever it comes in", async () => {
    const { restApiId } = await deployApi(client, "dev");
    const domainName = "api.example.com";
    expect(await everywhere(domainName, "/v1")).toEqual([403]);
    await makeDomain(domainName);
    expect(await everywhere(domainName, "/v1")).toEqual([403]);
    await client.createBasePathMapping({ domainName, basePath: "v1", restApiId, stage: "dev" });
    expect(await everywhere(domainName, "/v1")).toEqual([200]);
    expect(await everywhere(`${domainName}:8080`, "/v1/")).toEqual([200]);
    expect(await everywhere("API.Example.COM", "/v1")).toEqual([200]);
    expect(await everywhere(domainName, "/")).toEqual([403]);
    const rename = [{ op: "replace", path: "/basepath", value: "(none)" }] as const;
    await client.updateBasePathMapping({ domainName, basePath: "v1", patchOperations: [...rename] });
    expect(await everywhere(domainName, "/")).toEqual([200]);
    const unstage = [{ op: "replace", path: "/stage", value: "(none)" }] as const;
    await client.updateBasePathMapping({ domainName, basePath: "(none)", patchOperations: [...unstage] });
    expect(await everywhere(domainName, "/")).toEqual([403]);
    expect(await everywhere(domainName, "/dev")).toEqual([200]);
    await client.deleteDomainName({ domainName });
    expect(await everywhere(domainName, "/dev")).toEqual([403]);
    await client.deleteRestApi({ restApiId });
  });

  test("a domain does not shut anybody out of the management API by the name", async () => {
    const domainName = "manage.example.com";
    await makeDomain(domainName);
    const { port } = new URL(server.control);
    const named = new APIGateway({
      endpoint: `http://${domainName}:${port}`,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      requestHandler: { httpAgent: new Agent({ lookup }) },
    });
    expect(await named.getDomainName({ domainName })).toMatchObject({ domainName });
    named.destroy();
    expect((await ask(server.control, domainName, "/_stagewright/health")).status).toBe(200);
    expect(await ask(server.control, domainName, "/domainnames")).toEqual({
      status: 403,
      body: '{"message":"Forbidden"}',
    });
    expect((await ask(server.gateway, domainName, "/_stagewright/health")).status).toBe(403);
  });

  test("a default endpoint is closed, and the domain stays open", async () => {
    const { restApiId, deploymentId } = await deployApi(client, "dev");
    await makeDomain("*.shop.example.com");
    await client.createBasePathMapping({ domainName: "*.shop.example.com", restApiId, stage: "dev" });
    const close = [{ op: "replace", path: "/disableExecuteApiEndpoint", value: "true" }] as const;
    await client.updateRestApi({ restApiId, patchOperations: [...close] });
    const defaultHost = `${restApiId}.execute-api.us-east-1.amazonaws.com`;
    expect(await everywhere(defaultHost, "/dev/")).toEqual([200]);
    await client.createDeployment({ restApiId, stageName: "dev" });
    expect(await everywhere(defaultHost, "/dev/")).toEqual([403]);
    expect(await everywhere("any.shop.example.com", "/")).toEqual([200]);
    expect(await ask(server.gateway, "any.shop.example.com", "/ping")).toEqual({ status: 200, body: "healthy" });
    await client.deleteDeployment({ restApiId, deploymentId });
  });

  test("a domain that asks for clients' certificates is closed, since nobody can check them here", async () => {
    const { restApiId } = await deployApi(client, "dev");
    const domainName = "mutual.example.com";
    await makeDomain(domainName);
    await client.createBasePathMapping({ domainName, restApiId, stage: "dev" });
    expect(await everywhere(domainName, "/")).toEqual([200]);
    const uri = { op: "replace", path: "/mutualTlsAuthentication/truststoreUri" } as const;
    await client.updateDomainName({ domainName, patchOperations: [{ ...uri, value: "s3://trust/store.pem" }] });
    expect(await everywhere(domainName, "/")).toEqual([403]);
    await client.updateDomainName({ domainName, patchOperations: [{ ...uri, value: "" }] });
    expect(await everywhere(domainName, "/")).toEqual([200]);
  });
});

test("domains are there again after a restart", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "stagewright-domains-"));
  const domainName = "kept.example.com";
  const first = await startServer([], { dataDir });
  const client = sdkClient(first);
  const { restApiId } = await deployApi(client, "dev");
  await client.createDomainName({ domainName, certificateArn });
  await client.createBasePathMapping({ domainName, basePath: "v1", restApiId, stage: "dev" });
  client.destroy();
  await first.stop();
  const second = await startServer([], { dataDir });
  expect((await ask(second.gateway, domainName, "/v1")).status).toBe(200);
  await second.stop();
  await rm(dataDir, { recursive: true, force: true });
});
