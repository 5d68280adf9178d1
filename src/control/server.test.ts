import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { type TestControlOptions, testControl } from "../../test/support/control.ts";
import { drive, type DrivenRequest } from "../../test/support/drive.ts";
import { memoryTransaction } from "../../test/support/memory-transaction.ts";
import type { Recorded } from "../../test/support/recording-reply.ts";
import { type PlainRequest, signed } from "../../test/support/signer.ts";
import { badRequest, exceptions, Fault } from "../errors.ts";
import { headerOf } from "../gateway/exchange.ts";
import { UpstreamFailure } from "../gateway/transport.ts";
import { limits } from "../limits.ts";
import { StoreUnavailable } from "../store/store.ts";
import type { Handlers } from "./operation.ts";
import { type ControlMetrics, healthPath, metricsPath, readyPath } from "./probes.ts";

fc.configureGlobal({ seed: 20_260_102 });

const date = new Date("2026-01-02T03:04:05Z");
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const stage = {
  stageName: "prod",
  deploymentId: "abcdef",
  cacheClusterEnabled: false,
  methodSettings: {},
  tracingEnabled: false,
  createdDate: 1_767_323_045,
  lastUpdatedDate: 1_767_323_045,
};
const updateStage = { UpdateStage: () => stage } satisfies Partial<Handlers>;
const patch: PlainRequest = {
  method: "PATCH",
  path: "/restapis/abc/stages/prod",
  headers: { "content-type": "application/json", accept: "application/json" },
  body: Buffer.from('{"patchOperations":[{"op":"replace","path":"/description","value":"new"}]}'),
};

/** Sends a signed request to a control plane whose handlers are these. */
async function call(request: PlainRequest, options: TestControlOptions = { handlers: updateStage }) {
  const control = testControl({ now: () => date.getTime(), ...options });
  const reply = await drive(control.serve, await signed(request, date));
  return { reply, failures: control.failures };
}

interface Refusal {
  readonly status: number;
  readonly type: string | undefined;
  readonly message: unknown;
}

/** The reply's refusal, having checked that it stands in the envelope. */
function refusalIn(reply: Recorded): Refusal {
  const body = JSON.parse(reply.body.toString()) as Record<string, unknown>;
  expect(Object.keys(body)).toEqual(["message"]);
  expect(headerOf(reply.headers, "content-type")).toBe("application/json");
  expect(headerOf(reply.headers, "x-amzn-requestid")).toMatch(uuid);
  expect(headerOf(reply.headers, "x-amz-apigw-id")).toMatch(/^[A-Za-z0-9+/]{15}=$/);
  const type = headerOf(reply.headers, "x-amzn-errortype");
  expect(exceptions).toHaveProperty([type ?? ""], reply.status);
  return { status: reply.status, type, message: body["message"] };
}

const withBody = (body: Buffer | string, headers: Record<string, string> = {}): PlainRequest => ({
  ...patch,
  headers: { ...patch.headers, ...headers },
  body: Buffer.from(body),
});

const get = (path: string, method = "GET"): PlainRequest => ({ method, path });

const failing = (error: unknown): TestControlOptions => ({
  handlers: {
    UpdateStage: () => {
      throw error;
    },
  },
});

/** A request that is signed without its body, now. */
const anyBody = () =>
  signed(
    {
      method: "PATCH",
      path: "/account",
      headers: { "content-type": "application/json", "x-amz-content-sha256": "UNSIGNED-PAYLOAD" },
    },
    new Date(),
  );

const fullDisk = () => Promise.reject(new StoreUnavailable("disk full at /secret"));

