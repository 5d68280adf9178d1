/**
 * One call of a method that comes from no socket: it goes through the steps that traffic goes through, and what became of
 * it is collected (facts/control.md 3.1).
 */
import { limits } from "../limits.ts";
import type { BoundMethod, StageProgram } from "../snapshot/program.ts";
import type { AuthorizerProgram } from "./authorizers/program.ts";
import type { AuthorizerOutcome } from "./authorizers/result.ts";
import type { Buckets } from "./buckets/buckets.ts";
import { Exchange } from "./exchange.ts";
import { fixedResponses, type GatewayResponse } from "./gateway-response.ts";
import { withoutHeaders, withoutIds } from "./headers.ts";
import { type GatewayServices, Invocation } from "./invocation.ts";
import { authorizerTestLog, testLog } from "./telemetry/test-log.ts";
import { noLogs } from "./telemetry/sinks/log-sink.ts";
import { type BodySource, type HeaderList, type Reply, UpstreamFailure } from "./transport.ts";
import { WholeBody } from "./whole-body.ts";

export interface TestRequest {
  readonly verb: string;
  /** Path and query, as they would be on the wire. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Buffer | undefined;
  /** Of the method's resource, as a template. */
  readonly resourcePath: string;
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Buffer;
  /** Milliseconds. */
  readonly latency: number;
  /** The execution log, in lines. */
  readonly log: string;
}

/** What the service says of a caller that is not there (recorded in events of test invocations). */
const testHost = "testPrefix.testDomainName";
const testAddress = "test-invoke-source-ip";

/** A test takes no tokens: nobody is to be refused because somebody tries something. */
const unlimited: Buckets = { take: () => true, giveBack: () => undefined };

/** A body that is there already. */
const bodyOf = (bytes: Buffer): BodySource => ({
  length: bytes.length,
  read(sink) {
    sink.onData(bytes);
    sink.onEnd();
  },
  pause: () => undefined,
  resume: () => undefined,
  discard: () => undefined,
});

/** The way back to nobody: keeps what is sent. */
class CollectedReply implements Reply {
  headSent = false;
  status = 0;
  sentBytes = 0;
  onDrain: (() => void) | null = null;
  onClose: (() => void) | null = null;
  onEnd: (() => void) | null = null;
  onSent: (() => void) | null = null;
  /** Called once, when the reply is out. */
  settle: (() => void) | undefined = undefined;
  headers: HeaderList = [];
  readonly chunks: Buffer[] = [];

  send(status: number, headers: HeaderList, body: Buffer | string): void {
    this.head(status, headers);
    this.write(Buffer.from(body));
    this.end();
  }

  head(status: number, headers: HeaderList): void {
    this.headSent = true;
    this.status = status;
    this.headers = headers;
  }

  write(chunk: Buffer): boolean {
    this.chunks.push(chunk);
    this.sentBytes += chunk.length;
    return true;
  }

  /** Once: what comes after it is of a call that was given up. */
  end(): void {
    const { settle } = this;
    this.settle = undefined;
    settle?.();
  }

  destroy(): void {
    this.end();
  }
}

/** What traffic is told of a failure beside its type. */
const untold: ReadonlySet<string> = new Set(["content-type", "x-amzn-trace-id"]);

/** A customised answer has what the RestApi sets; of another failure the error type is told (facts/control.md 3.1). */
function headersOf({ refusal, variant }: Invocation, sent: HeaderList): HeaderList {
  const headers = withoutIds(sent);
  const isDefault = refusal !== undefined && variant.deployment.gatewayResponses?.has(refusal.type) !== true;
  return isDefault ? withoutHeaders(headers, untold) : headers;
}

/**
 * Binds the request to the only method of a stage, perhaps with another authorizer in the place of its own. A path that is
 * not its resource's has no parameters.
 */
