/** The hash of the JavaScript SDK beside Node's own. */
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

interface Library {
  readonly hash: (bytes: Uint8Array) => Uint8Array;
  readonly hmac: (key: Uint8Array, bytes: Uint8Array) => Uint8Array;
}

/** The library as a CommonJS module: the project's own are others. */
function load(): Library {
  const text = readFileSync(new URL("./lib/sha256.js", import.meta.url), "utf8");
  const module = { exports: {} as Library };
  // oxlint-disable-next-line typescript/no-implied-eval -- it is the file above
  new Function("module", text)(module);
  return module.exports;
}

const { hash, hmac } = load();

describe("the hash", () => {
  it("is Node's, of any bytes", () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 50, maxLength: 70 }));
    fc.assert(
      fc.property(bytes, bytes, (key, message) => {
        expect(Buffer.from(hash(message))).toEqual(createHash("sha256").update(message).digest());
        expect(Buffer.from(hmac(key, message))).toEqual(createHmac("sha256", key).update(message).digest());
      }),
      { seed: 18, numRuns: 500 },
    );
  });
});
