import { describe, expect, it, vi } from "vitest";
import type { Fault } from "../errors.ts";
import { type BodySink, type BodySource, UpstreamFailure } from "../gateway/transport.ts";
import { limits } from "../limits.ts";
import { collectBody } from "./body.ts";

/** A body whose bytes the test sends, and what its reader was told. */
function arriving(length = -1) {
  let sink: BodySink | undefined;
  const discard = vi.fn<() => void>();
  const source: BodySource = {
    length,
    read: (given) => {
      sink = given;
    },
    pause: () => undefined,
    resume: () => undefined,
    discard,
  };
  const told: string[] = [];
  collectBody(source, {
    onBody: (body) => told.push(`body ${body.length}`),
    onRefused: ({ status, retryAfterSeconds }: Fault) => told.push(`refused ${status} ${retryAfterSeconds ?? "never"}`),
    onBroken: () => told.push("broken"),
  });
  return {
    told,
    discard,
    send: (size: number) => sink?.onData(Buffer.alloc(size)),
    end: () => sink?.onEnd(),
    fail: (kind: UpstreamFailure["kind"]) => sink?.onError(new UpstreamFailure(kind, "it failed")),
  };
}

const piece = 1_048_576;

describe("collectBody", () => {
  it("gives a body as a whole", () => {
    const body = arriving();
    body.send(3);
    body.send(4);
    body.end();
    expect(body.told).toEqual(["body 7"]);
  });

  it("refuses what is too large, declared or not, once", () => {
    const declared = arriving(limits.controlBody + 1);
    expect([declared.told, declared.discard.mock.calls.length]).toEqual([["refused 413 never"], 1]);
    const sent = arriving();
    sent.send(limits.controlBody);
    sent.send(1);
    sent.send(1);
    sent.end();
    expect([sent.told, sent.discard.mock.calls.length]).toEqual([["refused 413 never"], 1]);
  });

  it("says what is badly framed, and leaves what broke off", () => {
    const kinds = ["client-malformed", "client-too-large", "client-gone", "client-incomplete", "client-slow"] as const;
    const told = kinds.map((kind) => {
      const body = arriving();
      body.send(1);
      body.fail(kind);
      return body.told;
    });
    expect(told).toEqual([["refused 400 never"], ["refused 413 never"], ["broken"], ["broken"], ["broken"]]);
  });

  it("holds only so much of all bodies together, and takes more when some are done", () => {
    const count = Math.floor(limits.controlBodies / piece);
    const bodies = Array.from({ length: count }, () => arriving());
    for (const body of bodies) body.send(piece);
    const late = arriving();
    late.send(piece);
    expect([late.told, late.discard.mock.calls.length]).toEqual([["refused 503 1"], 1]);
    const [first, second, third, ...others] = bodies;
    first?.end();
    second?.fail("client-gone");
    third?.send(limits.controlBody);
    const later = Array.from({ length: 3 }, () => arriving());
    for (const body of later) body.send(piece);
    for (const body of [...later, ...others]) body.end();
    expect(later.map(({ told }) => told)).toEqual(Array.from({ length: 3 }, () => [`body ${piece}`]));
    expect(others.map(({ told }) => told)).toEqual(others.map(() => [`body ${piece}`]));
    const all = Array.from({ length: count }, () => arriving());
    for (const body of all) body.send(piece);
    for (const body of all) body.end();
    expect(all.map(({ told }) => told)).toEqual(all.map(() => [`body ${piece}`]));
  });
});