describe("success", () => {
  it("has the ids, the type and nothing that is not modelled", async () => {
    const secret = {
      ...stage,
      sealedPrivateKey: "secret",
      variables: undefined,
      tags: JSON.parse('{"__proto__":"x"}'),
    };
    const { reply } = await call(patch, { handlers: { UpdateStage: () => secret } });
    expect(reply.status).toBe(200);
    expect(headerOf(reply.headers, "content-type")).toBe("application/json");
    expect(headerOf(reply.headers, "x-amzn-requestid")).toMatch(uuid);
    expect(reply.body.toString()).toBe(
      '{"cacheClusterEnabled":false,"createdDate":1767323045,"deploymentId":"abcdef","lastUpdatedDate":1767323045,' +
        '"methodSettings":{},"stageName":"prod","tags":{"__proto__":"x"},"tracingEnabled":false}',
    );
  });

  it("an operation without output answers no body and no type", async () => {
    const request = { method: "DELETE", path: "/restapis/abc/stages/prod" };
    const { reply } = await call(request, { handlers: { DeleteStage: () => ({}) } });
    expect(reply.status).toBe(202);
    expect(reply.body).toHaveLength(0);
    expect(headerOf(reply.headers, "content-type")).toBeUndefined();
  });

  it.each([
    [undefined, "application/hal+json"],
    ["*/*", "application/hal+json"],
    ["application/hal+json", "application/hal+json"],
    ["text/html, */*;q=0.8", "application/hal+json"],
    ["application/json", "application/json"],
    ["Application/JSON; charset=utf-8", "application/json"],
    ["application/hal+json, application/json", "application/hal+json"],
    ["application/json, application/hal+json", "application/json"],
  ])("Accept %s gets %s", async (accept, type) => {
    const request = { ...patch, headers: { "content-type": "application/json", ...(accept && { accept }) } };
    const { reply } = await call(request);
    expect(reply.status).toBe(200);
    expect(headerOf(reply.headers, "content-type")).toBe(type);
    expect(JSON.parse(reply.body.toString())).toHaveProperty(
      "createdDate",
      type.includes("hal") ? "2026-01-02T03:04:05Z" : 1_767_323_045,
    );
  });

  it("prepares outside of the transaction, and runs inside", async () => {
    const order: string[] = [];
    const { reply } = await call(patch, {
      handlers: {
        UpdateStage: {
          prepare: () => Promise.resolve(order.push("prepare")),
          run: (_input, _context, prepared) => {
            order.push(`run ${String(prepared)}`);
            return stage;
          },
        },
      },
    });
    expect(reply.status).toBe(200);
    expect(order).toEqual(["prepare", "run 1"]);
  });

  it("performs outside of the transaction what it read in it, with the gateway's services", async () => {
    const order: string[] = [];
    const { reply } = await call(patch, {
      handlers: {
        UpdateStage: {
          read: ({ stageName }, { tx }) => `${stageName} of ${tx.list("stage", "abc").length}`,
          perform: (plan, { accountId }) => {
            order.push(`${String(plan)} for ${accountId}`);
            return Promise.resolve(stage);
          },
        },
      },
      transact: async (work) => {
        const read = work(memoryTransaction());
        order.push("read");
        return read;
      },
    });
    expect(reply.status).toBe(200);
    expect(order).toEqual(["read", "prod of 0 for 123456789012"]);
  });

  it.each(["onEnd", "onClose"] as const)("tells what it performs that the caller has gone: %s", async (leaves) => {
    const told = vi.fn<(gone: boolean) => void>();
    const perform = (_plan: unknown, _services: unknown, gone: AbortSignal): Promise<typeof stage> => {
      told(gone.aborted);
      return new Promise((resolve) => {
        gone.addEventListener("abort", () => {
          told(gone.aborted);
          resolve(stage);
        });
      });
    };
    const control = testControl({
      now: () => date.getTime(),
      handlers: { UpdateStage: { read: () => "plan", perform } },
    });
    const { status } = await drive(control.serve, { ...(await signed(patch, date)), leaves });
    expect(status).toBe(200);
    expect(told.mock.calls).toEqual([[false], [true]]);
  });

  it("performs nothing when what it read refuses", async () => {
    const perform = vi.fn<() => Promise<typeof stage>>(() => Promise.resolve(stage));
    const { reply } = await call(patch, {
      handlers: {
        UpdateStage: {
          read: () => {
            throw badRequest("no");
          },
          perform,
        },
      },
    });
    expect(refusalIn(reply)).toEqual({ status: 400, type: "BadRequestException", message: "no" });
    expect(perform).not.toHaveBeenCalled();
  });

  it.each(["application/json; charset=utf-8", "application/x-amz-json-1.1", "application/hal+json", ""])(
    "takes a body of type %j",
    async (type) => {
      expect((await call(withBody('{"patchOperations":[]}', { "content-type": type }))).reply.status).toBe(200);
    },
  );

  it("takes a body in pieces, no body, null, and unknown members", async () => {
    const { serve } = testControl({ handlers: updateStage, now: () => date.getTime() });
    const request = await signed(patch, date);
    const pieces = [request.body.subarray(0, 10), request.body.subarray(10, 11), request.body.subarray(11)];
    expect((await drive(serve, { ...request, body: pieces })).status).toBe(200);
    for (const body of [
      "",
      "null",
      '{"patchOperations":null}',
      '{"other":[1]}',
      '{"__proto__":{"patchOperations":1}}',
    ]) {
      expect((await call(withBody(body))).reply.status, body).toBe(200);
    }
  });
});

