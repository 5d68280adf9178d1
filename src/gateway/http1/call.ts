/** One request to a backend, from dispatch to the end of its answer. */
import { UpstreamFailure, type UpstreamFailureKind, type UpstreamHandler, type UpstreamRequest } from "../transport.ts";

/** Methods that may be sent a second time without doing more (RFC 9110 9.2.2). */
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"]);

/** What carries a call at present: a queue, or a connection. */
export interface Carrier {
  /** The call is given up. */
  abandon(call: Call): void;
}

export class Call {
  readonly request: UpstreamRequest;
  readonly handler: UpstreamHandler;
  /** The head as it goes over the wire. */
  readonly text: string;
  /** Of the clock that never goes back, milliseconds: until then the answer must be there, but for the time that stood. */
  readonly deadline: number;
  carrier: Carrier | null = null;
  /** Whether it has been sent again already. */
  repeated = false;
  /** The handler hears nothing more. */
  over = false;

  constructor(request: UpstreamRequest, handler: UpstreamHandler, text: string, deadline: number) {
    this.request = request;
    this.handler = handler;
    this.text = text;
    this.deadline = deadline;
  }

  /** Whether the method allows sending it twice. */
  get isIdempotent(): boolean {
    return idempotent.has(this.request.method);
  }

  /**
   * Whether it may go out once more after a used connection broke without a byte of answer. Only what changes nothing
   * by being done twice, since the backend may have done it; and only with a body that is still in our hands.
   */
  get isRepeatable(): boolean {
    const { body } = this.request;
    return !this.repeated && this.isIdempotent && (body === undefined || body instanceof Uint8Array);
  }

  fail(kind: UpstreamFailureKind, message: string): void {
    if (this.over) return;
    this.over = true;
    this.carrier = null;
    this.handler.onFailure(new UpstreamFailure(kind, message));
  }

  abandon(): void {
    if (this.over && this.carrier === null) return;
    this.over = true;
    const carrier = this.carrier;
    this.carrier = null;
    carrier?.abandon(this);
  }
}
