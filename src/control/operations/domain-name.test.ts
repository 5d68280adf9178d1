import { describe, expect, it } from "vitest";
import { bad, labelled, missing, newApi, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import {
  certificateArn,
  certificateIn,
  createDomainName,
  domainName,
  edge,
  newContext,
  privately,
  refusalOfDomain,
  regional,
} from "../../../test/support/domain-fixture.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import { basePathMappingOperations } from "./base-path-mapping.ts";
import { domainNameAccessAssociationOperations } from "./domain-name-access-association.ts";
import { domainNameOperations } from "./domain-name.ts";

const { GetDomainName, GetDomainNames, DeleteDomainName } = domainNameOperations;

type Given = Input<"CreateDomainName">;

const uploadDate = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

const noCertificate = (type: string) => `A certificate was not provided for the endpoint type ${type}.`;
const elsewhere = (region: string, wanted: string) =>
  `Invalid certificate ARN: ${certificateIn(region)}. Certificate must be in '${wanted}'.`;

describe("CreateDomainName", () => {
  it("answers an EDGE domain unless it is told otherwise", async () => {
    const context = newContext();
    const reply = await createDomainName({ domainName, certificateArn, certificateName: "mine" }, context);
    expect(reply).toStrictEqual({
      domainName,
      certificateArn,
      certificateName: "mine",
      certificateUploadDate: uploadDate,
      distributionDomainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/) as string,
      distributionHostedZoneId: "Z2FDTNDATAQYW2",
      domainNameArn: `arn:aws:apigateway:us-east-1::/domainnames/${domainName}`,
      domainNameStatus: "AVAILABLE",
      endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
      routingMode: "BASE_PATH_MAPPING_ONLY",
      securityPolicy: "TLS_1_2",
    });
    expect(GetDomainName({ domainName }, context)).toStrictEqual(reply);
    expect(GetDomainNames({}, context)).toStrictEqual({ items: [reply], position: undefined });
    expect(GetDomainNames({ resourceOwner: "OTHER_ACCOUNTS" }, context).items).toEqual([]);
  });

  it("answers a REGIONAL domain with its region's zone, and all that was given", async () => {
    const context = newContext({ region: "eu-west-1" });
    const own = certificateIn("eu-west-1");
    const reply = await createDomainName(
      {
        domainName,
        regionalCertificateArn: own,
        regionalCertificateName: "mine",
        endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" },
        mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem", truststoreVersion: "v1" },
        ownershipVerificationCertificateArn: own,
        securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09",
        endpointAccessMode: "STRICT",
        routingMode: "ROUTING_RULE_ONLY",
        tags: { a: "b" },
      },
      context,
    );
    expect(reply).toStrictEqual({
      domainName,
      domainNameArn: `arn:aws:apigateway:eu-west-1::/domainnames/${domainName}`,
      domainNameStatus: "AVAILABLE",
      regionalCertificateArn: own,
      regionalCertificateName: "mine",
      regionalDomainName: expect.stringMatching(/^d-[a-z0-9]{10}\.execute-api\.eu-west-1\.amazonaws\.com$/) as string,
      regionalHostedZoneId: "ZLY8HYME6SFDD",
      endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "dualstack" },
      mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem", truststoreVersion: "v1" },
      ownershipVerificationCertificateArn: own,
      securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09",
      endpointAccessMode: "STRICT",
      routingMode: "ROUTING_RULE_ONLY",
      tags: { a: "b" },
    });
  });

  it("knows private domains by their name and an id", async () => {
    const context = newContext();
    const policy =
      '{"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}}';
    const first = await createDomainName({ ...privately, policy }, context);
    const second = await createDomainName(privately, context);
    const publicOne = await createDomainName(regional, context);
    const { domainNameId = "" } = first;
    expect(first).toMatchObject({
      domainNameId: expect.stringMatching(/^[a-z0-9]{10}$/) as string,
      domainNameArn: `arn:aws:apigateway:us-east-1:123456789012:/domainnames/${domainName}+${domainNameId}`,
      endpointConfiguration: { types: ["PRIVATE"], ipAddressType: "dualstack" },
      policy: policy.replaceAll('"', '\\"'),
    });
    expect(first).not.toHaveProperty("distributionDomainName");
    expect(first).not.toHaveProperty("regionalDomainName");
    expect(GetDomainName({ domainName, domainNameId }, context)).toStrictEqual(first);
    expect(GetDomainName({ domainName, domainNameId: second.domainNameId }, context)).toStrictEqual(second);
    expect(GetDomainName({ domainName }, context)).toStrictEqual(publicOne);
    DeleteDomainName({ domainName }, context);
    const unknown = missing("Invalid domain name identifier specified");
    expect(refusalOf(() => GetDomainName({ domainName }, context))).toBe(unknown);
    expect(refusalOf(() => GetDomainName({ domainName, domainNameId: "nope" }, context))).toBe(unknown);
    expect(refusalOf(() => GetDomainName({ domainName: `${domainName}+${domainNameId}` }, context))).toBe(unknown);
  });

  it.each(
    labelled([
      "",
      "localhost",
      "127.0.0.1",
      "1.2.3",
      "API.example.com",
      "api.example.com.",
      "api..example.com",
      "-a.example.com",
      "a-.example.com",
      "a_b.example.com",
      "a.*.example.com",
      "**.example.com",
      "*.",
      "api.example.com:80",
      "api.example.com/x",
      "api.example.com+x",
      "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      `${"x".repeat(64)}.example.com`,
      `${"x.".repeat(126)}example`,
      "a.".repeat(1_000_000),
      "é.example.com",
    ]),
  )("%s is no domain name", async (_label, name) => {
    expect(await refusalOfDomain({ ...regional, domainName: name })).toBe(
      bad(`Invalid domain name specified: ${name.slice(0, 253)}`),
    );
  });

  it.each(["a.b", "*.example.com", "xn--bcher-kva.example", `${"x".repeat(63)}.${"y".repeat(63)}.com`, "1.2.x3"])(
    "%s is one",
    async (name) => {
      expect(await refusalOfDomain({ ...regional, domainName: name })).toBe("nothing");
    },
  );

  it.each<[string, Given, string]>([
    ["EDGE without a certificate", { domainName }, noCertificate("EDGE")],
    ["EDGE with a certificate's name alone", { domainName, certificateName: "x" }, noCertificate("EDGE")],
    ["REGIONAL without one", { ...regional, regionalCertificateArn: undefined }, noCertificate("REGIONAL")],
    ["PRIVATE without one", { ...privately, certificateArn: undefined }, noCertificate("PRIVATE")],
    [
      "a certificate of the other type",
      { ...regional, certificateArn },
      "Cannot import certificates for EDGE while REGIONAL is active.",
    ],
    [
      "one of the other type the other way round",
      { ...edge, regionalCertificateName: "x" },
      "Cannot import certificates for REGIONAL while EDGE is active.",
    ],
    [
      "a regional one for PRIVATE",
      { ...privately, regionalCertificateArn: certificateArn },
      "Cannot import certificates for REGIONAL while PRIVATE is active.",
    ],
    [
      "an EDGE certificate of another region",
      { ...edge, certificateArn: certificateIn("eu-west-1") },
      elsewhere("eu-west-1", "us-east-1"),
    ],
    [
      "a REGIONAL one of another region",
      { ...regional, regionalCertificateArn: certificateIn("eu-west-1") },
      elsewhere("eu-west-1", "us-east-1"),
    ],
    [
      "one of another account",
      { ...edge, certificateArn: certificateIn("us-east-1", "210987654321") },
      "The certificate provided must be owned by the account creating the domain.",
    ],
    ["no ARN", { ...edge, certificateArn: "x" }, "Invalid ARN. ARN is not well formed x"],
    [
      "no ARN of ownership",
      { ...regional, ownershipVerificationCertificateArn: "x" },
      "Invalid ARN. ARN is not well formed x",
    ],
    [
      "no endpoint type",
      { ...edge, endpointConfiguration: { types: [] } },
      "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
    ],
    [
      "PRIVATE and another",
      { ...edge, endpointConfiguration: { types: ["PRIVATE", "EDGE"] } },
      "A private custom domain name cannot have another endpoint type.",
    ],
    [
      "PRIVATE with ipv4",
      { ...privately, endpointConfiguration: { types: ["PRIVATE"], ipAddressType: "ipv4" } },
      "Only dualstack ipAddressType is supported for Private APIs.",
    ],
    [
      "mutual TLS with an old security policy",
      { ...regional, securityPolicy: "TLS_1_0", mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem" } },
      "Mutual TLS authentication is only supported with TLS 1.2.",
    ],
    [
      "mutual TLS for PRIVATE",
      { ...privately, mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem" } },
      "Mutual TLS authentication is not supported for private custom domain names.",
    ],
    [
      "a trust store that is none",
      { ...regional, mutualTlsAuthentication: { truststoreUri: "https://trust/store.pem" } },
      "Invalid truststoreUri specified. It must be s3://bucket/key, and a bucket has a name of 3 to 63 characters",
    ],
    [
      "a version without a trust store",
      { ...regional, mutualTlsAuthentication: { truststoreVersion: "1" } },
      "A truststoreVersion needs a truststoreUri.",
    ],
    [
      "an access mode without its sort of security policy",
      { ...regional, endpointAccessMode: "STRICT" },
      "endpointAccessMode needs a security policy whose name begins with SecurityPolicy_.",
    ],
    [
      "a policy that is none",
      { ...privately, policy: "{}" },
      "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
    ],
    ["a reserved tag", { ...edge, tags: { "aws:a": "b" } }, "Tag keys must not begin with 'aws:'"],
  ])("refuses %s", async (_what, input, message) => {
    const context = newContext();
    expect(await refusalOfDomain(input, context)).toBe(bad(message));
    expect(GetDomainNames({}, context).items).toEqual([]);
  });

  it("refuses a policy of a public domain", async () => {
    const policy = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
    expect(await refusalOfDomain({ ...regional, policy })).toBe(
      bad("Policies are only supported for private custom domain names."),
    );
  });

  it("takes a public name once, and no more names than the quota", async () => {
    const context = newContext();
    await createDomainName(regional, context);
    expect(await refusalOfDomain(edge, context)).toBe(taken("The domain name you provided already exists."));
    for (let i = 1; i < limits.domainNames; i++)
      await createDomainName({ ...regional, domainName: `a${i}.example.com` }, context);
    const tooMany = "LimitExceededException: Maximum number of custom domain names for this account has been reached.";
    expect(await refusalOfDomain({ ...regional, domainName: "b.example.com" }, context)).toBe(tooMany);
    for (let i = 0; i < limits.privateDomainNames; i++) await createDomainName(privately, context);
    expect(await refusalOfDomain(privately, context)).toBe(tooMany);
  });
});

describe("DeleteDomainName", () => {
  it("takes the mappings along, and those who may call a private one", async () => {
    const { context, restApiId } = newApi({ endpointConfiguration: { types: ["PRIVATE"] } });
    const { domainNameId, domainNameArn = "" } = await createDomainName(privately, context);
    const other = await createDomainName(privately, context);
    const place = { domainName, domainNameId };
    basePathMappingOperations.CreateBasePathMapping({ ...place, basePath: "v1", restApiId }, context);
    basePathMappingOperations.CreateBasePathMapping({ ...place, restApiId }, context);
    const associate = (arn: string) =>
      domainNameAccessAssociationOperations.CreateDomainNameAccessAssociation(
        { domainNameArn: arn, accessAssociationSourceType: "VPCE", accessAssociationSource: "vpce-1" },
        context,
      );
    associate(domainNameArn);
    const kept = associate(other.domainNameArn ?? "");
    expect(DeleteDomainName(place, context)).toEqual({});
    expect([...context.tx.all("basePathMapping")]).toEqual([]);
    expect(context.tx.list("domainNameAccessAssociation", "")).toEqual([kept]);
    expect(refusalOf(() => DeleteDomainName(place, context))).toBe(missing("Invalid domain name identifier specified"));
  });
});
