/** Which destinations there are: AWS services where the SDK's own variables name them, else files of the data dir. */
import { limits } from "../../../limits.ts";
import type { OperatorLog } from "../../../operator-log.ts";
import { type Environment, readServiceUrl, type Settings } from "../../../settings.ts";
import { type BatchRules, eventQueues, type Events } from "./event-queue.ts";
import { FileCarrier } from "./file.ts";
import { logFolder } from "./log-files.ts";
import { LogFolder } from "./log-folder.ts";
import { lineQueues } from "./line-queue.ts";
import { otlpDestination } from "../otlp/destination.ts";
import { type Batch, type Carrier, type Logs, type LogSink, nowhere, type Queue } from "./log-sink.ts";
import { MainThreadCarrier, type PostLogs } from "./main-thread.ts";
import { Shipper } from "./shipper.ts";
import { SpanCarrier } from "./spans.ts";
import { parseDaemonAddress, XRayCarrier } from "./xray.ts";

export interface LogsOptions {
  readonly settings: Pick<Settings, "dataDir" | "region">;
  readonly env: Environment;
  readonly log: OperatorLog;
}

/** AWS_ENDPOINT_URL alone does not count: in a shell of ours it names this very server. */
const logsVariable = "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";
const firehoseVariable = "AWS_ENDPOINT_URL_FIREHOSE";
const daemonVariable = "AWS_XRAY_DAEMON_ADDRESS";

interface FileDestination {
  /** Whether each event begins with its time. */
  readonly times: boolean;
}
type Opened = Promise<Carrier<Events>> | Carrier<Events>;
interface ServiceDestination {
  readonly open: () => Opened;
}
/** Where the events of a log go; undefined where nobody wants them. */
type Destination = FileDestination | ServiceDestination | undefined;

const plainFile: FileDestination = { times: false };
const fileWithTimes: FileDestination = { times: true };

const service = (address: string | undefined, open: (address: string) => Opened): ServiceDestination | undefined =>
  address === undefined ? undefined : { open: () => open(address) };

/** The SDK's clients are loaded where they are needed: they cost memory and a part of the start. */
function destinationsOf({ settings: { region }, env }: LogsOptions): Readonly<Record<keyof Logs, Destination>> {
  const groups = service(readServiceUrl(env, logsVariable), async (endpoint) => {
    const { CloudWatchLogsCarrier } = await import("./cloudwatch-logs.ts");
    return new CloudWatchLogsCarrier({ region, endpoint });
  });
  const streams = service(readServiceUrl(env, firehoseVariable), async (endpoint) => {
    const { FirehoseCarrier } = await import("./firehose.ts");
    return new FirehoseCarrier({ region, endpoint });
  });
  const daemon = service(env[daemonVariable] || undefined, (address) => new XRayCarrier(parseDaemonAddress(address)));
  const spans = otlpDestination(env, "traces");
  const localSegments = spans === undefined ? plainFile : undefined;
  return {
    accessLogs: groups ?? plainFile,
    deliveryStreams: streams ?? plainFile,
    executionLogs: groups ?? fileWithTimes,
    segments: daemon ?? localSegments,
    spans: spans && { open: () => new SpanCarrier(spans) },
  };
}

/** Throws a `SettingRefused` for a variable that names no service. */
export async function createLogs(options: LogsOptions): Promise<Logs> {
  const folder = new LogFolder(logFolder(options.settings.dataDir));
  const ship = <B extends Batch>(carrier: Carrier<B>): LogSink => new Shipper(carrier, options.log);
  const open = async (destination: Destination): Promise<LogSink> => {
    if (destination === undefined) return nowhere;
    return "open" in destination
      ? ship(await destination.open())
      : ship(new FileCarrier({ folder, times: destination.times }));
  };
  const { accessLogs, deliveryStreams, executionLogs, segments, spans } = destinationsOf(options);
  return {
    accessLogs: await open(accessLogs),
    deliveryStreams: await open(deliveryStreams),
    executionLogs: await open(executionLogs),
    segments: await open(segments),
    spans: await open(spans),
  };
}

/** Of what goes to services by way of the main thread, which cuts it to their rules. */
const handOver: BatchRules = {
  events: 10_000,
  bytes: limits.logHandOver,
  eventOverhead: 1,
  eventBytes: limits.deliveryRecord,
  span: Infinity,
};

/** For a thread that serves traffic beside others: batches for the main thread, in the form of their destinations. */
export function logsByMainThread(options: LogsOptions, post: PostLogs): Logs {
  const ship = <B extends Batch>(log: keyof Logs, newQueue: () => Queue<B>): LogSink =>
    new Shipper(new MainThreadCarrier(log, newQueue, post), options.log);
  const destinations = destinationsOf(options);
  const sink = (log: keyof Logs): LogSink => {
    const destination = destinations[log];
    if (destination === undefined) return nowhere;
    return "open" in destination ? ship(log, eventQueues(handOver)) : ship(log, lineQueues(destination.times));
  };
  return {
    accessLogs: sink("accessLogs"),
    deliveryStreams: sink("deliveryStreams"),
    executionLogs: sink("executionLogs"),
    segments: sink("segments"),
    spans: sink("spans"),
  };
}

/** Events that were not delivered and never will be, from the start, by kind. */
export function droppedOf(logs: Logs): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries<LogSink>({ ...logs }).map(([name, sink]) => [name, sink instanceof Shipper ? sink.dropped : 0]),
  );
}

/** Delivers what is left, to all at once. */
export async function closeLogs(logs: Logs): Promise<void> {
  const { accessLogs, deliveryStreams, executionLogs, segments, spans } = logs;
  await Promise.all([accessLogs, deliveryStreams, executionLogs, segments, spans].map((sink) => sink.close()));
}
