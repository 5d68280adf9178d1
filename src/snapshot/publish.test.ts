import { describe, expect, test, vi } from "vitest";
import { apiId, methodOf, restApiOf, settingOf, snapshotOf, stageOf } from "../../test/support/gateway-fixture.ts";
import { ToldStore } from "../../test/support/told-store.ts";
import { MemoryBucketSlots } from "../gateway/buckets/memory.ts";
import { createBucketSlab } from "../gateway/buckets/slab.ts";
import { noSlot } from "../gateway/slab.ts";
import type { ClientCertificateDocument, StageDocument } from "../model/documents.ts";
import { createPublisher, type Publisher, type PublisherOptions } from "./publish.ts";
import { GatewayTable, type TableMessage } from "./table.ts";

const oneMethod = snapshotOf({ "/": { GET: methodOf() } });

/** An API with two deployments and the stages `prod` and `test` on the first. */
function storeOf(stages: Readonly<Record<string, Partial<StageDocument>>> = { prod: {}, test: {} }): ToldStore {
  const store = new ToldStore();
  store.put("restApi", "", apiId, restApiOf());
  for (const deploymentId of ["dep001", "dep002", "dep003"])
    store.put("snapshot", apiId, deploymentId, { ...oneMethod });
  for (const [stageName, stage] of Object.entries(stages)) {
    store.put("stage", apiId, stageName, stageOf({ stageName, ...stage }));
  }
  return store;
}

interface Published {
  readonly store: ToldStore;
  readonly publisher: Publisher;
  readonly table: GatewayTable;
  readonly messages: TableMessage[];
  readonly error: ReturnType<typeof vi.fn>;
}

function publish(store: ToldStore, options: Partial<PublisherOptions> = {}): Published {
  const error = vi.fn<(details: object, message: string) => void>();
  const publisher = createPublisher(store, {
    slots: new MemoryBucketSlots(createBucketSlab(100)),
    openPrivateKey: ({ clientCertificateId }) => `key of ${clientCertificateId}`,
    log: { error },
    ...options,
  });
  const table = new GatewayTable({ accountRateLimit: 10_000, accountBurstLimit: 5_000 });
  const messages: TableMessage[] = [];
  publisher.attach((message) => {
    messages.push(message);
    table.apply(message);
  });
  return { store, publisher, table, messages, error };
}

/** What was published, in short: `+dep001 prod` … */
const inShort = (messages: readonly TableMessage[]): string[] =>
  messages.map((message) => {
    if (message.kind === "putSnapshot") return `+${message.deploymentId}`;
    if (message.kind === "deleteSnapshot") return `-${message.deploymentId}`;
    if (message.kind === "putStage") return `+${message.entry.stage.stageName}`;
    return message.kind === "deleteStage" ? `-${message.stageName}` : message.kind;
  });

/** The slots that the stage which was sent last came with. */
const slotsOf = ({ messages }: Published): ReadonlyMap<string, number> => {
  const message = messages.findLast(({ kind }) => kind === "putStage");
  return message?.kind === "putStage" ? message.entry.slots : new Map();
};

const limited = (...keys: string[]): Partial<StageDocument> => ({
  methodSettings: Object.fromEntries(keys.map((key) => [key, settingOf(1, 1)])),
});

const certificate = (pem: string): ClientCertificateDocument => ({
  clientCertificateId: "cert01",
  pemEncodedCertificate: pem,
  sealedPrivateKey: "sealed",
  createdDate: 1,
  expirationDate: 2,
});

const pemsOf = ({ messages }: Published): unknown => {
  const message = messages.findLast(
    (candidate) => candidate.kind === "putStage" && candidate.entry.stage.stageName === "prod",
  );
  return message?.kind === "putStage" ? message.entry.clientCertificate : undefined;
};

