/** Random messages, whole and broken, cut anywhere, against both ends of the codec. Seeds are fixed. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { cut, StubSocket } from "../../../test/support/stub-socket.ts";
import { statuses } from "../../../test/support/wire.ts";
import type { Serve } from "../exchange.ts";
import type { BodySource } from "../transport.ts";
import { defaultLimits, defaultUpstreamLimits } from "./bounds.ts";
import { Call } from "./call.ts";
import { ClientConnection } from "./client-connection.ts";
import { Connection } from "./connection.ts";
import { LentReads, type Receiver } from "./lent-reads.ts";

// --- messages

const letters = (minLength: number) =>
  fc.string({ minLength, maxLength: 12, unit: fc.constantFrom(..."abcXYZ019-_".split("")) });
const value = fc.string({ maxLength: 20, unit: fc.constantFrom(..."ab ,;=\"'\t\u00e9/:".split("")) });
const header = fc.tuple(letters(1), value).map(([name, text]) => `X-${name}: ${text}`);
const bytes = fc.string({ maxLength: 60, unit: fc.constantFrom(..."abc\r\n\0\u00ff0123456789 :;/".split("")) });

/** A body as it goes over the wire with its framing header. */
const framed = fc.oneof(
  fc.constant({ body: "", field: "", wire: "" }),
  bytes.map((body) => ({ body, field: `Content-Length: ${body.length}\r\n`, wire: body })),
  fc.array(fc.tuple(bytes, fc.boolean()), { maxLength: 4 }).map((pieces) => {
    const chunks = pieces.filter(([piece]) => piece !== "");
    const wire = chunks.map(
      ([piece, extended]) => `${piece.length.toString(16)}${extended ? ";x=y" : ""}\r\n${piece}\r\n`,
    );
    const body = chunks.map(([piece]) => piece).join("");
    return { body, field: "Transfer-Encoding: chunked\r\n", wire: `${wire.join("")}0\r\n\r\n` };
  }),
);

const request = fc
  .tuple(fc.constantFrom("GET", "POST", "PUT", "HEAD", "M-X"), letters(0), fc.array(header, { maxLength: 4 }), framed)
  .map(([method, path, headers, { body, field, wire }]) => {
    const lines = headers.map((line) => `${line}\r\n`).join("");
    return {
      wire: `${method} /${path} HTTP/1.1\r\n${lines}Host: a\r\n${field}\r\n${wire}`,
      served: [method, `/${path}`, body],
    };
  });

const answer = fc
  .tuple(fc.constantFrom("200 OK", "404", "503 \u00e9"), fc.boolean(), fc.array(header, { maxLength: 4 }), framed)
  .map(([status, informed, headers, { field, wire }]) => {
    const before = informed ? "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" : "";
    return `${before}HTTP/1.1 ${status}\r\n${headers.map((line) => `${line}\r\n`).join("")}${field}\r\n${wire}`;
  });

const places = fc.array(fc.nat(), { maxLength: 40 });

/** Changes to a text: at a place, so many characters are replaced by others. */
const nasty = fc.constantFrom(
  "",
  "\r",
  "\n",
  "\r\n",
  "\0",
  " ",
  "\t",
  ":",
  ";",
  "0",
  "f",
  "\u00ff",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "HTTP/1.1",
  "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
);
const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 6 }), nasty), { minLength: 1, maxLength: 4 });

function changed(text: string, edits: readonly (readonly [number, number, string])[]): string {
  return edits.reduce((now, [place, length, piece]) => {
    const at = place % (now.length + 1);
    return now.slice(0, at) + piece + now.slice(at + length);
  }, text);
}

/** Gives a connection these pieces in a buffer that changes after each, as the kernel's does. */
function lend(connection: Receiver, pieces: readonly Buffer[]): void {
  for (const piece of pieces) {
    const lent = Buffer.from(piece);
    connection.receive(lent);
    lent.fill(0xaa);
  }
}

// --- the listener's end

interface Served {
  /** Requests that were served whole. */
  whole: string[][];
  sent: string;
  open: boolean;
}

/** What a connection makes of these pieces, and then of the end of them. */
async function serveAll(pieces: readonly Buffer[]): Promise<Served> {
  const whole: string[][] = [];
  const mistakes: unknown[] = [];
  const serve: Serve = ({ method, target, body, reply }) => {
    let text = "";
    const done = () => {
      whole.push([method, target, text]);
      reply.send(200, ["X-Length", String(text.length)], "{}");
    };
    if (body === undefined) done();
    else body.read({ onData: (chunk) => (text += chunk.toString("latin1")), onEnd: done, onError: () => undefined });
  };
  const socket = new StubSocket();
  const reads = new LentReads();
  const connection = new Connection(socket.asSocket, reads, {
    serve,
    limits: defaultLimits,
    now: 0,
    closing: false,
    log: (error) => void mistakes.push(error),
    left: () => undefined,
  });
  lend(connection, pieces);
  socket.push(null);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(mistakes).toEqual([]);
  return { whole, sent: socket.sent.replaceAll(/Date: [^\r]+\r\n/g, ""), open: !socket.writableEnded };
}

