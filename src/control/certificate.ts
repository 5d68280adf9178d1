/**
 * A new RSA key pair with its self-signed X.509 v3 certificate (RFC 5280), for a Stage to show to its backends.
 *
 * The certificate is a fixed shape of a dozen fields, so its DER is written here with node's own crypto; a library for it
 * would bring a decorator runtime and a parser along.
 */
import { createHash, generateKeyPair, type KeyObject, randomBytes, sign } from "node:crypto";
import { promisify } from "node:util";

export interface NewCertificate {
  /** PEM, `BEGIN CERTIFICATE`. */
  readonly certificatePem: string;
  /** PEM, PKCS #8. */
  readonly privateKeyPem: string;
  /** Epoch seconds, both. */
  readonly notBefore: number;
  readonly notAfter: number;
}

/** DER tags (ITU-T X.690). Those of `explicit` are context-specific and constructed. */
const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** `[0]` in place of a primitive's own tag. */
  implicit0: 0x80,
  explicit0: 0xa0,
  explicit3: 0xa3,
} as const;

function der(tagByte: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tagByte, length]), content]);
  const digits = Buffer.from(length.toString(16).padStart(length > 0xff ? 4 : 2, "0"), "hex");
  return Buffer.concat([Buffer.from([tagByte, 0x80 | digits.length]), digits, content]);
}

const sequence = (...members: readonly Buffer[]): Buffer => der(tag.sequence, ...members);
const oid = (hex: string): Buffer => der(tag.oid, Buffer.from(hex, "hex"));
/** A whole number of bytes as bits: none of the last byte is unused. */
const bits = (content: Buffer): Buffer => der(tag.bitString, Buffer.from([0]), content);

const oids = {
  sha256WithRsa: oid("2a864886f70d01010b"), // 1.2.840.113549.1.1.11
  commonName: oid("550403"), // 2.5.4.3
  organization: oid("55040a"), // 2.5.4.10
  basicConstraints: oid("551d13"), // 2.5.29.19
  extendedKeyUsage: oid("551d25"), // 2.5.29.37
  subjectKeyIdentifier: oid("551d0e"), // 2.5.29.14
  authorityKeyIdentifier: oid("551d23"), // 2.5.29.35
  clientAuth: oid("2b06010505070302"), // 1.3.6.1.5.5.7.3.2
} as const;

const signatureAlgorithm = sequence(oids.sha256WithRsa, der(tag.null));

const attribute = (type: Buffer, value: string): Buffer =>
  der(tag.set, sequence(type, der(tag.utf8String, Buffer.from(value))));

/** Subject and issuer alike: the certificate signs itself. */
const name = sequence(attribute(oids.organization, "Stagewright"), attribute(oids.commonName, "ApiGateway"));

/** RFC 5280 4.1.2.5: two digits of the year until 2049, four from then on. */
function time(epochSeconds: number): Buffer {
  const text = new Date(epochSeconds * 1000).toISOString().replace(/\.\d+Z$|[-:T]/g, "");
  const late = Number(text.slice(0, 4)) >= 2050;
  return der(late ? tag.generalizedTime : tag.utcTime, Buffer.from(`${late ? text : text.slice(2)}Z`));
}

function extension(type: Buffer, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(tag.boolean, Buffer.from([0xff]))] : [];
  return sequence(type, ...flag, der(tag.octetString, value));
}

/**
 * Not an authority, for TLS clients. Without keyUsage: with it, a certificate that signs itself is not its own issuer. All
 * have the same name, so the authority's key is named too: a backend that trusts two of them, as it does while one takes
 * the place of the other, finds each one's issuer by it.
 */
function extensions(publicKey: Buffer): Buffer {
  const keyIdentifier = createHash("sha1").update(publicKey).digest(); // RFC 5280 4.2.1.2 (1)
  return sequence(
    extension(oids.basicConstraints, true, sequence()),
    extension(oids.extendedKeyUsage, false, sequence(oids.clientAuth)),
    extension(oids.subjectKeyIdentifier, false, der(tag.octetString, keyIdentifier)),
    extension(oids.authorityKeyIdentifier, false, sequence(der(tag.implicit0, keyIdentifier))),
  );
}

/** A positive integer of 16 bytes, never shorter, so that its DER needs no care. */
function serialNumber(): Buffer {
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8(0) & 0x3f) | 0x40, 0);
  return der(tag.integer, serial);
}

function certificate(publicKey: KeyObject, privateKey: KeyObject, notBefore: number, notAfter: number): Buffer {
  const toBeSigned = sequence(
    der(tag.explicit0, der(tag.integer, Buffer.from([2]))), // version 3
    serialNumber(),
    signatureAlgorithm,
    name,
    sequence(time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(tag.explicit3, extensions(publicKey.export({ type: "pkcs1", format: "der" }))),
  );
  return sequence(toBeSigned, signatureAlgorithm, bits(sign("sha256", toBeSigned, privateKey)));
}

function pem(content: Buffer): string {
  const lines = content.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const makeKeyPair = promisify(generateKeyPair);

/** A key pair of 2048 bits and a certificate valid from `now` (epoch milliseconds) for that many days. */
export async function newCertificate(now: number, days: number): Promise<NewCertificate> {
  const { publicKey, privateKey } = await makeKeyPair("rsa", { modulusLength: 2048 });
  const notBefore = Math.floor(now / 1000);
  const notAfter = notBefore + days * 86_400;
  return {
    certificatePem: pem(certificate(publicKey, privateKey, notBefore, notAfter)),
    privateKeyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    notBefore,
    notAfter,
  };
}
