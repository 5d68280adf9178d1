/**
 * The narrow interface between HTTP on the wire and everything above it: bytes and headers, no stream objects. The
 * listener (gateway/http1/) and the upstream client (gateway/integrate/) implement it; steps only use it.
 *
 * Headers are flat lists, `[name, value, name, value, …]`, in the order and spelling of the wire.
 */
export type HeaderList = readonly string[];

/** Takes a body as it arrives. After `onEnd` or `onError` nothing more is called. */
export interface BodySink {
  /** The chunk is the sink's from now on: nobody changes it afterwards, so that it may be kept or passed on. */
  onData(chunk: Buffer): void;
  onEnd(): void;
  onError(error: Error): void;
}

/** A body that is still arriving. It flows only while it is being read and is not paused. */
export interface BodySource {
  /** Bytes as declared by Content-Length, 0 where none can follow, -1 when the framing is chunked (or, upstream, until close). */
  readonly length: number;
  /** Begins the flow into the sink. Once only. */
  read(sink: BodySink): void;
  pause(): void;
  resume(): void;
  /** Gives the rest up: what still arrives is dropped, and the connection is closed where draining would cost too much. */
  discard(): void;
}

/** The way back to the client. */
export interface Reply {
  /** Status, headers and the whole body in one write. */
  send(status: number, headers: HeaderList, body: Buffer | string): void;
  /** Begins a streamed reply; `length` as in BodySource. The framing headers are made here and must not be in the list. */
  head(status: number, headers: HeaderList, length: number): void;
  /** Takes the chunk over; it must not change afterwards. False when the client is slow: pause the source until `onDrain`. */
  write(chunk: Buffer): boolean;
  end(): void;
  /** Breaks the connection off: the only honest end of a streamed reply whose source failed. */
  destroy(): void;
  onDrain: (() => void) | null;
  /** The client went away before the reply was out. */
  onClose: (() => void) | null;
  /** The client has ended its side before the reply was out: it may still read it, or be gone. */
  onEnd: (() => void) | null;
  /** Called once, after the last byte went to the socket (or the client went away): the time for logs and metrics. */
  onSent: (() => void) | null;
  readonly headSent: boolean;
  /** Of the head that was sent; 0 as long as there is none. */
  readonly status: number;
  /** Bytes of the body so far, without framing. */
  readonly sentBytes: number;
}

/** Where an upstream request goes. Compiled once a stage, compared by reference. */
export interface Origin {
  readonly protocol: "http:" | "https:";
  readonly host: string;
  readonly port: number;
  /** For https. Two origins that differ here never share a connection. */
  readonly tls: OriginTls | undefined;
}

export interface OriginTls {
  readonly serverName: string;
  readonly rejectUnauthorized: boolean;
  /** PEM of a client certificate and its key. */
  readonly certificate?: string;
  readonly privateKey?: string;
}

export interface UpstreamRequest {
  readonly method: string;
  /** Origin form: path and query. */
  readonly target: string;
  /** Host included; without framing headers, which the client makes. */
  readonly headers: HeaderList;
  readonly body: BodySource | Buffer | undefined;
  /**
   * From dispatch to the last byte of the answer, milliseconds. It stands while the client is awaited: for the rest of the
   * request's body, and to read more of the answer.
   */
  readonly timeout: number;
}

/** Why there is no (whole) answer. */
export type UpstreamFailureKind =
  | "refused" // no connection: refused, unreachable, name not found, TLS failed
  | "untrusted" // the backend's certificate is of another name, over, or nobody vouches for it
  | "reset" // the connection broke before the whole answer was there
  | "timeout"
  | "malformed" // what came is not HTTP
  | "too-large"
  | "overloaded" // too many requests wait for this origin
  | "invalid" // the request cannot be written: a control character in a header, a blank in the target
  | "client-gone" // the client went away while its body was awaited
  | "client-incomplete" // the client ended its side before the request's own body was whole
  | "client-slow" // the request's own body stopped coming
  | "client-malformed" // the request's own body was badly framed
  | "client-too-large"; // the request's own body passed the bound

export class UpstreamFailure extends Error {
  override readonly name = "UpstreamFailure";
  readonly kind: UpstreamFailureKind;
  constructor(kind: UpstreamFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface UpstreamHandler {
  /** Once. The body must be read or discarded. */
  onHead(status: number, headers: HeaderList, body: BodySource): void;
  /** Instead of `onHead`. A failure after it goes to the body's sink. */
  onFailure(failure: UpstreamFailure): void;
}

export interface Upstream {
  /** Returns what gives the request up (the client went away); after that the handler hears nothing more. */
  dispatch(origin: Origin, request: UpstreamRequest, handler: UpstreamHandler): () => void;
  /** Waits for requests under way, then closes the connections. */
  close(): Promise<void>;
}
