/**
 * SIGKILL while calls that write thousands of documents are under way: after a restart each is there whole or not at all,
 * and what was answered is there. More kills: `STAGEWRIGHT_FUZZ_RUNS=30 npx vitest run test/crash-bulk.test.ts`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadMasterKey } from "../src/store/master-key.ts";
import { openSqliteStore } from "../src/store/sqlite.ts";
import type { Reader } from "../src/store/store.ts";
import { sdkClient } from "./support/sdk.ts";
import { startServer } from "./support/server.ts";
import { brokenReferences } from "./support/state-fuzz/check-references.ts";

const kills = Number(process.env["STAGEWRIGHT_FUZZ_RUNS"] ?? 2);
const paths = 1_500;
const keys = 200;
/** Milliseconds that a server lives on when the calls have been sent, at most. */
const longestLife = 1_500;
const deadline = 120_000 + kills * 30_000;

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "stagewright-crash-"));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const operation = {
  responses: { "200": { description: "200 response" } },
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode":200}' },
    responses: { default: { statusCode: "200" } },
  },
};

/** A definition whose paths say which one it is. */
function definition(title: string): Buffer {
  const named = Array.from({ length: paths }, (_, index) => [`/${title}-${index}`, { get: operation }] as const);
  return Buffer.from(
    JSON.stringify({ swagger: "2.0", info: { title, version: "1" }, paths: Object.fromEntries(named) }),
  );
}

const keyFile = (title: string): Buffer =>
  Buffer.from(
    [
      "Name,Key",
      ...Array.from({ length: keys }, (_, index) => `${title}-${index},${title}-${index}-${"x".repeat(30)}`),
    ].join("\n"),
  );

/** RestApis that one life changes. */
interface Apis {
  readonly overwritten: string;
  readonly deployed: string;
  readonly doomed: string;
}

async function importApi(client: APIGateway, title: string): Promise<string> {
  const { id = "" } = await client.importRestApi({ body: definition(title) });
  return id;
}

async function makeApis(client: APIGateway, life: number): Promise<Apis> {
  const overwritten = await importApi(client, `before${life}`);
  const deployed = await importApi(client, `deployed${life}`);
  return { overwritten, deployed, doomed: await importApi(client, `doomed${life}`) };
}

type CallName = "import" | "overwrite" | "keys" | "deploy" | "delete";

/** Sends every call at once, kills the server at a random moment, and says which calls were answered. */
async function callAndKill(life: number): Promise<{ readonly apis: Apis; readonly answered: ReadonlySet<CallName> }> {
  const server = await startServer([], { dataDir });
  const client = sdkClient(server);
  try {
    const apis = await makeApis(client, life);
    const { overwritten, deployed, doomed } = apis;
    const calls: Readonly<Record<CallName, () => Promise<unknown>>> = {
      import: () => importApi(client, `imported${life}`),
      overwrite: () =>
        client.putRestApi({ restApiId: overwritten, mode: "overwrite", body: definition(`after${life}`) }),
      keys: () => client.importApiKeys({ format: "csv", body: keyFile(`key${life}`) }),
      deploy: () => client.createDeployment({ restApiId: deployed, stageName: "prod" }),
      delete: () => client.deleteRestApi({ restApiId: doomed }),
    };
    const answered = new Set<CallName>();
    const sent = Object.entries(calls).map(async ([name, call]) => {
      try {
        await call();
        answered.add(name as CallName);
      } catch (error) {
        // A refusal would carry a response; the end of the connection does not.
        expect((error as { $response?: unknown }).$response).toBeUndefined();
      }
    });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * longestLife));
    await server.stop("SIGKILL");
    await Promise.all(sent);
    return { apis, answered };
  } finally {
    client.destroy();
    await server.stop("SIGKILL");
  }
}

/** How many resources of a RestApi are of each definition, its root aside. */
function counted(present: Reader, restApiId: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { pathPart } of present.list("resource", restApiId)) {
    if (pathPart === undefined) continue;
    const title = pathPart.replace(/-\d+$/, "");
    counts[title] = (counts[title] ?? 0) + 1;
  }
  return counts;
}

/** Throws for what is half there; says which calls have had their effect. */
function effectsOf(present: Reader, life: number, { overwritten, deployed, doomed }: Apis): ReadonlySet<CallName> {
  expect(brokenReferences(present)).toEqual([]);
  const imported = present.list("restApi", "").find(({ name }) => name === `imported${life}`);
  if (imported !== undefined) expect(counted(present, imported.id)).toEqual({ [`imported${life}`]: paths });

  const isOverwritten = present.get("restApi", "", overwritten)?.name === `after${life}`;
  expect(counted(present, overwritten)).toEqual({ [isOverwritten ? `after${life}` : `before${life}`]: paths });

  const ownKeys = present.list("apiKey", "").filter(({ name }) => name?.startsWith(`key${life}-`));
  expect([0, keys]).toContain(ownKeys.length);

  const snapshots = [...present.all("snapshot")].filter(([restApiId]) => restApiId === deployed);
  expect(snapshots.map(([, , { resources }]) => resources.length)).toEqual(snapshots.map(() => paths + 1));
  expect(present.list("stage", deployed)).toHaveLength(snapshots.length);

  const isDoomed = present.get("restApi", "", doomed) !== undefined;
  expect(counted(present, doomed)).toEqual(isDoomed ? { [`doomed${life}`]: paths } : {});
  const effects: Readonly<Record<CallName, boolean>> = {
    import: imported !== undefined,
    overwrite: isOverwritten,
    keys: ownKeys.length > 0,
    deploy: snapshots.length > 0,
    delete: !isDoomed,
  };
  return new Set((Object.keys(effects) as CallName[]).filter((name) => effects[name]));
}

test(
  "what writes thousands of documents is there whole or not at all when the server is killed",
  async () => {
    for (let life = 0; life < kills; life++) {
      const { apis, answered } = await callAndKill(life);
      const store = await openSqliteStore({ dataDir, masterKey: loadMasterKey(dataDir, "") });
      try {
        const effects = effectsOf(store.present, life, apis);
        expect([...answered].filter((name) => !effects.has(name))).toEqual([]);
      } finally {
        await store.close();
      }
    }
  },
  deadline,
);
