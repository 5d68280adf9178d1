import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MethodSettingDocument } from "./documents.ts";
import { escapeSegment } from "./json-pointer.ts";
import {
  defaultMethodSetting,
  effectiveMethodSetting,
  indexMethodSettings,
  normalizeMethodSettingKey,
} from "./method-settings.ts";

test.each([
  ["*/*", "*/*"],
  ["pets/GET", "pets/GET"],
  ["~1pets/GET", "pets/GET"],
  ["~1pets~1{id}/PUT", "pets/{id}/PUT"],
  ["pets~1{id}/PUT", "pets/{id}/PUT"],
  ["pets/{id}/PUT", "pets/{id}/PUT"],
  ["~1/GET", "/GET"],
  ["~1~0tilde~01/GET", "~tilde~1/GET"],
  ["~1{proxy+}/DELETE", "{proxy+}/DELETE"],
  ["~1~1/GET", "//GET"],
])("%s is %s", (key, normalized) => {
  expect(normalizeMethodSettingKey(key)).toBe(normalized);
});

const setting = (members: Partial<MethodSettingDocument>): MethodSettingDocument => ({
  ...defaultMethodSetting,
  ...members,
});

describe("the setting that holds", () => {
  const own = setting({ throttlingRateLimit: 1 });
  const general = setting({ throttlingRateLimit: 2 });

  test.each([
    ["~1pets/GET", "/pets", "GET"],
    ["pets/GET", "/pets", "GET"],
    ["~1/GET", "/", "GET"],
    ["~1a~1{b}~1{proxy+}/POST", "/a/{b}/{proxy+}", "POST"],
    ["a/{b}/{proxy+}/POST", "/a/{b}/{proxy+}", "POST"],
    ["__proto__/GET", "/__proto__", "GET"],
  ])("is that of %s for %s %s", (key, path, verb) => {
    const index = indexMethodSettings({ "*/*": general, [key]: own });
    expect(effectiveMethodSetting(index, path, verb)).toBe(own);
    expect(effectiveMethodSetting(index, path, "OPTIONS")).toBe(general);
    expect(effectiveMethodSetting(index, `${path}x`, verb)).toBe(general);
  });

  test("is the default's when nothing is set", () => {
    expect(effectiveMethodSetting(indexMethodSettings({}), "/constructor", "GET")).toBe(defaultMethodSetting);
  });

  test("is the method's own as a whole, never a mixture", () => {
    const index = indexMethodSettings({ "*/*": setting({ metricsEnabled: true, loggingLevel: "INFO" }), "a/GET": own });
    expect(effectiveMethodSetting(index, "/a", "GET")).toEqual({ ...defaultMethodSetting, throttlingRateLimit: 1 });
  });

  test("caches by the switch of every method for GET alone, by a method's own for any verb", () => {
    const caching = setting({ cachingEnabled: true });
    const index = indexMethodSettings({ "*/*": caching, "a/POST": caching });
    expect(effectiveMethodSetting(index, "/b", "GET").cachingEnabled).toBe(true);
    expect(effectiveMethodSetting(index, "/b", "POST")).toEqual({ ...caching, cachingEnabled: false });
    expect(effectiveMethodSetting(index, "/a", "POST").cachingEnabled).toBe(true);
  });

  test("is found whichever of a path's slashes are escaped", () => {
    const segment = fc.stringMatching(/^[a-zA-Z0-9._:~{}+-]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(segment, fc.boolean()), { minLength: 1, maxLength: 5 }), (parts) => {
        const path = parts.map(([text]) => `/${text}`).join("");
        const key = parts.map(([text, escaped]) => `${escaped ? "~1" : "/"}${escapeSegment(text)}`).join("");
        const index = indexMethodSettings({ [`${key.replace(/^\//, "")}/GET`]: own });
        expect(effectiveMethodSetting(index, path, "GET")).toBe(own);
      }),
    );
  });
});

test("the defaults cannot be changed by whoever holds them", () => {
  expect(Object.isFrozen(defaultMethodSetting)).toBe(true);
});
