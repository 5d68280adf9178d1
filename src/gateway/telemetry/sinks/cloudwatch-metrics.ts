/** CloudWatch, by the official SDK: each event is one metric datum as JSON, the name of the log its namespace. */
import { CloudWatchClient, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { limits } from "../../../limits.ts";
import type { MetricDatumText } from "../metrics/metric-data.ts";
import { eventQueues, type Events, type LogEvent } from "./event-queue.ts";
import { type Carrier, delivered, type Delivery } from "./log-sink.ts";
import { asDeliveryFailure, clientSettings, requestSignal, type SdkCarrierOptions } from "./sdk-carrier.ts";

function datumOf({ message }: LogEvent): MetricDatum {
  const { Timestamp, Dimensions, Values, Counts, ...rest } = JSON.parse(message) as MetricDatumText;
  return {
    ...rest,
    Dimensions: [...Dimensions],
    Values: [...Values],
    Counts: [...Counts],
    Timestamp: new Date(Timestamp * 1_000),
  };
}

export class CloudWatchMetricsCarrier implements Carrier<Events> {
  /** The rules of PutMetricData. */
  readonly newQueue = eventQueues({
    events: limits.metricBatchData,
    bytes: limits.metricBatch,
    eventOverhead: 1,
    eventBytes: limits.metricBatch,
    span: Infinity,
  });
  readonly pause = limits.logBatchPause;
  readonly #client: CloudWatchClient;

  constructor(options: SdkCarrierOptions) {
    this.#client = new CloudWatchClient(clientSettings(options));
  }

  async send(Namespace: string, events: Events, signal: AbortSignal): Promise<Delivery<Events>> {
    const command = new PutMetricDataCommand({ Namespace, MetricData: events.map(datumOf) });
    try {
      await this.#client.send(command, { abortSignal: requestSignal(signal) });
    } catch (error) {
      throw asDeliveryFailure(error);
    }
    return delivered;
  }

  close(): void {
    this.#client.destroy();
  }
}
