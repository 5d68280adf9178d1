/** One server, and stages of their own for tests that change a setting under traffic: see `test/every-setting.test.ts`. */
import type { APIGateway, PatchOperation, Stage } from "@aws-sdk/client-api-gateway";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { logFileName, logFolder } from "../../src/gateway/telemetry/sinks/log-files.ts";
import { type CertificateBackend, startCertificateBackend } from "./certificate-backend.ts";
import { sdkClient } from "./sdk.ts";
import { type RunningServer, startServer } from "./server.ts";
import { signed } from "./signer.ts";

export const stageName = "prod";
const role = "arn:aws:iam::000000000000:role/logs";

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

/** One patch operation, `replace` unless it says otherwise. */
export type Change = readonly [path: string, value: string];

/** A stage `prod` of an API of its own. `GET /pets` goes to a plain backend, `GET /secure` to one that asks for a certificate. */
export class LabStage {
  readonly restApiId: string;
  /** Deployments whose `GET /pets` is called at `/1/{release}` and at `/2/{release}`; the stage begins with the first. */
  readonly deployments: readonly [string, string];
  /** Ids of the requests to `ask`, in order. */
  readonly asked: string[] = [];
  readonly #lab: Lab;

  constructor(lab: Lab, restApiId: string, deployments: readonly [string, string]) {
    this.#lab = lab;
    this.restApiId = restApiId;
    this.deployments = deployments;
  }

  get client(): APIGateway {
    return this.#lab.client;
  }

  get certificateId(): string {
    return this.#lab.certificateId;
  }

  /** The stage as the management API shows it. */
  get(): Promise<Stage> {
    return this.client.getStage({ restApiId: this.restApiId, stageName });
  }

  /** Every value replaced, in one PATCH. */
  async replace(...changes: readonly Change[]): Promise<void> {
    const patchOperations = changes.map(([path, value]): PatchOperation => ({ op: "replace", path, value }));
    await this.client.updateStage({ restApiId: this.restApiId, stageName, patchOperations });
  }

  #urlOf(path: string): URL {
    return new URL(`${this.#lab.server.gateway}/_aws/execute-api/${this.restApiId}/${stageName}${path}`);
  }

  /** As the account's own key signs it. */
  async askSigned(path = "/pets", headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const { pathname, host } = this.#urlOf(path);
    const request = { method: "GET", path: pathname, headers: { host, ...headers } };
    const { headers: list } = await signed(request, new Date(), { service: "execute-api" });
    const { host: _host, ...own } = Object.fromEntries(
      list.flatMap((name, at) => (at % 2 === 0 ? [[name, list[at + 1] ?? ""]] : [])),
    ) as Record<string, string>;
    return this.ask(path, own);
  }

  async ask(path = "/pets", headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const url = this.#urlOf(path);
    const reply = await fetch(url, { headers: { "x-number": `request number ${this.asked.length}`, ...headers } });
    this.asked.push(reply.headers.get("x-amzn-requestid") ?? "");
    return { status: reply.status, text: await reply.text(), headers: reply.headers };
  }

  /** How many calls the plain backend gets from this. */
  async calls(work: () => Promise<unknown>): Promise<number> {
    const before = this.#lab.calls;
    await work();
    return this.#lab.calls - before;
  }

  /** Until the cache cluster is there. */
  async untilAvailable(): Promise<void> {
    while ((await this.get()).cacheClusterStatus !== "AVAILABLE") await delay(20);
  }

  /** A log file of the data dir, empty when it is not there. */
  log(group: string): Promise<string> {
    const file = join(logFolder(this.#lab.server.dataDir), logFileName(group));
    return readFile(file, "utf8").catch(() => "");
  }

  /** Which of the requests so far (0 for the first) have this in a log, given their id and their number. */
  async logged(group: string, mark = (id: string, _number: number): string => id): Promise<number[]> {
    const text = await this.log(group);
    return this.asked.flatMap((id, number) => (text.includes(mark(id, number)) ? [number] : []));
  }

  /** The lines of the server's metrics that are about this API. */
  async metrics(): Promise<string[]> {
    const reply = await fetch(`${this.#lab.server.control}/_stagewright/metrics`);
    return (await reply.text()).split("\n").filter((line) => line.includes(this.restApiId));
  }
}

export class Lab {
  readonly server: RunningServer;
  readonly client: APIGateway;
  readonly certificateId: string;
  calls = 0;
  readonly #plain: Server;
  readonly #tls: CertificateBackend;

  private constructor(server: RunningServer, client: APIGateway, certificateId: string, tls: CertificateBackend) {
    this.server = server;
    this.client = client;
    this.certificateId = certificateId;
    this.#tls = tls;
    this.#plain = createServer((request, reply) => void reply.end(`call ${++this.calls}: ${request.url}`));
  }

  /** `flags` are the server's, beside its own. */
  static async start(flags: readonly string[] = []): Promise<Lab> {
    const tls = await startCertificateBackend();
    const server = await startServer(["--cache-cluster-duration", "50", ...flags], { env: tls.env });
    const client = sdkClient(server);
    const patchOperations = [{ op: "replace", path: "/cloudwatchRoleArn", value: role } as const];
    await client.updateAccount({ patchOperations });
    const { clientCertificateId = "", pemEncodedCertificate = "" } = await client.generateClientCertificate({});
    tls.accept([new X509Certificate(pemEncodedCertificate).toString()]);
    const lab = new Lab(server, client, clientCertificateId, tls);
    lab.#plain.listen(0, "127.0.0.1");
    await once(lab.#plain, "listening");
    return lab;
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.stop();
    this.#plain.closeAllConnections();
    this.#plain.close();
    await this.#tls.stop();
  }

  async newStage(): Promise<LabStage> {
    const { client } = this;
    const { id: restApiId = "", rootResourceId: parentId = "" } = await client.createRestApi({ name: "lab" });
    const { port } = this.#plain.address() as AddressInfo;
    const put = async (resourceId: string, uri: string): Promise<void> => {
      const method = { restApiId, resourceId, httpMethod: "GET" };
      await client.putIntegration({ ...method, type: "HTTP_PROXY", integrationHttpMethod: "GET", uri });
    };
    const addResource = async (pathPart: string): Promise<string> => {
      const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart });
      await client.putMethod({ restApiId, resourceId, httpMethod: "GET", authorizationType: "NONE" });
      return resourceId;
    };
    const pets = await addResource("pets");
    await put(await addResource("secure"), this.#tls.url);
    const deploy = async (number: number): Promise<string> => {
      await put(pets, `http://127.0.0.1:${port}/${number}/\${stageVariables.release}`);
      const { id = "" } = await client.createDeployment({ restApiId });
      return id;
    };
    const deployments = [await deploy(1), await deploy(2)] as const;
    await client.createStage({ restApiId, stageName, deploymentId: deployments[0], variables: { release: "blue" } });
    return new LabStage(this, restApiId, deployments);
  }
}
