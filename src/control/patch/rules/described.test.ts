/** Patches of the two resources that have nothing but a description to patch: ClientCertificate and DocumentationVersion. */
import { describe, expect, it } from "vitest";
import { bad, newApi, refusalOf } from "../../../../test/support/api-fixture.ts";
import { contextFor, memoryTransaction } from "../../../../test/support/memory-transaction.ts";
import { describePatchMatrix, familyB, type Opened } from "../../../../test/support/patch-matrix.ts";
import { limits } from "../../../limits.ts";
import type { PatchOperation } from "../../../model/service.ts";
import { clientCertificateOperations } from "../../operations/client-certificate.ts";
import { documentationVersionOperations } from "../../operations/documentation-version.ts";
import { clientCertificateRules } from "./client-certificate.ts";
import { documentationVersionRules } from "./documentation-version.ts";

function openCertificate(): Opened {
  const context = contextFor(memoryTransaction());
  context.tx.put("clientCertificate", "", "cert01", {
    clientCertificateId: "cert01",
    description: "before",
    pemEncodedCertificate: "pem",
    sealedPrivateKey: "sealed",
    createdDate: 1,
    expirationDate: 2,
  });
  const { UpdateClientCertificate, GetClientCertificate } = clientCertificateOperations;
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateClientCertificate({ clientCertificateId: "cert01", patchOperations }, context);
    expect(reply).not.toHaveProperty("sealedPrivateKey");
    expect(GetClientCertificate({ clientCertificateId: "cert01" }, context)).toStrictEqual(reply);
    return reply;
  };
  return { tx: context.tx, update };
}

function openVersion(): Opened {
  const { context, restApiId } = newApi();
  const { CreateDocumentationVersion, GetDocumentationVersion, UpdateDocumentationVersion } =
    documentationVersionOperations;
  const place = { restApiId, documentationVersion: "1.0" };
  CreateDocumentationVersion({ ...place, description: "before" }, context);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateDocumentationVersion({ ...place, patchOperations }, context);
    expect(GetDocumentationVersion(place, context)).toStrictEqual(reply);
    return reply;
  };
  return { tx: context.tx, update };
}

describe.each([
  ["ClientCertificate", openCertificate, clientCertificateRules.table.rules, ["/tags", "/pemEncodedCertificate"]],
  ["DocumentationVersion", openVersion, documentationVersionRules.table.rules, ["/version", "/createdDate"]],
] as const)("%s", (name, open, rules, unlisted) => {
  describePatchMatrix(name, {
    rules: rules as never,
    rows: [{ rule: "/description", value: "after", ops: { replace: { description: "after" } } }],
    open,
    ...familyB,
    unlisted,
  });

  const replace = (value?: string) => open().update([{ op: "replace", path: "/description", value }]);

  it("an empty description clears it", () => {
    expect(replace("")).not.toHaveProperty("description");
    expect(replace()).not.toHaveProperty("description");
  });

  it("a description has bounds", () => {
    const expected = bad(
      `Description can be at most ${limits.descriptionLength} characters without control characters`,
    );
    expect(refusalOf(() => replace("x".repeat(1_000_000)))).toBe(expected);
    expect(refusalOf(() => replace("a\u0000"))).toBe(expected);
    expect(refusalOf(() => replace("\ud800"))).toBe(expected);
  });
});
