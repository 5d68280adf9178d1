import { createPrivateKey, X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { bad, missing, refusalOf } from "../../../test/support/api-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import { limits } from "../../limits.ts";
import type { ClientCertificateDocument } from "../../model/documents.ts";
import type { Input } from "../../model/service.ts";
import { SealBroken } from "../../store/seal.ts";
import { clientCertificateOperations, openPrivateKey } from "./client-certificate.ts";

const { GenerateClientCertificate, GetClientCertificate, GetClientCertificates, DeleteClientCertificate } =
  clientCertificateOperations;

type Given = Input<"GenerateClientCertificate">;

const newContext = () => contextFor(memoryTransaction());
type Context = ReturnType<typeof newContext>;

/** Key pairs are slow, so most tests share one. */
let prepared: Awaited<ReturnType<typeof GenerateClientCertificate.prepare>>;
beforeAll(async () => {
  prepared = await GenerateClientCertificate.prepare({}, newContext());
});

const generate = (context: Context, input: Given = {}) => GenerateClientCertificate.run(input, context, prepared);
const storedIn = ({ tx }: Context): ClientCertificateDocument => {
  const [document] = tx.list("clientCertificate", "");
  if (document === undefined) throw new Error("there is none");
  return document;
};

describe("GenerateClientCertificate", () => {
  it("answers a certificate of a year, and never its key", () => {
    const context = newContext();
    const reply = generate(context, { description: "mine", tags: { a: "b" } });
    expect(reply).toStrictEqual({
      clientCertificateId: expect.stringMatching(/^[a-z0-9]{6}$/) as string,
      description: "mine",
      pemEncodedCertificate: expect.stringContaining("BEGIN CERTIFICATE") as string,
      createdDate: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
      expirationDate: Date.UTC(2027, 0, 2, 3, 4, 5) / 1000,
      tags: { a: "b" },
    });
    const input = { clientCertificateId: reply.clientCertificateId ?? "" };
    for (const other of [GetClientCertificate(input, context), GetClientCertificates({}, context).items?.[0]]) {
      expect(other).toStrictEqual(reply);
    }
    expect(JSON.stringify([reply, GetClientCertificates({}, context)])).not.toMatch(/private|sealed/i);
  });

  it("leaves out what was not given", () => {
    const reply = generate(newContext(), { description: "", tags: {} });
    expect(Object.keys(reply).toSorted()).toEqual([
      "clientCertificateId",
      "createdDate",
      "expirationDate",
      "pemEncodedCertificate",
    ]);
  });

  it("stores the key sealed: only the master key opens it, and only for this certificate", () => {
    const context = newContext();
    generate(context);
    const document = storedIn(context);
    expect(document.sealedPrivateKey).toMatch(/^v1\./);
    expect(JSON.stringify(document)).not.toContain("PRIVATE KEY");
    const key = createPrivateKey(openPrivateKey(document, context.masterKey));
    expect(new X509Certificate(document.pemEncodedCertificate).checkPrivateKey(key)).toBe(true);
    expect(() => openPrivateKey(document, Buffer.alloc(32, 8))).toThrow(SealBroken);
    expect(() => openPrivateKey({ ...document, clientCertificateId: "other1" }, context.masterKey)).toThrow(SealBroken);
  });

  it("stops at the service's quota", () => {
    const context = newContext();
    generate(context);
    const document = storedIn(context);
    for (let i = 1; i < limits.clientCertificates; i++) {
      context.tx.put("clientCertificate", "", `cert${i}`, { ...document, clientCertificateId: `cert${i}` });
    }
    expect(refusalOf(() => generate(context))).toBe(
      "LimitExceededException: Maximum number of Client Certificates for this account has been reached.  Please contact AWS if you need additional Client Certificates.",
    );
  });

  it.each<[string, Given, string]>([
    [
      "huge description",
      { description: "x".repeat(1_000_000) },
      bad(`Description can be at most ${limits.descriptionLength} characters without control characters`),
    ],
    ["reserved tag", { tags: { "aws:a": "b" } }, bad("Tag keys must not begin with 'aws:'")],
  ])("%s", (_name, input, expected) => {
    expect(refusalOf(() => generate(newContext(), input))).toBe(expected);
  });
});

describe("GetClientCertificates", () => {
  it("answers in pages", () => {
    const context = newContext();
    generate(context);
    const document = storedIn(context);
    context.tx.put("clientCertificate", "", "second", { ...document, clientCertificateId: "second" });
    const first = GetClientCertificates({ limit: 1 }, context);
    const second = GetClientCertificates({ limit: 1, position: first.position }, context);
    expect([first, second].map(({ items }) => items?.map((item) => item.clientCertificateId))).toEqual([
      [document.clientCertificateId],
      ["second"],
    ]);
  });
});

describe("DeleteClientCertificate", () => {
  it("does not take one that a stage uses", () => {
    const context = newContext();
    const clientCertificateId = generate(context).clientCertificateId ?? "";
    const stage = {
      stageName: "dev",
      deploymentId: "dep001",
      cacheClusterEnabled: false,
      methodSettings: {},
      tracingEnabled: false,
      createdDate: 1,
      lastUpdatedDate: 1,
    };
    context.tx.put("stage", "api1", "dev", { ...stage, clientCertificateId });
    expect(refusalOf(() => DeleteClientCertificate({ clientCertificateId }, context))).toBe(
      bad("Active stages using this client certificate must be changed or deleted"),
    );
    context.tx.put("stage", "api1", "dev", stage);
    expect(DeleteClientCertificate({ clientCertificateId }, context)).toStrictEqual({});
    expect(context.tx.list("clientCertificate", "")).toEqual([]);
  });

  it.each([
    ["get", GetClientCertificate],
    ["update", clientCertificateOperations.UpdateClientCertificate],
    ["delete", DeleteClientCertificate],
  ] as const)("%s says what there is not", (_name, run) => {
    for (const clientCertificateId of ["nope", "", "__proto__"]) {
      expect(refusalOf(() => run({ clientCertificateId }, newContext()))).toBe(
        missing("Invalid Client Certificate identifier specified"),
      );
    }
  });
});
