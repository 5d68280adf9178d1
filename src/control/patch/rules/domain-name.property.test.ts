/** Random patches of a DomainName: whatever is refused changes nothing, and whatever is stored holds together. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { refusalOf } from "../../../../test/support/api-fixture.ts";
import {
  certificateArn,
  domainName,
  edge,
  newContext,
  privately,
  regional,
} from "../../../../test/support/domain-fixture.ts";
import type { DomainNameDocument } from "../../../model/documents.ts";
import type { PatchOperation } from "../../../model/service.ts";
import { domainNameOperations } from "../../operations/domain-name.ts";
import { domainNameRules } from "./domain-name.ts";

const policy = '{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}';
const values = [
  undefined,
  "",
  "EDGE",
  "REGIONAL",
  "PRIVATE",
  "ipv4",
  "dualstack",
  certificateArn,
  certificateArn.replace("0123", "3210"),
  certificateArn.replace("us-east-1", "eu-west-1"),
  "s3://trust/store.pem",
  "TLS_1_0",
  "TLS_1_2",
  "SecurityPolicy_TLS13_1_3_2025_09",
  "STRICT",
  "ROUTING_RULE_ONLY",
  policy,
  "__proto__",
] as const;
const paths = domainNameRules.table.rules.flatMap(({ path }) =>
  path.includes("{type}") ? ["0", "1", "EDGE", "x"].map((type) => path.replace("{type}", type)) : [path],
);
const operation = fc.record({
  op: fc.constantFrom("add", "replace", "remove"),
  path: fc.constantFrom(...paths),
  value: fc.constantFrom(...values),
});

/** What must be true of every DomainName that is stored. */
function expectWhole(domain: DomainNameDocument): void {
  const { types, ipAddressType } = domain.endpointConfiguration;
  const has = (type: string): boolean => types.includes(type);
  expect(types.length).toBeGreaterThan(0);
  expect(new Set(types).size).toBe(types.length);
  expect(has("PRIVATE")).toBe(domain.domainNameId !== undefined);
  if (has("PRIVATE")) expect([types, ipAddressType]).toEqual([["PRIVATE"], "dualstack"]);
  expect(domain.certificateArn !== undefined).toBe(has("EDGE") || has("PRIVATE"));
  expect(domain.certificateUploadDate !== undefined).toBe(domain.certificateArn !== undefined);
  expect(domain.regionalCertificateArn !== undefined).toBe(has("REGIONAL"));
  expect(domain.distributionDomainName !== undefined).toBe(has("EDGE"));
  expect(domain.regionalDomainName !== undefined).toBe(has("REGIONAL"));
  if (domain.endpointAccessMode !== undefined) expect(domain.securityPolicy).toMatch(/^SecurityPolicy_/);
  if (domain.policy !== undefined || domain.managementPolicy !== undefined) expect(has("PRIVATE")).toBe(true);
  if (domain.mutualTlsAuthentication !== undefined) {
    expect(domain.mutualTlsAuthentication.truststoreUri).toBe("s3://trust/store.pem");
    expect([has("PRIVATE"), domain.securityPolicy === "TLS_1_0"]).toEqual([false, false]);
  }
}

test.each([
  ["EDGE", edge],
  ["REGIONAL", regional],
  ["PRIVATE", privately],
])("a domain that begins as %s", (_type, input) => {
  let done = 0;
  let refused = 0;
  const requests = fc.array(fc.array(operation, { maxLength: 3 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(requests, (lists) => {
      const context = newContext();
      const { domainNameId } = domainNameOperations.CreateDomainName.run(input, context, undefined);
      const stored = (): DomainNameDocument | undefined => context.tx.list("domainName", "")[0];
      for (const patchOperations of lists) {
        const before = stored();
        const update = () =>
          domainNameOperations.UpdateDomainName(
            { domainName, domainNameId, patchOperations: patchOperations satisfies readonly PatchOperation[] },
            context,
          );
        const refusal = refusalOf(update);
        const after = stored();
        if (before === undefined || after === undefined) throw new Error("it is gone");
        if (refusal === "nothing") done++;
        else {
          refused++;
          expect(refusal).toMatch(/^(BadRequest|NotFound)Exception: ./);
          expect(after).toBe(before);
        }
        expectWhole(after);
        for (const host of ["regionalDomainName", "distributionDomainName"] as const) {
          if (before[host] !== undefined && after[host] !== undefined) expect(after[host]).toBe(before[host]);
        }
      }
    }),
    { seed: 15, numRuns: 400 },
  );
  // Both happen, or the test shows nothing.
  expect(Math.min(done, refused)).toBeGreaterThan(100);
});
