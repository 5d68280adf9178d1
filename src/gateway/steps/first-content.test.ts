import { expect, test } from "vitest";
import {
  type FixtureInput,
  gatewayOf,
  methodOf,
  snapshotOf,
  stepCount,
} from "../../../test/support/gateway-fixture.ts";
import { logGroupArn, recordingLogs } from "../../../test/support/recording-logs.ts";
import { GivenBody } from "../../../test/support/backends.ts";
import type { UpstreamHandler } from "../transport.ts";

const names = ["latency", "responseTransferMode", "timeToAllHeaders", "timeToFirstContent"];
const format = names.map((name) => `$context.integration.${name}`).join(" ");
const logged = { accessLogSettings: { format, destinationArn: logGroupArn("access") } };

const gatewayFor = (responseTransferMode: string, options: Partial<FixtureInput>) =>
  gatewayOf({ snapshots: { dep001: snapshotOf({ "/": { ANY: methodOf({ responseTransferMode }) } }) }, ...options });

/** The line of a request whose endpoint says its head after 5 ms, the first of its body after 20, the rest after 100. */
async function lineOf(responseTransferMode: string, pieces = 2, length = -1): Promise<readonly string[]> {
  let now = 1_000;
  const { logs, of } = recordingLogs();
  const handlers: UpstreamHandler[] = [];
  const upstream = {
    dispatch: (_origin: unknown, _request: unknown, handler: UpstreamHandler) => {
      handlers.push(handler);
      return () => undefined;
    },
    close: () => Promise.resolve(),
  };
  const gateway = gatewayFor(responseTransferMode, { stage: logged, logs, upstream, now: () => now });
  const answer = gateway.ask({});
  const body = new GivenBody(length);
  now += 5;
  handlers[0]?.onHead(200, [], body);
  now += 15;
  if (pieces > 0) body.give("first");
  now += 80;
  if (pieces > 1) body.give("second");
  body.end();
  expect((await answer).body).toBe("firstsecond".slice(0, [0, 5, 11][pieces]));
  return of("access");
}

test("what streams has the time to its headers and to its first content", async () => {
  expect(await lineOf("STREAM")).toEqual(["5 STREAM 5 20"]);
});

test("a body of a known length likewise", async () => {
  expect(await lineOf("STREAM", 2, 11)).toEqual(["5 STREAM 5 20"]);
});

test("an answer without content has no time for it", async () => {
  expect(await lineOf("STREAM", 0)).toEqual(["5 STREAM 5 -"]);
});

test("what does not stream has neither", async () => {
  expect(await lineOf("BUFFERED")).toEqual(["5 BUFFERED - -"]);
});

test("nothing of it is in the steps of a method that does not stream, or that nobody observes", () => {
  const plain = stepCount(gatewayFor("BUFFERED", {}), "/");
  expect(stepCount(gatewayFor("STREAM", {}), "/")).toBe(plain);
  expect(stepCount(gatewayFor("BUFFERED", { stage: logged }), "/")).toBe(plain + 1);
  expect(stepCount(gatewayFor("STREAM", { stage: logged }), "/")).toBe(plain + 2);
});
