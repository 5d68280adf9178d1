/** What every carrier must do behind the shipper: one suite that each of them runs. */
import { describe, expect, test } from "vitest";
import type { Batch, Carrier } from "./log-sink.ts";
import { Shipper } from "./shipper.ts";
import { silentLog } from "../../../operator-log.ts";

export interface Destination<B extends Batch> {
  readonly carrier: Carrier<B>;
  /** A longer message is cut. */
  readonly eventBytes: number;
  /** The messages of a name that arrived, in order. */
  readonly arrived: (name: string) => Promise<readonly string[]>;
}

const now = Date.UTC(2026, 5, 1);

/** Ships the messages and closes. Resolves with what the operator was told. */
async function shipAll<B extends Batch>(
  { carrier }: Destination<B>,
  events: readonly (readonly [name: string, message: string, time: number])[],
): Promise<readonly object[]> {
  const told: object[] = [];
  const tell = (details: object, message: string): void => void told.push({ ...details, message });
  const shipper = new Shipper(carrier, { error: tell, info: tell });
  for (const [name, message, time] of events) shipper.write(name, message, time);
  await shipper.close();
  return told;
}

export function carrierContract<B extends Batch>(what: string, open: () => Promise<Destination<B>>): void {
  describe(`carrier: ${what}`, () => {
    test("each event arrives once, in its name, in order", async () => {
      const destination = await open();
      const events = Array.from({ length: 25_000 }, (_, index) => {
        return [`group/${index % 3}`, `event ${index}`, now + Math.floor(index / 7)] as const;
      });
      expect(await shipAll(destination, events)).toEqual([]);
      for (const name of ["group/0", "group/1", "group/2"]) {
        expect(await destination.arrived(name)).toEqual(
          events.filter(([group]) => group === name).map(([, message]) => message),
        );
      }
    });

    test("events of any text and size arrive, the largest cut to what one may have", async () => {
      const destination = await open();
      const { eventBytes } = destination;
      const texts = [
        "猫 𝄞 é",
        'tab\tquote"back\\slash',
        "two\nlines\n",
        " ",
        "x".repeat(200_000),
        "y".repeat(1_500_000),
      ];
      const messages = texts.flatMap((text) => [text, text]);
      await shipAll(
        destination,
        messages.map((message) => ["texts", message, now] as const),
      );
      expect(await destination.arrived("texts")).toEqual(messages.map((message) => message.slice(0, eventBytes)));
    });

    test("events that come late, long after the others and before, arrive", async () => {
      const destination = await open();
      const hours = [0, 1, 23, 24, 25, 49, 3];
      const events = hours.map((hour) => ["late", `${hour} h`, now + hour * 3_600_000] as const);
      expect(await shipAll(destination, events)).toEqual([]);
      const arrived = await destination.arrived("late");
      expect(arrived.toSorted()).toEqual(hours.map((hour) => `${hour} h`).toSorted());
    });

    test("names of every kind are kept apart", async () => {
      const destination = await open();
      const names = [
        "a/b",
        "a_b",
        "a.b",
        "a-b",
        "a#b",
        "A/b",
        "a/b/Canary",
        ".hidden",
        "..",
        `${"n".repeat(500)}1`,
        `${"n".repeat(500)}2`,
      ];
      await shipAll(
        destination,
        names.map((name) => [name, `of ${name}`, now] as const),
      );
      for (const name of names) expect(await destination.arrived(name)).toEqual([`of ${name}`]);
    });

    test("closed twice, it has let go", async () => {
      const { carrier } = await open();
      const shipper = new Shipper(carrier, silentLog);
      await shipper.close();
      await shipper.close();
    });
  });
}
