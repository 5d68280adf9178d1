/**
 * A client's connection: one request after the other, each read only when the reply before it is out.
 *
 * Three phases: `head` (the next request is awaited), `exchange` (one is served: its body arrives, its reply leaves, in
 * any order), `linger` (the last reply is out, what still arrives is dropped so that no reset eats it).
 */
import type { Socket } from "node:net";
import { newRequestId } from "../../model/ids.ts";
import { Exchange, type Serve } from "../exchange.ts";
import { UpstreamFailure, type UpstreamFailureKind } from "../transport.ts";
import { bodyState, IncomingBody } from "./incoming-body.ts";
import { Framing } from "./framing.ts";
import type { LentReads } from "./lent-reads.ts";
import { Peer } from "./peer.ts";
import { type Refusal, refusals } from "./refusals.ts";
import { HttpReply, type ReplyChannel } from "./reply.ts";
import type { RequestHead } from "./request-head.ts";
import { RequestReader } from "./request-reader.ts";
import type { ConnectionLimits } from "./bounds.ts";

/** What a connection needs of its listener. */
export interface ConnectionHost {
  readonly serve: Serve;
  readonly limits: ConnectionLimits;
  /** Milliseconds of a clock that never goes back, brought up to date every tick. */
  readonly now: number;
  /** No new request may begin. */
  readonly closing: boolean;
  log(error: unknown): void;
  left(connection: Connection): void;
}

const awaitsHead = 0;
const exchanges = 1;
const lingers = 2;

export class Connection extends Peer implements ReplyChannel {
  readonly #host: ConnectionHost;
  readonly #remoteAddress: string;
  readonly #reader: RequestReader;
  #phase = awaitsHead;
  #headBegan = false;
  /** Bytes that came after the last reply. */
  #dropped = 0;
  #lingersLonger = false;
  #reply: HttpReply | null = null;
  /** A reply whose last bytes wait for a slow client. */
  #leaving: HttpReply | null = null;
  #body: IncomingBody | null = null;
  #keepAlive = true;
  #continues = false;
  #deadline: number;
  /** Requests so far. */
  requests = 0;

