import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type BatchRules, eventQueues, type Events } from "./event-queue.ts";
import { BatchRefused, type Carrier, delivered, type Delivery } from "./log-sink.ts";
import { Shipper, type ShipperBounds } from "./shipper.ts";

const rules: BatchRules = { events: 4, bytes: 1_000, eventOverhead: 10, eventBytes: 100, span: 1_000 };
const bounds: ShipperBounds = {
  logQueueBytes: 100_000,
  logRetryPause: 1,
  logRetryPauseMaximum: 4,
  logFlushTimeout: 30_000,
  logReportPause: 1,
};

interface Sent {
  readonly name: string;
  readonly messages: readonly string[];
}

/** A destination that does as it is told, batch by batch; it takes everything once it was told all. */
class FakeCarrier implements Carrier<Events> {
  readonly pause = 1;
  readonly newQueue: () => ReturnType<Carrier<Events>["newQueue"]>;
  readonly sent: Sent[] = [];
  readonly taken: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  closed = false;
  readonly #behaviours: ((events: Events) => Promise<Delivery<Events>>)[];

  constructor(behaviours: readonly ((events: Events) => Promise<Delivery<Events>>)[] = [], change = {}) {
    this.#behaviours = [...behaviours];
    this.newQueue = eventQueues({ ...rules, ...change });
  }

  async send(name: string, events: Events): Promise<Delivery<Events>> {
    this.sent.push({ name, messages: events.map(({ message }) => message) });
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await turn();
      const outcome: Delivery<Events> = await (this.#behaviours.shift()?.(events) ?? delivered);
      const left = new Set(outcome.again);
      this.taken.push(...events.filter((event) => !left.has(event)).map(({ message }) => message));
      return outcome;
    } finally {
      this.underWay--;
    }
  }

  close(): void {
    this.closed = true;
  }
}

interface Ship {
  readonly shipper: Shipper<Events>;
  readonly logged: (readonly [details: { log?: string; dropped?: number; err?: unknown }, message: string])[];
}

function ship(carrier: Carrier<Events>, change: Partial<ShipperBounds> = {}): Ship {
  const logged: Ship["logged"] = [];
  const tell = (details: object, message: string): void => void logged.push([details, message]);
  return { shipper: new Shipper(carrier, { error: tell, info: tell }, { ...bounds, ...change }), logged };
}

const dropped = ({ logged }: Ship): number => logged.reduce((sum, [details]) => sum + (details.dropped ?? 0), 0);
const fails = (error: Error) => async (): Promise<never> => {
  throw error;
};

