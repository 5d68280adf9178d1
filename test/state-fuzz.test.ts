/**
 * Random sequences of calls of all operations, and what must hold after each of them. A longer run, with another seed:
 * `STAGEWRIGHT_FUZZ_RUNS=500 STAGEWRIGHT_FUZZ_SEED=7 npx vitest run test/state-fuzz.test.ts`.
 */
import { array, assert, asyncProperty, nat, noBias } from "fast-check";
import { expect, test, vi } from "vitest";
import { kindsOfRestApi } from "../src/model/documents.ts";
import { GatewayTable } from "../src/snapshot/table.ts";
import type { Reader, Store } from "../src/store/store.ts";
import { documentKinds, placesOfKinds } from "./support/api-fixture.ts";
import { contextFor } from "./support/memory-transaction.ts";
import { brokenReferences } from "./support/state-fuzz/check-references.ts";
import { checkShown, readingCalls } from "./support/state-fuzz/check-wire.ts";
import { type Call, randomCall } from "./support/state-fuzz/random-calls.ts";
import { Followed, StateLab } from "./support/state-fuzz/state-lab.ts";

/** Quotas that a short sequence reaches. */
vi.mock(import("../src/limits.ts"), async (original) => {
  const { limits } = await original();
  const small = {
    stagesPerApi: 3,
    resourcesPerApi: 8,
    importResources: 8,
    authorizersPerApi: 2,
    requestValidators: 3,
    clientCertificates: 2,
    vpcLinks: 2,
    apiKeys: 6,
    usagePlans: 4,
    usagePlansPerApiKey: 2,
    domainNames: 3,
    privateDomainNames: 2,
    basePathMappings: 3,
    domainNameAccessAssociations: 2,
    documentationParts: 4,
  };
  return { limits: { ...limits, ...small } as unknown as typeof limits };
});

const runs = Number(process.env["STAGEWRIGHT_FUZZ_RUNS"] ?? 3);
const seed = Number(process.env["STAGEWRIGHT_FUZZ_SEED"] ?? 20_261_122);
const steps = 200;
/** How many steps there are between two looks at everything through the wire. */
const betweenLooks = 100;
const sampled = 9;
/** Milliseconds that pass between two steps, at most: links and clusters change their state meanwhile. */
const longestPause = 400;

const account = { accountRateLimit: 10_000, accountBurstLimit: 5_000 };

/** Every document by kind and parent; within these, order counts. */
function picture(present: Reader): Readonly<Record<string, readonly unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const kind of documentKinds) {
    for (const [parent, id, document] of present.all(kind)) (found[`${kind} ${parent}`] ??= []).push([id, document]);
  }
  return found;
}

function expectNothingOf(present: Reader, restApiIds: ReadonlySet<string>): void {
  for (const kind of documentKinds) {
    // An ApiKey keeps the names of stages that it was made with: they are of no effect.
    if (kind === "apiKey") continue;
    for (const [parent, id, document] of present.all(kind)) {
      const text = `${kind} ${parent} ${id} ${JSON.stringify(document)}`;
      for (const restApiId of restApiIds) expect(text).not.toContain(restApiId);
    }
  }
}

/** The tables have what those of a process that starts now would have, and no slot is taken for what is gone. */
function expectFresh(store: Store, followed: Followed): void {
  const fresh = new Followed(store);
  expect(followed.tables).toEqual(fresh.tables);
  expect(followed.held).toEqual(fresh.held);
  expect([...followed.failures, ...fresh.failures]).toEqual([]);
  const table = new GatewayTable(account);
  fresh.attach(table.apply);
  for (const [restApiId, stageName] of store.present.all("stage")) {
    expect(table.lookup(restApiId, stageName)).toBeDefined();
  }
  fresh.close();
}

