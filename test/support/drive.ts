/** Drives a Serve without a socket: a request in, the reply out. */
import { Exchange, type Serve } from "../../src/gateway/exchange.ts";
import type { BodySink, BodySource, HeaderList, Reply } from "../../src/gateway/transport.ts";
import { type Recorded, recordingReply } from "./recording-reply.ts";

export interface DrivenRequest {
  readonly method?: string;
  readonly target: string;
  readonly headers?: HeaderList;
  /** A list arrives in those pieces. */
  readonly body?: Buffer | readonly Buffer[] | BodySource | undefined;
  /** Instead of its end, the body fails so. */
  readonly failure?: Error;
  /** The client ends its side, or goes away, when it has asked. */
  readonly leaves?: "onEnd" | "onClose";
}

/** Serves one request and resolves with the reply, or with status 0 when the connection was broken off. */
export function drive(serve: Serve, request: DrivenRequest): Promise<Recorded> {
  return new Promise((resolve) => {
    const { method = "GET", target, headers = [] } = request;
    const reply = recordingReply(resolve);
    serve(new Exchange(method, target, headers, "127.0.0.1", bodySource(request, reply), reply, "127.0.0.1"));
    const { leaves } = request;
    if (leaves !== undefined) setImmediate(() => reply[leaves]?.());
  });
}

function bodySource({ body, failure }: DrivenRequest, reply: Reply): BodySource | undefined {
  if (body === undefined) return undefined;
  const whole = Buffer.isBuffer(body);
  if (!whole && "read" in body) return body;
  const chunks = whole ? [body] : body;
  return {
    length: whole ? body.length : -1,
    read(sink: BodySink) {
      // Reused, as the codec reuses its own: whoever keeps a chunk must copy it.
      for (const chunk of chunks) {
        const lent = Buffer.from(chunk);
        sink.onData(lent);
        lent.fill(0);
      }
      if (failure === undefined) sink.onEnd();
      else {
        sink.onError(failure);
        // As the listener does where nobody has answered.
        if (!reply.headSent) reply.destroy();
      }
    },
    pause() {},
    resume() {},
    discard() {},
  };
}
