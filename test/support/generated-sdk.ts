/** A deployed API with one method of every kind, whose backend tells what it was asked, and the SDKs that it generates. */
import type { APIGateway, PutMethodCommandInput } from "@aws-sdk/client-api-gateway";
import { unzipSync } from "fflate";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { sdkClient } from "./sdk.ts";
import { type RunningServer, startServer } from "./server.ts";

export const stageName = "prod";

/** What the backend answers: the request as it saw it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `/missing` is answered 404; everything else 200. */
function answer(request: IncomingMessage, reply: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    const { method = "", url = "", headers } = request;
    reply.writeHead(url.startsWith("/missing") ? 404 : 200, {
      "Content-Type": "application/json",
      "X-Answered": "yes",
    });
    reply.end(JSON.stringify({ method, url, headers, body, name: "Rex", tags: ["a", "b"], born: { year: 2020 } }));
  });
}

const petSchema = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer" },
    weight: { type: "number" },
    vaccinated: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
    born: { type: "object", properties: { year: { type: "integer" } } },
    class: { type: "string" },
  },
};

export class GeneratedSdks {
  server!: RunningServer;
  client!: APIGateway;
  restApiId = "";
  apiKey = "";
  folder = "";
  readonly #backend = createServer(answer);
  readonly #resources = new Map<string, string>();

  async start(): Promise<void> {
    await new Promise<void>((resolve) => void this.#backend.listen(0, "127.0.0.1", resolve));
    this.folder = await mkdtemp(join(tmpdir(), "stagewright-sdk-"));
    this.server = await startServer();
    this.client = sdkClient(this.server);
    await this.#deploy();
  }

  async stop(): Promise<void> {
    this.client.destroy();
    await this.server.stop();
    this.#backend.closeAllConnections();
    this.#backend.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Where the stage answers. */
  get invokeUrl(): string {
    return `${this.server.gateway}/_aws/execute-api/${this.restApiId}/${stageName}`;
  }

  /** The bytes of an SDK. */
  async zip(sdkType: string, parameters?: Record<string, string>): Promise<Uint8Array> {
    const { body } = await this.client.getSdk({
      restApiId: this.restApiId,
      stageName,
      sdkType,
      ...(parameters && { parameters }),
    });
    return body ?? new Uint8Array();
  }

  /** Unpacks an SDK into a folder of its own. */
  async unpack(name: string, zip: Uint8Array): Promise<string> {
    const target = join(this.folder, name);
    for (const [path, bytes] of Object.entries(unzipSync(zip))) {
      await mkdir(dirname(join(target, path)), { recursive: true });
      await writeFile(join(target, path), bytes);
    }
    return target;
  }

  async #resource(path: string): Promise<string> {
    const present = this.#resources.get(path);
    if (present !== undefined) return present;
    const at = path.lastIndexOf("/");
    const parentId = await this.#resource(path.slice(0, at) || "/");
    const pathPart = path.slice(at + 1);
    const { id = "" } = await this.client.createResource({ restApiId: this.restApiId, parentId, pathPart });
    this.#resources.set(path, id);
    return id;
  }

  /** A method that passes everything to the backend, to the same path. */
  async addMethod(path: string, httpMethod: string, input: Partial<PutMethodCommandInput> = {}): Promise<void> {
    const { restApiId } = this;
    const names = Array.from(path.matchAll(/\{(\w+)/g), ([, name = ""]) => name);
    const inPath = Object.fromEntries(names.map((name) => [`method.request.path.${name}`, true]));
    const place = { restApiId, resourceId: await this.#resource(path), httpMethod };
    const { requestParameters, ...more } = input;
    await this.client.putMethod({
      authorizationType: "NONE",
      ...more,
      ...place,
      requestParameters: { ...inPath, ...requestParameters },
    });
    const { port } = this.#backend.address() as AddressInfo;
    await this.client.putIntegration({
      ...place,
      type: "HTTP_PROXY",
      integrationHttpMethod: httpMethod,
      uri: `http://127.0.0.1:${port}${path.replace("+", "")}`,
      requestParameters: Object.fromEntries(
        names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
      ),
    });
  }

  /** Puts the API as it is now on the stage. */
  async deploy(): Promise<void> {
    await this.client.createDeployment({ restApiId: this.restApiId, stageName });
  }

  async #deploy(): Promise<void> {
    const { client } = this;
    const { id: restApiId = "", rootResourceId = "" } = await client.createRestApi({ name: "pets" });
    this.restApiId = restApiId;
    this.#resources.set("/", rootResourceId);
    const contentType = "application/json";
    await client.createModel({ restApiId, name: "Pet", contentType, schema: JSON.stringify(petSchema) });
    await this.addMethod("/", "GET");
    await this.addMethod("/pets", "GET", {
      requestParameters: { "method.request.querystring.page": false, "method.request.header.X-Trace": false },
    });
    await this.addMethod("/pets", "POST", { requestModels: { [contentType]: "Pet" } });
    await this.addMethod("/pets/{petId}", "GET");
    await client.putMethodResponse({
      restApiId,
      resourceId: await this.#resource("/pets/{petId}"),
      httpMethod: "GET",
      statusCode: "200",
      responseModels: { [contentType]: "Pet" },
    });
    await this.addMethod("/pets/{petId}", "DELETE", { operationName: "Give pet away" });
    await this.addMethod("/files/{proxy+}", "ANY");
    await this.addMethod("/missing", "GET");
    await this.addMethod("/keyed", "GET", { apiKeyRequired: true });
    await this.addMethod("/signed/{name}", "POST", {
      authorizationType: "AWS_IAM",
      requestParameters: { "method.request.querystring.q": false },
    });
    await this.deploy();
    const { id: usagePlanId } = await client.createUsagePlan({
      name: "plan",
      apiStages: [{ apiId: restApiId, stage: stageName }],
    });
    const { id: keyId, value = "" } = await client.createApiKey({ name: "customer", enabled: true });
    await client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" });
    this.apiKey = value;
  }
}