/** Waits for a turn of events, without a clock. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

describe("batches", () => {
  test("events go together, as many as the rules allow, and each once", async () => {
    const carrier = new FakeCarrier();
    const { shipper, logged } = ship(carrier);
    const messages = Array.from({ length: 11 }, (_, index) => `event ${index}`);
    for (const message of messages) shipper.write("a", message, 0);
    await shipper.close();
    expect(carrier.taken).toEqual(messages);
    expect(carrier.sent.map(({ messages: { length } }) => length)).toEqual([4, 4, 3]);
    expect(carrier.closed).toBe(true);
    expect(logged).toEqual([]);
  });

  test("what waits goes after a pause, without more coming", async () => {
    const carrier = new FakeCarrier();
    const { shipper } = ship(carrier);
    shipper.write("a", "alone", 0);
    await until(() => carrier.taken.length === 1);
    shipper.write("a", "later", 0);
    await until(() => carrier.taken.length === 2);
    await shipper.close();
    expect(carrier.sent).toHaveLength(2);
  });

  test("bytes count with the overhead of each event", async () => {
    const carrier = new FakeCarrier([], { events: 1_000, bytes: 250 });
    const { shipper } = ship(carrier);
    for (let i = 0; i < 7; i++) shipper.write("a", "x".repeat(90), 0);
    await shipper.close();
    expect(carrier.sent.map(({ messages }) => messages.length)).toEqual([2, 2, 2, 1]);
  });

  test("events are in the order of their times, those of one moment in that in which they came", async () => {
    const carrier = new FakeCarrier();
    const { shipper } = ship(carrier);
    for (const [message, time] of [
      ["b1", 20],
      ["a1", 10],
      ["b2", 20],
      ["a2", 10],
    ] as const)
      shipper.write("a", message, time);
    await shipper.close();
    expect(carrier.taken).toEqual(["a1", "a2", "b1", "b2"]);
  });

  test("no batch spans more than the rules allow", async () => {
    const carrier = new FakeCarrier();
    const { shipper } = ship(carrier);
    for (const time of [0, 1_000, 1_001, 5_000]) shipper.write("a", String(time), time);
    await shipper.close();
    expect(carrier.sent.map(({ messages }) => messages)).toEqual([["0", "1000"], ["1001"], ["5000"]]);
  });

  test("a message that is too long is cut between two characters", async () => {
    const carrier = new FakeCarrier();
    const { shipper } = ship(carrier);
    for (const message of ["é".repeat(80), "𝄞".repeat(30), "y".repeat(101), `${"z".repeat(99)}\ud834`])
      shipper.write("a", message, 0);
    await shipper.close();
    expect(carrier.taken).toEqual(["é".repeat(50), "𝄞".repeat(25), "y".repeat(100), "z".repeat(99)]);
  });

  test("names do not wait for each other, and each has one batch under way", async () => {
    const carrier = new FakeCarrier([() => new Promise((resolve) => void setTimeout(resolve, 20, delivered))]);
    const { shipper } = ship(carrier);
    for (let i = 0; i < 20; i++) {
      shipper.write("slow", `slow ${i}`, 0);
      shipper.write("fast", `fast ${i}`, 0);
    }
    await until(() => carrier.taken.length > 0);
    expect(carrier.taken[0]).toBe("fast 0");
    await shipper.close();
    expect(carrier.taken).toHaveLength(40);
    expect(carrier.mostUnderWay).toBe(2);
    expect(carrier.taken.filter((message) => message.startsWith("slow"))).toEqual(
      Array.from({ length: 20 }, (_, index) => `slow ${index}`),
    );
  });
});

describe("a destination that fails", () => {
  test("is tried until it works; the operator hears of it twice", async () => {
    const carrier = new FakeCarrier(Array.from({ length: 6 }, () => fails(new Error("down"))));
    const place = ship(carrier);
    for (let i = 0; i < 6; i++) place.shipper.write("a", String(i), 0);
    await until(() => carrier.taken.length === 6);
    await place.shipper.close();
    expect(carrier.taken).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(place.logged.map(([details, message]) => [details.log, message])).toEqual([
      ["a", "a log cannot be written; its events wait, within a bound"],
      ["a", "a log can be written again"],
    ]);
    expect(dropped(place)).toBe(0);
  });

  test("what is left of a batch is sent again", async () => {
    const carrier = new FakeCarrier([
      (events) => Promise.resolve({ again: events.slice(1, 3), refused: 0 }),
      (events) => Promise.resolve({ again: events.slice(1), refused: 0 }),
    ]);
    const { shipper } = ship(carrier);
    for (const message of ["a", "b", "c", "d"]) shipper.write("a", message, 0);
    await shipper.close();
    expect(carrier.taken).toEqual(["a", "d", "b", "c"]);
  });

  test("a batch that it will never take is dropped and counted, and the next one goes", async () => {
    const carrier = new FakeCarrier([fails(new BatchRefused("bad")), () => Promise.resolve({ again: [], refused: 3 })]);
    const place = ship(carrier);
    for (let i = 0; i < 9; i++) place.shipper.write("a", String(i), 0);
    await place.shipper.close();
    expect(carrier.sent).toHaveLength(3);
    expect(dropped(place)).toBe(4 + 3);
  });

  test("holds no more than the bound; what is over it is dropped, counted and told once in a while", async () => {
    const { promise, resolve } = Promise.withResolvers<Delivery<Events>>();
    const carrier = new FakeCarrier([() => promise]);
    // An event of ten bytes counts 138.
    const place = ship(carrier, { logQueueBytes: 1_380, logReportPause: 30_000 });
    for (let i = 0; i < 25; i++) place.shipper.write("a", `event  ${100 + i}`, 0);
    expect(place.logged).toEqual([]);
    resolve(delivered);
    await until(() => carrier.taken.length === 10);
    place.shipper.write("a", "room again", 0);
    await place.shipper.close();
    expect(carrier.taken).toHaveLength(11);
    expect(place.logged).toEqual([[{ log: "a", dropped: 15 }, "log events were dropped"]]);
  });

  test("one name's outage leaves the others alone", async () => {
    const carrier = new FakeCarrier();
    const send = carrier.send.bind(carrier);
    carrier.send = (name, events) => (name === "down" ? Promise.reject(new Error("down")) : send(name, events));
    const place = ship(carrier, { logFlushTimeout: 50 });
    for (let i = 0; i < 8; i++) {
      place.shipper.write("down", String(i), 0);
      place.shipper.write("up", String(i), 0);
    }
    await until(() => carrier.taken.length === 8);
    await place.shipper.close();
    expect(dropped(place)).toBe(8);
  });
});

describe("closing", () => {
  test("does not wait out a pause between two attempts", async () => {
    const carrier = new FakeCarrier([fails(new Error("down"))]);
    const place = ship(carrier, { logRetryPause: 600_000, logRetryPauseMaximum: 600_000 });
    place.shipper.write("a", "kept", 0);
    await until(() => place.logged.length > 0);
    await place.shipper.close();
    expect(carrier.taken).toEqual(["kept"]);
  });

  test("gives up what a destination does not take in time, even one that never answers", async () => {
    const carrier = new FakeCarrier([() => new Promise<Delivery<Events>>(() => undefined)]);
    const place = ship(carrier, { logFlushTimeout: 20 });
    for (let i = 0; i < 6; i++) place.shipper.write("a", String(i), 0);
    await place.shipper.close();
    expect(dropped(place)).toBe(6);
    // What is told as dropped does not arrive all the same.
    expect(carrier.sent).toHaveLength(1);
    expect(carrier.closed).toBe(true);
  });

  test("nothing is taken afterwards, and closing twice is once", async () => {
    const carrier = new FakeCarrier();
    const place = ship(carrier, { logReportPause: 30_000 });
    await place.shipper.close();
    place.shipper.write("a", "late", 0);
    await place.shipper.close();
    expect(carrier.sent).toEqual([]);
  });
});