test("valid requests are served alike however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 5 }), places, async (requests, at) => {
      const wire = requests.map((one) => one.wire).join("");
      const uncut = await serveAll([Buffer.from(wire, "latin1")]);
      expect(uncut.whole).toEqual(requests.map((one) => one.served));
      expect(statuses(uncut.sent)).toEqual(requests.map(() => 200));
      expect(uncut.open).toBe(false);
      expect(await serveAll(cut(wire, at))).toEqual(uncut);
    }),
    { numRuns: 400, seed: 20_260_104 },
  );
});

test("broken requests end in replies and a close, never in a mistake, and alike however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 3 }),
      changes,
      places,
      async (requests, edits, at) => {
        const wire = changed(requests.map((one) => one.wire).join(""), edits);
        const uncut = await serveAll([Buffer.from(wire, "latin1")]);
        const pieces = await serveAll(cut(wire, at));
        expect(pieces.whole).toEqual(uncut.whole);
        for (const { whole, sent, open } of [uncut, pieces]) {
          expect(open).toBe(false);
          const replies = statuses(sent);
          // At most one refusal, and it is the last.
          expect(replies.slice(0, whole.length)).toEqual(whole.map(() => 200));
          expect(replies.length - whole.length).toBeLessThanOrEqual(1);
          if (replies.length > whole.length) expect(replies.at(-1)).toBeGreaterThanOrEqual(400);
        }
      },
    ),
    { numRuns: 1_500, seed: 20_260_105 },
  );
});

test("no bytes at all make a connection fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 5 }), async (pieces) => {
      expect((await serveAll(pieces.map((piece) => Buffer.from(piece)))).open).toBe(false);
    }),
    { numRuns: 500, seed: 20_260_106 },
  );
});

// --- the upstream's end

/** What a handler hears of these pieces and then the end of them: `head`, `data`, and one of `end`, `error`, `failure`. */
async function answerAll(pieces: readonly Buffer[]): Promise<{ events: string[]; text: string }> {
  const mistakes: unknown[] = [];
  const events: string[] = [];
  let text = "";
  const call = new Call(
    { method: "GET", target: "/", headers: [], body: undefined, timeout: 60_000 },
    {
      onHead: (status: number, headers: readonly string[], body: BodySource) => {
        events.push(`head ${status} ${JSON.stringify(headers)} ${body.length}`);
        body.read({
          onData: (chunk) => (text += chunk.toString("latin1")),
          onEnd: () => void events.push("end"),
          onError: (error) => void events.push(`error ${error.name}`),
        });
      },
      onFailure: () => void events.push("failure"),
    },
    "GET / HTTP/1.1\r\n\r\n",
    Infinity,
  );
  const socket = new StubSocket();
  const host = {
    limits: defaultUpstreamLimits,
    log: (error: unknown) => void mistakes.push(error),
    released: () => undefined,
    lost: () => undefined,
    repeat: () => void mistakes.push(new Error("a new connection's call is not repeated")),
  };
  const reads = new LentReads();
  const connection = new ClientConnection(socket.asSocket, reads, "connect", call, host);
  socket.emit("connect");
  lend(connection, pieces);
  socket.push(null);
  await new Promise((resolve) => void setImmediate(resolve));
  expect(mistakes).toEqual([]);
  expect(socket.destroyed).toBe(true);
  return { events, text };
}

test("valid answers are read alike however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(answer, places, async (wire, at) => {
      const uncut = await answerAll([Buffer.from(wire, "latin1")]);
      expect(uncut.events).toEqual([expect.stringMatching(/^head/), "end"]);
      expect(await answerAll(cut(wire, at))).toEqual(uncut);
    }),
    { numRuns: 400, seed: 20_260_107 },
  );
});

test("broken answers end once, as a whole or as a failure, and alike however they are cut", async () => {
  await fc.assert(
    fc.asyncProperty(answer, changes, places, async (whole, edits, at) => {
      const wire = changed(whole, edits);
      const uncut = await answerAll([Buffer.from(wire, "latin1")]);
      expect(uncut.events.join("|")).toMatch(/^(failure|head [^|]*\|(end|error UpstreamFailure))$/);
      expect(await answerAll(cut(wire, at))).toEqual(uncut);
    }),
    { numRuns: 1_500, seed: 20_260_108 },
  );
});
