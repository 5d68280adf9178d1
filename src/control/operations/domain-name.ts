/** Operations of DomainName (facts/control.md 14). What it does to traffic: snapshot/domains.ts. */
import { conflict, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DomainNameDocument, UploadedCertificateDocument } from "../../model/documents.ts";
import {
  distributionHostedZoneId,
  domainNameArn,
  domainNameKey,
  regionalHostedZoneId,
} from "../../model/domain-name.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { wholeSeconds } from "../../model/time.ts";
import { seal } from "../../store/seal.ts";
import { type Handlers, type OperationContext, prepared, type Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import {
  checkCertificateOperations,
  defaultRoutingMode,
  defaultSecurityPolicy,
  domainNameRules,
} from "../patch/rules/domain-name.ts";
import { withMember } from "../patch/rules/members.ts";
import { readUploadedCertificate } from "./domain-name-certificates.ts";
import { checkDomainName, checkedDomainName, newDomainEndpoint } from "./domain-name-checks.ts";
import { findDomainName } from "./find.ts";
import { checkedPolicy, shownPolicy } from "./policy.ts";
import { newTags } from "./tag-rules.ts";

const kind = "domainName";
/** What the private key of an uploaded certificate is sealed for. */
const purposeOf = (domainName: string): string => `domainName/${domainName}`;

/** A DomainName as a reply shows it: never its certificate's private key, nor the certificate itself. */
function domainNameShape(domain: DomainNameDocument, context: OperationContext): Output<"GetDomainName"> {
  const { uploadedCertificate: _uploaded, policy, managementPolicy, ...rest } = domain;
  return {
    ...rest,
    domainNameArn: domainNameArn(domain, context),
    domainNameStatus: "AVAILABLE",
    ...(domain.distributionDomainName !== undefined && { distributionHostedZoneId }),
    ...(domain.regionalDomainName !== undefined && { regionalHostedZoneId: regionalHostedZoneId(context.region) }),
    ...(policy !== undefined && { policy: shownPolicy(policy) }),
    ...(managementPolicy !== undefined && { managementPolicy: shownPolicy(managementPolicy) }),
  };
}

/** The hosts that the endpoints have by themselves, which a DNS record of the domain is to point at. */
function withEndpointHosts(domain: DomainNameDocument, region: string): DomainNameDocument {
  const { types } = domain.endpointConfiguration;
  const regional = domain.regionalDomainName ?? `d-${newId("regionalDomain")}.execute-api.${region}.amazonaws.com`;
  const distribution = domain.distributionDomainName ?? `d${newId("distribution")}.cloudfront.net`;
  const withRegional = withMember(domain, "regionalDomainName", types.includes("REGIONAL") ? regional : undefined);
  return withMember(withRegional, "distributionDomainName", types.includes("EDGE") ? distribution : undefined);
}

/** When the certificate of the distribution (or of the private endpoint) came, in epoch seconds. */
function withUploadDate(
  domain: DomainNameDocument,
  before: DomainNameDocument | undefined,
  now: number,
): DomainNameDocument {
  const { certificateArn, uploadedCertificate } = domain;
  if (certificateArn === undefined && uploadedCertificate === undefined) {
    return withMember(domain, "certificateUploadDate", undefined);
  }
  const same = certificateArn === before?.certificateArn && uploadedCertificate === before?.uploadedCertificate;
  return same ? domain : { ...domain, certificateUploadDate: wholeSeconds(now) };
}

/** The DomainName that an input asks for, with the service's defaults, not yet checked. */
function drafted(
  input: Input<"CreateDomainName">,
  uploadedCertificate: UploadedCertificateDocument | undefined,
): DomainNameDocument {
  checkDomainName(input.domainName);
  const endpointConfiguration = newDomainEndpoint(input.endpointConfiguration);
  const { mutualTlsAuthentication } = input;
  return compact({
    domainName: input.domainName,
    domainNameId: endpointConfiguration.types.includes("PRIVATE") ? newId("domainName") : undefined,
    certificateName: input.certificateName || undefined,
    certificateArn: input.certificateArn || undefined,
    uploadedCertificate,
    regionalCertificateName: input.regionalCertificateName || undefined,
    regionalCertificateArn: input.regionalCertificateArn || undefined,
    endpointConfiguration,
    securityPolicy: input.securityPolicy ?? defaultSecurityPolicy,
    endpointAccessMode: input.endpointAccessMode,
    mutualTlsAuthentication: mutualTlsAuthentication && compact(mutualTlsAuthentication),
    ownershipVerificationCertificateArn: input.ownershipVerificationCertificateArn || undefined,
    policy: checkedPolicy(input.policy, undefined),
    routingMode: input.routingMode ?? defaultRoutingMode,
    tags: newTags(input.tags),
  });
}

/** Throws for a public name that is taken, and when the account has all that it may have of this sort. */
function checkNew({ tx }: OperationContext, domain: DomainNameDocument): void {
  const isPrivate = domain.domainNameId !== undefined;
  if (tx.get(kind, "", domainNameKey(domain)) !== undefined) {
    throw conflict("The domain name you provided already exists.");
  }
  const present = tx.list(kind, "").filter(({ domainNameId }) => (domainNameId !== undefined) === isPrivate);
  if (present.length >= (isPrivate ? limits.privateDomainNames : limits.domainNames)) {
    throw new Fault(
      "LimitExceededException",
      "Maximum number of custom domain names for this account has been reached.",
    );
  }
}

const CreateDomainName = prepared<"CreateDomainName", UploadedCertificateDocument | undefined>({
  // The seal draws a nonce, so it comes before the transaction.
  prepare: async (input, { now, masterKey }) => {
    const uploaded = readUploadedCertificate(input, now);
    if (uploaded === undefined) return undefined;
    const { body, chain, privateKey } = uploaded;
    const sealedPrivateKey = seal(privateKey, masterKey, purposeOf(input.domainName));
    return compact({ body, chain, sealedPrivateKey });
  },
  run: (input, context, uploaded) => {
    const checked = checkedDomainName(drafted(input, uploaded), context);
    checkNew(context, checked);
    const domain = withUploadDate(withEndpointHosts(checked, context.region), undefined, context.now);
    context.tx.put(kind, "", domainNameKey(domain), domain);
    return domainNameShape(domain, context);
  },
});

const GetDomainName: Run<"GetDomainName"> = (input, context) =>
  domainNameShape(findDomainName(context, input), context);

/** Those of other accounts, which are none. */
const GetDomainNames: Run<"GetDomainNames"> = (input, context) => {
  const all = input.resourceOwner === "OTHER_ACCOUNTS" ? [] : context.tx.list(kind, "");
  const { items, position } = paginate(all, input, domainNameKey);
  return { items: items.map((domain) => domainNameShape(domain, context)), position };
};

const UpdateDomainName: Run<"UpdateDomainName"> = (input, context) => {
  const { patchOperations = [] } = input;
  const domain = findDomainName(context, input);
  if (patchOperations.length === 0) return domainNameShape(domain, context);
  checkCertificateOperations(patchOperations);
  const checked = checkedDomainName(applyPatch(domain, patchOperations, domainNameRules, undefined), context);
  const patched = withUploadDate(withEndpointHosts(checked, context.region), domain, context.now);
  context.tx.put(kind, "", domainNameKey(patched), patched);
  return domainNameShape(patched, context);
};

/** Its mappings go with it, and so does who may call it. */
const DeleteDomainName: Run<"DeleteDomainName"> = (input, context) => {
  const { tx } = context;
  const domain = findDomainName(context, input);
  const key = domainNameKey(domain);
  for (const { basePath } of tx.list("basePathMapping", key)) tx.delete("basePathMapping", key, basePath);
  const arn = domainNameArn(domain, context);
  for (const [parent, id, { domainNameArn: of }] of tx.all("domainNameAccessAssociation")) {
    if (of === arn) tx.delete("domainNameAccessAssociation", parent, id);
  }
  tx.delete(kind, "", key);
  return {};
};

export const domainNameOperations = {
  CreateDomainName,
  GetDomainName,
  GetDomainNames,
  UpdateDomainName,
  DeleteDomainName,
} satisfies Partial<Handlers>;
