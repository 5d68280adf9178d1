import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import { connect, createServer, type TLSSocket } from "node:tls";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { newCertificate } from "./certificate.ts";

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const day = 86_400;
const made = () => newCertificate(Date.now() - day * 1000, 365);

describe("newCertificate", () => {
  it("is an X.509 v3 certificate that signs itself, with the key that belongs to it", async () => {
    const { certificatePem, privateKeyPem, notBefore, notAfter } = await newCertificate(now, 365);
    const certificate = new X509Certificate(certificatePem);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(privateKeyPem))).toBe(true);
    expect(certificate.publicKey.asymmetricKeyType).toBe("rsa");
    expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65_537n });
    expect(certificate.signatureAlgorithm).toBe("sha256WithRSAEncryption");
    expect(certificate.subject).toBe("O=Stagewright\nCN=ApiGateway");
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.validFromDate).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(certificate.validToDate).toEqual(new Date("2027-01-02T03:04:05Z"));
    expect([notBefore, notAfter]).toEqual([Math.floor(now / 1000), Math.floor(now / 1000) + 365 * day]);
    expect(privateKeyPem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
    expect(certificatePem).toMatch(
      /^-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/]{64}\n)+[A-Za-z0-9+/=]{1,64}\n-----END CERTIFICATE-----\n$/,
    );
  });

  it("has another key and serial number every time", async () => {
    const [first, second] = (await Promise.all([newCertificate(now, 365), newCertificate(now, 365)])).map(
      ({ certificatePem }) => new X509Certificate(certificatePem),
    );
    expect(first?.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(first?.serialNumber).not.toBe(second?.serialNumber);
    expect(first?.publicKey.equals(second?.publicKey ?? createPublicKey(""))).toBe(false);
    expect(second?.verify(first?.publicKey ?? second.publicKey)).toBe(false);
  });

  it("spells years from 2050 on with four digits", async () => {
    const late = new X509Certificate((await newCertificate(Date.UTC(2049, 11, 31), 365)).certificatePem);
    expect(late.validFromDate).toEqual(new Date("2049-12-31T00:00:00Z"));
    expect(late.validToDate).toEqual(new Date("2050-12-31T00:00:00Z"));
  });

  it("is what a backend that asks for client certificates takes, when it trusts it; two at a time, too", async () => {
    const [client, other, server, stranger] = await Promise.all([made(), made(), made(), made()]);
    const listener = createServer({
      key: server.privateKeyPem,
      cert: server.certificatePem,
      ca: [client.certificatePem, other.certificatePem],
      requestCert: true,
      rejectUnauthorized: false,
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const authorized = async ({ certificatePem, privateKeyPem }: typeof client): Promise<boolean> => {
      const accepted = once(listener, "secureConnection") as Promise<[TLSSocket]>;
      const socket = connect({
        port,
        host: "127.0.0.1",
        cert: certificatePem,
        key: privateKeyPem,
        ca: server.certificatePem,
        rejectUnauthorized: false,
      });
      const [peer] = await accepted;
      const outcome = peer.authorized;
      peer.destroy();
      socket.destroy();
      return outcome;
    };
    try {
      expect(await authorized(client)).toBe(true);
      expect(await authorized(other)).toBe(true);
      expect(await authorized(stranger)).toBe(false);
    } finally {
      listener.close();
    }
  });
});
