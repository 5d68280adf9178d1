import { describe, expect, it } from "vitest";
import { bad, missing, refusalOf } from "../../../../test/support/api-fixture.ts";
import {
  certificateArn,
  certificateIn,
  domainName,
  edge,
  newContext,
  privately,
  regional,
} from "../../../../test/support/domain-fixture.ts";
import { describePatchMatrix, familyB, type Opened } from "../../../../test/support/patch-matrix.ts";
import type { Input, Output, PatchOperation } from "../../../model/service.ts";
import type { OperationContext } from "../../operation.ts";
import { domainNameOperations } from "../../operations/domain-name.ts";
import { domainNameRules } from "./domain-name.ts";

const { CreateDomainName, GetDomainName, UpdateDomainName } = domainNameOperations;

interface OpenedDomain extends Opened {
  readonly context: OperationContext;
  readonly update: (operations: readonly PatchOperation[]) => Output<"UpdateDomainName">;
}

/** A domain in a store of its own. */
function open(input: Input<"CreateDomainName">, context = newContext()): OpenedDomain {
  const { domainNameId } = CreateDomainName.run(input, context, undefined);
  const place = { domainName: input.domainName, domainNameId };
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateDomainName({ ...place, patchOperations }, context);
    expect(GetDomainName(place, context)).toStrictEqual(reply);
    return reply;
  };
  return { tx: context.tx, context, update };
}

/** One that has everything that a public domain may have. */
const full = {
  ...edge,
  ...regional,
  certificateName: "one",
  regionalCertificateName: "two",
  ownershipVerificationCertificateArn: certificateArn,
  endpointConfiguration: { types: ["EDGE", "REGIONAL"] },
  securityPolicy: "SecurityPolicy_TLS13_1_3_2025_09",
  endpointAccessMode: "BASIC",
  mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem", truststoreVersion: "v1" },
} as const satisfies Input<"CreateDomainName">;

const other = certificateArn.replace("0123", "3210");
const policy = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
const needs = (type: string) => bad(`A certificate was not provided for the endpoint type ${type}.`);

/** A row of a certificate's ARN, which its endpoint needs, or of a text that may go. */
const textRow = (member: string, value: string, removed: object | string) => ({
  rule: `/${member}`,
  value,
  ops: { add: { [member]: value }, replace: { [member]: value }, remove: removed },
});

const policyRefused = bad("Policies are only supported for private custom domain names.");

