/** Answers that the gateway makes itself, byte for byte as the service does (facts/runtime.md 13). */
import { type GatewayResponseDefault, type GatewayResponseType, gatewayResponses } from "../errors.ts";
import { limits } from "../limits.ts";
import type { Exchange } from "./exchange.ts";
import { newExtendedRequestId } from "./request-ids.ts";
import type { HeaderList } from "./transport.ts";

/** Answers that have no row of their own are of the type of their class. */
type ResponseType = GatewayResponseType | "DEFAULT_4XX" | "DEFAULT_5XX";

/** A gateway response, ready to be sent. */
export interface GatewayResponse {
  readonly status: number;
  readonly body: Buffer;
  /** Content-Type and error type; the ids of the request come after them. */
  readonly headers: HeaderList;
  /** As `$context.error.responseType` and `$context.error.message` have it. */
  readonly type: ResponseType;
  readonly message: string | null;
}

/** The service writes these with a blank after the colon: they come from the execution of a method (facts/runtime.md 13). */
const withBlank: ReadonlySet<GatewayResponseType> = new Set([
  "API_CONFIGURATION_ERROR",
  "BAD_REQUEST_BODY",
  "BAD_REQUEST_PARAMETERS",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
]);

function jsonResponse(type: ResponseType, row: GatewayResponseDefault, before: string): GatewayResponse {
  return {
    status: row.status,
    body: Buffer.from(`${before}${JSON.stringify(row.message)}}`),
    headers: ["Content-Type", "application/json", "x-amzn-ErrorType", row.errorType],
    type,
    message: row.message,
  };
}

const compact = '{"message":';
const spaced = '{"message": ';

/** ACCESS_DENIED alone has a capital `Message`. */
const beginningOf = (type: GatewayResponseType): string =>
  type === "ACCESS_DENIED" ? '{"Message":' : withBlank.has(type) ? spaced : compact;

/** A response of the catalogue with a message of its own, and maybe an error type. */
export const responseWith = (
  type: GatewayResponseType,
  message: string,
  errorType: string = gatewayResponses[type].errorType,
): GatewayResponse => jsonResponse(type, { ...gatewayResponses[type], message, errorType }, beginningOf(type));

/** The catalogue, compiled. */
export const responseOf = Object.fromEntries(
  (Object.keys(gatewayResponses) as GatewayResponseType[]).map((type) => [
    type,
    jsonResponse(type, gatewayResponses[type], beginningOf(type)),
  ]),
) as { readonly [type in GatewayResponseType]: GatewayResponse };

/** Answers that have no type in the catalogue. */
export const fixedResponses = {
  /** Unknown API or stage, or a disabled default endpoint: before any API is known (facts/runtime.md 1). */
  forbidden: jsonResponse(
    "DEFAULT_4XX",
    { status: 403, message: "Forbidden", errorType: "ForbiddenException" },
    compact,
  ),
  /** Header values together over the quota; the service's text is not known (facts/runtime.md 14). */
  headersTooLarge: jsonResponse(
    "DEFAULT_4XX",
    { status: 431, message: "Request Header Fields Too Large", errorType: "BadRequestException" },
    compact,
  ),
  uriTooLong: jsonResponse(
    "DEFAULT_4XX",
    { status: 414, message: "Request URI too long", errorType: "BadRequestException" },
    compact,
  ),
  badRequest: jsonResponse(
    "DEFAULT_4XX",
    { status: 400, message: "Bad Request", errorType: "BadRequestException" },
    spaced,
  ),
  /** The client's own body stopped coming. */
  requestTimeout: jsonResponse(
    "DEFAULT_4XX",
    { status: 408, message: "Request timed out", errorType: "BadRequestException" },
    compact,
  ),
  /** The body that a parameter mapping reads is not JSON (facts/mapping.md 3). */
  invalidJson: jsonResponse(
    "BAD_REQUEST_BODY",
    { status: 400, message: "Invalid JSON in request body", errorType: "BadRequestException" },
    spaced,
  ),
  /** The endpoint answered, but not with what can be passed on. */
  badGateway: jsonResponse(
    "INTEGRATION_FAILURE",
    { status: 502, message: "Internal server error", errorType: "InternalServerErrorException" },
    spaced,
  ),
  /** Too many requests wait for one endpoint. */
  unavailable: jsonResponse(
    "INTEGRATION_FAILURE",
    { status: 503, message: "Service Unavailable", errorType: "ServiceUnavailableException" },
    compact,
  ),
  /** Plain text, unlike REQUEST_TOO_LARGE: what the service's edge says (facts/runtime.md 13). */
  payloadTooLarge: {
    status: gatewayResponses.REQUEST_TOO_LARGE.status,
    body: Buffer.from(`HTTP content length exceeded ${limits.payload} bytes.`),
    headers: ["Content-Type", "text/plain", "x-amzn-ErrorType", gatewayResponses.REQUEST_TOO_LARGE.errorType],
    type: "REQUEST_TOO_LARGE",
    message: gatewayResponses.REQUEST_TOO_LARGE.message,
  },
} as const satisfies Record<string, GatewayResponse>;

/** Thrown by a step to answer a request. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  /** Private, since logs show what an error's members are: not the bytes of an answer. */
  readonly #response: GatewayResponse;

  constructor(response: GatewayResponse, reason = "") {
    super(reason);
    this.#response = response;
  }

  get response(): GatewayResponse {
    return this.#response;
  }

  /** For the operator's log: what was wrong with the configuration; empty when it was the client's doing. */
  get reason(): string {
    return this.message;
  }
}

/** Sends a gateway response. The ids of the request are on every answer (facts/runtime.md 12). */
export function sendGatewayResponse(
  exchange: Exchange,
  response: Pick<GatewayResponse, "status" | "body" | "headers">,
  extendedRequestId: string = newExtendedRequestId(),
  traceId?: string,
): void {
  const trace = traceId === undefined ? [] : ["X-Amzn-Trace-Id", traceId];
  exchange.reply.send(
    response.status,
    [...response.headers, "x-amzn-RequestId", exchange.identify(), "x-amz-apigw-id", extendedRequestId, ...trace],
    response.body,
  );
}
