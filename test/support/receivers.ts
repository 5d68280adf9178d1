/**
 * Receivers of telemetry, of a test's own: CloudWatch, OTLP over HTTP and the X-Ray daemon, as far as we need them. They
 * read strictly what they get, and the first two can be slow, refuse, or never answer.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gunzipSync } from "node:zlib";
import { onTestFinished } from "vitest";
import { signatureCheck } from "./check-signature.ts";
import { readSegment, type ReadSegment } from "./segment.ts";

/** In place of taking what came. */
export type Misbehaviour = { readonly status: number; readonly body?: string } | "die" | "hang";

export interface Receiver<T> {
  /** Base URL. */
  readonly endpoint: string;
  /** In the order in which it came. */
  readonly taken: readonly T[];
  /** What was wrong with what came; a test expects it to be empty. */
  readonly complaints: readonly string[];
  /** Requests so far, those that were not taken included. */
  readonly requests: number;
  /** One a request, in order; undefined takes it. A function decides for each. */
  misbehave: (Misbehaviour | undefined)[] | (() => Misbehaviour | undefined);
  stop(): Promise<void>;
}

interface Arrived {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Reads a request, or throws for one that may not be; the answer's body when it is taken. */
type Read<T> = (arrived: Arrived, request: IncomingMessage) => { readonly taken: T; readonly answer: string };

async function listening(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function startReceiver<T>(read: Read<T>): Promise<Receiver<T>> {
  const sockets = new Set<Socket>();
  const taken: T[] = [];
  const complaints: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      receiver.requests++;
      const { misbehave } = receiver;
      const misbehaviour = typeof misbehave === "function" ? misbehave() : misbehave.shift();
      if (misbehaviour === "die") response.destroy();
      if (typeof misbehaviour === "string") return;
      if (misbehaviour !== undefined) {
        response.writeHead(misbehaviour.status).end(misbehaviour.body ?? "{}");
        return;
      }
      try {
        const arrived = { path: request.url ?? "", headers: request.headers, body: Buffer.concat(pieces) };
        const { taken: one, answer } = read(arrived, request);
        taken.push(one);
        response.writeHead(200, { "content-type": request.headers["content-type"] }).end(answer);
      } catch (error) {
        complaints.push(String(error));
        response.writeHead(400).end("{}");
      }
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const receiver = {
    endpoint: await listening(server),
    taken,
    complaints,
    requests: 0,
    misbehave: [] as Receiver<T>["misbehave"],
    stop: async (): Promise<void> => {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  onTestFinished(() => receiver.stop());
  return receiver;
}

function expectThat(holds: boolean, text: string): void {
  if (!holds) throw new Error(text);
}

// --- CloudWatch

export interface MetricDatum {
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  readonly Timestamp: number;
  readonly Unit: string;
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
}

export interface MetricBatch {
  readonly Namespace: string;
  readonly MetricData: readonly MetricDatum[];
}

const checkSignature = signatureCheck("monitoring");

/** The rules of PutMetricData. */
function readDatum(datum: MetricDatum): void {
  const { Dimensions, Values, Counts } = datum;
  const members = Object.keys(datum).sort().join(" ");
  expectThat(members === "Counts Dimensions MetricName Timestamp Unit Values", `members of a datum: ${members}`);
  expectThat(Dimensions.length > 0 && Dimensions.length <= 30, `${Dimensions.length} dimensions`);
  for (const { Name, Value } of Dimensions) {
    expectThat(/^[A-Za-z]{1,255}$/.test(Name), `a dimension's name: ${Name}`);
    expectThat(/^[\x20-\x7e]{1,255}$/.test(Value) && Value.trim() !== "", `a dimension's value: ${Value}`);
  }
  expectThat(Values.length > 0 && Values.length <= 150 && Values.length === Counts.length, `${Values.length} values`);
  expectThat(
    [...Values, ...Counts].every((value) => Number.isFinite(value) && value >= 0),
    "values are finite",
  );
  expectThat(new Set(Values).size === Values.length, `a value twice: ${Values.join(" ")}`);
  expectThat(datum.Timestamp > 1e9 && datum.Timestamp < 1e10, `a time: ${datum.Timestamp}`);
}

export const startCloudWatch = (): Promise<Receiver<MetricBatch>> =>
  startReceiver(({ headers, body }, request) => {
    const { "x-amz-target": target, "content-encoding": coding } = headers;
    checkSignature(request, body);
    expectThat(target === "GraniteServiceVersion20100801.PutMetricData", `another operation: ${String(target)}`);
    const plain = coding === "gzip" ? gunzipSync(body) : body;
    expectThat(plain.length <= 1_048_576, `${plain.length} bytes`);
    const batch = JSON.parse(plain.toString()) as MetricBatch;
    expectThat(batch.MetricData.length > 0 && batch.MetricData.length <= 1_000, `${batch.MetricData.length} data`);
    batch.MetricData.forEach(readDatum);
    return { taken: batch, answer: "{}" };
  });

// --- OTLP over HTTP

export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly resource: Readonly<Record<string, unknown>>;
  /** Spans or metrics. */
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const valueForms: Readonly<Record<string, (value: unknown) => boolean>> = {
  stringValue: (value) => typeof value === "string",
  boolValue: (value) => typeof value === "boolean",
  doubleValue: (value) => typeof value === "number",
  intValue: (value) => typeof value === "string" && /^-?\d+$/.test(value),
};

/** Attributes as a map, each value by its type. */
export function readAttributes(attributes: unknown): Readonly<Record<string, unknown>> {
  const read: Record<string, unknown> = {};
  for (const { key, value } of attributes as readonly Attribute[]) {
    const [form, content] = Object.entries(value)[0] ?? ["", undefined];
    expectThat(Object.keys(value).length === 1 && valueForms[form]?.(content) === true, `an attribute: ${key}`);
    expectThat(!(key in read), `an attribute twice: ${key}`);
    read[key] = form === "intValue" ? Number(content) : content;
  }
  return read;
}

const nanoseconds = /^1\d{18}$/;
const spanForm = { traceId: /^[0-9a-f]{32}$/, spanId: /^[0-9a-f]{16}$/, parentSpanId: /^[0-9a-f]{16}$/ };

function readSpan(span: Readonly<Record<string, unknown>>): void {
  for (const [member, form] of Object.entries(spanForm)) {
    const value = span[member];
    if (value !== undefined || member !== "parentSpanId")
      expectThat(form.test(String(value)), `${member}: ${String(value)}`);
  }
  const [start, end] = [String(span["startTimeUnixNano"]), String(span["endTimeUnixNano"])];
  expectThat(
    nanoseconds.test(start) && nanoseconds.test(end) && BigInt(start) <= BigInt(end),
    `times: ${start} ${end}`,
  );
  expectThat(typeof span["name"] === "string" && [2, 3].includes(Number(span["kind"])), "a span's name or kind");
  readAttributes(span["attributes"]);
}

interface Point {
  readonly attributes: unknown;
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

function readPoint(point: Point, isHistogram: boolean): void {
  expectThat(nanoseconds.test(point.startTimeUnixNano) && nanoseconds.test(point.timeUnixNano), "times of a point");
  readAttributes(point.attributes);
  if (!isHistogram) {
    expectThat(typeof point.asDouble === "number", "a point without a number");
    return;
  }
  const { bucketCounts = [], explicitBounds = [], count } = point;
  expectThat(bucketCounts.length === explicitBounds.length + 1, "one bucket more than bounds");
  expectThat(bucketCounts.reduce((sum, each) => sum + Number(each), 0) === Number(count), "buckets sum up");
}

function readMetric(metric: Readonly<Record<string, unknown>>): void {
  const kind = ["sum", "gauge", "histogram"].find((each) => each in metric) ?? "";
  const { dataPoints, aggregationTemporality } = metric[kind] as {
    dataPoints: Point[];
    aggregationTemporality?: number;
  };
  expectThat(kind === "gauge" || aggregationTemporality === 2, "temporality");
  expectThat(dataPoints.length > 0, "a metric without points");
  for (const point of dataPoints) readPoint(point, kind === "histogram");
}

interface OtlpBody {
  readonly resource: { readonly attributes: unknown };
  readonly [scopes: string]: unknown;
}

/** Takes traces and metrics; answers with this body. */
export const startOtlp = (answer = "{}"): Promise<Receiver<OtlpRequest>> =>
  startReceiver(({ path, headers, body }) => {
    expectThat(headers["content-type"] === "application/json", `type: ${headers["content-type"] ?? ""}`);
    const [kind, list] = Object.entries(JSON.parse(body.toString()) as Record<string, OtlpBody[]>)[0] ?? ["", []];
    expectThat(kind === "resourceSpans" || kind === "resourceMetrics", `another kind: ${kind}`);
    const [ofResource] = list;
    const scopes = ofResource?.[kind === "resourceSpans" ? "scopeSpans" : "scopeMetrics"] as {
      readonly [items: string]: Readonly<Record<string, unknown>>[];
    }[];
    const items = scopes.flatMap((scope) => scope[kind === "resourceSpans" ? "spans" : "metrics"] ?? []);
    items.forEach(kind === "resourceSpans" ? readSpan : readMetric);
    const resource = readAttributes(ofResource?.resource.attributes);
    return { taken: { path, headers, resource, items }, answer };
  });

// --- the X-Ray daemon

export interface XRayDaemon {
  /** `host:port` */
  readonly address: string;
  readonly segments: readonly ReadSegment[];
  readonly complaints: readonly string[];
}

/** A UDP socket that reads each datagram as a segment document. */
export async function startXRayDaemon(): Promise<XRayDaemon> {
  const socket = createSocket("udp4");
  const segments: ReadSegment[] = [];
  const complaints: string[] = [];
  socket.on("message", (message) => {
    const text = message.toString();
    const end = text.indexOf("\n");
    try {
      expectThat(text.slice(0, end) === '{"format": "json", "version": 1}', `a header: ${text.slice(0, end)}`);
      segments.push(readSegment(text.slice(end + 1)));
    } catch (error) {
      complaints.push(String(error));
    }
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(async () => {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  });
  return { address: `127.0.0.1:${socket.address().port}`, segments, complaints };
}
