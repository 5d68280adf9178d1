import { unzipSync } from "fflate";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { zipOf } from "./archive.ts";

describe("zipOf", () => {
  it("keeps the files, and is the same bytes for the same files", () => {
    const files = new Map([
      ["a/b-c_d.js", "é"],
      ["README.md", "# x"],
    ]);
    const zip = zipOf(files);
    const read = Object.entries(unzipSync(zip)).map(([path, bytes]) => [path, Buffer.from(bytes).toString()]);
    expect(new Map(read as [string, string][])).toEqual(files);
    // Also on another day.
    vi.useFakeTimers({ now: new Date(2001, 1, 3) });
    onTestFinished(() => void vi.useRealTimers());
    expect(Buffer.from(zip).equals(Buffer.from(zipOf(new Map(files))))).toBe(true);
  });

  it.each(["../x", "/x", "a/../x", "a//x", "a\\x", "", "a/", ".hidden", "a/.x", "C:x", "a\u0000", "é"])(
    "never takes the path %j",
    (path) => {
      expect(() => zipOf(new Map([[path, ""]]))).toThrow("not a path for a zip");
    },
  );
});
