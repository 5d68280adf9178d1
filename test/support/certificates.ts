/** A certificate authority of a test's own, and server and client certificates that it signs (X.509 v3, P-256). */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export interface Identity {
  /** PEM texts. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface Authority {
  /** PEM text. */
  readonly certificate: string;
  /** Signs a certificate for this DNS name, good until a time in GeneralizedTime. */
  issue(name: string, until?: string): Identity;
}

/** A value in DER (ITU-T X.690); contents of less than 64 KiB. */
function der(tag: number, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...members: Buffer[]): Buffer => der(0x30, ...members);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, "hex"));
const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const inTheEnd = "21200101000000Z";
const validity = (until: string): Buffer =>
  sequence(der(0x17, Buffer.from("200101000000Z")), der(0x18, Buffer.from(until)));

const named = (name: string): Buffer => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(name)))));
const isAuthority = extension("551d13", sequence(der(0x01, Buffer.from([0xff]))));
const alternativeName = (name: string): Buffer => extension("551d11", sequence(der(0x82, Buffer.from(name))));

interface Issue {
  readonly issuer: string;
  readonly signer: KeyObject;
  readonly until: string;
}

function certificate(subject: string, publicKey: KeyObject, { issuer, signer, until }: Issue, more: Buffer): string {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    ecdsaWithSha256,
    named(issuer),
    validity(until),
    named(subject),
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(more)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", content, signer));
  const lines =
    sequence(content, ecdsaWithSha256, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });

export function createAuthority(): Authority {
  const own = newKeys();
  const ownName = "Authority of a test";
  const by = { issuer: ownName, signer: own.privateKey };
  return {
    certificate: certificate(ownName, own.publicKey, { ...by, until: inTheEnd }, isAuthority),
    issue(name, until = inTheEnd) {
      const { publicKey, privateKey } = newKeys();
      return {
        certificate: certificate(name, publicKey, { ...by, until }, alternativeName(name)),
        privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}
