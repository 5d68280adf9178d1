import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { place, responseOf } from "./cache.contract.ts";
import { cacheSecretOf, decodeResponse, encodeResponse, ResponseSealer } from "./seal-response.ts";

describe("answers as bytes", () => {
  test("what is encoded decodes to itself", () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((content) => Buffer.from(content));
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.tuple(fc.string(), fc.string())).map((pairs) => pairs.flat()),
        fc.option(fc.nat(), { nil: undefined }),
        (body, headers, headLength) => {
          const response = responseOf(body, { headers, ...(headLength !== undefined && { headLength }) });
          expect(decodeResponse(encodeResponse(response))).toEqual(response);
        },
      ),
    );
  });

  test.each([
    [""],
    ["\0\0\0"],
    ["\0\0\0\u0009{}"],
    ["\0\0\0\u0002{["],
    ["\0\0\0\u0002{}"],
    ["\0\0\0\u0004null"],
    ["\u00ff\u00ff\u00ff\u00ff{}"],
  ])("%j is no answer", (text) => {
    expect(decodeResponse(Buffer.from(text, "latin1"))).toBeUndefined();
  });
});

describe("sealed answers", () => {
  const sealer = new ResponseSealer(cacheSecretOf(Buffer.alloc(32, 1)));
  const there = place();
  const response = responseOf("a very secret body", { headers: ["X-Secret", "a secret header"] });
  const sealed = sealer.seal(there, "key", response);

  test("open under the same place and key, and show nothing but their age", () => {
    expect(sealer.open(there, "key", sealed)).toEqual(response);
    expect(sealed).toMatchObject({ status: 0, headers: [], sealed: true, storedAt: response.storedAt });
    expect(sealed.body.toString("latin1")).not.toContain("secret");
    expect(sealer.seal(there, "key", response).body.equals(sealed.body)).toBe(false);
  });

  test.each([
    ["another key", sealer, there, "other"],
    ["another stage", sealer, place({ stage: "api/dev" }), "key"],
    ["another secret", new ResponseSealer(cacheSecretOf(Buffer.alloc(32, 2))), there, "key"],
  ])("do not open as %s", (_what, by, where, key) => {
    expect(by.open(where, key, sealed)).toBeUndefined();
  });

  test("open on a node that calls the cluster's content by another name", () => {
    expect(sealer.open(place({ generation: "0.5@2" }), "key", sealed)).toEqual(response);
  });

  test("do not open when any byte was changed, or is missing", () => {
    for (let at = 0; at < sealed.body.length; at++) {
      const body = Buffer.from(sealed.body);
      body[at] = (body[at] ?? 0) ^ 1;
      expect(sealer.open(there, "key", { ...sealed, body })).toBeUndefined();
      expect(sealer.open(there, "key", { ...sealed, body: sealed.body.subarray(0, at) })).toBeUndefined();
    }
  });
});
