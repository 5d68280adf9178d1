/** A gateway of one test: documents with what matters in them, an endpoint that answers as it is told, no sockets. */
import { MemoryBuckets, MemoryBucketSlots } from "../../src/gateway/buckets/memory.ts";
import { createBucketSlab } from "../../src/gateway/buckets/slab.ts";
import { Caching } from "../../src/gateway/cache/caching.ts";
import { MemoryResponseCache } from "../../src/gateway/cache/memory.ts";
import { cacheSecretOf } from "../../src/gateway/cache/seal-response.ts";
import { Exchange, headerOf, type Serve } from "../../src/gateway/exchange.ts";
import { createGateway, createServices, type GatewayOptions, type ServicesOptions } from "../../src/gateway/gateway.ts";
import type { GatewayServices } from "../../src/gateway/invocation.ts";
import type { MetricsRegistry } from "../../src/gateway/telemetry/metrics/registry.ts";
import {
  type BodySource,
  type HeaderList,
  type Origin,
  type Reply,
  type Upstream,
  UpstreamFailure,
  type UpstreamFailureKind,
  type UpstreamHandler,
  type UpstreamRequest,
} from "../../src/gateway/transport.ts";
import type {
  IntegrationDocument,
  MethodDocument,
  MethodSettingDocument,
  ResourceDocument,
  RestApiDocument,
  SnapshotDocument,
  StageDocument,
} from "../../src/model/documents.ts";
import { defaultMethodSetting, normalizeMethodSettingKey } from "../../src/model/method-settings.ts";
import { GatewayTable, type StageEntry } from "../../src/snapshot/table.ts";
import { type Recorded, recordingReply } from "./recording-reply.ts";

export const apiId = "a1b2c3d4e5";
export const stageName = "prod";
export const endpointHost = "backend.test:8081";

/** HTTP_PROXY to the endpoint's root, unless the input says otherwise. */
export const integrationOf = (input: Partial<IntegrationDocument> = {}): IntegrationDocument => ({
  type: "HTTP_PROXY",
  httpMethod: "ANY",
  uri: `http://${endpointHost}/`,
  passthroughBehavior: "WHEN_NO_MATCH",
  timeoutInMillis: 29_000,
  cacheNamespace: "resource01",
  cacheKeyParameters: [],
  ...input,
});

export const methodOf = (
  integration: Partial<IntegrationDocument> = {},
  input: Partial<MethodDocument> = {},
): MethodDocument => ({
  httpMethod: "ANY",
  authorizationType: "NONE",
  apiKeyRequired: false,
  methodIntegration: integrationOf(integration),
  ...input,
});

export const mockOf = (responses: IntegrationDocument["integrationResponses"] = { 200: { statusCode: "200" } }) =>
  methodOf({
    type: "MOCK",
    requestTemplates: { "application/json": "{statusCode: 200}" },
    integrationResponses: responses,
  });

/** A method that answers MOCK with this body. */
export const named = (body: string): MethodDocument =>
  mockOf({ 200: { statusCode: "200", responseTemplates: { "application/json": body } } });

/** Path → verb → method. */
export type MethodsByPath = Readonly<Record<string, Readonly<Record<string, MethodDocument>>>>;

export const restApiOf = (input: Partial<RestApiDocument> = {}): RestApiDocument => ({
  id: apiId,
  name: "pets",
  createdDate: 1_767_225_600,
  apiKeySource: "HEADER",
  endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "ipv4" },
  disableExecuteApiEndpoint: false,
  rootResourceId: "root000001",
  ...input,
});

export const snapshotOf = (methods: MethodsByPath, restApi: Partial<RestApiDocument> = {}): SnapshotDocument => ({
  restApi: restApiOf(restApi),
  resources: Object.entries(methods).map(([path, resourceMethods], index): ResourceDocument => ({
    id: `res${index}`,
    path,
    resourceMethods,
  })),
});

export const stageOf = (input: Partial<StageDocument> = {}): StageDocument => ({
  stageName,
  deploymentId: "dep001",
  cacheClusterEnabled: false,
  methodSettings: {},
  tracingEnabled: false,
  createdDate: 1_767_225_600,
  lastUpdatedDate: 1_767_225_600,
  ...input,
});

