/** Certificates that are uploaded with a DomainName. */
import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { bad } from "../../../test/support/api-fixture.ts";
import { createAuthority } from "../../../test/support/certificates.ts";
import {
  certificateArn,
  createDomainName,
  domainName,
  newContext,
  refusalOfDomain,
} from "../../../test/support/domain-fixture.ts";
import type { Input } from "../../model/service.ts";
import { open, SealBroken } from "../../store/seal.ts";
import { domainNameOperations } from "./domain-name.ts";

const { GetDomainName, GetDomainNames, UpdateDomainName } = domainNameOperations;

type Given = Input<"CreateDomainName">;

const uploadDate = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

describe("an uploaded certificate", () => {
  const authority = createAuthority();
  const { certificate, privateKey } = authority.issue(domainName);
  const other = authority.issue("other.example.com");
  const uploaded = {
    domainName,
    certificateName: "mine",
    certificateBody: certificate,
    certificatePrivateKey: privateKey,
    certificateChain: authority.certificate,
  } as const satisfies Given;

  it("is stored with its key sealed, and never shown", async () => {
    const context = newContext();
    const reply = await createDomainName(uploaded, context);
    expect(reply).toMatchObject({ certificateName: "mine", certificateUploadDate: uploadDate });
    const shown = JSON.stringify([reply, GetDomainName({ domainName }, context), GetDomainNames({}, context)]);
    expect(shown).not.toMatch(/PRIVATE|BEGIN|sealed|uploadedCertificate/);
    const document = context.tx.get("domainName", "", domainName);
    expect(JSON.stringify(document)).not.toContain("PRIVATE KEY");
    const sealed = document?.uploadedCertificate?.sealedPrivateKey ?? "";
    const purpose = `domainName/${domainName}`;
    const opened = open(sealed, context.masterKey, purpose);
    expect(createPrivateKey(opened).export({ type: "pkcs8", format: "pem" })).toBe(privateKey);
    expect(() => open(sealed, Buffer.alloc(32, 8), purpose)).toThrow(SealBroken);
    expect(() => open(sealed, context.masterKey, "domainName/other.example.com")).toThrow(SealBroken);
  });

  it("goes with its endpoint, and gives way to an ARN", async () => {
    for (const patchOperations of [
      [
        { op: "replace", path: "/endpointConfiguration/types/0", value: "REGIONAL" },
        { op: "replace", path: "/regionalCertificateArn", value: certificateArn },
      ],
      [{ op: "replace", path: "/certificateArn", value: certificateArn }],
    ]) {
      const context = newContext();
      await createDomainName(uploaded, context);
      UpdateDomainName({ domainName, patchOperations }, context);
      expect(context.tx.get("domainName", "", domainName)).not.toHaveProperty("uploadedCertificate");
    }
    expect(await refusalOfDomain({ ...uploaded, certificateArn })).toBe(
      bad("A certificate is uploaded, or named by an ARN, and not both."),
    );
  });

  it("may come without a chain, and for a wildcard", async () => {
    expect(await refusalOfDomain({ ...uploaded, certificateChain: "" })).toBe("nothing");
    const wild = authority.issue("*.example.com");
    const body = { certificateBody: wild.certificate, certificatePrivateKey: wild.privateKey };
    expect(await refusalOfDomain({ ...uploaded, ...body, domainName: "*.example.com" })).toBe("nothing");
    expect(await refusalOfDomain({ ...uploaded, ...body })).toBe("nothing");
    expect(await refusalOfDomain({ ...uploaded, domainName: "*.example.com" })).toBe(
      bad("The certificate does not cover the domain name *.example.com."),
    );
  });

  const parts = "A certificate needs a name, a body and a private key.";
  const badBody = "The certificate body is not valid. It must be one certificate in PEM form.";
  const badKey = "The private key is not valid. It must be an unencrypted key in PEM form.";
  const badChain =
    "The certificate chain is not valid. It must hold the issuers in PEM form, the certificate's own first.";
  it.each<[string, Partial<Given>, string]>([
    ["without a name", { certificateName: undefined }, parts],
    ["without a body", { certificateBody: "" }, parts],
    ["without a key", { certificatePrivateKey: undefined }, parts],
    ["whose body is none", { certificateBody: "x" }, badBody],
    [
      "whose body is garbage",
      { certificateBody: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
      badBody,
    ],
    ["whose body has more than one", { certificateBody: certificate + authority.certificate }, badBody],
    ["whose body has something else too", { certificateBody: `${certificate}x` }, badBody],
    ["whose body is endless", { certificateBody: certificate + " ".repeat(100_000) }, badBody],
    ["whose key is none", { certificatePrivateKey: "x" }, badKey],
    ["whose key is endless", { certificatePrivateKey: privateKey + " ".repeat(100_000) }, badKey],
    [
      "whose key is another's",
      { certificatePrivateKey: other.privateKey },
      "The private key does not fit the certificate.",
    ],
    [
      "that is another domain's",
      { certificateBody: other.certificate, certificatePrivateKey: other.privateKey },
      `The certificate does not cover the domain name ${domainName}.`,
    ],
    ["whose chain is none", { certificateChain: "x" }, badChain],
    ["whose chain is another's", { certificateChain: other.certificate }, badChain],
    ["whose chain is not in order", { certificateChain: certificate + authority.certificate }, badChain],
  ])("is refused %s", async (_what, input, message) => {
    expect(await refusalOfDomain({ ...uploaded, ...input })).toBe(bad(message));
  });

  it("is refused outside its time", async () => {
    for (const year of [2019, 2121]) {
      expect(await refusalOfDomain(uploaded, newContext({ now: Date.UTC(year, 0, 1) }))).toBe(
        bad("The certificate is not valid at this time."),
      );
    }
  });

  it.each(["REGIONAL", "PRIVATE"])("is refused for %s", async (type) => {
    expect(await refusalOfDomain({ ...uploaded, endpointConfiguration: { types: [type] } })).toBe(
      bad(`Uploading certificates is not supported for ${type}.`),
    );
  });
});
