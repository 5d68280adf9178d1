import { describe, expect, it } from "vitest";
import { bad, labelled, refusalOf } from "../../../test/support/api-fixture.ts";
import { checkedPolicy, shownPolicy } from "./policy.ts";

const place = { region: "us-east-1", accountId: "123456789012", restApiId: "api1234567" };
const stored = (policy: string): string => checkedPolicy(policy, place) ?? "";
const statement = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" };
const withStatement = (change: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, ...change }] });

describe("checkedPolicy", () => {
  it("is none for no text", () => {
    expect(checkedPolicy(undefined, place)).toBeUndefined();
    expect(checkedPolicy("", place)).toBeUndefined();
  });

  it("is compact JSON", () => {
    const policy = withStatement({});
    expect(stored(JSON.stringify(JSON.parse(policy), undefined, 2))).toBe(policy);
  });

  it("has short resources made whole", () => {
    const arn = "arn:aws:execute-api:us-east-1:123456789012:api1234567";
    expect(stored(withStatement({ Resource: ["execute-api:/*", "execute-api:/dev/GET/a", "*"] }))).toBe(
      withStatement({ Resource: [`${arn}/*`, `${arn}/dev/GET/a`, "*"] }),
    );
    expect(stored(withStatement({ Resource: "execute-api:/*" }))).toBe(withStatement({ Resource: `${arn}/*` }));
  });

  it("keeps everything else, hostile names included", () => {
    const text = `{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["1","2"]},"NotAction":["a"],"NotResource":"r","Condition":{"Null":{"__proto__":"x","constructor":"y"}}},"Id":"\\u2028é\\\\"}`;
    expect(stored(text)).toBe(JSON.stringify(JSON.parse(text)));
    expect(stored(text)).toContain('{"__proto__":"x","constructor":"y"}');
  });

  it.each(
    labelled([
      "x",
      "null",
      "[]",
      "1",
      '"text"',
      "{}",
      '{"Statement":[]}',
      '{"Statement":[1]}',
      '{"Statement":null}',
      '{"Version":"2020-01-01","Statement":[]}',
      withStatement({ Version: 1, Effect: "Maybe" }),
      withStatement({ Principal: undefined }),
      withStatement({ Principal: "me" }),
      withStatement({ Principal: {} }),
      withStatement({ Principal: { AWS: [] } }),
      withStatement({ Principal: { AWS: 1 } }),
      withStatement({ NotPrincipal: "*" }),
      withStatement({ Action: undefined }),
      withStatement({ Action: 1 }),
      withStatement({ Resource: [1] }),
      withStatement({ Resource: undefined }),
      withStatement({ Condition: "x" }),
      withStatement({ Condition: { StringEqualz: { "aws:Referer": "x" } } }),
      withStatement({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/33" } } }),
      JSON.stringify({ Version: "2008", Statement: [statement] }),
      withStatement({ Sid: "x".repeat(8_192) }),
      "[".repeat(1_000_000),
      "[".repeat(5_000),
      `{"a":${"[".repeat(4_000)}${"]".repeat(4_000)}}`,
    ]),
  )("%s is refused", (_label, policy) => {
    expect(refusalOf(() => checkedPolicy(policy, place))).toBe(
      bad("Invalid policy document. Please check the policy syntax and ensure that Principals are valid."),
    );
  });
});

describe("shownPolicy", () => {
  it("has its quotes escaped, so that a text in quotes can be read back", () => {
    const policy = stored(withStatement({ Sid: 'a"b\\c' }));
    expect(shownPolicy('{"a":"b"}')).toBe('{\\"a\\":\\"b\\"}');
    expect(JSON.parse(`"${shownPolicy(policy)}"`)).toBe(policy);
  });
});
