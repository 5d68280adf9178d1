/** A connection to a backend: carries one call at a time, and waits for the next in its pool. */
import type { Socket } from "node:net";
import { UpstreamFailure, type UpstreamFailureKind } from "../transport.ts";
import type { UpstreamLimits } from "./bounds.ts";
import type { Call, Carrier } from "./call.ts";
import { Framing } from "./framing.ts";
import { type BodyOwner, bodyState, IncomingBody } from "./incoming-body.ts";
import type { LentReads } from "./lent-reads.ts";
import { Peer } from "./peer.ts";
import { isBodiless } from "./reply-head.ts";
import { RequestSender, type SenderOwner } from "./request-sender.ts";
import type { ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";
import { whyUntrusted } from "./untrusted.ts";

/** What a connection needs of its pool. */
export interface ClientHost {
  readonly limits: UpstreamLimits;
  log(error: unknown): void;
  /** The connection has carried its call and can take another. */
  released(connection: ClientConnection): void;
  /** The connection is gone. */
  lost(connection: ClientConnection): void;
  /** A call's used connection broke before a byte of answer came: it gets a new one. */
  repeat(call: Call): void;
}

const connecting = 0;
const rests = 1;
const awaitsHead = 2;
const awaitsBody = 3;

export class ClientConnection extends Peer implements BodyOwner, SenderOwner, Carrier {
  readonly #host: ClientHost;
  readonly #reader: ResponseReader;
  #phase = connecting;
  #call: Call | null;
  #sender: RequestSender | null = null;
  #body: IncomingBody | null = null;
  /** When the backend's time, or a pause between calls, is over; Infinity while the backend's time stands. */
  #deadline: number;
  /** Of the backend's time, milliseconds, while it stands. */
  #left = 0;
  #informational = 0;
  #isAnswered = false;
  #keepAlive = false;
  #keepAliveFor = 0;
  #calls = 0;
  #error: Error | undefined = undefined;
  /** Since when it has rested. */
  restingSince = 0;

  /** `readyEvent`: `connect` or `secureConnect`. The call is sent when the connection stands. */
  constructor(socket: Socket, reads: LentReads | undefined, readyEvent: string, call: Call, host: ClientHost) {
    super(socket, reads, host.limits.responseHeaderBlock);
    this.#host = host;
    this.#reader = new ResponseReader(host.limits.responseHeaderBlock, host.limits.headerCount);
    this.#call = call;
    call.carrier = this;
    this.#deadline = Math.min(call.deadline, performance.now() + host.limits.connectTimeout);
    socket.once(readyEvent, () => {
      if (this.#call !== null) this.begin(this.#call);
    });
    socket.on("drain", () => this.#sender?.drained());
    socket.on("end", () => {
      this.ended = true;
      this.pump();
    });
    socket.on("error", (error) => {
      this.#error = error;
    });
    socket.on("close", () => this.#closed());
    this.attach();
  }

  /** Whether it can carry a call, as far as is known. */
  get usable(): boolean {
    return !this.gone && this.socket.writable;
  }

  /** Sends a call over this connection. */
  begin(call: Call): void {
    const { body } = call.request;
    call.carrier = this;
    this.#call = call;
    this.#calls++;
    this.#phase = awaitsHead;
    this.#deadline = call.deadline;
    this.#informational = 0;
    this.#isAnswered = false;
    this.output.text(call.text);
    if (body instanceof Uint8Array) {
      this.output.bytes(body);
    } else if (body !== undefined) {
      this.#sender = new RequestSender(body, this);
      this.#keepTime();
      this.#sender.start();
    }
    this.output.flush();
  }

  // --- the request's body

  requestBlocked(): void {
    this.#keepTime();
  }

  requestFlows(): void {
    this.#keepTime();
  }

  requestSent(): void {
    this.#sender = null;
    this.#keepTime();
  }

  /**
   * The backend's time runs while it is awaited, and stands while its client is: one that still sends its request (its own
   * connection keeps its time), or is slow to read the answer.
   */
  #keepTime(): void {
    const runs = this.#sender?.flows !== true && this.#body?.flows !== false;
    if (this.#call === null || runs === (this.#deadline !== Infinity)) return;
    if (runs) {
      this.#deadline = performance.now() + this.#left;
    } else {
      this.#left = this.#deadline - performance.now();
      this.#deadline = Infinity;
    }
  }

  requestFails(failure: UpstreamFailure): void {
    this.#sender = null;
    this.#fail(failure.kind, failure.message);
  }

  // --- the answer

  protected step(bytes: Buffer, at: number): number {
    if (this.#phase === awaitsHead) return this.#takeHead(bytes, at);
    if (this.#body !== null) return this.#takeBody(this.#body, bytes, at);
    // Nobody asked for these bytes; a later request must not take them for its answer.
    if (at < bytes.length) this.destroy();
    return -1;
  }

  #takeHead(bytes: Buffer, at: number): number {
    if (at < bytes.length) this.#isAnswered = true;
    const head = this.#reader.read(bytes, at);
    if (head === undefined) return -1;
    if ("message" in head) this.#fail(head.kind, head.message);
    else if (head.status < 200) this.#informed(head);
    else this.#answered(head, this.#reader.at === bytes.length);
    return this.#reader.at;
  }

  /** An answer before the answer is passed over; nobody asked to switch protocols. */
  #informed(head: ResponseHead): void {
    const tooMany = ++this.#informational > this.#host.limits.informationalResponses;
    if (head.status === 101 || tooMany) this.#fail("malformed", `unexpected status ${head.status}`);
  }

  #answered(head: ResponseHead, isAll: boolean): void {
    const call = this.#call;
    if (call === null) return;
    const { limits } = this.#host;
    const empty = call.request.method === "HEAD" || isBodiless(head.status) || head.bodyLength === 0;
    if (!empty && head.bodyLength > limits.body) {
      this.#fail("too-large", `an answer of ${head.bodyLength} bytes`);
      return;
    }
    this.#phase = awaitsBody;
    this.#keepAlive = head.keepAlive;
    const promised = head.keepAliveSeconds < 0 ? Infinity : head.keepAliveSeconds * 1_000 - limits.keepAliveMargin;
    this.#keepAliveFor = Math.min(limits.upstreamKeepAlive, promised);
    const body = new IncomingBody(
      empty ? 0 : head.bodyLength,
      answerFraming(head, empty, limits.body),
      limits.unreadBodyDrain,
      this.isLent,
      this,
    );
    this.#body = body;
    if (empty) this.#complete(body, isAll);
    this.#tell(call, head, body);
    this.#keepTime();
  }

  #tell(call: Call, head: ResponseHead, body: IncomingBody): void {
    if (call.over) return;
    call.over = true;
    try {
      call.handler.onHead(head.status, head.headers, body);
    } catch (error) {
      // Whoever takes the answer failed at it: it must not wait for what will not come.
      this.#host.log(error);
      if (this.#body === body) this.abandon();
      call.carrier = null;
      call.handler.onFailure(new UpstreamFailure("reset", "the answer could not be taken"));
    }
  }

  #takeBody(body: IncomingBody, bytes: Buffer, at: number): number {
    if (body.isDiscarded && this.#sender !== null) {
      // Nobody waits for either any more, and nobody says when the rest of the request is not to come.
      this.#fail("reset", "the answer was given up");
      return at;
    }
    const next = body.deliver(bytes, at);
    if (this.#body !== body) return next;
    switch (body.state) {
      case bodyState.open:
        this.#keepTime();
        if (next === at) return -1;
        break;
      case bodyState.ended:
        this.#complete(body, next === bytes.length);
        break;
      case bodyState.malformed:
        this.#fail("malformed", "the answer's body is badly framed");
        break;
      case bodyState.tooLarge:
        this.#fail("too-large", "the answer's body is too large");
        break;
      case bodyState.tooMuchUnread:
        this.#fail("reset", "the answer was given up");
        break;
    }
    return next;
  }

  bodyFlows(): void {
    this.#keepTime();
  }

  /** The answer is whole. The connection is free before the reader hears of it. */
  #complete(body: IncomingBody, isAll: boolean): void {
    const call = this.#call;
    const sender = this.#sender;
    this.#call = null;
    this.#body = null;
    this.#sender = null;
    if (call !== null) call.carrier = null;
    // What the backend did not want of the request is not sent; what it sent too much may not meet the next call.
    if (this.#keepAlive && sender === null && isAll && !this.ended && this.#keepAliveFor > 0) {
      this.#rest();
    } else {
      this.destroy();
    }
    sender?.stop();
    body.finish();
  }

  #rest(): void {
    this.#phase = rests;
    this.restingSince = performance.now();
    this.#deadline = this.restingSince + this.#keepAliveFor;
    this.#host.released(this);
  }

  protected settle(): void {
    if (!this.ended) return;
    const body = this.#body;
    // What is held waits for its reader.
    if (body !== null && !body.flows) return;
    if (body?.framing.lastsUntilClose === true) this.#complete(body, false);
    else this.#fail("reset", "the connection ended before the answer did");
  }

  // --- ends

  protected failed(error: unknown): void {
    this.#host.log(error);
    this.#fail("reset", "the answer could not be taken");
  }

  /** Called now and then: acts when something takes too long. */
  check(now: number): void {
    // A reader that pauses, or gives up, between two pieces says nothing of it.
    if (this.#phase === awaitsBody) this.#keepTime();
    if (now < this.#deadline) return;
    if (this.#phase === connecting && this.#call !== null && now < this.#call.deadline) {
      this.#fail("refused", "no connection in time");
    } else {
      this.#fail("timeout", "no answer in time");
    }
  }

  abandon(): void {
    this.#call = null;
    this.#body = null;
    this.#drop();
  }

  #drop(): void {
    const sender = this.#sender;
    this.#sender = null;
    this.destroy();
    sender?.stop();
  }

  #fail(kind: UpstreamFailureKind, message: string): void {
    const call = this.#call;
    const body = this.#body;
    this.#call = null;
    this.#body = null;
    this.#drop();
    if (call !== null) call.carrier = null;
    if (body !== null) body.fail(new UpstreamFailure(kind, message));
    else if (call === null) return;
    else if (kind === "reset" && this.#calls > 1 && !this.#isAnswered && call.isRepeatable) this.#host.repeat(call);
    else call.fail(kind, message);
  }

  #closed(): void {
    const untrusted = this.#phase === connecting ? whyUntrusted(this.socket, this.#error) : undefined;
    const why = untrusted ?? this.#error?.message ?? "the connection was closed";
    const kind = this.#phase === connecting ? "refused" : "reset";
    try {
      this.#fail(untrusted === undefined ? kind : "untrusted", why);
    } catch (error) {
      this.#host.log(error);
    }
    this.#host.lost(this);
  }
}

function answerFraming(head: ResponseHead, empty: boolean, maximum: number): Framing {
  if (empty) return Framing.ofLength(0, maximum);
  if (head.chunked) return Framing.ofChunks(maximum);
  return head.bodyLength < 0 ? Framing.untilClose(maximum) : Framing.ofLength(head.bodyLength, maximum);
}
