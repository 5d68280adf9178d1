/** How long a backend is awaited: the clock goes forward when a test says so. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { ask, ended, GivenBody, heard, ok, told } from "../../../test/support/backends.ts";
import { rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";

const timeout = 20_000;

afterEach(() => void vi.restoreAllMocks());

/** A clock that goes on by what is given alone. */
function clock(): (milliseconds: number) => void {
  let now = performance.now();
  vi.spyOn(performance, "now").mockImplementation(() => now);
  return (milliseconds) => {
    now += milliseconds;
  };
}

/** Long enough for every connection's time to be looked at. */
const looks = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 150));

const head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";

/** A backend that says its answer in pieces, with so much time before each. */
const speaking = (forward: (milliseconds: number) => void, pieces: readonly string[], apart: number) =>
  rawBackend((socket) => {
    const speak = async (): Promise<void> => {
      for (const piece of pieces) {
        forward(apart);
        await looks();
        socket.write(piece);
      }
    };
    socket.once("data", () => void speak());
  });

describe("a backend's time", () => {
  test("is that of its whole answer, however often a piece of it comes", async () => {
    const backend = await speaking(clock(), [head, "f", "o", "u", "r"], 9_000);
    const { body } = await ask(upstreamClient(), backend.origin, { timeout });
    await expect(readAll(body)).rejects.toMatchObject({ kind: "timeout" });
  });

  test("is enough for pieces that all come within it", async () => {
    const backend = await speaking(clock(), [head, "f", "o", "u", "r"], 3_500);
    expect(await told(upstreamClient(), backend.origin, { timeout })).toBe("200 four");
  });

  test("stands while its answer waits for a reader", async () => {
    const forward = clock();
    const backend = await speaking(forward, [`${head}fo`, "ur"], 9_000);
    const { body } = await ask(upstreamClient(), backend.origin, { timeout });
    forward(60_000);
    await looks();
    let read = "";
    await new Promise<void>((resolve, reject) => {
      body.read({
        onData: (chunk) => {
          read += chunk.toString();
          body.pause();
          forward(60_000);
          void looks().then(() => body.resume());
        },
        onEnd: resolve,
        onError: reject,
      });
    });
    expect(read).toBe("four");
  });

  test("goes on from where it stood", async () => {
    const forward = clock();
    const backend = await speaking(forward, [`${head}f`, "o"], 9_000);
    const { body } = await ask(upstreamClient(), backend.origin, { timeout });
    forward(60_000);
    await looks();
    const read = readAll(body);
    // Of 20 seconds the head took 9, and the next piece 9.
    await looks();
    forward(9_000);
    await expect(read).rejects.toMatchObject({ kind: "timeout" });
  });

  test("runs again for an answer that nobody wants any more", async () => {
    const forward = clock();
    const backend = await speaking(forward, [`${head}f`], 0);
    const upstream = upstreamClient({});
    const { body } = await ask(upstream, backend.origin, { timeout });
    await looks();
    body.discard();
    await looks();
    forward(30_000);
    await ended(backend.accepted[0]);
  });

  test("is not the client's, whose body it waits for", async () => {
    const forward = clock();
    const backend = await rawBackend((socket) => {
      void heard(socket, /body$/).then(() => socket.write(ok));
    });
    const body = new GivenBody(8);
    const answer = told(upstreamClient(), backend.origin, { method: "POST", body, timeout });
    await body.begun.promise;
    for (const piece of ["slow", "body"]) {
      forward(60_000);
      await looks();
      body.give(piece);
    }
    body.end();
    expect(await answer).toBe("200 {}");
  });

  test("is not the client's either when the answer has begun before the request was whole", async () => {
    const forward = clock();
    const backend = await rawBackend((socket) => {
      socket.once("data", () => {
        socket.write(`${head}fo`);
        void heard(socket, /body$/).then(() => socket.write("ur"));
      });
    });
    const body = new GivenBody(8);
    const answer = told(upstreamClient(), backend.origin, { method: "POST", body, timeout });
    await body.begun.promise;
    for (const piece of ["slow", "body"]) {
      await looks();
      forward(60_000);
      await looks();
      body.give(piece);
    }
    body.end();
    expect(await answer).toBe("200 four");
  });

  test("is counted together where it takes a request bit by bit", async () => {
    const forward = clock();
    const backend = await rawBackend((socket) => void socket.pause());
    const body = new GivenBody(-1);
    const answer = ask(upstreamClient(), backend.origin, { method: "POST", body, timeout });
    const failed = expect(answer).rejects.toMatchObject({ kind: "timeout" });
    await body.begun.promise;
    for (let i = 0; i < 4 && !body.discarded; i++) {
      while (!body.paused) {
        body.give(Buffer.alloc(1_000_000));
        await new Promise((resolve) => void setImmediate(resolve));
      }
      forward(9_000);
      await looks();
      backend.accepted[0]?.resume();
      await expect.poll(() => body.paused && !body.discarded, { timeout: 20_000 }).toBe(false);
      backend.accepted[0]?.pause();
    }
    await failed;
    expect(body.discarded).toBe(true);
  });
});
