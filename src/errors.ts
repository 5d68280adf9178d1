/**
 * Failures that a caller is told about, as tables: code → status for the control plane, type → status and message for
 * the gateway. Anything else that is thrown is a mistake of our own and answers 500 without detail.
 */

/** Control plane exceptions: name on the wire (`x-amzn-ErrorType`) → HTTP status (facts/stage.md 1.4, 1.5). */
export const exceptions = {
  BadRequestException: 400,
  ValidationException: 400,
  SerializationException: 400,
  UnauthorizedException: 401,
  AccessDeniedException: 403,
  ExpiredTokenException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  NotFoundException: 404,
  UnknownOperationException: 404,
  MethodNotAllowedException: 405,
  ConflictException: 409,
  RequestEntityTooLargeException: 413,
  UnsupportedMediaTypeException: 415,
  LimitExceededException: 429,
  TooManyRequestsException: 429,
  InternalFailure: 500,
  NotImplementedException: 501,
  ServiceUnavailableException: 503,
} as const;

export type ExceptionName = keyof typeof exceptions;

/** A refusal that the caller of the control plane is told about, with the service's own words. */
export class Fault extends Error {
  readonly code: ExceptionName;
  readonly status: number;
  /** Seconds; becomes the header `Retry-After`. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ExceptionName, message: string, retryAfterSeconds?: number) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = exceptions[code];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export const badRequest = (message: string): Fault => new Fault("BadRequestException", message);
export const notFound = (message: string): Fault => new Fault("NotFoundException", message);
export const conflict = (message: string): Fault => new Fault("ConflictException", message);

/** One row of the gateway response catalogue (facts/runtime.md 13). */
export interface GatewayResponseDefault {
  readonly status: number;
  /** Null where the service says nothing (docs/decisions.md). */
  readonly message: string | null;
  /** The header `x-amzn-ErrorType`. */
  readonly errorType: string;
}

/** Gateway responses: type → status, default message, error type (facts/runtime.md 13). */
export const gatewayResponses = {
  ACCESS_DENIED: {
    status: 403,
    message: "User is not authorized to access this resource",
    errorType: "AccessDeniedException",
  },
  API_CONFIGURATION_ERROR: { status: 500, message: "Internal server error", errorType: "InternalServerErrorException" },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: null, errorType: "AuthorizerConfigurationException" },
  AUTHORIZER_FAILURE: { status: 500, message: null, errorType: "AuthorizerFailureException" },
  BAD_REQUEST_BODY: { status: 400, message: "Invalid request body", errorType: "BadRequestException" },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    message: "Missing required request parameters",
    errorType: "BadRequestException",
  },
  EXPIRED_TOKEN: {
    status: 403,
    message: "The security token included in the request is expired",
    errorType: "ExpiredTokenException",
  },
  INTEGRATION_FAILURE: {
    status: 504,
    message: "Network error communicating with endpoint",
    errorType: "InternalServerErrorException",
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    message: "Endpoint request timed out",
    errorType: "InternalServerErrorException",
  },
  INVALID_API_KEY: { status: 403, message: "Forbidden", errorType: "ForbiddenException" },
  INVALID_SIGNATURE: {
    status: 403,
    message: "The request signature we calculated does not match the signature you provided.",
    errorType: "InvalidSignatureException",
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    message: "Missing Authentication Token",
    errorType: "MissingAuthenticationTokenException",
  },
  QUOTA_EXCEEDED: { status: 429, message: "Limit Exceeded", errorType: "LimitExceededException" },
  REQUEST_TOO_LARGE: { status: 413, message: "Request Too Long", errorType: "RequestEntityTooLargeException" },
  RESOURCE_NOT_FOUND: { status: 404, message: "Not Found", errorType: "NotFoundException" },
  THROTTLED: { status: 429, message: "Too Many Requests", errorType: "TooManyRequestsException" },
  UNAUTHORIZED: { status: 401, message: "Unauthorized", errorType: "UnauthorizedException" },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: "Unsupported Media Type", errorType: "BadRequestException" },
  WAF_FILTERED: { status: 403, message: "Forbidden", errorType: "ForbiddenException" },
} as const satisfies Record<string, GatewayResponseDefault>;

export type GatewayResponseType = keyof typeof gatewayResponses;