function newInvocation(
  stage: StageProgram,
  request: TestRequest,
  reply: Reply,
  own: GatewayServices,
  authorizer?: AuthorizerProgram,
): Invocation {
  const { verb, target, headers, body, resourcePath } = request;
  const source = body === undefined ? undefined : bodyOf(body);
  const exchange = new Exchange(verb, target, headers, testHost, source, reply, testAddress);
  const { base } = stage;
  const { routes } = base.deployment;
  const resource = routes.find(resourcePath)?.resource;
  const method = resource && base.method(resource, verb);
  if (method === undefined) throw new Error(`a test of ${verb} ${resourcePath}, which its stage does not have`);
  const captures = routes.find(exchange.path)?.captures ?? [];
  const services: GatewayServices = { ...own, buckets: unlimited, logs: noLogs, tracer: undefined };
  const observed: BoundMethod = { ...method, observers: [], ...(authorizer && { authorizer }) };
  const invocation = new Invocation(exchange, services, stage, base, observed, exchange.path, captures);
  // It is there, so that the log has it wherever the test ends.
  if (body !== undefined) invocation.requestBody = new WholeBody(body, fixedResponses.invalidJson);
  // As on a domain name, there is no stage in its path.
  invocation.basePath = "";
  return invocation;
}

/** Runs it to its reply. An endpoint is given up that comes to no end in `limits.testInvokeTimeout`, or when `gone` says so. */
function complete(invocation: Invocation, reply: CollectedReply, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const giveUp = (failure: UpstreamFailure): void => {
      reply.onClose?.();
      invocation.onFailure(failure);
    };
    const leave = (): void => giveUp(new UpstreamFailure("client-gone", "who tests is gone"));
    const timer = setTimeout(
      () => giveUp(new UpstreamFailure("timeout", "the test took too long")),
      limits.testInvokeTimeout,
    );
    reply.settle = () => {
      clearTimeout(timer);
      gone.removeEventListener("abort", leave);
      invocation.ended();
      resolve();
    };
    gone.addEventListener("abort", leave);
    if (gone.aborted) leave();
    else invocation.advance();
  });
}

/**
 * Calls the only method of a stage that was compiled for this test, with data trace: bodies are then taken in whole.
 * Resolves with what its client would have got, also when that is a failure. `gone` is aborted when nobody waits for it.
 */
export async function invokeForTest(
  stage: StageProgram,
  request: TestRequest,
  own: GatewayServices,
  gone: AbortSignal,
): Promise<TestAnswer> {
  const reply = new CollectedReply();
  const invocation = newInvocation(stage, request, reply, own);
  await complete(invocation, reply, gone);
  return {
    status: reply.status,
    headers: headersOf(invocation, reply.headers),
    body: Buffer.concat(reply.chunks),
    latency: Math.max(0, invocation.endedAt - invocation.exchange.startedAt),
    log: testLog(invocation),
  };
}

export interface TestAuthorization {
  /** What the client would have got; undefined where he was let in. */
  readonly refusal: GatewayResponse | undefined;
  /** What the authorizer said, and how it came to that. */
  readonly outcome: AuthorizerOutcome | undefined;
  /** Milliseconds. */
  readonly latency: number;
  /** The execution log, in lines. */
  readonly log: string;
}

/** The same for the authorizer of that method: it is asked anew, and nothing of what it says is kept. */
export async function authorizeForTest(
  stage: StageProgram,
  request: TestRequest,
  authorizer: AuthorizerProgram,
  own: GatewayServices,
  gone: AbortSignal,
): Promise<TestAuthorization> {
  const reply = new CollectedReply();
  const services: GatewayServices = { ...own, authorizers: own.authorizers.apart() };
  const invocation = newInvocation(stage, request, reply, services, authorizer);
  await complete(invocation, reply, gone);
  const { authorizer: run, refusal, endedAt, exchange } = invocation;
  return {
    refusal,
    outcome: run?.outcome,
    latency: Math.max(0, (run?.endedAt || endedAt) - exchange.startedAt),
    log: authorizerTestLog(invocation),
  };
}
