import { describe, expect, it } from "vitest";
import { bad, everything, labelled, missing, newApi, refusalOf } from "../../../test/support/api-fixture.ts";
import { restApiOperations } from "./rest-api.ts";
import { tagsOperations } from "./tags.ts";

const { GetTags, TagResource, UntagResource } = tagsOperations;

/** A RestApi, its stage, a client certificate, an API key and a usage plan, with their ARNs. */
function open() {
  const { context, restApiId } = newApi({ tags: { a: "1" } });
  context.tx.put("stage", restApiId, "dev", {
    stageName: "dev",
    deploymentId: "dep001",
    cacheClusterEnabled: false,
    methodSettings: {},
    tracingEnabled: false,
    tags: { a: "1" },
    createdDate: 1,
    lastUpdatedDate: 1,
  });
  context.tx.put("clientCertificate", "", "cert01", {
    clientCertificateId: "cert01",
    pemEncodedCertificate: "pem",
    sealedPrivateKey: "sealed",
    createdDate: 1,
    expirationDate: 2,
    tags: { a: "1" },
  });
  context.tx.put("apiKey", "", "key0000001", {
    id: "key0000001",
    enabled: true,
    stageKeys: [],
    sealedValue: "sealed",
    valueHash: "hash",
    createdDate: 1,
    lastUpdatedDate: 1,
    tags: { a: "1" },
  });
  context.tx.put("usagePlan", "", "plan01", { id: "plan01", name: "basic", apiStages: [], tags: { a: "1" } });
  const prefix = "arn:aws:apigateway:us-east-1::";
  const arns = {
    RestApi: `${prefix}/restapis/${restApiId}`,
    Stage: `${prefix}/restapis/${restApiId}/stages/dev`,
    ClientCertificate: `${prefix}/clientcertificates/cert01`,
    ApiKey: `${prefix}/apikeys/key0000001`,
    UsagePlan: `${prefix}/usageplans/plan01`,
  };
  return { context, restApiId, arns };
}

const tagged = ["RestApi", "Stage", "ClientCertificate", "ApiKey", "UsagePlan"] as const;

describe.each(tagged)("tags of %s", (what) => {
  it("are added, replaced, removed and read", () => {
    const { context, arns } = open();
    const resourceArn = arns[what];
    const tags = () => GetTags({ resourceArn }, context).tags;
    expect(tags()).toStrictEqual({ a: "1" });
    expect(TagResource({ resourceArn, tags: { b: "2", a: "3", c: null } }, context)).toStrictEqual({});
    expect(tags()).toStrictEqual({ a: "3", b: "2", c: "" });
    expect(UntagResource({ resourceArn, tagKeys: ["a", "nope"] }, context)).toStrictEqual({});
    expect(tags()).toStrictEqual({ b: "2", c: "" });
    UntagResource({ resourceArn, tagKeys: ["b", "c"] }, context);
    expect(tags()).toStrictEqual({});
  });

  it("are its own, and nothing else of it changes", () => {
    const { context, arns } = open();
    const before = everything(context.tx);
    TagResource({ resourceArn: arns[what], tags: { b: "2" } }, context);
    for (const other of tagged.filter((name) => name !== what)) {
      expect(GetTags({ resourceArn: arns[other] }, context).tags).toStrictEqual({ a: "1" });
    }
    UntagResource({ resourceArn: arns[what], tagKeys: ["b"] }, context);
    expect(everything(context.tx)).toEqual(before);
  });

  it("leave no empty map behind", () => {
    const { context, arns, restApiId } = open();
    UntagResource({ resourceArn: arns[what], tagKeys: ["a"] }, context);
    const documents = {
      RestApi: context.tx.get("restApi", "", restApiId),
      Stage: context.tx.get("stage", restApiId, "dev"),
      ClientCertificate: context.tx.get("clientCertificate", "", "cert01"),
      ApiKey: context.tx.get("apiKey", "", "key0000001"),
      UsagePlan: context.tx.get("usagePlan", "", "plan01"),
    };
    expect(documents[what]).toBeDefined();
    expect(documents[what]).not.toHaveProperty("tags");
  });
});

const badLetters = bad(
  "Tag keys and values only allow letters, digits, spaces and the characters '.', ':', '+', '=', '@', '_', '/' and '-'",
);
const badKeyLength = bad("Tag keys must have between 1 and 128 characters");
const badValueLength = bad("Tag values must have at most 256 characters");
const reserved = bad("Tag keys must not begin with 'aws:'");

const some = (from: number, to: number) =>
  Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, "v"]));

