import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { open, seal, SealBroken } from "./seal.ts";

const key = Buffer.alloc(32, 1);

describe("seal", () => {
  it("opens what it sealed, whatever the text, key and purpose", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 500 }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.string(),
        (plain, bytes, purpose) => {
          const sealed = seal(plain, Buffer.from(bytes), purpose);
          expect(sealed).toMatch(/^v1\.[A-Za-z0-9_-]+$/);
          expect(open(sealed, Buffer.from(bytes), purpose)).toBe(plain);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it("never gives the same sealed text twice, nor shows the plain one", () => {
    const sealed = Array.from({ length: 100 }, () => seal("a very secret text", key, "test"));
    expect(new Set(sealed).size).toBe(100);
    for (const one of sealed) {
      expect(Buffer.from(one.slice(3), "base64url").toString("latin1")).not.toContain("secret");
    }
  });

  it("opens with no other key and for no other purpose", () => {
    const sealed = seal("plain", key, "purpose");
    expect(() => open(sealed, randomBytes(32), "purpose")).toThrow(SealBroken);
    expect(() => open(sealed, key, "purpose2")).toThrow(SealBroken);
    expect(() => open(sealed, key, "")).toThrow(SealBroken);
  });

  it("notices a change of any one bit", () => {
    const sealed = seal("plain", key, "purpose");
    const bytes = Buffer.from(sealed.slice(3), "base64url");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      const place = bit >> 3;
      changed.writeUInt8(changed.readUInt8(place) ^ (1 << (bit & 7)), place);
      expect(() => open(`v1.${changed.toString("base64url")}`, key, "purpose")).toThrow(SealBroken);
    }
  });

  it("notices a text that was cut short, lengthened, respelt or is of another version", () => {
    const sealed = seal("plain", key, "purpose");
    for (let length = 0; length < sealed.length; length++) {
      expect(() => open(sealed.slice(0, length), key, "purpose")).toThrow(SealBroken);
    }
    for (const other of [`${sealed}A`, `${sealed}=`, `${sealed} `, `v2.${sealed.slice(3)}`, sealed.slice(3), "plain"]) {
      expect(() => open(other, key, "purpose")).toThrow(SealBroken);
    }
  });

  it("takes no key of another length", () => {
    expect(() => seal("plain", Buffer.alloc(16), "purpose")).toThrow(RangeError);
    expect(() => open(seal("plain", key, "purpose"), Buffer.alloc(33), "purpose")).toThrow(RangeError);
  });
});