describe("health", () => {
  it("answers unsigned", async () => {
    const reply = await drive(testControl().serve, { target: healthPath });
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body.toString())).toEqual({
      status: "ok",
      version: expect.any(String) as unknown,
      gateway: "http://127.0.0.1:8080",
    });
  });
});

describe("readiness", () => {
  it.each([
    ["before a change was made", 0, 200, "ok"],
    ["while the last one counts, which failed", date.getTime() + 1, 503, "changes cannot be stored"],
    ["when that was long ago", date.getTime(), 200, "ok"],
    ["when none can be made any more", Infinity, 503, "changes cannot be stored"],
  ])("is told unsigned %s, and health whatever it is", async (_when, failsUntil, expected, told) => {
    const { serve } = testControl({ failsUntil, now: () => date.getTime() });
    const { status, body } = await drive(serve, { target: readyPath });
    expect([status, JSON.parse(body.toString())]).toEqual([expected, { status: told }]);
    expect((await drive(serve, { target: healthPath })).status).toBe(200);
  });
});

describe("metrics", () => {
  const counted: string[] = [];
  const metrics: ControlMetrics = {
    type: "text/plain",
    text: () => Promise.resolve(Buffer.from("all\n")),
    countOperation: (operation, status) => void counted.push(`${operation} ${status}`),
  };

  it("are told unsigned", async () => {
    const reply = await drive(testControl({ metrics }).serve, { target: metricsPath });
    expect([reply.status, reply.body.toString()]).toEqual([200, "all\n"]);
    expect(reply.headers.slice(-2)).toEqual(["Content-Type", "text/plain"]);
  });

  it("that cannot be told are a failure of ours", async () => {
    const broken = { ...metrics, text: () => Promise.reject(new Error("broken")) };
    const { serve, failures } = testControl({ metrics: broken });
    expect((await drive(serve, { target: metricsPath })).status).toBe(500);
    expect(failures).toHaveLength(1);
  });

  it("count each operation with its status, and nothing that is none", async () => {
    const { serve } = testControl({ metrics });
    for (const request of [get("/account"), get("/restapis/a/stages/b"), get("/account", "DELETE"), get("/nothing")]) {
      await drive(serve, await signed(request, new Date()));
    }
    expect(counted).toEqual(["GetAccount 200", "GetStage 404"]);
  });
});