export const settingOf = (rate: number, burst: number): MethodSettingDocument => ({
  ...defaultMethodSetting,
  throttlingRateLimit: rate,
  throttlingBurstLimit: burst,
});

/** What an endpoint does: answers, or fails. A body in pieces arrives in them. */
export type Behaviour =
  | {
      readonly status?: number;
      readonly headers?: HeaderList;
      readonly body?: string | readonly Buffer[];
      /** As declared; by default the true one. */
      readonly length?: number;
      /** After the body, in place of its end. */
      readonly breaksOff?: UpstreamFailureKind;
    }
  | UpstreamFailureKind;

export interface Dispatched extends UpstreamRequest {
  readonly origin: Origin;
  /** Of what was sent. */
  readonly bytes: Buffer;
}

export function bodyOf(pieces: readonly Buffer[], length: number, breaksOff?: UpstreamFailureKind): BodySource {
  let discarded = false;
  return {
    length,
    read(sink) {
      for (const piece of pieces) if (!discarded) sink.onData(piece);
      if (discarded) return;
      if (breaksOff === undefined) sink.onEnd();
      else sink.onError(new UpstreamFailure(breaksOff, breaksOff));
    },
    pause: () => undefined,
    resume: () => undefined,
    discard: () => {
      discarded = true;
    },
  };
}

/** Remembers what it was asked; answers at once, or when `answerLater` is set, when the test says so. */
export class FakeUpstream implements Upstream {
  /** One for all calls, or what makes one for each. */
  behaviour: Behaviour | (() => Behaviour) = { body: "ok" };
  readonly dispatched: Dispatched[] = [];
  readonly abandoned: number[] = [];
  /** Set, a call waits for `release`. */
  answerLater = false;
  readonly #held = new Map<number, () => void>();

  get last(): Dispatched {
    const last = this.dispatched.at(-1);
    if (last === undefined) throw new Error("nothing was sent to the endpoint");
    return last;
  }

  dispatch(origin: Origin, request: UpstreamRequest, handler: UpstreamHandler): () => void {
    const nth = this.dispatched.length;
    const bytes: Buffer[] = [];
    const record = (): void => void (this.dispatched[nth] = { ...request, origin, bytes: Buffer.concat(bytes) });
    record();
    const { body } = request;
    if (body instanceof Uint8Array) bytes.push(body);
    else body?.read({ onData: (chunk) => bytes.push(chunk), onEnd: record, onError: () => undefined });
    record();
    const answer = (): void =>
      this.#answer(typeof this.behaviour === "function" ? this.behaviour() : this.behaviour, handler);
    if (this.answerLater) this.#held.set(nth, answer);
    else answer();
    return () => void this.abandoned.push(nth);
  }

