import * as fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { compilePolicy, type PolicyRequest, type Verdict } from "./policy.ts";
import { PolicyRefused } from "./syntax.ts";

fc.configureGlobal({ seed: 20_260_104 });

const arn = "arn:aws:execute-api:us-east-1:123456789012:api1234567/prod/GET/pets/1";
const root = { arn: "arn:aws:iam::123456789012:root", accountId: "123456789012" };

type Values = Readonly<Record<string, string | readonly string[]>>;

interface Asked extends Partial<Omit<PolicyRequest, "valuesOf">> {
  readonly values?: Values;
}

const requestOf = ({ values = {}, ...rest }: Asked = {}): PolicyRequest => ({
  action: "execute-api:Invoke",
  resource: arn,
  principal: undefined,
  valuesOf: (key) => (Object.hasOwn(values, key) ? values[key] : undefined),
  ...rest,
});

const allow = { Effect: "Allow", Principal: "*", Action: "execute-api:Invoke", Resource: "*" };
const deny = { ...allow, Effect: "Deny" };
const version = "2012-10-17";

const policyOf = (...statements: readonly object[]) => ({ Version: version, Statement: statements });

const judged = (statements: readonly object[], asked?: Asked): Verdict =>
  compilePolicy(policyOf(...statements), { principals: true }).judge(requestOf(asked));

const holds = (operator: string, policy: unknown, given?: string | readonly string[], key = "aws:k"): boolean =>
  judged([{ ...allow, Condition: { [operator]: { "aws:K": policy } } }], {
    values: given === undefined ? {} : { [key]: given },
  }) === "allow";

const like = (value: string, values: Values, operator = "StringLike"): Verdict =>
  judged([{ ...allow, Condition: { [operator]: { "aws:a": value } } }], { values });

describe("statements", () => {
  it.each<[string, readonly object[], Verdict]>([
    ["one that allows", [allow], "allow"],
    ["one that denies", [deny], "explicit deny"],
    ["a denial beats what allows, behind it", [allow, deny], "explicit deny"],
    ["a denial beats what allows, before it", [deny, allow], "explicit deny"],
    ["none that is about the request", [{ ...allow, Action: "execute-api:ManageConnections" }], "implicit deny"],
    ["none that denies this request", [allow, { ...deny, Resource: "arn:aws:s3:::x" }], "allow"],
  ])("%s", (_what, statements, verdict) => {
    expect(judged(statements)).toBe(verdict);
  });

  it("may be a single one", () => {
    expect(compilePolicy({ Statement: allow }, { principals: true }).judge(requestOf())).toBe("allow");
  });

  it("of an authorizer name nobody", () => {
    const { Principal: _nobody, ...statement } = allow;
    expect(compilePolicy(policyOf(statement), { principals: false }).judge(requestOf())).toBe("allow");
  });
});

describe("actions", () => {
  it.each<[object, boolean]>([
    [{ Action: "execute-api:invoke" }, true],
    [{ Action: "execute-api:*" }, true],
    [{ Action: "*" }, true],
    [{ Action: ["a:b", "execute-api:I?voke"] }, true],
    [{ Action: "execute-api:Invok" }, false],
    [{ Action: "lambda:*" }, false],
    [{ NotAction: "execute-api:InvalidateCache" }, true],
    [{ NotAction: ["execute-api:*"] }, false],
  ])("%j", (change, applies) => {
    const { Action: _action, ...rest } = allow;
    expect(judged([{ ...rest, ...change }])).toBe(applies ? "allow" : "implicit deny");
  });
});

describe("resources", () => {
  const start = "arn:aws:execute-api:us-east-1:123456789012:";
  it.each<[string | readonly string[], boolean]>([
    ["*", true],
    ["arn:aws:execute-api:*", true],
    ["arn:aws:execute-api:*:*:*", true],
    ["arn:*:execute-api:us-????-1:*:*/prod/*", true],
    [arn, true],
    [`${start}api1234567/*`, true],
    [`${start}api1234567/*/GET/*`, true],
    [`${start}api1234567/prod/*/pets/*`, true],
    [`${start}api1234567/prod/GET/pets/?`, true],
    [`${start}api1234567/prod/GET/pets/??`, false],
    [`${start}api1234567/prod/GET/pets`, false],
    [`${start}api1234567/prod/POST/*`, false],
    [`${start}API1234567/*`, false],
    [`${start}other00000/*`, false],
    [["arn:aws:s3:::a", `${start}*/pets/1`], true],
    ["arn:aws:execute-api", false],
    ["", false],
  ])("%j", (Resource, applies) => {
    expect(judged([{ ...allow, Resource }])).toBe(applies ? "allow" : "implicit deny");
  });

  it("NotResource is about all others", () => {
    const { Resource: _resource, ...rest } = allow;
    expect(judged([{ ...rest, NotResource: arn }])).toBe("implicit deny");
    expect(judged([{ ...rest, NotResource: `${start}other00000/*` }])).toBe("allow");
  });

  it("no wildcard reaches into the next part of an ARN, whatever a client writes into its path", () => {
    const resource = `${start}api1234567/prod/GET/a:other00000/b`;
    expect(judged([{ ...allow, Resource: "arn:aws:execute-api:us-east-1:*:other00000/*" }], { resource })).toBe(
      "implicit deny",
    );
    expect(judged([{ ...allow, Resource: `${start}api1234567/prod/GET/a:other00000/?` }], { resource })).toBe("allow");
  });
});