async function look(lab: StateLab): Promise<void> {
  for (const call of readingCalls(lab.store.present)) {
    await lab.store.transact((tx) => checkShown(call, contextFor(tx, { now: lab.now })));
  }
  // By the whole way too, which takes longer: for some of them.
  for (const call of readingCalls(lab.store.present).filter((_call, index) => index % sampled === 0)) {
    const { status, error } = await lab.call(call);
    expect([call, status, error]).toEqual([call, 200, undefined]);
  }
  expectFresh(lab.store, lab.followed);
}

/** What was called and how it was answered, for whoever has to find out what went wrong. */
type Trail = string[];

const inputText = ({ input }: Call): string =>
  JSON.stringify(input, (_name, value: unknown) => {
    const bytes = value as { readonly type?: unknown; readonly data?: readonly number[] } | null;
    return bytes?.type === "Buffer" && Array.isArray(bytes.data) ? Buffer.from(bytes.data).toString() : value;
  });

async function step(lab: StateLab, call: Call, trail: Trail, known: Set<string>): Promise<void> {
  const { status, error, changes } = await lab.call(call);
  trail.push(`${call.name} ${inputText(call)} → ${status} ${error ?? ""}`);
  expect(status).toBeLessThan(500);
  expect(lab.failures).toEqual([]);
  if (status >= 400 || call.name.startsWith("Get")) expect(changes).toBe(0);
  if (changes === 0) return;
  const { present } = lab.store;
  expect(brokenReferences(present)).toEqual([]);
  const there = new Set(present.list("restApi", "").map(({ id }) => id));
  expectNothingOf(present, new Set([...known].filter((id) => !there.has(id))));
  for (const id of there) known.add(id);
}

async function play(seeds: readonly number[]): Promise<void> {
  const lab = await StateLab.open();
  const trail: Trail = [];
  try {
    const known = new Set<string>();
    for (const [index, stepSeed] of seeds.entries()) {
      lab.ahead += stepSeed % longestPause;
      await step(lab, randomCall(stepSeed, lab.store.present), trail, known);
      if (index % betweenLooks === betweenLooks - 1) await look(lab);
    }
    await look(lab);
    const before = picture(lab.store.present);
    expect(await lab.reopened(({ present }) => picture(present))).toEqual(before);
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${trail.slice(-20).join("\n")}`, {
      cause: error,
    });
  } finally {
    await lab.close();
  }
}

test("every kind that stands below a RestApi goes with it", () => {
  const below = documentKinds.filter((kind) => placesOfKinds[kind] === "restApi");
  expect([...kindsOfRestApi].sort()).toEqual([...below].sort());
});

test("whatever is called in whatever order, the documents, the tables and the disk agree", async () => {
  const seeds = array(noBias(nat()), { minLength: steps, maxLength: steps, size: "max" });
  await assert(asyncProperty(seeds, play), { numRuns: runs, seed, endOnFailure: true });
}, 3_600_000);

/** How many clients there are, and how many calls each makes, one after the other. */
const clients = 16;
const callsOfEach = 60;

async function playAtOnce(seeds: readonly number[]): Promise<void> {
  const lab = await StateLab.open();
  try {
    const client = async (own: readonly number[]): Promise<void> => {
      for (const stepSeed of own) {
        const call = randomCall(stepSeed, lab.store.present);
        const { status, error } = await lab.call(call);
        expect([status < 500, call.name, error]).toEqual([true, call.name, error]);
      }
    };
    const lanes = Array.from({ length: clients }, (_, index) => seeds.filter((_seed, at) => at % clients === index));
    await Promise.all(lanes.map(client));
    expect(lab.failures).toEqual([]);
    expect(brokenReferences(lab.store.present)).toEqual([]);
    await look(lab);
    const before = picture(lab.store.present);
    expect(await lab.reopened(({ present }) => picture(present))).toEqual(before);
  } finally {
    await lab.close();
  }
}

test("many clients at once are refused what the others took away, and all agrees afterwards", async () => {
  const length = clients * callsOfEach;
  const seeds = array(noBias(nat()), { minLength: length, maxLength: length, size: "max" });
  await assert(asyncProperty(seeds, playAtOnce), { numRuns: Math.ceil(runs / 4), seed, endOnFailure: true });
}, 3_600_000);