  constructor(socket: Socket, reads: LentReads | undefined, host: ConnectionHost) {
    super(socket, reads, host.limits.requestLine + host.limits.headerBlock);
    this.#host = host;
    this.#remoteAddress = (socket.remoteAddress ?? "").replace(/^::ffff:(?=[0-9.]+$)/, "");
    this.#reader = new RequestReader(host.limits);
    this.#deadline = host.now + host.limits.headTimeout;
    socket.on("drain", () => this.#drained());
    socket.on("end", () => this.#clientEnded());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => this.#closed());
    this.attach();
  }

  /** No request is under way and none has begun to arrive. */
  get idle(): boolean {
    return this.#phase === awaitsHead && this.heldBytes === 0;
  }

  /** A request is being served. */
  get serving(): boolean {
    return this.#phase === exchanges;
  }

  // --- what arrives

  protected step(bytes: Buffer, at: number): number {
    if (this.#phase === awaitsHead) return this.#takeHead(bytes, at);
    if (this.#phase === lingers) return this.#drop(bytes, at);
    return this.#body === null ? -1 : this.#takeBody(this.#body, bytes, at);
  }

  #takeBody(body: IncomingBody, bytes: Buffer, at: number): number {
    const next = body.deliver(bytes, at);
    if (this.#body !== body) return next;
    switch (body.state) {
      case bodyState.open:
        if (next === at) return -1;
        this.#deadline = this.#host.now + this.#host.limits.bodyIdleTimeout;
        return next;
      case bodyState.ended:
        this.#bodyEnds();
        body.finish();
        this.#turn();
        break;
      case bodyState.malformed:
        this.#bodyFails("client-malformed", refusals.body);
        break;
      case bodyState.tooLarge:
        this.#bodyFails("client-too-large", refusals.bodyTooLarge);
        break;
      case bodyState.tooMuchUnread:
        this.#bodyEnds();
        this.#keepAlive = false;
        this.#turn();
        break;
    }
    return next;
  }

  #takeHead(bytes: Buffer, at: number): number {
    const head = this.#reader.read(bytes, at);
    if (head === undefined) return this.#reader.at === at ? -1 : this.#reader.at;
    if ("message" in head) this.#refuse(head);
    else this.#exchange(head);
    return this.#reader.at;
  }

  #exchange(head: RequestHead): void {
    const { limits } = this.#host;
    this.requests++;
    this.#phase = exchanges;
    this.#deadline = Infinity;
    this.#keepAlive = head.keepAlive;
    this.#continues = head.expectsContinue;
    const reply = new HttpReply(this, head.method === "HEAD", head.minorVersion, head.keepAlive);
    this.#reply = reply;
    if (head.bodyLength !== 0) {
      const framing =
        head.bodyLength < 0 ? Framing.ofChunks(limits.body) : Framing.ofLength(head.bodyLength, limits.body);
      this.#body = new IncomingBody(head.bodyLength, framing, limits.unreadBodyDrain, this.isLent, this);
    }
    const body = this.#body ?? undefined;
    this.#host.serve(new Exchange(head.method, head.target, head.headers, head.host, body, reply, this.#remoteAddress));
  }

  protected settle(held: number): void {
    if (this.#phase === awaitsHead) {
      const over = this.#host.closing && held === 0 && this.requests > 0;
      if (this.ended || over) {
        this.#linger();
      } else if (held > 0 && !this.#headBegan) {
        this.#headBegan = true;
        this.#deadline = this.#host.now + this.#host.limits.headTimeout;
      }
    } else if (this.ended && this.#body?.flows === true) {
      // All that came is taken and the body wants more: it will not come.
      this.#bodyFails("client-incomplete", refusals.incomplete);
    }
  }

  #clientEnded(): void {
    this.ended = true;
    this.#call(this.#reply?.onEnd);
    this.pump();
  }

  #drop(bytes: Buffer, at: number): number {
    this.#dropped += bytes.length - at;
    if (this.#dropped > this.#host.limits.lingerBytes) this.destroy();
    return bytes.length === at ? -1 : bytes.length;
  }

  // --- the body's owner

  bodyFlows(): void {
    this.#deadline = this.#host.now + this.#host.limits.bodyIdleTimeout;
    if (!this.#continues) return;
    this.#continues = false;
    if (this.#reply?.headSent !== false || this.heldBytes > 0) return;
    this.output.text("HTTP/1.1 100 Continue\r\n\r\n");
    this.output.flush();
  }

  /** Nothing more is awaited of the client: how long its reply may take is for others to say. */
  #bodyEnds(): void {
    this.#body = null;
    this.#deadline = Infinity;
  }

  /** The body cannot be had: its reader hears why, and answers at once or leaves it to us. */
  #bodyFails(kind: UpstreamFailureKind, refusal: Refusal): void {
    const body = this.#body;
    this.#bodyEnds();
    this.#keepAlive = false;
    if (body?.isDiscarded === true) {
      this.#turn();
      return;
    }
    body?.fail(new UpstreamFailure(kind, refusal.message));
    const reply = this.#reply;
    if (reply === null) this.#turn();
    else if (reply.headSent) this.destroy();
    else this.#answer(reply, refusal);
  }

  // --- the reply's channel

  staysOpen(): boolean {
    const body = this.#body;
    // A client that was not told to go on may send its body or may not: nobody can tell what follows.
    if (
      body !== null &&
      (this.#continues || (!body.isRead && body.framing.remaining > this.#host.limits.unreadBodyDrain))
    ) {
      this.#keepAlive = false;
    }
    return this.#keepAlive && !this.#host.closing;
  }

  replyEnds(): void {
    const reply = this.#reply;
    if (reply === null) return;
    this.#reply = null;
    this.#keepAlive = this.#keepAlive && reply.keepAlive;
    this.#body?.discard();
    this.output.flush();
    if (this.output.blocked) {
      this.#leaving = reply;
      this.#deadline = this.#host.now + this.#host.limits.bodyIdleTimeout;
      return;
    }
    this.#sent(reply);
  }

  #sent(reply: HttpReply): void {
    this.#turn();
    this.#call(reply.onSent);
  }

  /** Goes on to what is next when the request is read and its reply is out. */
  #turn(): void {
    if (this.#phase !== exchanges || this.gone || this.#reply !== null || this.#leaving !== null) return;
    if (!this.#keepAlive) {
      this.#linger();
      return;
    }
    if (this.#body !== null) {
      this.#deadline = this.#host.now + this.#host.limits.lingerTimeout;
      return;
    }
    this.#phase = awaitsHead;
    this.#headBegan = false;
    this.#deadline = this.#host.now + this.#host.limits.keepAliveTimeout;
    this.pump();
  }

  #drained(): void {
    const leaving = this.#leaving;
    if (leaving !== null) {
      this.#leaving = null;
      this.#sent(leaving);
      return;
    }
    if (this.#phase !== exchanges) return;
    this.#deadline = this.#body?.flows === true ? this.#host.now + this.#host.limits.bodyIdleTimeout : Infinity;
    try {
      this.#reply?.onDrain?.();
    } catch (error) {
      this.failed(error);
    }
  }

  mistake(error: unknown): void {
    this.#host.log(error);
  }

  // --- ends

  #refuse(refusal: Refusal): void {
    this.#phase = exchanges;
    this.#keepAlive = false;
    this.#reply = new HttpReply(this, false, 1, false);
    this.#answer(this.#reply, refusal);
  }