describe("principals", () => {
  it.each<[object, "anonymous" | "known", boolean]>([
    [{ Principal: "*" }, "anonymous", true],
    [{ Principal: { AWS: "*" } }, "anonymous", true],
    [{ Principal: { AWS: ["123456789012", "*"] } }, "anonymous", true],
    [{ Principal: { AWS: "123456789012" } }, "anonymous", false],
    [{ Principal: { Service: "*" } }, "anonymous", false],
    [{ Principal: { AWS: "123456789012" } }, "known", true],
    [{ Principal: { AWS: ["arn:aws:iam::123456789012:root"] } }, "known", true],
    [{ Principal: { AWS: "arn:aws:iam::123456789012:user/alice" } }, "known", false],
    [{ Principal: { AWS: "arn:aws:iam::999999999999:root" } }, "known", false],
    [{ Principal: { Federated: "x" } }, "known", false],
    [{ NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } }, "known", false],
    [{ NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" } }, "anonymous", true],
    [{ NotPrincipal: "*" }, "known", false],
  ])("%j, %s", (change, who, applies) => {
    const { Principal: _principal, ...rest } = allow;
    const principal = who === "known" ? root : undefined;
    expect(judged([{ ...rest, ...change }], { principal })).toBe(applies ? "allow" : "implicit deny");
  });
});

describe("conditions", () => {
  it.each<[operator: string, policy: unknown, given: string | undefined, expected: boolean]>([
    ["StringEquals", "a", "a", true],
    ["StringEquals", ["b", "a"], "a", true],
    ["StringEquals", "a", "A", false],
    ["StringEquals", "a*", "ab", false],
    ["StringEquals", "a", undefined, false],
    ["StringEqualsIfExists", "a", undefined, true],
    ["StringEqualsIfExists", "a", "b", false],
    ["StringNotEquals", "a", "b", true],
    ["StringNotEquals", ["a", "b"], "b", false],
    ["StringNotEquals", "a", undefined, true],
    ["StringEqualsIgnoreCase", "aB", "Ab", true],
    ["StringNotEqualsIgnoreCase", "aB", "Ab", false],
    ["StringLike", "a*c?", "abbbcd", true],
    ["StringLike", "a*c?", "abbbc", false],
    ["StringLike", "${*}", "*", true],
    ["StringLike", "${*}", "a", false],
    ["StringLike", "*${?}*${$}", "a?b$", true],
    ["StringNotLike", "*bot*", "a robot", false],
    ["StringNotLike", "*bot*", undefined, true],
    ["ArnLike", "arn:aws:*:*:*:a/*", "arn:aws:x:y:z:a/b:c", true],
    ["ArnEquals", "arn:aws:*:*:*:a/*", "arn:aws:x:y:z:b/a/", false],
    ["ArnNotLike", "arn:aws:*:*:*:a/*", "arn:aws:x:y:z:b/a/", true],
    ["ArnNotEquals", "arn:aws:x:y:z:b", "arn:aws:x:y:z:b", false],
    ["Bool", "true", "true", true],
    ["Bool", false, "true", false],
    ["Bool", "TRUE", "true", true],
    ["NumericEquals", 5, "5.0", true],
    ["NumericNotEquals", "5", "5", false],
    ["NumericLessThan", "10", "9", true],
    ["NumericLessThanEquals", "10", "10", true],
    ["NumericGreaterThan", "10", "10", false],
    ["NumericGreaterThanEquals", "10", "10", true],
    ["NumericLessThan", "10", "no number", false],
    ["DateEquals", "2026-01-02T03:04:05Z", "2026-01-02T04:04:05+01:00", true],
    ["DateNotEquals", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", false],
    ["DateLessThan", "2026-01-02T03:04:05", "2026-01-02T03:04:04Z", true],
    ["DateLessThanEquals", "1767323045", "2026-01-02T03:04:05Z", true],
    ["DateGreaterThan", "2026-01-02", "1767312000", false],
    ["DateGreaterThanEquals", "2026-01-02", "1767312000", true],
    ["BinaryEquals", "QUJD", "QUJD", true],
    ["IpAddress", "203.0.113.0/24", "203.0.113.9", true],
    ["IpAddress", ["10.0.0.0/8", "203.0.113.9"], "203.0.113.9", true],
    ["IpAddress", "203.0.113.0/24", "203.0.114.9", false],
    ["IpAddress", "0.0.0.0/0", "198.51.100.1", true],
    ["IpAddress", "2001:db8::/32", "2001:DB8::1", true],
    ["IpAddress", "203.0.113.0/24", "2001:db8::1", false],
    ["IpAddress", "203.0.113.0/24", "no address", false],
    ["IpAddress", "203.0.113.0/24", undefined, false],
    ["NotIpAddress", "203.0.113.0/24", "203.0.113.9", false],
    ["NotIpAddress", "203.0.113.0/24", "198.51.100.1", true],
    ["Null", "true", undefined, true],
    ["Null", true, "a", false],
    ["Null", "false", "a", true],
  ])("%s %j of %j: %s", (operator, policy, given, expected) => {
    expect(holds(operator, policy, given)).toBe(expected);
  });

  it.each<[operator: string, given: readonly string[] | undefined, expected: boolean]>([
    ["StringEquals", ["x", "a"], true],
    ["StringNotEquals", ["x", "a"], false],
    ["ForAnyValue:StringEquals", ["x", "a"], true],
    ["ForAnyValue:StringEquals", ["x", "y"], false],
    ["ForAnyValue:StringEquals", undefined, false],
    ["ForAnyValue:StringNotEquals", ["x", "a"], true],
    ["ForAllValues:StringEquals", ["a", "b"], true],
    ["ForAllValues:StringEquals", ["a", "x"], false],
    ["ForAllValues:StringEquals", undefined, true],
    ["ForAllValues:StringNotEquals", ["x", "y"], true],
    ["ForAllValues:StringNotEquals", ["x", "a"], false],
    ["ForAnyValue:StringEqualsIfExists", undefined, true],
  ])("%s of %j, where a and b are meant: %s", (operator, given, expected) => {
    expect(holds(operator, ["a", "b"], given)).toBe(expected);
  });

  it("must all hold", () => {
    const Condition = { StringEquals: { "aws:a": "1", "aws:b": "2" }, Bool: { "aws:c": "true" } };
    const values = { "aws:a": "1", "aws:b": "2", "aws:c": "true" };
    expect(judged([{ ...allow, Condition }], { values })).toBe("allow");
    for (const key of Object.keys(values)) {
      expect(judged([{ ...allow, Condition }], { values: { ...values, [key]: "x" } })).toBe("implicit deny");
    }
  });

  it("names of an object's own parts are keys that no request has", () => {
    for (const key of ["__proto__", "constructor", "toString"]) {
      const Condition = JSON.parse(`{"StringEquals":{"${key}":"x"}}`) as object;
      expect(judged([{ ...allow, Condition }])).toBe("implicit deny");
    }
  });
});

describe("what judging costs", () => {
  it("a text of the request is put in lower case once, however many values it is compared with", () => {
    const values = Array.from({ length: 1_000 }, (_, nth) => `Value ${nth}`);
    const Action = values.map((value) => `execute-api:${value}`);
    const statements = [
      { ...allow, Action },
      { ...allow, Condition: { StringEqualsIgnoreCase: { "aws:a": values } } },
    ];
    const policy = compilePolicy(policyOf(...statements), { principals: true });
    const lower = vi.spyOn(String.prototype, "toLowerCase");
    const verdict = policy.judge(requestOf({ values: { "aws:a": "VALUE 999" } }));
    const calls = lower.mock.calls.length;
    lower.mockRestore();
    expect([verdict, calls]).toEqual(["allow", 3]);
  });

  it("several asterisks in a row are one", () => {
    const text = `a${"*".repeat(10_000)}b`;
    expect(like(text, { "aws:a": `a${"-".repeat(8_000)}b` })).toBe("allow");
    expect(like(text, { "aws:a": "b" })).toBe("implicit deny");
  });
});

describe("variables", () => {
  it("are values of the request, in which nothing is a wildcard", () => {
    expect(like("x-${aws:B}-*", { "aws:a": "x-b*-y", "aws:b": "b*" })).toBe("allow");
    expect(like("x-${aws:b}-*", { "aws:a": "x-bb-y", "aws:b": "b*" })).toBe("implicit deny");
    expect(like("${aws:b}", { "aws:a": "AB", "aws:b": "ab" }, "StringEqualsIgnoreCase")).toBe("allow");
    expect(like("${aws:b, 'none'}", { "aws:a": "none" })).toBe("allow");
    expect(like("${aws:b}", { "aws:a": "" })).toBe("implicit deny");
    expect(like("${aws:b}", { "aws:a": "1", "aws:b": ["1", "2"] })).toBe("implicit deny");
  });

  it("stand in resources too, and never in older versions", () => {
    const Resource = "arn:aws:execute-api:*:*:*/*/${aws:who}";
    const asked = { resource: "arn:aws:execute-api:r:1:a/GET/x:y", values: { "aws:who": "x:y" } };
    expect(judged([{ ...allow, Resource }], asked)).toBe("allow");
    const old = { Version: "2008-10-17", Statement: { ...allow, Resource } };
    expect(compilePolicy(old, { principals: true }).judge(requestOf(asked))).toBe("implicit deny");
  });
});

describe("what is no policy", () => {
  const withCondition = (Condition: unknown) => policyOf({ ...allow, Condition });
  it.each<[unknown]>([
    [undefined],
    [null],
    ["x"],
    [[]],
    [{}],
    [{ Statement: [] }],
    [{ Statement: null }],
    [{ Version: "2020-01-01", Statement: allow }],
    [policyOf({ ...allow, Effect: "allow" })],
    [policyOf({ ...allow, NotAction: "a" })],
    [policyOf({ ...allow, Action: undefined, NotAction: [null] })],
    [policyOf({ ...allow, Action: {} })],
    [policyOf({ ...allow, Principal: "me" })],
    [policyOf({ ...allow, Principal: { AWS: {} } })],
    [policyOf({ Effect: "Allow", Action: "*", Resource: "*" })],
    [withCondition("x")],
    [withCondition({ StringEquals: "x" })],
    [withCondition({ StringEquals: ["x"] })],
    [withCondition({ StringEquals: { k: {} } })],
    [withCondition({ StringEqual: { k: "x" } })],
    [withCondition({ toString: { k: "x" } })],
    [withCondition({ NullIfExists: { k: "true" } })],
    [withCondition({ "ForSome:StringEquals": { k: "x" } })],
    [withCondition({ IpAddress: { k: "203.0.113.0/33" } })],
    [withCondition({ IpAddress: { k: "somewhere" } })],
    [withCondition({ NumericEquals: { k: "0x1" } })],
    [withCondition({ DateEquals: { k: "yesterday" } })],
  ])("%j", (document) => {
    expect(() => compilePolicy(document, { principals: true })).toThrow(PolicyRefused);
  });
});

/** As a regular expression has it. */
function plainMatch(pattern: string, text: string): boolean {
  const source = pattern.replaceAll(/[.*?]/g, (mark) => ({ "*": ".*", "?": "." })[mark] ?? "\\.");
  return new RegExp(`^${source}$`, "s").test(text);
}

describe("wildcards", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "."), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom("a", "b", ".", "*", "?"), maxLength: 8 });

  it("match as a regular expression does", () => {
    fc.assert(
      fc.property(patterns, letters, (pattern, text) => {
        const Condition = { StringLike: { "aws:k": pattern } };
        const verdict = judged([{ ...allow, Condition }], { values: { "aws:k": text } });
        expect(verdict).toBe(plainMatch(pattern, text) ? "allow" : "implicit deny");
      }),
      { numRuns: 2_000 },
    );
  });

  it("that ask for too much work deny", () => {
    const pattern = `*${"a".repeat(4_000)}?b*`;
    const values = { "aws:k": "a".repeat(10_000) };
    expect(judged([{ ...allow, Condition: { StringNotLike: { "aws:k": pattern } } }], { values })).toBe(
      "explicit deny",
    );
  });

  /** A policy in which something may stand for something else. */
  const anyPolicy = fc
    .record({
      Effect: fc.constantFrom("Allow", "Deny", 1),
      Principal: fc.oneof(fc.constant("*"), fc.jsonValue()),
      Action: fc.oneof(fc.constantFrom("*", "execute-api:Invoke"), fc.jsonValue()),
      Condition: fc.oneof(
        fc.dictionary(
          fc.constantFrom(
            "StringLike",
            "IpAddressIfExists",
            "ForAnyValue:ArnNotLike",
            "DateLessThan",
            "Null",
            "__proto__",
          ),
          fc.dictionary(fc.constantFrom("aws:k", "constructor"), fc.oneof(fc.string(), fc.jsonValue())),
        ),
        fc.jsonValue(),
      ),
    })
    .map((statement) => ({ Version: version, Statement: { ...allow, ...statement } }));

  it("hold out against anything", () => {
    fc.assert(
      fc.property(fc.oneof(anyPolicy, fc.jsonValue()), fc.string(), (document, text) => {
        try {
          const asked = requestOf({ resource: text, values: { "aws:k": text } });
          const verdict = compilePolicy(document, { principals: true }).judge(asked);
          expect(["allow", "explicit deny", "implicit deny"]).toContain(verdict);
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyRefused);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
