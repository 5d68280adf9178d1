import { limits } from "../../limits.ts";
import { headerOf } from "../exchange.ts";
import { fixedResponses } from "../gateway-response.ts";
import type { Invocation } from "../invocation.ts";
import { DONE, type PipelineStep } from "../step.ts";
import { type BodySink, type BodySource, type HeaderList, type Reply, UpstreamFailure } from "../transport.ts";

const nothing = Buffer.alloc(0);

/** An endpoint's short body: answered in one write, and with a gateway response when it breaks off. */
class ShortRelay implements BodySink {
  readonly #invocation: Invocation;
  readonly #length: number;
  #held: Buffer | undefined = undefined;
  #sent = false;

  constructor(invocation: Invocation, length: number) {
    this.#invocation = invocation;
    this.#length = length;
  }

  onData(chunk: Buffer): void {
    const whole = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
    if (whole.length < this.#length) {
      this.#held = whole;
      return;
    }
    this.#send(whole);
  }

  #send(body: Buffer): void {
    if (this.#sent) return;
    this.#sent = true;
    const { exchange, status, headers } = this.#invocation;
    exchange.reply.send(status, headers, body);
  }

  onEnd(): void {
    this.#send(this.#held ?? nothing);
  }

  onError(error: Error): void {
    if (this.#sent) return;
    this.#sent = true;
    if (error instanceof UpstreamFailure) this.#invocation.onFailure(error);
    else this.#invocation.refuse(fixedResponses.badGateway);
  }
}

/** A body of any length, as it arrives and as fast as the client takes it. */
class Relay implements BodySink {
  readonly #invocation: Invocation;
  readonly #reply: Reply;
  readonly #source: BodySource;
  #bytes = 0;

  constructor(invocation: Invocation, source: BodySource) {
    const { reply } = invocation.exchange;
    this.#invocation = invocation;
    this.#reply = reply;
    this.#source = source;
    reply.onDrain = () => source.resume();
  }

  onData(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > limits.payload) {
      this.#source.discard();
      this.onError(new UpstreamFailure("too-large", "a body is over the bound"));
    } else if (!this.#reply.write(chunk)) {
      this.#source.pause();
    }
  }

  onEnd(): void {
    this.#reply.end();
  }

  /** The head is out, so breaking off is the only way to say that this is not all. */
  onError(error: Error): void {
    this.#invocation.cause = error;
    this.#reply.destroy();
  }
}

/** What Content-Length says, or -1. */
export function declaredLength(headers: HeaderList): number {
  const length = Number(headerOf(headers, "content-length") ?? -1);
  return Number.isSafeInteger(length) ? length : -1;
}

/** Sends the method response, with the ids that are on every answer (facts/runtime.md 12). */
export const reply: PipelineStep = {
  name: "reply",
  needed: () => true,
  run: (exchange, invocation) => {
    const { headers, status, body, endpointResponseBody: source } = invocation;
    headers.push("x-amzn-RequestId", exchange.identify(), "x-amz-apigw-id", invocation.extendedRequestId);
    if (exchange.method === "HEAD" && source !== undefined) {
      // The length that a HEAD is told is the one that a GET would be; the endpoint may have been asked with GET.
      source.discard();
      exchange.reply.head(status, headers, body?.length ?? declaredLength(invocation.endpointResponseHeaders));
      exchange.reply.end();
    } else if (body !== undefined || source === undefined) {
      if (invocation.endpointBodyRead === undefined) source?.discard();
      exchange.reply.send(status, headers, body ?? nothing);
    } else if (source.length > limits.payload) {
      invocation.refuse(fixedResponses.badGateway);
    } else if (source.length >= 0 && source.length <= limits.shortBody) {
      source.read(new ShortRelay(invocation, source.length));
    } else {
      exchange.reply.head(status, headers, source.length);
      source.read(new Relay(invocation, source));
    }
    return DONE;
  },
};
