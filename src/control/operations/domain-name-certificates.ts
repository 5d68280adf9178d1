/** The certificates of a DomainName: which ones its endpoints need, and what an uploaded one has to be (facts/control.md 14). */
import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DomainNameDocument } from "../../model/documents.ts";
import type { ArnPlace } from "../../model/domain-name.ts";
import type { Input } from "../../model/service.ts";

const certificateArn = /^arn:aws[a-z-]*:acm:([a-z0-9-]+):(\d{12}):certificate\/[A-Za-z0-9_-]{1,128}$/;
/** Where the certificates of distributions live, whatever the API's region. */
const distributionRegion = "us-east-1";

/** Throws unless the ARN names a certificate of this account in this region; undefined stays so. */
function checkCertificateArn(arn: string | undefined, region: string, accountId: string): void {
  if (arn === undefined) return;
  const [, ownRegion, owner] = certificateArn.exec(arn) ?? [];
  if (ownRegion === undefined) {
    throw badRequest(`Invalid ARN. ARN is not well formed ${arn.slice(0, limits.echoedValue)}`);
  }
  if (ownRegion !== region) {
    throw badRequest(`Invalid certificate ARN: ${arn}. Certificate must be in '${region}'.`);
  }
  if (owner !== accountId)
    throw badRequest("The certificate provided must be owned by the account creating the domain.");
}

/** Each type of endpoint has its certificate, and no certificate is for a type that the domain has not. */
export function checkCertificates(domain: DomainNameDocument, { region, accountId }: ArnPlace): void {
  const { types } = domain.endpointConfiguration;
  const [isEdge, isRegional, isPrivate] = ["EDGE", "REGIONAL", "PRIVATE"].map((type) => types.includes(type));
  const uploaded = domain.uploadedCertificate !== undefined;
  const main = domain.certificateArn !== undefined || uploaded;
  if (uploaded && domain.certificateArn !== undefined) {
    throw badRequest("A certificate is uploaded, or named by an ARN, and not both.");
  }
  if (uploaded && !isEdge) throw badRequest(`Uploading certificates is not supported for ${types[0]}.`);
  if ((main || domain.certificateName !== undefined) && !isEdge && !isPrivate) {
    throw badRequest("Cannot import certificates for EDGE while REGIONAL is active.");
  }
  const regional = domain.regionalCertificateArn !== undefined;
  if ((regional || domain.regionalCertificateName !== undefined) && !isRegional) {
    throw badRequest(`Cannot import certificates for REGIONAL while ${types[0]} is active.`);
  }
  if (!main && (isEdge || isPrivate)) {
    throw badRequest(`A certificate was not provided for the endpoint type ${isEdge ? "EDGE" : "PRIVATE"}.`);
  }
  if (!regional && isRegional) throw badRequest("A certificate was not provided for the endpoint type REGIONAL.");
  checkCertificateArn(domain.certificateArn, isEdge ? distributionRegion : region, accountId);
  checkCertificateArn(domain.regionalCertificateArn, region, accountId);
  checkCertificateArn(domain.ownershipVerificationCertificateArn, region, accountId);
}

const pemCertificate = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a text of PEM blocks; throws `message` for anything else. */
function parseCertificates(text: string, bound: number, message: string): readonly X509Certificate[] {
  try {
    if (text.length > bound || text.replaceAll(pemCertificate, "").trim() !== "") throw new SyntaxError("not PEM");
    return Array.from(text.match(pemCertificate) ?? [], (block) => new X509Certificate(block));
  } catch {
    throw badRequest(message);
  }
}

function parsePrivateKey(text: string): KeyObject {
  try {
    if (text.length > limits.domainPrivateKey) throw new RangeError("too long");
    return createPrivateKey(text);
  } catch {
    throw badRequest("The private key is not valid. It must be an unencrypted key in PEM form.");
  }
}

/** `*.example.com` stands for any name below: one that nobody would name in a certificate is asked for in its place. */
const covers = (certificate: X509Certificate, domainName: string): boolean =>
  certificate.checkHost(domainName.replace("*.", "any-name-at-all.")) !== undefined;

export interface UploadedCertificate {
  /** PEM texts, as they were sent. */
  readonly body: string;
  readonly chain: string | undefined;
  readonly privateKey: string;
}

type Uploaded = Pick<
  Input<"CreateDomainName">,
  "domainName" | "certificateName" | "certificateBody" | "certificatePrivateKey" | "certificateChain"
>;

/**
 * The certificate that comes with a request; undefined when none does. Throws a BadRequestException unless it is valid at
 * `now` (epoch milliseconds), covers the domain, and fits its key and its chain.
 */
export function readUploadedCertificate(input: Uploaded, now: number): UploadedCertificate | undefined {
  const { certificateName, certificateBody: body, certificatePrivateKey: privateKey } = input;
  const chain = input.certificateChain || undefined;
  if (!body && !privateKey && chain === undefined) return undefined;
  if (!certificateName || !body || !privateKey) {
    throw badRequest("A certificate needs a name, a body and a private key.");
  }
  const [certificate, ...more] = parseCertificates(
    body,
    limits.domainCertificate,
    "The certificate body is not valid. It must be one certificate in PEM form.",
  );
  if (certificate === undefined || more.length > 0) {
    throw badRequest("The certificate body is not valid. It must be one certificate in PEM form.");
  }
  if (!certificate.checkPrivateKey(parsePrivateKey(privateKey))) {
    throw badRequest("The private key does not fit the certificate.");
  }
  if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
    throw badRequest("The certificate is not valid at this time.");
  }
  if (!covers(certificate, input.domainName)) {
    throw badRequest(`The certificate does not cover the domain name ${input.domainName}.`);
  }
  checkChain(certificate, chain);
  return { body, chain, privateKey };
}

/** The issuer comes first, then the issuer's issuer, and so on. */
function checkChain(certificate: X509Certificate, chain: string | undefined): void {
  if (chain === undefined) return;
  const message =
    "The certificate chain is not valid. It must hold the issuers in PEM form, the certificate's own first.";
  let issued = certificate;
  for (const issuer of parseCertificates(chain, limits.domainCertificateChain, message)) {
    if (!issued.checkIssued(issuer) || !issued.verify(issuer.publicKey)) throw badRequest(message);
    issued = issuer;
  }
}
