/**
 * Calls of Lambda functions: Invoke, over the gateway's own connections, signed, and bounded in time and size. Where the
 * service is, and who calls, say the SDK's standard variables.
 */
import type { Environment } from "../../settings.ts";
import { headerOf } from "../exchange.ts";
import { findServiceEndpoint, type FoundEndpoint, type ServiceEndpoint } from "../service-endpoint.ts";
import {
  type BodySource,
  type HeaderList,
  type Upstream,
  UpstreamFailure,
  type UpstreamFailureKind,
  type UpstreamHandler,
} from "../transport.ts";
import { readWhole } from "../whole-body.ts";
import { type Credentials, credentialsOf, signedHeaders } from "./sign.ts";

export interface LambdaRequest {
  /** A name or an ARN, perhaps with a version or an alias. */
  readonly functionName: string;
  readonly region: string;
  readonly payload: Buffer;
  /** Beside those that every call has; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /** Bytes that the answer may have. */
  readonly maximum: number;
}

export interface LambdaAnswer {
  /** Of the call; a function that failed has 200 too. */
  readonly status: number;
  /** `Handled` or `Unhandled`; undefined where the function did not fail. */
  readonly functionError: string | undefined;
  readonly requestId: string | undefined;
  readonly body: Buffer;
}

/** There is nothing to call: the message says, for the operator, what to set. */
export class LambdaNotConfigured extends Error {
  override readonly name = "LambdaNotConfigured";
}

/** Hears of one call. None of these may throw. */
export interface LambdaCaller {
  /** Just before the request goes out. */
  onRequest(headers: HeaderList): void;
  /** The whole answer, or `onFailure`: one of them, once. */
  onAnswer(answer: LambdaAnswer): void;
  onFailure(failure: UpstreamFailure | LambdaNotConfigured): void;
}

/** Letters, digits and what names, ARNs and aliases have beside them; anything else is no function. */
const nameForm = /^[A-Za-z0-9:_$-]{1,512}$/;

/** One call, from its signature to its answer's last byte. Whatever comes first ends it. */
class LambdaCall implements UpstreamHandler {
  readonly #caller: LambdaCaller;
  readonly #maximum: number;
  readonly #timer: NodeJS.Timeout;
  #body: BodySource | undefined = undefined;
  /** Gives up what was dispatched. */
  #giveUp: (() => void) | undefined = undefined;
  isOver = false;

  constructor({ timeout, maximum }: LambdaRequest, caller: LambdaCaller) {
    this.#caller = caller;
    this.#maximum = maximum;
    this.#timer = setTimeout(() => this.#cut("timeout", "the function did not answer in time"), timeout);
  }

  send(dispatch: (handler: UpstreamHandler) => () => void, headers: HeaderList): void {
    if (this.isOver) return;
    this.#caller.onRequest(headers);
    this.#giveUp = dispatch(this);
  }

  readonly stop = (): void => {
    if (!this.#end()) return;
    if (this.#body === undefined) this.#giveUp?.();
    else this.#body.discard();
  };

  onHead(status: number, headers: HeaderList, body: BodySource): void {
    if (this.isOver) {
      body.discard();
      return;
    }
    this.#body = body;
    if (body.length > this.#maximum) {
      this.#cut("too-large", "the function's answer is over the bound");
      return;
    }
    readWhole(body, "too-large", {
      onBody: (bytes) => {
        if (bytes.length > this.#maximum) this.#cut("too-large", "the function's answer is over the bound");
        else if (this.#end()) {
          this.#caller.onAnswer({
            status,
            functionError: headerOf(headers, "x-amz-function-error"),
            requestId: headerOf(headers, "x-amzn-requestid"),
            body: bytes,
          });
        }
      },
      onFailure: (failure) => this.onFailure(failure),
    });
  }

  onFailure(failure: UpstreamFailure | LambdaNotConfigured): void {
    if (this.#end()) this.#caller.onFailure(failure);
  }

  #cut(kind: UpstreamFailureKind, message: string): void {
    if (this.isOver) return;
    this.stop();
    this.#caller.onFailure(new UpstreamFailure(kind, message));
  }

  /** Whether it was not over yet. */
  #end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    clearTimeout(this.#timer);
    return true;
  }
}

export interface LambdaClientOptions {
  readonly upstream: Upstream;
  readonly env: Environment;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export class LambdaClient {
  readonly #options: LambdaClientOptions;
  readonly #found: FoundEndpoint;
  readonly #credentials: Credentials | undefined;

  constructor(options: LambdaClientOptions) {
    this.#options = options;
    this.#found = findServiceEndpoint(options.env, "LAMBDA");
    this.#credentials = credentialsOf(options.env);
  }

  /** Where a function is invoked, as the service's logs write it: on this endpoint, or where AWS has it. */
  urlOf(functionName: string, region: string): string {
    const base = "endpoint" in this.#found ? this.#found.endpoint.url : `https://lambda.${region}.amazonaws.com`;
    return `${base}/2015-03-31/functions/${functionName}/invocations`;
  }

  /** Returns what gives the call up; after that the caller hears nothing more. */
  invoke(request: LambdaRequest, caller: LambdaCaller): () => void {
    const call = new LambdaCall(request, caller);
    void this.#send(request, call);
    return call.stop;
  }

  async #send(request: LambdaRequest, call: LambdaCall): Promise<void> {
    try {
      const endpoint = this.#endpoint();
      const target = `${endpoint.basePath}${targetOf(request.functionName)}`;
      const headers = await this.#sign(request, endpoint, target);
      const { payload: body, timeout } = request;
      call.send(
        (handler) =>
          this.#options.upstream.dispatch(endpoint.origin, { method: "POST", target, headers, body, timeout }, handler),
        headers,
      );
    } catch (error) {
      call.onFailure(
        error instanceof LambdaNotConfigured ? error : new UpstreamFailure("invalid", (error as Error).message),
      );
    }
  }

  #endpoint(): ServiceEndpoint {
    if ("endpoint" in this.#found) return this.#found.endpoint;
    throw new LambdaNotConfigured(`Lambda cannot be called, ${this.#found.reason}`);
  }

  #sign(request: LambdaRequest, { authority }: ServiceEndpoint, path: string): Promise<HeaderList> {
    if (this.#credentials === undefined) {
      throw new LambdaNotConfigured(
        "Lambda cannot be called, there is nothing to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
      );
    }
    const headers = { host: authority, "content-type": "application/json", ...request.headers };
    const { region, payload: body } = request;
    return signedHeaders(this.#credentials, {
      service: "lambda",
      region,
      path,
      headers,
      body,
      now: this.#options.now(),
    });
  }
}

function targetOf(functionName: string): string {
  if (!nameForm.test(functionName)) throw new LambdaNotConfigured("the function's name is none");
  return `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
}
