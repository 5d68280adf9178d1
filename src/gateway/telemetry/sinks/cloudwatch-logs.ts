/** Log groups of CloudWatch Logs, by the official SDK. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  type RejectedLogEventsInfo,
} from "@aws-sdk/client-cloudwatch-logs";
import { randomBytes } from "node:crypto";
import { limits } from "../../../limits.ts";
import { eventQueues, type Events } from "./event-queue.ts";
import { type Carrier, delivered, type Delivery } from "./log-sink.ts";
import {
  asDeliveryFailure,
  clientSettings,
  failureName,
  requestSignal,
  type SdkCarrierOptions,
} from "./sdk-carrier.ts";

/** Events that the service took note of and left out: too old, expired, or from too far in the future. */
function rejectedCount(info: RejectedLogEventsInfo | undefined, count: number): number {
  if (info === undefined) return 0;
  const old = Math.max(info.tooOldLogEventEndIndex ?? 0, info.expiredLogEventEndIndex ?? 0);
  return old + (count - (info.tooNewLogEventStartIndex ?? count));
}

const ignorePresent = (error: unknown): void => {
  if (failureName(error) !== "ResourceAlreadyExistsException") throw error;
};

export class CloudWatchLogsCarrier implements Carrier<Events> {
  /** The rules of PutLogEvents. */
  readonly newQueue = eventQueues({
    events: limits.logBatchEvents,
    bytes: limits.logBatch,
    eventOverhead: limits.logEventOverhead,
    eventBytes: limits.logEvent,
    span: limits.logBatchSpan,
  });
  readonly pause = limits.logBatchPause;
  readonly #client: CloudWatchLogsClient;
  /** Streams have hex names (facts/runtime.md 5); this process writes to one in each group. */
  readonly #stream = randomBytes(16).toString("hex");

  constructor(options: SdkCarrierOptions) {
    this.#client = new CloudWatchLogsClient(clientSettings(options));
  }

  async send(name: string, events: Events, signal: AbortSignal): Promise<Delivery<Events>> {
    const abortSignal = requestSignal(signal);
    try {
      return await this.#put(name, events, abortSignal).catch(async (error: unknown) => {
        if (failureName(error) !== "ResourceNotFoundException") throw error;
        await this.#create(name, abortSignal);
        return this.#put(name, events, abortSignal);
      });
    } catch (error) {
      // What came twice was taken the first time.
      if (failureName(error) === "DataAlreadyAcceptedException") return delivered;
      throw asDeliveryFailure(error);
    }
  }

  async #put(logGroupName: string, events: Events, abortSignal: AbortSignal): Promise<Delivery<Events>> {
    const logEvents = events.map(({ time, message }) => ({ timestamp: time, message }));
    const command = new PutLogEventsCommand({ logGroupName, logStreamName: this.#stream, logEvents });
    const { rejectedLogEventsInfo } = await this.#client.send(command, { abortSignal });
    return { refused: rejectedCount(rejectedLogEventsInfo, events.length) };
  }

  /** The group and the stream in it; either may be there. */
  async #create(logGroupName: string, abortSignal: AbortSignal): Promise<void> {
    await this.#client.send(new CreateLogGroupCommand({ logGroupName }), { abortSignal }).catch(ignorePresent);
    const stream = { logGroupName, logStreamName: this.#stream };
    await this.#client.send(new CreateLogStreamCommand(stream), { abortSignal }).catch(ignorePresent);
  }

  close(): void {
    this.#client.destroy();
  }
}
