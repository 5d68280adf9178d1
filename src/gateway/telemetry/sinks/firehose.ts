/** Delivery streams of Data Firehose, by the official SDK: each event is one record, without a line end (facts/runtime.md 4). */
import { FirehoseClient, PutRecordBatchCommand } from "@aws-sdk/client-firehose";
import { limits } from "../../../limits.ts";
import { eventQueues, type Events } from "./event-queue.ts";
import type { Carrier, Delivery } from "./log-sink.ts";
import { asDeliveryFailure, clientSettings, requestSignal, type SdkCarrierOptions } from "./sdk-carrier.ts";

export class FirehoseCarrier implements Carrier<Events> {
  /** The rules of PutRecordBatch. */
  readonly newQueue = eventQueues({
    events: limits.deliveryBatchRecords,
    bytes: limits.deliveryBatch,
    eventOverhead: 0,
    eventBytes: limits.deliveryRecord,
    span: Infinity,
  });
  readonly pause = limits.logBatchPause;
  readonly #client: FirehoseClient;

  constructor(options: SdkCarrierOptions) {
    this.#client = new FirehoseClient(clientSettings(options));
  }

  async send(name: string, events: Events, signal: AbortSignal): Promise<Delivery<Events>> {
    const Records = events.map(({ message }) => ({ Data: Buffer.from(message) }));
    const command = new PutRecordBatchCommand({ DeliveryStreamName: name, Records });
    try {
      const { RequestResponses = [] } = await this.#client.send(command, { abortSignal: requestSignal(signal) });
      // A batch may be taken in part: each record has its own answer.
      return { again: events.filter((_, index) => RequestResponses[index]?.ErrorCode !== undefined), refused: 0 };
    } catch (error) {
      throw asDeliveryFailure(error);
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