  #answer(reply: HttpReply, refusal: Refusal): void {
    this.#keepAlive = false;
    const { status, message, errorType } = refusal;
    const identified = ["x-amzn-RequestId", newRequestId(), "x-amzn-ErrorType", errorType];
    reply.send(status, [...identified, "Content-Type", "application/json"], JSON.stringify({ message }));
  }

  #linger(): void {
    this.#phase = lingers;
    this.#body = null;
    this.#deadline = this.#host.now + this.#host.limits.lingerTimeout;
    this.output.end();
    this.pump();
  }

  protected failed(error: unknown): void {
    this.#host.log(error);
    const reply = this.#reply;
    if (reply === null || reply.headSent) this.destroy();
    else this.#answer(reply, refusals.internal);
  }

  /** Called now and then: acts when something takes too long. */
  check(now: number): void {
    const { blocked } = this.output;
    const idle = this.#host.limits.bodyIdleTimeout;
    if (blocked && this.#deadline === Infinity) this.#deadline = now + idle;
    if (now < this.#deadline) return;
    this.#deadline = Infinity;
    if (this.#phase === lingers && this.socket.writableLength > 0 && !this.#lingersLonger) {
      // The last reply has not left yet: its client is slow.
      this.#lingersLonger = true;
      this.#deadline = now + idle;
    } else if (this.#phase === awaitsHead) {
      if (this.heldBytes === 0) this.#linger();
      else this.#refuse(refusals.slow);
    } else if (this.#phase === lingers || blocked || this.#body === null) {
      this.destroy();
    } else if (this.#body.flows) {
      this.#bodyFails("client-slow", refusals.slow);
    }
  }

  /** Ends an idle connection. */
  close(): void {
    if (this.idle) this.#linger();
  }

  #closed(): void {
    this.gone = true;
    this.#host.left(this);
    const reply = this.#reply;
    const leaving = this.#leaving;
    const body = this.#body;
    this.#reply = null;
    this.#leaving = null;
    this.#body = null;
    reply?.detach();
    if (body !== null) this.#guard(() => body.fail(new UpstreamFailure("client-gone", "the client went away")));
    this.#call(reply?.onClose);
    this.#call(reply?.onSent ?? leaving?.onSent);
  }

  #call(listener: (() => void) | null | undefined): void {
    if (listener !== null && listener !== undefined) this.#guard(listener);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#host.log(error);
    }
  }
}
