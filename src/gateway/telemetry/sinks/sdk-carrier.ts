/** What the carriers to AWS services share: their client's settings, and which failures may pass. */
import { limits } from "../../../limits.ts";
import { BatchRefused } from "./log-sink.ts";

export interface SdkCarrierOptions {
  readonly region: string;
  /** What the SDK's own variable for the service said. */
  readonly endpoint: string;
}

/** The carriers try again themselves, so the clients do not. Credentials come from the SDK's default chain. */
export const clientSettings = ({ region, endpoint }: SdkCarrierOptions) => ({ region, endpoint, maxAttempts: 1 });

interface SdkFailure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $retryable?: unknown;
}

export const failureName = (error: unknown): string | undefined => (error as SdkFailure).name;

/** Refusals with a status of the client's own doing that pass by themselves all the same. */
const passing =
  /Throttl|LimitExceeded|TooManyRequests|RequestLimit|SlowDown|ServiceUnavailable|OperationAborted|Timeout/;

/** The error to reject with: for good where the service answered that it will not take this, else as it is. */
export function asDeliveryFailure(error: unknown): unknown {
  const { name = "", message = "", $metadata, $retryable } = error as SdkFailure;
  const status = $metadata?.httpStatusCode ?? 0;
  const isFinal = status >= 400 && status < 500 && status !== 429 && status !== 408;
  if (!isFinal || $retryable !== undefined || passing.test(name)) return error;
  return new BatchRefused(`${name}: ${message}`, { cause: error });
}

/** Ends a request that takes too long, or that there is no time left for. */
export const requestSignal = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(limits.logRequestTimeout)]);