describe("refusals of a request", () => {
  const rows: readonly (readonly [string, PlainRequest, string, RegExp | string])[] = [
    ["an unknown path", get("/nothing"), "UnknownOperationException", "There is no operation GET /nothing"],
    ["the root", get("/"), "UnknownOperationException", "There is no operation GET /"],
    ["too long a path", get("/restapis/a/stages/b/c"), "UnknownOperationException", /no operation/],
    ["an empty label", get("/restapis//stages/b"), "UnknownOperationException", /no operation/],
    ["a half-way path", get("/restapis/a/documentation"), "UnknownOperationException", /no operation/],
    [
      "another method",
      get("/account", "DELETE"),
      "MethodNotAllowedException",
      "DELETE is not allowed here. Allowed are GET, PATCH",
    ],
    ["HEAD", get("/account", "HEAD"), "MethodNotAllowedException", /^HEAD is not allowed/],
    ["a bad escape in the path", get("/restapis/%zz"), "BadRequestException", /percent-encoded/],
    ["a bad UTF-8 escape", get("/restapis/%ff"), "BadRequestException", /percent-encoded/],
    ["bad JSON", withBody("{"), "SerializationException", "The request body is not valid JSON"],
    [
      "bad UTF-8",
      withBody(Buffer.from([0x22, 0xff, 0x22])),
      "SerializationException",
      "The request body is not valid UTF-8",
    ],
    ["deep JSON", withBody("[".repeat(100_000)), "SerializationException", /nested deeper than 32/],
    ["a list", withBody("[]"), "SerializationException", "Start of list found where not expected."],
    ["a text", withBody('"a"'), "SerializationException", "Unrecognized collection type class java.lang.String"],
    [
      "XML",
      withBody("<a/>", { "content-type": "application/xml" }),
      "UnsupportedMediaTypeException",
      /not application\/xml$/,
    ],
    [
      "a form",
      withBody("a=b", { "content-type": "application/x-www-form-urlencoded" }),
      "UnsupportedMediaTypeException",
      /form/,
    ],
  ];

  it.each(rows)("%s", async (_name, request, type, message) => {
    const { reply, failures } = await call(request);
    expect(failures).toEqual([]);
    const refusal = refusalIn(reply);
    expect(refusal.type).toBe(type);
    expect(refusal.message).toEqual(typeof message === "string" ? message : expect.stringMatching(message));
  });

  it("a body over the bound, declared or not", async () => {
    const { serve } = testControl();
    const large = Buffer.alloc(limits.controlBody + 1);
    for (const body of [large, [large.subarray(0, 5), large.subarray(5), large]]) {
      const refusal = refusalIn(await drive(serve, { ...(await anyBody()), body }));
      expect(refusal).toMatchObject({ status: 413, type: "RequestEntityTooLargeException" });
    }
  });

  it("a body of the bound is read whole", async () => {
    const refusal = refusalIn(
      await drive(testControl().serve, { ...(await anyBody()), body: Buffer.alloc(limits.controlBody) }),
    );
    expect(refusal).toMatchObject({ status: 400, type: "SerializationException" });
  });

  it.each([
    ["client-malformed", "BadRequestException"],
    ["client-too-large", "RequestEntityTooLargeException"],
  ] as const)("a body that fails as %s", async (kind, type) => {
    const failure = new UpstreamFailure(kind, "it did");
    const reply = await drive(testControl().serve, { ...(await anyBody()), body: [Buffer.from("a")], failure });
    expect(refusalIn(reply).type).toBe(type);
  });

  it("a body that breaks off is left to the listener", async () => {
    for (const failure of [new UpstreamFailure("client-gone", "it went"), new Error("anything")]) {
      const reply = await drive(testControl().serve, { ...(await anyBody()), body: [Buffer.from("a")], failure });
      expect(reply.status).toBe(0);
    }
  });

  it("a body that is not the signed one", async () => {
    const { serve } = testControl({ now: () => date.getTime() });
    const reply = await drive(serve, { ...(await signed(patch, date)), body: Buffer.from("{}") });
    expect(refusalIn(reply)).toMatchObject({ status: 403, type: "InvalidSignatureException" });
  });

  it("nobody makes us keep a body without having signed", async () => {
    let reads = 0;
    const unread = { length: -1, read: () => void reads++, pause() {}, resume() {}, discard() {} };
    const reply = await drive(testControl().serve, { method: "PATCH", target: "/account", body: unread });
    expect(refusalIn(reply).type).toBe("MissingAuthenticationTokenException");
    expect(reads).toBe(0);
  });

  it("says who calls first: an unsigned unknown path is not told that it is unknown", async () => {
    const refusal = refusalIn(await drive(testControl().serve, { target: "/nothing" }));
    expect(refusal).toEqual({
      status: 403,
      type: "MissingAuthenticationTokenException",
      message: "Missing Authentication Token",
    });
  });
});