describe("what a table is fed", () => {
  test("at first: each deployment that a stage points at, once and before the stages", () => {
    const canarySettings = { deploymentId: "dep002", percentTraffic: 1, useStageCache: false };
    const { messages } = publish(storeOf({ prod: {}, test: { canarySettings } }));
    expect(inShort(messages)).toEqual(["+dep001", "+dep002", "+prod", "+test"]);
  });

  test("then exactly the stage that changed, and the others keep their programs", () => {
    const { store, table, messages } = publish(storeOf());
    const [prod, other] = [table.lookup(apiId, "prod"), table.lookup(apiId, "test")];
    messages.length = 0;
    store.put("stage", apiId, "prod", stageOf({ variables: { a: "1" } }));
    expect(inShort(messages)).toEqual(["+prod"]);
    expect(table.lookup(apiId, "prod")).not.toBe(prod);
    expect(table.lookup(apiId, "prod")?.base.variables).toEqual({ a: "1" });
    expect(table.lookup(apiId, "test")).toBe(other);
  });

  test("a deployment comes with the first stage that points at it and goes with the last one", () => {
    const { store, messages } = publish(storeOf());
    messages.length = 0;
    store.put("stage", apiId, "prod", stageOf({ deploymentId: "dep002" }));
    store.put("stage", apiId, "test", stageOf({ stageName: "test", deploymentId: "dep002" }));
    const canarySettings = { deploymentId: "dep003", percentTraffic: 1, useStageCache: false };
    store.put("stage", apiId, "test", stageOf({ stageName: "test", deploymentId: "dep002", canarySettings }));
    store.delete("stage", apiId, "test");
    store.delete("stage", apiId, "prod");
    expect(inShort(messages)).toEqual(
      "+dep002 +prod +test -dep001 +dep003 +test -test -dep003 -prod -dep002".split(" "),
    );
  });

  test("nothing for what traffic does not depend on: a deployed API is edited, and serves on", () => {
    const { store, table, messages } = publish(storeOf());
    messages.length = 0;
    store.put("restApi", "", apiId, restApiOf({ disableExecuteApiEndpoint: true }));
    store.put("snapshot", apiId, "dep004", snapshotOf({}));
    expect(messages).toEqual([]);
    expect(table.lookup(apiId, "prod")?.base.deployment.restApi.disableExecuteApiEndpoint).toBe(false);
  });

  test("a RestApi that is deleted takes its stages with it", () => {
    const { store, table } = publish(storeOf());
    store.delete("restApi", "", apiId);
    expect(table.lookup(apiId, "prod")).toBeUndefined();
    expect(table.lookup(apiId, "test")).toBeUndefined();
  });

  test("a stage whose deployment a later change has left and deleted serves on as it was until that change comes", () => {
    const { store, table } = publish(storeOf());
    store.holds = true;
    store.put("stage", apiId, "prod", stageOf({ deploymentId: "dep002" }));
    store.put("stage", apiId, "prod", stageOf({ deploymentId: "dep003" }));
    store.delete("snapshot", apiId, "dep002");
    const seen: (string | undefined)[] = [];
    store.subscribe(() => void seen.push(table.lookup(apiId, "prod")?.base.deploymentId));
    store.tell();
    expect(seen).toEqual(["dep001", "dep003", "dep003"]);
  });

  test("tables come and go; a closed publisher is silent", () => {
    const { store, publisher, messages } = publish(storeOf());
    const late: TableMessage[] = [];
    const detach = publisher.attach((message) => late.push(message));
    expect(inShort(late)).toEqual(["+dep001", "+prod", "+test"]);
    detach();
    store.put("stage", apiId, "prod", stageOf());
    expect(late).toHaveLength(3);
    publisher.close();
    const before = messages.length;
    store.put("stage", apiId, "prod", stageOf());
    expect(messages).toHaveLength(before);
  });

  test("the messages can be posted to another thread, whose table serves the same", () => {
    const { messages } = publish(
      storeOf({ prod: { methodSettings: { "*/*": settingOf(1, 1) }, variables: { a: "1" } } }),
    );
    const there = new GatewayTable({ accountRateLimit: 10_000, accountBurstLimit: 5_000 });
    for (const message of structuredClone(messages)) there.apply(message);
    const program = there.lookup(apiId, "prod");
    expect(program?.base.variables).toEqual({ a: "1" });
    const routed = program?.base.deployment.routes.find("/");
    expect(routed && program?.base.method(routed.resource, "GET")?.throttle).toMatchObject({
      slot: 1,
      rate: 1,
      burst: 1,
    });
  });
});

describe("many stages", () => {
  test("of one deployment share its program, and none is compiled before it is asked for", () => {
    const stages = Object.fromEntries(Array.from({ length: 500 }, (_none, index) => [`s${index}`, {}]));
    const store = storeOf(stages);
    const { table } = publish(store);
    const first = table.lookup(apiId, "s0");
    expect(first).toBeDefined();
    for (let i = 1; i < 500; i++) expect(table.lookup(apiId, `s${i}`)?.base.deployment).toBe(first?.base.deployment);
    expect(table.lookup(apiId, "s0")).toBe(first);
  });
});