describePatchMatrix("DomainName", {
  rules: domainNameRules.table.rules as never,
  rows: [
    textRow("certificateArn", other, needs("EDGE")),
    textRow("certificateName", "new", {}),
    textRow("regionalCertificateArn", other, needs("REGIONAL")),
    textRow("regionalCertificateName", "new", {}),
    textRow("ownershipVerificationCertificateArn", other, {}),
    {
      rule: "/endpointConfiguration/types",
      value: "EDGE",
      ops: {
        add: { endpointConfiguration: { types: ["EDGE", "REGIONAL"] } },
        remove: { endpointConfiguration: { types: ["REGIONAL"] } },
      },
    },
    {
      rule: "/endpointConfiguration/types/{type}",
      path: "/endpointConfiguration/types/EDGE",
      value: "REGIONAL",
      ops: { replace: { endpointConfiguration: { types: ["REGIONAL"] } } },
    },
    {
      rule: "/endpointConfiguration/ipAddressType",
      value: "dualstack",
      ops: { replace: { endpointConfiguration: { ipAddressType: "dualstack" } } },
    },
    { rule: "/endpointAccessMode", value: "STRICT", ops: { replace: { endpointAccessMode: "STRICT" } } },
    { rule: "/managementPolicy", value: policy, ops: { replace: policyRefused } },
    { rule: "/policy", value: policy, ops: { replace: policyRefused } },
    {
      rule: "/mutualTlsAuthentication/truststoreUri",
      value: "s3://other/store.pem",
      ops: {
        add: { mutualTlsAuthentication: { truststoreUri: "s3://other/store.pem", truststoreVersion: "v1" } },
        replace: { mutualTlsAuthentication: { truststoreUri: "s3://other/store.pem", truststoreVersion: "v1" } },
        remove: {},
      },
    },
    {
      rule: "/mutualTlsAuthentication/truststoreVersion",
      value: "v2",
      ops: {
        add: { mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem", truststoreVersion: "v2" } },
        replace: { mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem", truststoreVersion: "v2" } },
        remove: { mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem" } },
      },
    },
    { rule: "/routingMode", value: "ROUTING_RULE_ONLY", ops: { replace: { routingMode: "ROUTING_RULE_ONLY" } } },
    {
      rule: "/securityPolicy",
      value: "SecurityPolicy_TLS13_2025_EDGE",
      ops: { replace: { securityPolicy: "SecurityPolicy_TLS13_2025_EDGE" } },
    },
  ],
  open: () => open(full),
  ...familyB,
  unlisted: ["/domainName", "/tags", "/certificateBody", "/mutualTlsAuthentication", "/endpointConfiguration"],
});

const replace = (path: string, value?: string) => ({ op: "replace", path, value }) as const;

describe("a patch of a DomainName", () => {
  it("clears what an empty value clears, and falls back where something has to be", () => {
    const { update } = open(full);
    const cleared = update([
      replace("/certificateName", ""),
      replace("/regionalCertificateName"),
      replace("/ownershipVerificationCertificateArn", ""),
      replace("/endpointAccessMode", ""),
      replace("/mutualTlsAuthentication/truststoreUri", ""),
      replace("/securityPolicy", ""),
      replace("/routingMode", ""),
    ]);
    expect(cleared).toMatchObject({ securityPolicy: "TLS_1_2", routingMode: "BASE_PATH_MAPPING_ONLY" });
    for (const member of [
      "certificateName",
      "regionalCertificateName",
      "ownershipVerificationCertificateArn",
      "endpointAccessMode",
      "mutualTlsAuthentication",
    ]) {
      expect(cleared).not.toHaveProperty(member);
    }
  });

  it("adds an endpoint with its certificate, and takes the old one away", () => {
    const { update } = open(regional);
    const both = update([
      { op: "add", path: "/endpointConfiguration/types", value: "EDGE" },
      { op: "add", path: "/certificateArn", value: certificateArn },
    ]);
    expect(both).toMatchObject({
      endpointConfiguration: { types: ["REGIONAL", "EDGE"] },
      distributionDomainName: expect.stringContaining(".cloudfront.net") as string,
      regionalDomainName: expect.stringContaining("d-") as string,
    });
    const moved = update([{ op: "remove", path: "/endpointConfiguration/types", value: "REGIONAL" }]);
    expect(moved).toMatchObject({ endpointConfiguration: { types: ["EDGE"] } });
    for (const member of ["regionalDomainName", "regionalHostedZoneId", "regionalCertificateArn"]) {
      expect(moved).not.toHaveProperty(member);
    }
    expect(moved.distributionDomainName).toBe(both.distributionDomainName);
  });

  it("replaces the type as Terraform does, its certificates in any order", () => {
    const { update } = open(edge);
    const reply = update([
      replace("/certificateArn", ""),
      replace("/endpointConfiguration/types/0", "REGIONAL"),
      replace("/regionalCertificateArn", certificateArn),
    ]);
    expect(reply).toMatchObject({
      endpointConfiguration: { types: ["REGIONAL"] },
      regionalCertificateArn: certificateArn,
    });
    expect(reply).not.toHaveProperty("certificateArn");
    expect(reply).not.toHaveProperty("certificateUploadDate");
  });

  it("says when a distribution's certificate came", () => {
    const { context, update } = open(edge);
    const { certificateUploadDate: first = 0 } = update([]);
    const later = { ...context, now: context.now + 60_000 };
    const change = (path: string, value: string) =>
      UpdateDomainName({ domainName, patchOperations: [replace(path, value)] }, later).certificateUploadDate;
    expect(change("/certificateName", "x")).toBe(first);
    expect(change("/certificateArn", certificateArn)).toBe(first);
    expect(change("/certificateArn", other)).toBe(first + 60);
  });

  it("keeps the policies of a private domain", () => {
    const { update } = open(privately);
    const shown = policy.replaceAll('"', '\\"');
    expect(update([replace("/policy", policy), replace("/managementPolicy", ` ${policy}`)])).toMatchObject({
      policy: shown,
      managementPolicy: shown,
    });
    const cleared = update([replace("/policy", ""), replace("/managementPolicy")]);
    expect(cleared).not.toHaveProperty("policy");
    expect(cleared).not.toHaveProperty("managementPolicy");
  });

  const types = "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE";
  const migration = "A custom domain name cannot be migrated between public and private endpoint types.";
  it.each<[string, readonly PatchOperation[], string]>([
    ["a type that there is not", [{ op: "add", path: "/endpointConfiguration/types", value: "x" }], bad(types)],
    ["no type", [{ op: "remove", path: "/endpointConfiguration/types" }], bad(types)],
    [
      "a type that is not there",
      [{ op: "remove", path: "/endpointConfiguration/types", value: "REGIONAL" }],
      missing("Invalid endpoint type specified"),
    ],
    [
      "the last type",
      [{ op: "remove", path: "/endpointConfiguration/types", value: "EDGE" }],
      bad("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."),
    ],
    ["a private type", [{ op: "add", path: "/endpointConfiguration/types", value: "PRIVATE" }], bad(migration)],
    ["a private type in its place", [replace("/endpointConfiguration/types/0", "PRIVATE")], bad(migration)],
    [
      "a place that there is not",
      [replace("/endpointConfiguration/types/1", "EDGE")],
      bad("Invalid patch path /endpointConfiguration/types/1"),
    ],
    [
      "a type without its certificate",
      [{ op: "add", path: "/endpointConfiguration/types", value: "REGIONAL" }],
      needs("REGIONAL"),
    ],
    [
      "a certificate of another region",
      [replace("/certificateArn", certificateIn("eu-west-1"))],
      bad(`Invalid certificate ARN: ${certificateIn("eu-west-1")}. Certificate must be in 'us-east-1'.`),
    ],
    [
      "certificates that come and go at once",
      [
        { op: "add", path: "/certificateName", value: "x" },
        { op: "remove", path: "/ownershipVerificationCertificateArn" },
      ],
      bad("Invalid patch specified. Certificates cannot be added and removed in one request"),
    ],
    [
      "a word that there is not",
      [replace("/routingMode", "NEVER")],
      bad(
        "Invalid routingMode specified. Valid options are BASE_PATH_MAPPING_ONLY,ROUTING_RULE_ONLY,ROUTING_RULE_THEN_BASE_PATH_MAPPING",
      ),
    ],
    [
      "an old security policy with mutual TLS",
      [
        replace("/mutualTlsAuthentication/truststoreUri", "s3://trust/store.pem"),
        replace("/securityPolicy", "TLS_1_0"),
      ],
      bad("Mutual TLS authentication is only supported with TLS 1.2."),
    ],
    [
      "a version of no store",
      [replace("/mutualTlsAuthentication/truststoreVersion", "1")],
      bad("A truststoreVersion needs a truststoreUri."),
    ],
  ])("is refused for %s", (_what, operations, expected) => {
    const { update } = open(edge);
    const before = update([]);
    expect(refusalOf(() => update(operations))).toBe(expected);
    expect(update([])).toStrictEqual(before);
  });
});
