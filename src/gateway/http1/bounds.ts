import { limits } from "../../limits.ts";

/** Bounds of one listener; what is not given is taken from the table. Bytes and milliseconds. */
export interface ConnectionLimits {
  readonly requestLine: number;
  readonly headerBlock: number;
  readonly headerCount: number;
  /** Of a request's body. */
  readonly body: number;
  readonly unreadBodyDrain: number;
  readonly headTimeout: number;
  readonly bodyIdleTimeout: number;
  readonly keepAliveTimeout: number;
  readonly lingerTimeout: number;
  readonly lingerBytes: number;
  readonly connections: number;
}

export const defaultLimits: ConnectionLimits = {
  requestLine: limits.requestLine,
  headerBlock: limits.headerBlock,
  headerCount: limits.headerCount,
  body: limits.payload,
  unreadBodyDrain: limits.unreadBodyDrain,
  headTimeout: limits.headTimeout,
  bodyIdleTimeout: limits.bodyIdleTimeout,
  keepAliveTimeout: limits.keepAliveTimeout,
  lingerTimeout: limits.lingerTimeout,
  lingerBytes: limits.lingerBytes,
  connections: limits.connectionsPerListener,
};

/** Bounds of one upstream client. Bytes and milliseconds. */
export interface UpstreamLimits {
  readonly responseHeaderBlock: number;
  readonly headerCount: number;
  readonly informationalResponses: number;
  /** Of an answer's body. */
  readonly body: number;
  readonly unreadBodyDrain: number;
  readonly connectTimeout: number;
  readonly upstreamKeepAlive: number;
  readonly keepAliveMargin: number;
  readonly nonIdempotentReuse: number;
  readonly connectionsPerOrigin: number;
  readonly queuedPerOrigin: number;
}

export const defaultUpstreamLimits: UpstreamLimits = {
  responseHeaderBlock: limits.responseHeaderBlock,
  headerCount: limits.headerCount,
  informationalResponses: limits.informationalResponses,
  body: limits.payload,
  unreadBodyDrain: limits.unreadBodyDrain,
  connectTimeout: limits.connectTimeout,
  upstreamKeepAlive: limits.upstreamKeepAlive,
  keepAliveMargin: limits.keepAliveMargin,
  nonIdempotentReuse: limits.nonIdempotentReuse,
  connectionsPerOrigin: limits.connectionsPerOrigin,
  queuedPerOrigin: limits.queuedPerOrigin,
};
