/** Which destinations there are: AWS services where the SDK's own variables name them, else files of the data dir. */
import { type Environment, readServiceUrl, type Settings } from "../../../settings.ts";
import { FileCarrier } from "./file.ts";
import { logFolder } from "./log-files.ts";
import { LogFolder } from "./log-folder.ts";
import { otlpDestination } from "../otlp/destination.ts";
import { type Batch, type Carrier, type Logs, type LogSink, nowhere } from "./log-sink.ts";
import { MainThreadCarrier, type PostLogs } from "./main-thread.ts";
import { Shipper } from "./shipper.ts";
import { SpanCarrier } from "./spans.ts";
import { parseDaemonAddress, XRayCarrier } from "./xray.ts";
import type { OperatorLog } from "../../../operator-log.ts";

export interface LogsOptions {
  readonly settings: Pick<Settings, "dataDir" | "region">;
  readonly env: Environment;
  readonly log: OperatorLog;
}

/** AWS_ENDPOINT_URL alone does not count: in a shell of ours it names this very server. */
const logsVariable = "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS";
const firehoseVariable = "AWS_ENDPOINT_URL_FIREHOSE";
const daemonVariable = "AWS_XRAY_DAEMON_ADDRESS";

/**
 * The SDK's clients are loaded where they are needed: they cost memory and a part of the start. Throws a `SettingRefused` for
 * a variable that names no service.
 */
export async function createLogs({ settings, env, log }: LogsOptions): Promise<Logs> {
  const { region, dataDir } = settings;
  const folder = new LogFolder(logFolder(dataDir));
  const ship = <B extends Batch>(carrier: Carrier<B>): LogSink => new Shipper(carrier, log);
  const files = (times: boolean): LogSink => ship(new FileCarrier({ folder, times }));
  const groups = async (endpoint: string): Promise<LogSink> => {
    const { CloudWatchLogsCarrier } = await import("./cloudwatch-logs.ts");
    return ship(new CloudWatchLogsCarrier({ region, endpoint }));
  };
  const streams = async (endpoint: string): Promise<LogSink> => {
    const { FirehoseCarrier } = await import("./firehose.ts");
    return ship(new FirehoseCarrier({ region, endpoint }));
  };
  const logsEndpoint = readServiceUrl(env, logsVariable);
  const firehoseEndpoint = readServiceUrl(env, firehoseVariable);
  const daemon = env[daemonVariable] ?? "";
  const spans = otlpDestination(env, "traces");
  const localSegments = (): LogSink => (spans === undefined ? files(false) : nowhere);
  return {
    accessLogs: logsEndpoint === undefined ? files(false) : await groups(logsEndpoint),
    executionLogs: logsEndpoint === undefined ? files(true) : await groups(logsEndpoint),
    deliveryStreams: firehoseEndpoint === undefined ? files(false) : await streams(firehoseEndpoint),
    segments: daemon === "" ? localSegments() : ship(new XRayCarrier(parseDaemonAddress(daemon))),
    spans: spans === undefined ? nowhere : ship(new SpanCarrier(spans)),
  };
}

/** For a thread that serves traffic beside others: what the main thread has no use for goes nowhere from here. */
export function logsByMainThread(env: LogsOptions["env"], post: PostLogs, log: OperatorLog): Logs {
  const sink = (name: keyof Logs): LogSink => new Shipper(new MainThreadCarrier(name, post), log);
  const spans = otlpDestination(env, "traces") !== undefined;
  return {
    accessLogs: sink("accessLogs"),
    deliveryStreams: sink("deliveryStreams"),
    executionLogs: sink("executionLogs"),
    segments: spans && (env[daemonVariable] ?? "") === "" ? nowhere : sink("segments"),
    spans: spans ? sink("spans") : nowhere,
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
