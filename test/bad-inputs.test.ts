/**
 * Every operation of the service with every class of bad input that its schemas know of, made from them: each is refused
 * in the service's envelope before anything is looked up, and what is asked of things that do not exist changes nothing.
 */
import { describe, expect, it } from "vitest";
import { exceptions } from "../src/errors.ts";
import { headerOf } from "../src/gateway/exchange.ts";
import { limits } from "../src/limits.ts";
import { type Operation, operations } from "../src/model/service.ts";
import type { Transaction } from "../src/store/store.ts";
import { type TestControl, testControl } from "./support/control.ts";
import { drive } from "./support/drive.ts";
import {
  bodyMembers,
  hasPayload,
  numericQueryNames,
  sampleBody,
  samplePath,
  sampleQuery,
  spoiltBodies,
} from "./support/input-samples.ts";
import { memoryTransaction } from "./support/memory-transaction.ts";
import type { Recorded } from "./support/recording-reply.ts";
import { type PlainRequest, signed } from "./support/signer.ts";

const date = new Date("2026-01-02T03:04:05Z");
const all = [...operations.values()];
const named = (some: readonly Operation[]) => some.map((operation) => [operation.name, operation] as const);

interface Refusal {
  readonly status: number;
  readonly code: string | undefined;
}

/** The refusal in a reply, having checked its envelope. */
function refusalIn(reply: Recorded): Refusal {
  const code = headerOf(reply.headers, "x-amzn-errortype");
  const body = JSON.parse(reply.body.toString()) as Record<string, unknown>;
  expect(body).toEqual({ message: expect.any(String) });
  expect(exceptions).toHaveProperty([code ?? ""], reply.status);
  return { status: reply.status, code };
}

/** A control plane over a store that says whether it was asked for anything. */
class Watched {
  readonly tx: Transaction = memoryTransaction();
  asked = 0;
  readonly control: TestControl = testControl({
    now: () => date.getTime(),
    transact: async (work) => {
      this.asked++;
      return work(this.tx);
    },
  });

  async call(operation: Operation, request: Partial<PlainRequest>): Promise<Recorded> {
    const whole: PlainRequest = {
      method: operation.method,
      path: samplePath(operation),
      query: sampleQuery(operation),
      headers: { "content-type": "application/json", accept: "application/json" },
      ...request,
    };
    const reply = await drive(this.control.serve, await signed(whole, date));
    expect(this.control.failures).toEqual([]);
    return reply;
  }
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const notJson: readonly (readonly [what: string, body: Buffer])[] = [
  ["no JSON", Buffer.from("{")],
  ["nothing but blanks", Buffer.from("  ")],
  ["a list", json([])],
  ["a text", json("text")],
  ["a number", json(1)],
  ["no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ["brackets without end", Buffer.from("[".repeat(100_000))],
  [
    "an object deeper than the bound",
    Buffer.from(`${'{"a":'.repeat(limits.jsonDepth + 1)}1${"}".repeat(limits.jsonDepth + 1)}`),
  ],
];

describe("refused before anything is looked up", () => {
  const withBody = named(all.filter((operation) => bodyMembers(operation).length > 0));

  it.each(withBody)("%s: a body that is no object of JSON", async (_name, operation) => {
    for (const [what, body] of notJson) {
      const watched = new Watched();
      const refusal = refusalIn(await watched.call(operation, { body }));
      expect({ what, ...refusal, asked: watched.asked }).toEqual({
        what,
        status: 400,
        code: "SerializationException",
        asked: 0,
      });
    }
  });

  it.each(withBody)("%s: a body of another media type", async (_name, operation) => {
    const watched = new Watched();
    const headers = { "content-type": "text/plain" };
    const refusal = refusalIn(await watched.call(operation, { body: json(sampleBody(operation)), headers }));
    expect({ ...refusal, asked: watched.asked }).toEqual({
      status: 415,
      code: "UnsupportedMediaTypeException",
      asked: 0,
    });
  });

  it.each(withBody)("%s: every member with every wrong kind and value, or missing", async (_name, operation) => {
    const watched = new Watched();
    for (const { what, body, code } of spoiltBodies(operation)) {
      const refusal = refusalIn(await watched.call(operation, { body: json(body) }));
      expect({ what, ...refusal, asked: watched.asked }).toEqual({ what, status: 400, code, asked: 0 });
    }
  });

  const withNumbers = named(all.filter((operation) => numericQueryNames(operation).length > 0));

  it.each(withNumbers)("%s: a query parameter that is no number", async (_name, operation) => {
    const watched = new Watched();
    for (const name of numericQueryNames(operation)) {
      for (const value of ["", "x", "1.5", "1e3", "99999999999", " 1", "0x10"]) {
        const query = { ...sampleQuery(operation), [name]: value };
        const refusal = refusalIn(await watched.call(operation, { query }));
        expect({ name, value, ...refusal, asked: watched.asked }).toEqual({
          name,
          value,
          status: 400,
          code: "SerializationException",
          asked: 0,
        });
      }
    }
  });
});

describe("asked of what does not exist", () => {
  /** Answered all the same (facts/control.md 0.2). */
  const answered = new Set(["GetUsagePlanKeys"]);
  const withLabels = named(all.filter(({ path, name }) => path.includes("{") && !answered.has(name)));

  it.each(withLabels)("%s is refused and changes nothing", async (_name, operation) => {
    const watched = new Watched();
    const body =
      hasPayload(operation) || bodyMembers(operation).length === 0 ? {} : { body: json(sampleBody(operation)) };
    const refusal = refusalIn(await watched.call(operation, body));
    expect(refusal.status).toBeGreaterThanOrEqual(400);
    expect(refusal.status).toBeLessThan(500);
    expect(watched.tx).toEqual(memoryTransaction());
  });
});
