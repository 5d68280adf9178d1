import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PlainRequest, percentEncode, presigned, type SentRequest, signed } from "../../test/support/signer.ts";
import { Fault } from "../errors.ts";
import { createVerifier, type SignedHead } from "./verify.ts";

interface SignedRequest extends SignedHead {
  readonly body: Buffer;
}

fc.configureGlobal({ seed: 20_260_102 });

const identity = { accessKeyId: "test", secretAccessKey: "test", region: "us-east-1", service: "apigateway" };
const verify = createVerifier(identity);
const date = new Date("2026-01-02T03:04:05Z");
const now = date.getTime();
const minute = 60_000;

function refusalOf(request: SignedRequest, at = now): { code: string; message: string } | undefined {
  try {
    verify(request, at)?.(request.body);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    expect(error.status).toBe(403);
    return { code: error.code, message: error.message };
  }
}

const patch: PlainRequest = {
  method: "PATCH",
  path: "/restapis/abc/stages/prod",
  headers: { "content-type": "application/json" },
  body: Buffer.from('{"patchOperations":[]}'),
};

function withHeader(request: SentRequest, name: string, change: (value: string) => string | undefined): SignedRequest {
  const headers = request.headers.flatMap((text, index) => {
    if (index % 2 === 1) return [];
    const value = request.headers[index + 1] ?? "";
    const next = text === name ? change(value) : value;
    return next === undefined ? [] : [text, next];
  });
  return { ...request, headers };
}