describe("token buckets", () => {
  test("one for each setting with a limit, by its normalised key, kept over changes", () => {
    const published = publish(storeOf({ prod: limited("*/*", "~1pets/GET") }));
    const before = slotsOf(published);
    expect([...before.keys()]).toEqual(["*/*", "pets/GET"]);
    published.store.put("stage", apiId, "prod", stageOf(limited("pets/GET", "*/*", "/GET")));
    const after = slotsOf(published);
    expect(after.get("*/*")).toBe(before.get("*/*"));
    expect(after.get("pets/GET")).toBe(before.get("pets/GET"));
    expect(new Set(after.values()).size).toBe(3);
  });

  test("they are settled before their own limits change, and not for anything else", () => {
    const settle = vi.fn<(slot: number, now: number) => void>();
    let next = 1;
    const slots = { allocate: () => next++, settle, free: () => undefined };
    const { store } = publish(storeOf({ prod: limited("*/*", "~1pets/GET"), test: {} }), { slots, now: () => 77 });
    store.put("stage", apiId, "prod", stageOf({ ...limited("*/*", "pets/GET", "/GET"), description: "more" }));
    expect(settle).not.toHaveBeenCalled();
    const methodSettings = { "*/*": settingOf(1, 1), "/GET": settingOf(1, 0), "pets/GET": settingOf(2, 1) };
    store.put("stage", apiId, "prod", stageOf({ methodSettings }));
    expect(settle.mock.calls).toEqual([
      [3, 77],
      [2, 77],
    ]);
  });

  test("none without a limit", () => {
    const published = publish(
      storeOf({ prod: { methodSettings: { "*/*": settingOf(-1, -1), "~1/GET": settingOf(5, -1) } } }),
    );
    expect([...slotsOf(published).keys()]).toEqual(["/GET"]);
  });

  test("they are free again when the setting or the stage goes", () => {
    const free = vi.fn<(slot: number) => void>();
    let next = 1;
    const { store } = publish(storeOf({ prod: limited("*/*", "~1/GET") }), {
      slots: { allocate: () => next++, settle: () => undefined, free },
    });
    store.put("stage", apiId, "prod", stageOf(limited("*/*")));
    expect(free.mock.calls).toEqual([[2]]);
    store.delete("stage", apiId, "prod");
    expect(free.mock.calls).toEqual([[2], [1]]);
  });

  test("when none is left, the stage has no limit of its own, and the operator is told", () => {
    const published = publish(storeOf({ prod: limited("*/*") }), {
      slots: { allocate: () => noSlot, settle: () => undefined, free: () => undefined },
    });
    expect(slotsOf(published).get("*/*")).toBe(noSlot);
    expect(published.error).toHaveBeenCalledOnce();
  });

  test("a change that cannot be published is logged, and the others go on", () => {
    let fails = false;
    const allocate = (): number => {
      if (fails) throw new Error("no memory");
      return 1;
    };
    const { store, table, error } = publish(storeOf(), {
      slots: { allocate, settle: () => undefined, free: () => undefined },
    });
    fails = true;
    store.put("stage", apiId, "prod", stageOf(limited("*/*")));
    store.put("stage", apiId, "test", stageOf({ stageName: "test", variables: { a: "1" } }));
    expect(error).toHaveBeenCalledOnce();
    expect(table.lookup(apiId, "prod")).toBeDefined();
    expect(table.lookup(apiId, "test")?.base.variables).toEqual({ a: "1" });
  });
});

describe("the client certificate", () => {
  test("comes opened with its stage, and anew when it changes", () => {
    const store = storeOf({ prod: { clientCertificateId: "cert01" }, test: {} });
    store.put("clientCertificate", "", "cert01", certificate("one"));
    const published = publish(store);
    expect(pemsOf(published)).toEqual({ certificate: "one", privateKey: "key of cert01" });
    published.messages.length = 0;
    store.put("clientCertificate", "", "cert01", certificate("two"));
    expect(inShort(published.messages)).toEqual(["+prod"]);
    expect(pemsOf(published)).toEqual({ certificate: "two", privateKey: "key of cert01" });
  });

  test("one that does not open, or is not there, leaves the stage without; it serves on", () => {
    const store = storeOf({ prod: { clientCertificateId: "cert01" } });
    expect(pemsOf(publish(store))).toBeUndefined();
    store.put("clientCertificate", "", "cert01", certificate("one"));
    const broken = publish(store, {
      openPrivateKey: () => {
        throw new Error("another key");
      },
    });
    expect(pemsOf(broken)).toBeUndefined();
    expect(broken.error).toHaveBeenCalledOnce();
    expect(broken.table.lookup(apiId, "prod")).toBeDefined();
  });
});
