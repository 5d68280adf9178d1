import { expect, test } from "vitest";
import { parseRedisAddress, shownAddress } from "./address.ts";

test.each([
  ["redis://h", "redis://h:6379", { tls: false, database: 0, username: undefined, password: undefined }],
  ["rediss://h:7000/3", "rediss://h:7000", { tls: true, database: 3 }],
  ["redis://:p%40ss@[::1]:1/", "redis://[::1]:1", { host: "::1", password: "p@ss", username: undefined }],
  ["redis://user:secret@h", "redis://h:6379", { username: "user", password: "secret" }],
])("%s is shown as %s", (text, shown, parts) => {
  const address = parseRedisAddress(text);
  expect(address).toMatchObject(parts);
  expect(address && shownAddress(address)).toBe(shown);
});

test.each([
  "",
  "memory",
  "redis://",
  "http://h",
  "redis://h/x",
  "redis://h/1/2",
  "redis://h?a=b",
  "redis://h:99999",
  "redis://%zz@h",
])("%j is no address", (text) => {
  expect(parseRedisAddress(text)).toBeUndefined();
});