describe("the rules of tags", () => {
  it.each<[string, Record<string, string>, string]>([
    ["every legal character", { "aZ9 .:+=@_/-é日": "aZ9 .:+=@_/-é日" }, "nothing"],
    ["an empty value", { b: "" }, "nothing"],
    ["a key of 128", { ["k".repeat(128)]: "v" }, "nothing"],
    ["a value of 256", { b: "v".repeat(256) }, "nothing"],
    ["aws in the middle", { "my:aws:b": "v" }, "nothing"],
    ["a hostile key", JSON.parse('{"__proto__": "x", "constructor": "y"}') as Record<string, string>, "nothing"],
    ["an empty key", { "": "v" }, badKeyLength],
    ["a key of 129", { ["k".repeat(129)]: "v" }, badKeyLength],
    ["a huge key", { ["k".repeat(1_000_000)]: "v" }, badKeyLength],
    ["a value of 257", { b: "v".repeat(257) }, badValueLength],
    ["a huge value", { b: "v".repeat(1_000_000) }, badValueLength],
    ["the prefix aws:", { "aws:b": "v" }, reserved],
    ["the prefix AWS:", { "AWS:b": "v" }, reserved],
    ["a key with <", { "<b>": "v" }, badLetters],
    ["a value with ,", { b: "a,b" }, badLetters],
    ["a line end", { b: "a\nb" }, badLetters],
    ["a control character", { "b\u0000": "v" }, badLetters],
    ["half a letter", { b: "\ud800" }, badLetters],
  ])("%s", (_name, tags, expected) => {
    const { context, arns } = open();
    const before = everything(context.tx);
    expect(refusalOf(() => TagResource({ resourceArn: arns.RestApi, tags }, context))).toBe(expected);
    if (expected === "nothing") {
      expect(JSON.stringify(GetTags({ resourceArn: arns.RestApi }, context).tags)).toBe(
        JSON.stringify(Object.fromEntries([["a", "1"], ...Object.entries(tags)])),
      );
    } else {
      expect(everything(context.tx)).toEqual(before);
    }
  });

  it("fifty are enough", () => {
    const { context, arns } = open();
    const resourceArn = arns.Stage;
    TagResource({ resourceArn, tags: some(1, 50) }, context);
    TagResource({ resourceArn, tags: some(1, 50) }, context);
    const tooMany = bad("A resource can have at most 50 tags");
    expect(refusalOf(() => TagResource({ resourceArn, tags: { more: "v" } }, context))).toBe(tooMany);
    expect(refusalOf(() => newApi({ tags: some(0, 51) }))).toBe(tooMany);
    expect(Object.keys(GetTags({ resourceArn }, context).tags ?? {})).toHaveLength(50);
  });

  it("hold at creation too", () => {
    expect(refusalOf(() => newApi({ tags: { "aws:a": "b" } }))).toBe(reserved);
  });
});

describe("an ARN", () => {
  const badArn = bad("Invalid ARN specified in the request");
  const none = missing("Invalid resource identifier specified");
  const prefix = "arn:aws:apigateway:us-east-1::";
  it.each(
    labelled([
      ["", badArn],
      ["x", badArn],
      ["/restapis/x", badArn],
      ["arn:aws:s3:us-east-1::/restapis/x", badArn],
      ["arn:aws:apigateway:us-east-1:123456789012:/restapis/x", badArn],
      [prefix, badArn],
      [`${prefix}restapis/x`, badArn],
      [`${prefix}/${"x".repeat(1_000_000)}`, none],
      ["arn:aws:apigateway:eu-west-1::/restapis/x", none],
      [`${prefix}/nothing`, none],
      [`${prefix}/restapis`, none],
      [`${prefix}/restapis/`, none],
      [`${prefix}/restapis/x/resources/y`, none],
      [`${prefix}/apikeys/x`, missing("Invalid API Key identifier specified")],
      [`${prefix}/usageplans/x`, missing("Invalid Usage Plan ID specified")],
      [`${prefix}/vpclinks/x`, missing("Invalid Vpc Link identifier specified")],
      [`${prefix}/domainnames/example.com`, missing("Invalid domain name identifier specified")],
      [`${prefix}/domainnames/example.com+0123456789`, none],
      ["arn:aws:apigateway:us-east-1:123456789012:/domainnames/example.com", badArn],
      ["arn:aws:apigateway:us-east-1:210987654321:/domainnames/a.example.com+0123456789", none],
      [
        "arn:aws:apigateway:us-east-1:123456789012:/domainnames/a.example.com+0123456789",
        missing("Invalid domain name identifier specified"),
      ],
      [
        "arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations/domainname/a.b+c/vpcesource/vpce-1",
        missing("Invalid domain name access association identifier specified"),
      ],
      [`${prefix}/restapis/nope`, missing("Invalid API identifier specified 123456789012:nope")],
      [`${prefix}/restapis/__proto__`, missing("Invalid API identifier specified 123456789012:__proto__")],
      [`${prefix}/restapis/nope/stages/dev`, missing("Invalid API identifier specified 123456789012:nope")],
      [`${prefix}/clientcertificates/nope`, missing("Invalid Client Certificate identifier specified")],
    ] as const),
  )("%s", (_label, [resourceArn, expected]) => {
    const { context } = open();
    expect(refusalOf(() => GetTags({ resourceArn }, context))).toBe(expected);
    expect(refusalOf(() => TagResource({ resourceArn, tags: {} }, context))).toBe(expected);
    expect(refusalOf(() => UntagResource({ resourceArn, tagKeys: [] }, context))).toBe(expected);
  });

  it("of a stage that there is not", () => {
    const { context, arns } = open();
    const resourceArn = `${arns.RestApi}/stages/nope`;
    expect(refusalOf(() => GetTags({ resourceArn }, context))).toBe(missing("Invalid Stage identifier specified"));
  });

  it("may be of another partition", () => {
    const { context, arns } = open();
    const resourceArn = arns.Stage.replace("arn:aws:", "arn:aws-us-gov:");
    expect(GetTags({ resourceArn }, context).tags).toStrictEqual({ a: "1" });
  });
});

describe("GetRestApi", () => {
  it("shows what TagResource set", () => {
    const { context, arns, restApiId } = open();
    TagResource({ resourceArn: arns.RestApi, tags: { b: "2" } }, context);
    expect(restApiOperations.GetRestApi({ restApiId }, context).tags).toStrictEqual({ a: "1", b: "2" });
  });
});