describe("failures of an operation", () => {
  it("a fault is told in its own words", async () => {
    const { reply, failures } = await call(patch, failing(badRequest("Invalid patch path /x")));
    expect(refusalIn(reply)).toEqual({ status: 400, type: "BadRequestException", message: "Invalid patch path /x" });
    expect(failures).toEqual([]);
  });

  it("says when to try again", async () => {
    const { reply } = await call(patch, failing(new Fault("TooManyRequestsException", "Too Many Requests", 7)));
    expect(refusalIn(reply).status).toBe(429);
    expect(headerOf(reply.headers, "retry-after")).toBe("7");
  });

  it("a store that cannot keep the change is 503", async () => {
    const { reply, failures } = await call(patch, { handlers: updateStage, transact: fullDisk });
    expect(refusalIn(reply)).toMatchObject({ status: 503, type: "ServiceUnavailableException" });
    expect(headerOf(reply.headers, "retry-after")).toBe("1");
    expect(reply.body.toString()).not.toContain("secret");
    expect(failures).toHaveLength(1);
  });

  it.each([new TypeError("x is not a function at /secret"), "a text", undefined, null])(
    "a mistake of our own (%s) is 500 without detail, and is reported",
    async (error) => {
      const { reply, failures } = await call(patch, failing(error));
      expect(refusalIn(reply)).toEqual({ status: 500, type: "InternalFailure", message: "Internal failure" });
      expect(failures).toEqual([error]);
    },
  );

  it("an output that cannot be written is a mistake too", async () => {
    const { reply, failures } = await call(patch, {
      handlers: { UpdateStage: () => ({ ...stage, stageName: 7n as never }) },
    });
    expect(refusalIn(reply).status).toBe(500);
    expect(failures).toHaveLength(1);
  });
});

describe("whatever comes in", () => {
  const { serve, failures } = testControl({ now: () => date.getTime() });
  const junk = fc.string({ unit: "binary-ascii", maxLength: 40 });
  const segment = fc.oneof(
    fc.constantFrom(
      "restapis",
      "stages",
      "tags",
      "a",
      "",
      "..",
      "%2F",
      "%zz",
      "apikeys",
      "resources",
      "methods",
      "account",
    ),
    junk,
  );
  const path = fc.array(segment, { maxLength: 6 }).map((segments) => `/${segments.join("/")}`);
  const query = fc.oneof(
    junk,
    fc.constantFrom("mode=import", "limit=x", "position=%", "limit=1&limit=2", "embed=methods"),
  );
  const json = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc
      .record({
        patchOperations: fc.array(fc.record({ op: fc.anything(), path: fc.anything(), value: fc.anything() })),
      })
      .map((value) => JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? 1 : inner)) ?? ""),
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    json.map((text) => Buffer.from(text)),
  );
  const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "BREW");

  it("unsigned junk gets the envelope", async () => {
    const headers = fc
      .array(fc.tuple(fc.constantFrom("authorization", "accept", "host", "x-amz-date", "content-type"), junk))
      .map((pairs) => pairs.flat());
    const requests: fc.Arbitrary<DrivenRequest> = fc.record({ method, target: path, headers, body });
    await fc.assert(
      fc.asyncProperty(requests, query, async (request, text) => {
        const reply = await drive(serve, { ...request, target: `${request.target}?${text}` });
        expect(refusalIn(reply).status).toBe(403);
      }),
      { numRuns: 300 },
    );
    expect(failures).toEqual([]);
  });

  it("signed junk gets past the signature, and an answer or the envelope", async () => {
    const seen = new Set<string>();
    const encoded = path.map((text) => encodeURI(text).replaceAll("%25", "%"));
    const queries = fc.constantFrom<NonNullable<PlainRequest["query"]>>(
      {},
      { mode: "import" },
      { limit: "x" },
      { position: "%" },
      { embed: ["a", "b"] },
    );
    await fc.assert(
      fc.asyncProperty(method, encoded, queries, body, async (verb, target, pairs, bytes) => {
        const headers = { "content-type": "application/json", accept: "application/json" };
        const request = { method: verb, path: target, query: pairs, headers, body: bytes };
        const reply = await drive(serve, await signed(request, date));
        seen.add(reply.status >= 400 ? (refusalIn(reply).type ?? "") : "answered");
      }),
      { numRuns: 600 },
    );
    expect(failures).toEqual([]);
    expect([...seen]).toEqual(
      expect.arrayContaining([
        "answered",
        "UnknownOperationException",
        "MethodNotAllowedException",
        "SerializationException",
        "NotFoundException",
      ]),
    );
  });

  it("junk as a body of UpdateStage gets an answer or a 400", async () => {
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(body, async (bytes) => {
        const { reply, failures: own } = await call({ ...patch, body: bytes });
        expect(own).toEqual([]);
        seen.add(reply.status);
        if (reply.status !== 200) expect(refusalIn(reply).status).toBe(400);
      }),
      { numRuns: 300 },
    );
    expect(seen).toEqual(new Set([200, 400]));
  });
});
