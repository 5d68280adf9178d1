import { expect, test } from "vitest";
import { apiId, gatewayOf, methodOf, snapshotOf } from "../../test/support/gateway-fixture.ts";

const Statement = { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };
const { ask } = gatewayOf({
  snapshots: {
    dep001: snapshotOf(
      {
        "/": { ANY: methodOf() },
        "/pets/{id}": { ANY: methodOf() },
        "/files/{proxy+}": { ANY: methodOf() },
      },
      { policy: JSON.stringify({ Statement }) },
    ),
  },
});

/** What a policy that denies everything says was asked for. */
async function deniedArn(path: string, headers: readonly string[] = []): Promise<string | undefined> {
  const { body } = await ask({ path, headers });
  return /execute-api:Invoke on resource: (.*) with an explicit deny"}$/.exec(body)?.[1];
}

const start = `arn:aws:execute-api:us-east-1:********9012:${apiId}/prod`;

test.each([
  ["", `${start}/GET/`],
  ["/", `${start}/GET/`],
  ["//", `${start}/GET/`],
  ["/pets/1", `${start}/GET/pets/1`],
  ["/pets/1?a=b", `${start}/GET/pets/1`],
  ["/pets/1/", `${start}/GET/pets/1`],
  ["//pets/1", `${start}/GET/pets/1`],
  ["/%70ets/a%20b", `${start}/GET/pets/a b`],
  ["/pets/%C3%A9", `${start}/GET/pets/é`],
  ["/pets/a%2Fb", `${start}/GET/pets/a/b`],
  ["/pets/%zz", `${start}/GET/pets/%zz`],
  ["/pets/a:b", `${start}/GET/pets/a:b`],
  ["/files/a/b/", `${start}/GET/files/a/b/`],
  ["/files//a//b", `${start}/GET/files/a/b`],
])("%s is %s", async (path, arn) => {
  expect(await deniedArn(path)).toBe(arn);
});

test("the verb is the one that is served", async () => {
  expect(await deniedArn("/", ["X-HTTP-Method-Override", "delete"])).toBe(`${start}/DELETE/`);
});

test("an ARN has 1,600 bytes at most", async () => {
  const longest = 1_600 - Buffer.byteLength(`arn:aws:execute-api:us-east-1:123456789012:${apiId}/prod/GET/pets/`);
  expect((await ask({ path: `/pets/${"a".repeat(longest)}` })).status).toBe(403);
  expect((await ask({ path: `/pets/${"a".repeat(longest + 1)}` })).status).toBe(414);
  expect((await ask({ path: `/pets/${"%C3%A9".repeat(longest / 2 + 1)}` })).status).toBe(414);
});