const suiteAuthorization = (signedHeaders: string, signature: string, service: string) =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, ` +
  `SignedHeaders=${signedHeaders}, Signature=${signature}`;

describe("documented examples", () => {
  // AWS Signature Version 4 test suite, get-vanilla and its kin.
  const suite = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
  const at = Date.parse("2015-08-30T12:36:00Z");
  it.each([
    ["get-vanilla", "GET", "", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["post-vanilla", "POST", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "get-vanilla-query-order-key-case",
      "GET",
      "Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
  ])("%s", (_name, method, query, signature) => {
    const verifySuite = createVerifier({ ...identity, ...suite, service: "service" });
    const headers = [
      "Host",
      "example.amazonaws.com",
      "X-Amz-Date",
      "20150830T123600Z",
      "Authorization",
      suiteAuthorization("host;x-amz-date", signature, "service"),
    ];
    const request = { method, path: "/", query, headers, body: Buffer.alloc(0) };
    expect(() => verifySuite(request, at)?.(request.body)).not.toThrow();
    expect(() => verifySuite({ ...request, method: "PUT" }, at)?.(request.body)).toThrow("does not match");
  });

  it("the ListUsers request of the general reference", () => {
    const verifyIam = createVerifier({ ...identity, ...suite, service: "iam" });
    const headers = [
      "Authorization",
      suiteAuthorization(
        "content-type;host;x-amz-date",
        "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        "iam",
      ),
      "content-type",
      "application/x-www-form-urlencoded; charset=utf-8",
      "host",
      "iam.amazonaws.com",
      "x-amz-date",
      "20150830T123600Z",
    ];
    const request = { method: "GET", path: "/", query: "Action=ListUsers&Version=2010-05-08", headers };
    expect(() => verifyIam(request, at)?.(Buffer.alloc(0))).not.toThrow();
  });
});

describe("refusals", () => {
  it("accepts what the SDK signs, and nothing that was changed since", async () => {
    const request = await signed(patch, date);
    expect(refusalOf(request)).toBeUndefined();
    const mismatch = expect.stringMatching(/^The request signature we calculated does not match/);
    const changed: SignedRequest[] = [
      { ...request, method: "PUT" },
      { ...request, path: "/restapis/abc/stages/dev" },
      { ...request, query: "a=b" },
      withHeader(request, "content-type", () => "text/plain"),
      withHeader(request, "host", () => "elsewhere"),
      withHeader(request, "content-type", () => undefined),
      withHeader(request, "authorization", (value) => value.replace(/.$/, (last) => (last === "0" ? "1" : "0"))),
      withHeader(request, "authorization", (value) => value.slice(0, -1)),
      withHeader(request, "authorization", (value) => value.replace(/Signature=.*/, "Signature=é")),
      withHeader(request, "authorization", (value) => value.replace(/Signature=.*/, "Signature=")),
    ];
    for (const one of changed) {
      expect(refusalOf(one)).toEqual({ code: "InvalidSignatureException", message: mismatch });
    }
  });

  it("checks the body against the declared hash, and against the signature when none is declared", async () => {
    const request = await signed(patch, date);
    const body = Buffer.from("{}");
    expect(refusalOf({ ...request, body })?.message).toContain("x-amz-content-sha256");
    const undeclared = withHeader(request, "x-amz-content-sha256", () => undefined);
    expect(refusalOf({ ...undeclared, body })?.message).toContain("does not match");
  });

  it("knows who calls before the body is read, when its hash is declared", async () => {
    const request = await signed(patch, date);
    expect(() => verify(request, now)).not.toThrow();
    const other = await signed(patch, date, { secretAccessKey: "other" });
    expect(() => verify(other, now)).toThrow("does not match the signature you provided");
  });

  it("leaves an unsigned payload alone", async () => {
    const request = await signed({ ...patch, headers: { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } }, date);
    expect(refusalOf({ ...request, body: Buffer.from("anything") })).toBeUndefined();
  });

  it("refuses the chunk-signed form, which belongs to another service", async () => {
    const streaming = { "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" };
    const request = await signed({ ...patch, headers: streaming }, date);
    expect(refusalOf(request)?.code).toBe("InvalidSignatureException");
  });

  it.each([
    [undefined, "MissingAuthenticationTokenException", "Missing Authentication Token"],
    [
      "Bearer x",
      "IncompleteSignatureException",
      /^Invalid key=value pair \(missing equal-sign\) in Authorization header/,
    ],
    ["", "IncompleteSignatureException", /^Invalid key=value pair/],
    ["AWS4-HMAC-SHA256", "IncompleteSignatureException", /^Invalid key=value pair/],
    ["AWS4-HMAC-SHA256 Credential", "IncompleteSignatureException", /encoded with Base64\): '[A-Za-z0-9+/]{43}='\.$/],
    ["AWS4-ECDSA-P256-SHA256 Credential=a", "IncompleteSignatureException", /^Unsupported AWS 'algorithm'/],
    [
      "AWS4-HMAC-SHA256 Signature=a, SignedHeaders=host",
      "IncompleteSignatureException",
      "Authorization header requires 'Credential' parameter.",
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host",
      "IncompleteSignatureException",
      "Authorization header requires 'Signature' parameter.",
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, Signature=a",
      "IncompleteSignatureException",
      "Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=a",
      "IncompleteSignatureException",
      /^Credential must have exactly 5 slash-delimited elements/,
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=x-amz-date, Signature=a",
      "InvalidSignatureException",
      /^'Host' or ':authority' must be a 'SignedHeader'/,
    ],
    [
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host;x-amz-date;Host, Signature=a",
      "IncompleteSignatureException",
      /^'SignedHeaders' must name at most 100 headers, each of them once\.$/,
    ],
    [
      `AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host${Array.from({ length: 100 }, (_, i) => `;x${i}`).join("")}, Signature=a`,
      "IncompleteSignatureException",
      /^'SignedHeaders' must name at most 100 headers, each of them once\.$/,
    ],
  ])("Authorization: %s", async (authorization, code, message) => {
    const request = await signed(patch, date);
    const refusal = refusalOf(withHeader(request, "authorization", () => authorization));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toMatch(message);
  });

  it.each([
    [{ accessKeyId: "other" }, "UnrecognizedClientException", "The security token included in the request is invalid."],
    [{ secretAccessKey: "other" }, "InvalidSignatureException", /^The request signature we calculated does not match/],
    [{ region: "eu-west-1" }, "InvalidSignatureException", "Credential should be scoped to a valid region."],
    [
      { service: "execute-api" },
      "InvalidSignatureException",
      "Credential should be scoped to correct service: 'apigateway'.",
    ],
  ])("signed by %j", async (options, code, message) => {
    const refusal = refusalOf(await signed(patch, date, options));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message).toMatch(message);
  });

  it("ignores a session token", async () => {
    expect(refusalOf(await signed(patch, date, { sessionToken: "a token" }))).toBeUndefined();
  });

  it("refuses another terminator or another day in the scope", async () => {
    const request = await signed(patch, date);
    const scope = (change: (value: string) => string) =>
      refusalOf(withHeader(request, "authorization", change))?.message;
    expect(scope((value) => value.replace("aws4_request", "aws5"))).toMatch(
      /valid terminator: 'aws4_request', not 'aws5'/,
    );
    expect(scope((value) => value.replace("20260102", "20260103"))).toMatch(/'20260103' != '20260102'/);
  });

  it("a header is good for five minutes, both ways", async () => {
    const request = await signed(patch, date);
    expect(refusalOf(request, now + 5 * minute)).toBeUndefined();
    expect(refusalOf(request, now - 5 * minute)).toBeUndefined();
    expect(refusalOf(request, now + 5 * minute + 1000)?.message).toBe(
      "Signature expired: 20260102T030405Z is now earlier than 20260102T030406Z (20260102T030906Z - 5 min.)",
    );
    expect(refusalOf(request, now - 5 * minute - 1000)?.message).toBe(
      "Signature not yet current: 20260102T030405Z is still later than 20260102T030404Z (20260102T025904Z + 5 min.)",
    );
  });

  it.each(["2026-01-02T03:04:05Z", "20260102", "20260230T000000Z", "20260102T240000Z", "", "x"])(
    "refuses the date %j",
    async (text) => {
      const refusal = refusalOf(withHeader(await signed(patch, date), "x-amz-date", () => text));
      expect(refusal?.code).toBe("IncompleteSignatureException");
      expect(refusal?.message).toMatch(/^Date must be in ISO-8601 'basic format'/);
    },
  );

  it("needs a date, which may be HTTP's own", async () => {
    const request = await signed(patch, date);
    const without = withHeader(request, "x-amz-date", () => undefined);
    expect(refusalOf(without)?.message).toMatch(/^Authorization header requires existence of either/);
    // The date is understood; the signature still covers the header that is gone.
    const withDate = { ...without, headers: [...without.headers, "Date", date.toUTCString()] };
    expect(refusalOf(withDate)?.message).toMatch(/does not match/);
    const never = { ...without, headers: [...without.headers, "Date", "never"] };
    expect(refusalOf(never)?.message).toMatch(/^Date must be/);
  });
});

describe("presigned queries", () => {
  const get: PlainRequest = { method: "GET", path: "/restapis", query: { limit: "5" } };

  it("are good until they expire, at most a week", async () => {
    const request = await presigned(get, date, 900);
    expect(refusalOf(request)).toBeUndefined();
    expect(refusalOf(request, now + 900_000)).toBeUndefined();
    expect(refusalOf(request, now + 901_000)?.message).toBe(
      "Signature expired: 20260102T031905Z is now earlier than 20260102T031906Z",
    );
    expect(refusalOf(request, now - 6 * minute)?.message).toMatch(/^Signature not yet current/);
    expect(refusalOf({ ...request, query: request.query.replace("limit=5", "limit=6") })?.code).toBe(
      "InvalidSignatureException",
    );
    expect(refusalOf(await presigned(get, date, 604_800), now + 604_800_000)).toBeUndefined();
  });

  it("may come with a body", async () => {
    const request = await presigned(patch, date, 60);
    expect(refusalOf(request)).toBeUndefined();
    expect(refusalOf({ ...request, body: Buffer.from("{}") })?.code).toBe("InvalidSignatureException");
  });

  it.each([
    ["X-Amz-Expires=900", "X-Amz-Expires=604801", /^X-Amz-Expires must be less than a week/],
    ["X-Amz-Expires=900", "X-Amz-Expires=-1", "X-Amz-Expires should be a number"],
    ["X-Amz-Expires=900", "X-Amz-Expires=1e3", "X-Amz-Expires should be a number"],
    ["X-Amz-Date=", "X-Amz-Dat=", "AWS query-string parameters must include 'X-Amz-Date'."],
    ["X-Amz-Credential=", "X-Amz-Creden=", "AWS query-string parameters must include 'X-Amz-Credential'."],
    ["X-Amz-Signature=", "X-Amz-Sign=", "AWS query-string parameters must include 'X-Amz-Signature'."],
    ["AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", /^Unsupported AWS 'algorithm'/],
  ])("%s → %s", async (from, to, message) => {
    const request = await presigned(get, date, 900);
    const refusal = refusalOf({ ...request, query: request.query.replace(from, to) });
    expect(refusal?.code).toBe("IncompleteSignatureException");
    expect(refusal?.message).toMatch(message);
  });
});

describe("against the SDK's signer", () => {
  const header = fc
    .string({ unit: fc.constantFrom("a", "B", " ", "  ", "\t", ",", "=", "é", "/"), maxLength: 12 })
    .map((text) => text.trim());
  const headers = fc.dictionary(fc.stringMatching(/^x-[a-z]{1,6}$/), header, { maxKeys: 4 });
  const texts = fc.string({ unit: "grapheme", maxLength: 8 }).filter((text) => text.isWellFormed());
  const query = fc.dictionary(
    texts.filter((name) => name !== "" && !/^x-amz-/i.test(name)),
    fc.oneof(texts, fc.array(texts, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  );
  const path = fc
    .array(
      texts.filter((segment) => segment !== "" && segment !== "." && segment !== ".."),
      { minLength: 1, maxLength: 4 },
    )
    .map((segments) => `/${segments.map(percentEncode).join("/")}`);
  const body = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const method = fc.constantFrom("GET", "PUT", "POST", "PATCH", "DELETE");
  const request = fc.record({ method, path, query, headers, body });

  it("accepts every request that it signs in the header", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (plain) => {
        expect(refusalOf(await signed(plain, date))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it("accepts every request that it signs in the query", async () => {
    await fc.assert(
      fc.asyncProperty(request, async (plain) => {
        expect(refusalOf(await presigned(plain, date, 60))).toBeUndefined();
      }),
      { numRuns: 200 },
    );
  });

  it("never throws anything but a refusal", () => {
    const junk = fc.string({ unit: "binary", maxLength: 60 });
    const names = fc.constantFrom("authorization", "x-amz-date", "date", "host", "x-amz-content-sha256");
    const headerList = fc.array(
      fc.tuple(names, fc.oneof(junk, fc.constantFrom("AWS4-HMAC-SHA256 a=b", "20260102T030405Z"))),
    );
    fc.assert(
      fc.property(junk, junk, headerList, body, (target, rest, list, bytes) => {
        const junkRequest = {
          method: "GET",
          path: target,
          query: `X-Amz-Algorithm=${rest}`,
          headers: list.flat(),
          body: bytes,
        };
        try {
          verify(junkRequest, now)?.(junkRequest.body);
          expect.unreachable("junk was taken for a signature");
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