  /** Answers the call that was dispatched so many calls after the first; all that wait, without a number. */
  release(which?: number): void {
    const held = [...this.#held].filter(([nth]) => which === undefined || nth === which);
    for (const [nth] of held) this.#held.delete(nth);
    for (const [, answer] of held) answer();
  }

  #answer(behaviour: Behaviour, handler: UpstreamHandler): void {
    if (typeof behaviour === "string") {
      handler.onFailure(new UpstreamFailure(behaviour, behaviour));
      return;
    }
    const { status = 200, headers = [], body = "", breaksOff } = behaviour;
    const pieces = typeof body === "string" ? (body === "" ? [] : [Buffer.from(body)]) : body;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    handler.onHead(status, headers, bodyOf(pieces, behaviour.length ?? length, breaksOff));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Answer extends Omit<Recorded, "body"> {
  readonly body: string;
}

export interface Asked {
  readonly method?: string;
  /** Below the stage; or anything when `target` is given. */
  readonly path?: string;
  readonly target?: string;
  readonly host?: string;
  readonly headers?: HeaderList;
  readonly body?: string | BodySource;
}

/** Serves one request and resolves with the answer; the way back is added to `replies`. */
export function ask(serve: Serve, asked: Asked, replies: Reply[] = []): Promise<Answer> {
  return new Promise((resolve) => {
    const { method = "GET", path = "/", host = `${apiId}.execute-api.test`, headers = [], body } = asked;
    const target = asked.target ?? `/${stageName}${path}`;
    const source = typeof body === "string" ? bodyOf([Buffer.from(body)], Buffer.byteLength(body)) : body;
    const reply = recordingReply((recorded) => resolve({ ...recorded, body: recorded.body.toString() }));
    replies.push(reply);
    serve(new Exchange(method, target, headers, host, source, reply, "192.0.2.7"));
  });
}

export interface GatewayFixture {
  readonly serve: Serve;
  readonly services: GatewayServices;
  readonly table: GatewayTable;
  readonly upstream: FakeUpstream;
  readonly caching: Caching;
  /** What was logged. */
  readonly logged: (readonly [details: object, message: string])[];
  readonly ask: (asked: Asked) => Promise<Answer>;
  /** One a request that was asked, in order. */
  readonly replies: readonly Reply[];
  /** Puts a stage in the place of the present one. */
  readonly put: (stage: Partial<StageDocument>, certificate?: StageEntry["clientCertificate"]) => void;
}

/** `upstream`: in place of the endpoint that answers as it is told. */
export interface FixtureInput extends Partial<ServicesOptions>, Pick<GatewayOptions, "random"> {
  /** Snapshots by deployment. */
  readonly snapshots: Readonly<Record<string, SnapshotDocument>>;
  readonly stage?: Partial<StageDocument>;
  /** What counts requests; nothing does without one. */
  readonly metrics?: MetricsRegistry;
  /** Of the `buckets` that are given with them. */
  readonly slots?: MemoryBucketSlots;
}

export const generous = {
  accountId: "123456789012",
  region: "us-east-1",
  accessKeyId: "test",
  secretAccessKey: "test",
  accountRateLimit: 1e9,
  accountBurstLimit: 1e9,
} as const;

export function gatewayOf({ snapshots, stage = {}, metrics, random, ...options }: FixtureInput): GatewayFixture {
  const caching = options.caching ?? new Caching(new MemoryResponseCache(1e9), cacheSecretOf(Buffer.alloc(32)));
  const table = new GatewayTable(generous, caching.onStage, metrics);
  const upstream = new FakeUpstream();
  const logged: GatewayFixture["logged"] = [];
  const slab = createBucketSlab(1_024);
  const slots = options.slots ?? new MemoryBucketSlots(slab);
  const known = new Map<string, number>();
  const put: GatewayFixture["put"] = (input, clientCertificate) => {
    const document = stageOf(input);
    const keys = Object.keys(document.methodSettings).map(normalizeMethodSettingKey);
    for (const key of keys) if (!known.has(key)) known.set(key, slots.allocate(key));
    table.apply({ kind: "putStage", apiId, entry: { stage: document, clientCertificate, slots: new Map(known) } });
  };
  for (const [deploymentId, snapshot] of Object.entries(snapshots)) {
    table.apply({ kind: "putSnapshot", apiId, deploymentId, snapshot });
  }
  put(stage);
  const services = createServices({
    upstream,
    buckets: new MemoryBuckets(slab),
    caching,
    settings: generous,
    log: { error: (details, message) => void logged.push([details, message]) },
    ...options,
  });
  const serve = createGateway({ table, services, ...(random && { random }) });
  const replies: Reply[] = [];
  return {
    serve,
    services,
    table,
    upstream,
    caching,
    logged,
    put,
    replies,
    ask: (asked) => ask(serve, asked, replies),
  };
}

/** A gateway whose stage has one method, at the root and for every path, with this integration. */
export const gatewayFor = (
  integration: Partial<IntegrationDocument>,
  options: Omit<FixtureInput, "snapshots"> = {},
  path = "/{proxy+}",
): GatewayFixture =>
  gatewayOf({ snapshots: { dep001: snapshotOf({ [path]: { ANY: methodOf(integration) } }) }, ...options });

/** How many steps a GET of this path has on the fixture's stage; 0 when there is no method for it. */
export function stepCount({ table }: GatewayFixture, path: string): number {
  const base = table.lookup(apiId, stageName)?.base;
  const routed = base?.deployment.routes.find(path);
  return (routed && base?.method(routed.resource, "GET")?.steps.length) ?? 0;
}

/** A header's value, by its name in lower case. */
export const valueOf = ({ headers }: { readonly headers: HeaderList }, name: string): string | undefined =>
  headerOf(headers, name);
