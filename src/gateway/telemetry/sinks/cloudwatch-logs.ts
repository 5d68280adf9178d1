/** Log groups of CloudWatch Logs, by the official SDK. */
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  InvalidSequenceTokenException,
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

const isMissing = (error: unknown): boolean => failureName(error) === "ResourceNotFoundException";

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
        // The service has not asked for tokens since 2023; others that stand in for it may.
        if (error instanceof InvalidSequenceTokenException) {
          return this.#put(name, events, abortSignal, error.expectedSequenceToken);
        }
        if (!isMissing(error)) throw error;
        await this.#create(name, abortSignal);
        return this.#put(name, events, abortSignal);
      });
    } catch (error) {
      // What came twice was taken the first time.
      if (failureName(error) === "DataAlreadyAcceptedException") return delivered;
      throw asDeliveryFailure(error);
    }
  }

  async #put(
    logGroupName: string,
    events: Events,
    abortSignal: AbortSignal,
    sequenceToken?: string,
  ): Promise<Delivery<Events>> {
    const logEvents = events.map(({ time, message }) => ({ timestamp: time, message }));
    const command = new PutLogEventsCommand({ logGroupName, logStreamName: this.#stream, logEvents, sequenceToken });
    const { rejectedLogEventsInfo } = await this.#client.send(command, { abortSignal });
    return { refused: rejectedCount(rejectedLogEventsInfo, events.length) };
  }

  /** The stream, and the group where that is missing too: who made the group may have kept the right to make more of them. */
  async #create(logGroupName: string, abortSignal: AbortSignal): Promise<void> {
    const stream = new CreateLogStreamCommand({ logGroupName, logStreamName: this.#stream });
    const createStream = async (): Promise<void> => {
      await this.#client.send(stream, { abortSignal }).catch(ignorePresent);
    };
    await createStream().catch(async (error: unknown) => {
      if (!isMissing(error)) throw error;
      await this.#client.send(new CreateLogGroupCommand({ logGroupName }), { abortSignal }).catch(ignorePresent);
      await createStream();
    });
  }

  close(): void {
    this.#client.destroy();
  }
}
