/** What a request that is not HTTP, or too much of it, is answered before anybody serves it. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** The header `x-amzn-ErrorType`. */
  readonly errorType: string;
}

const refusal = (status: number, message: string, errorType = "BadRequestException"): Refusal =>
  Object.freeze({ status, message, errorType });

export const refusals = {
  requestLine: refusal(400, "Malformed request line"),
  method: refusal(400, "Malformed request method"),
  target: refusal(400, "Malformed request target"),
  fieldName: refusal(400, "Malformed header name"),
  fieldValue: refusal(400, "Malformed header value"),
  lineEnding: refusal(400, "Malformed line ending"),
  host: refusal(400, "Exactly one valid Host header is required"),
  contentLength: refusal(400, "Malformed Content-Length"),
  transferEncoding: refusal(400, "Malformed Transfer-Encoding"),
  framing: refusal(400, "Content-Length and Transfer-Encoding exclude each other"),
  body: refusal(400, "Malformed request body"),
  incomplete: refusal(400, "The request ended early"),
  slow: refusal(408, "Request timed out"),
  bodyTooLarge: refusal(413, "Request Too Long", "RequestEntityTooLargeException"),
  targetTooLong: refusal(414, "Request URI too long"),
  expectation: refusal(417, "Expectation not supported"),
  headersTooLarge: refusal(431, "Request header fields too large"),
  internal: refusal(500, "Internal server error", "InternalServerErrorException"),
  connect: refusal(501, "CONNECT is not supported", "NotImplementedException"),
  transferCoding: refusal(501, "Transfer coding not supported", "NotImplementedException"),
  version: refusal(505, "HTTP version not supported"),
} as const;
