/**
 * CloudWatch Logs and Data Firehose as far as logs need them: one server of a test's own that checks what it gets by the
 * services' rules, and can be slow, refuse, throttle or die.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type CheckSignature, signatureCheck } from "./check-signature.ts";

interface LogEventInput {
  readonly timestamp: number;
  readonly message: string;
}

interface Call {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What the server does with a call in place of taking it. */
export type Misbehaviour =
  | { readonly status: number; readonly type: string }
  /** Takes it, and says so only after so many milliseconds. */
  | { readonly slow: number }
  /** Breaks the connection off. */
  | "die"
  /** Never answers. */
  | "hang"
  /** Takes all but every third record of a batch. */
  | "in part";

export interface LogServices {
  readonly endpoint: string;
  /** Group or stream → messages, in the order in which they were taken. */
  readonly taken: ReadonlyMap<string, string[]>;
  readonly calls: readonly Call[];
  /** What was wrong with calls; a test expects it to be empty. */
  readonly complaints: readonly string[];
  /** One a call, in order; undefined takes it. */
  readonly misbehave: (Misbehaviour | undefined)[];
  /** Operations that the caller has no permission for. */
  readonly denied: Set<string>;
  /** Makes a log group. */
  createLogGroup(name: string): void;
  /** From now on each batch needs the token that the one before it was answered with, as the service had it once. */
  wantTokens(): void;
  /** Stops listening; what is sent is refused by the machine. */
  stop(): Promise<void>;
  /** Listens again, on the same port. */
  restart(): Promise<void>;
}

/** Of each service, by what stands before an operation's name in `x-amz-target`. */
const signatureChecks: Readonly<Record<string, CheckSignature>> = {
  Logs_20140328: signatureCheck("logs"),
  Firehose_20150804: signatureCheck("firehose"),
};

class Services {
  readonly taken = new Map<string, string[]>();
  readonly calls: Call[] = [];
  readonly complaints: string[] = [];
  readonly misbehave: (Misbehaviour | undefined)[] = [];
  readonly denied = new Set<string>();
  #wantsTokens = false;
  readonly #groups = new Set<string>();
  /** With the token that the next batch of each must have. */
  readonly #streams = new Map<string, string | undefined>();

