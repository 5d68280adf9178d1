/** Commands against one server: what tests of them share. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as textOf } from "node:stream/consumers";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterAll, beforeAll, expect, onTestFinished } from "vitest";
import { typed } from "./command.ts";
import { listenForTest } from "./listen-for-test.ts";
import { sdkClient } from "./sdk.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { Finished } from "./tools.ts";

/** What a command says that was typed wrongly. */
export const refusal = (text: string): Finished => ({ code: 2, stdout: "", stderr: `stagewright: ${text}\n` });

/** An OpenAPI definition whose `GET` on each path answers with this text. */
export function definition(title: string, answers: Readonly<Record<string, string>>): string {
  const paths = Object.entries(answers).map(([path, text]) => [
    path,
    {
      get: {
        responses: { 200: { description: "ok" } },
        "x-amazon-apigateway-integration": {
          type: "mock",
          requestTemplates: { "application/json": '{"statusCode":200}' },
          responses: { default: { statusCode: "200", responseTemplates: { "application/json": text } } },
        },
      },
    },
  ]);
  return JSON.stringify({ openapi: "3.0.1", info: { title, version: "1" }, paths: Object.fromEntries(paths) });
}

export interface Deployed {
  readonly restApiId: string;
  readonly created: boolean;
  readonly deploymentId: string;
  readonly url: string;
  readonly changes: readonly { readonly change: string; readonly name: string }[];
}

export const answerOf = async (url: string): Promise<string> => (await fetch(url)).text();

/** A server, a client of it and a folder for definitions, for all tests of a file. */
export class CommandLab {
  #server: RunningServer | undefined = undefined;
  #client: APIGateway | undefined = undefined;
  folder = "";
  #files = 0;

  constructor() {
    beforeAll(async () => {
      this.#server = await startServer();
      this.#client = sdkClient(this.#server);
      this.folder = await mkdtemp(join(tmpdir(), "stagewright-commands-"));
    });
    afterAll(async () => {
      this.#client?.destroy();
      await this.#server?.stop();
      await rm(this.folder, { recursive: true, force: true });
    });
  }

  get server(): RunningServer {
    if (this.#server === undefined) throw new Error("the server is started before the first test");
    return this.#server;
  }

  get client(): APIGateway {
    if (this.#client === undefined) throw new Error("the client is made before the first test");
    return this.#client;
  }

  /** The environment that leads a command to the server. */
  get env(): { AWS_ENDPOINT_URL: string } {
    return { AWS_ENDPOINT_URL: this.server.control };
  }

  /** Runs a command that speaks to the server. */
  readonly stagewright = (...args: string[]): Promise<Finished> => typed(args, this.env);

  /** What a command prints; it must go well, and fit a terminal. */
  readonly printed = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await this.stagewright(...args);
    expect([code, stderr]).toEqual([0, ""]);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    return stdout;
  };

  readonly printedJson = async <T>(...args: string[]): Promise<T> => {
    const { code, stdout, stderr } = await this.stagewright(...args, "--json");
    expect([code, stderr]).toEqual([0, ""]);
    return JSON.parse(stdout) as T;
  };

  /** Writes a definition to a file of its own. */
  readonly fileOf = async (text: string): Promise<string> => {
    const path = join(this.folder, `api${this.#files++}.json`);
    await writeFile(path, text);
    return path;
  };

  /** The API goes when the test is over. */
  readonly forThisTest = (restApiId: string): void =>
    onTestFinished(async () => void (await this.client.deleteRestApi({ restApiId })));

  /** Deploys a definition whose methods answer so; an API that is made for it is there for this test. */
  readonly deployed = async (title: string, answers: Record<string, string> = { "/": title }, ...more: string[]) => {
    const file = await this.fileOf(definition(title, answers));
    const made = await this.printedJson<Deployed>("deploy", file, "--stage", "dev", ...more);
    if (made.created) this.forThisTest(made.restApiId);
    return made;
  };

  readonly apiNamed = async (name: string): Promise<string | undefined> =>
    (await this.client.getRestApis({ limit: 500 })).items?.find((api) => api.name === name)?.id;
}

/** A web server of this test; its address. */
async function listening(server: ReturnType<typeof createServer>): Promise<string> {
  return `http://127.0.0.1:${await listenForTest(server)}`;
}

const errorTypes: Readonly<Record<number, string>> = { 400: "BadRequestException", 404: "NotFoundException" };

/**
 * A management API of a test's own making: what it was asked, with which bodies, and a body for each answer; undefined breaks
 * off.
 */
export async function pretending(answer: (asked: string) => readonly [status: number, body: object] | undefined) {
  const asked: string[] = [];
  const bodies: string[] = [];
  const respond = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await textOf(incoming);
    if (body !== "") bodies.push(body);
    asked.push(`${incoming.method} ${incoming.url}`);
    const answered = answer(asked.at(-1) ?? "");
    if (answered === undefined) {
      incoming.socket.destroy();
      return;
    }
    const [status, reply] = answered;
    const type = status === 200 ? {} : { "x-amzn-ErrorType": errorTypes[status] };
    outgoing.writeHead(status, { "Content-Type": "application/json", ...type }).end(JSON.stringify(reply));
  };
  const endpoint = await listening(createServer((incoming, outgoing) => void respond(incoming, outgoing)));
  return { endpoint, asked, bodies };
}

/** A server that answers every request so. */
export const answering = (status: number, headers: Record<string, string>, body: string): Promise<string> =>
  listening(createServer((_request, response) => void response.writeHead(status, headers).end(body)));

/** In front of a server: holds the requests that a test names, until they are let through. */
export async function holding({ control }: RunningServer, isHeld: (method: string, path: string) => boolean) {
  const released = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const proxy = createServer((incoming, outgoing) => {
    const { method = "", url = "", headers } = incoming;
    const pass = (): void => {
      const onward = request(new URL(url, control), { method, headers }, (reply) => {
        outgoing.writeHead(reply.statusCode ?? 500, reply.headers);
        reply.pipe(outgoing);
      });
      onward.on("error", () => outgoing.destroy());
      incoming.pipe(onward);
    };
    if (!isHeld(method, url)) {
      pass();
      return;
    }
    held.resolve();
    void released.promise.then(pass);
  });
  return { endpoint: await listening(proxy), held: held.promise, release: () => released.resolve() };
}