  #keep(name: string, messages: readonly string[]): void {
    const list = this.taken.get(name) ?? [];
    this.taken.set(name, list);
    list.push(...messages);
  }

  #complainUnless(holds: boolean, text: string): void {
    if (!holds) this.complaints.push(text);
  }

  readonly handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const body = Buffer.concat(pieces);
    const [service = "", operation = ""] = String(request.headers["x-amz-target"]).split(".");
    const checkSignature = signatureChecks[service];
    if (checkSignature === undefined) throw new Error(`another service: ${service}`);
    checkSignature(request, body);
    const call = { operation, input: JSON.parse(body.toString()) as Call["input"] };
    this.calls.push(call);
    await this.#answer(call, response);
  };

  async #answer(call: Call, response: ServerResponse): Promise<void> {
    const misbehaviour = this.misbehave.shift();
    const reply = (status: number, output: object): void => {
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(output));
    };
    if (misbehaviour === "die") response.destroy();
    else if (misbehaviour === "hang") return;
    else if (typeof misbehaviour === "object" && "status" in misbehaviour) {
      reply(misbehaviour.status, { __type: misbehaviour.type, message: "refused" });
    } else {
      const [status, output] = this.#take(call, misbehaviour === "in part");
      if (typeof misbehaviour === "object") await new Promise((resolve) => void setTimeout(resolve, misbehaviour.slow));
      reply(status, output);
    }
  }

  #take({ operation, input }: Call, inPart: boolean): [number, object] {
    if (this.denied.has(operation)) return [400, { __type: "AccessDeniedException", message: "not allowed" }];
    if (operation === "PutRecordBatch") return this.#putRecords(input, inPart);
    const group = String(input["logGroupName"]);
    if (operation === "CreateLogGroup") return this.createLogGroup(group);
    const stream = `${group}:${String(input["logStreamName"])}`;
    if (operation === "CreateLogStream") return this.#createStream(group, stream);
    if (operation !== "PutLogEvents") return [400, { __type: "UnknownOperationException" }];
    if (!this.#streams.has(stream)) return [400, { __type: "ResourceNotFoundException", message: "no such stream" }];
    const expectedSequenceToken = this.#streams.get(stream);
    if (this.#wantsTokens && input["sequenceToken"] !== expectedSequenceToken) {
      return [400, { __type: "InvalidSequenceTokenException", message: "not that one", expectedSequenceToken }];
    }
    const nextSequenceToken = `after ${expectedSequenceToken ?? "nothing"}`;
    this.#streams.set(stream, nextSequenceToken);
    return this.#putEvents(group, input["logEvents"] as LogEventInput[], nextSequenceToken);
  }

  wantTokens(): void {
    this.#wantsTokens = true;
  }

  createLogGroup(name: string): [number, object] {
    if (this.#groups.has(name)) return [400, { __type: "ResourceAlreadyExistsException" }];
    this.#groups.add(name);
    return [200, {}];
  }

  #createStream(group: string, stream: string): [number, object] {
    if (!this.#groups.has(group)) return [400, { __type: "ResourceNotFoundException", message: "no such group" }];
    if (this.#streams.has(stream)) return [400, { __type: "ResourceAlreadyExistsException" }];
    this.#streams.set(stream, undefined);
    return [200, {}];
  }

  /** The rules of PutLogEvents. */
  #putEvents(group: string, events: readonly LogEventInput[], nextSequenceToken: string): [number, object] {
    const sizes = events.map(({ message }) => Buffer.byteLength(message) + 26);
    const times = events.map(({ timestamp }) => timestamp);
    this.#complainUnless(events.length > 0 && events.length <= 10_000, `${events.length} events`);
    this.#complainUnless(sizes.reduce((sum, size) => sum + size, 0) <= 1_048_576, "a batch is too large");
    this.#complainUnless(Math.max(...sizes) <= 262_144, "an event is too large");
    this.#complainUnless(
      times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0)),
      "events are not in order",
    );
    this.#complainUnless((times.at(-1) ?? 0) - (times[0] ?? 0) <= 86_400_000, "a batch spans more than a day");
    this.#keep(
      group,
      events.map(({ message }) => message),
    );
    return [200, { nextSequenceToken }];
  }

  /** The rules of PutRecordBatch. */
  #putRecords(input: Call["input"], inPart: boolean): [number, object] {
    const records = (input["Records"] as { Data: string }[]).map(({ Data }) => Buffer.from(Data, "base64"));
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    this.#complainUnless(records.length > 0 && records.length <= 500, `${records.length} records`);
    this.#complainUnless(bytes <= 4_194_304, "a batch is too large");
    this.#complainUnless(Math.max(...records.map(({ length }) => length)) <= 1_024_000, "a record is too large");
    const isTaken = (index: number): boolean => !inPart || index % 3 !== 0;
    this.#keep(
      String(input["DeliveryStreamName"]),
      records.filter((_, index) => isTaken(index)).map((record) => record.toString()),
    );
    const RequestResponses = records.map((_, index) =>
      isTaken(index)
        ? { RecordId: String(index) }
        : { ErrorCode: "ServiceUnavailableException", ErrorMessage: "later" },
    );
    const FailedPutCount = RequestResponses.filter((answer) => "ErrorCode" in answer).length;
    return [200, { FailedPutCount, RequestResponses }];
  }
}

async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
}

/** Starts the server; it stops when the test is over. */
export async function startLogServices(): Promise<LogServices> {
  const services = new Services();
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    services.handle(request, response).catch((error: unknown) => {
      services.complaints.push(String(error));
      response.writeHead(403).end('{"__type":"AccessDeniedException"}');
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await listen(server, 0);
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(stop);
  const { taken, calls, complaints, misbehave, denied } = services;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    taken,
    calls,
    complaints,
    misbehave,
    denied,
    createLogGroup: (name) => void services.createLogGroup(name),
    wantTokens: () => services.wantTokens(),
    stop,
    restart: () => listen(server, port),
  };
}
