/** What a DomainName may be, whether it was created or patched (facts/control.md 14). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DomainNameDocument, EndpointConfigurationDocument } from "../../model/documents.ts";
import type { Input } from "../../model/service.ts";
import type { OperationContext } from "../operation.ts";
import { withMember } from "../patch/rules/members.ts";
import { checkedName } from "./bounds.ts";
import { checkCertificates } from "./domain-name-certificates.ts";
import { checkedIpAddressType } from "./rest-api-checks.ts";

/** Labels of letters, digits and hyphens; the last one is no number, so no address is a name. `*.` stands for one label. */
const name = /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The hosts that RestApis have by themselves. */
const defaultHost = /^[^.]+\.execute-api\./;

/** Throws for what is no host name in lower case, and for those that RestApis have already. */
export function checkDomainName(domainName: string): void {
  if (domainName.length > limits.domainNameLength || !name.test(domainName) || defaultHost.test(domainName)) {
    throw badRequest(`Invalid domain name specified: ${domainName.slice(0, limits.domainNameLength)}`);
  }
}

const isPrivate = ({ types }: EndpointConfigurationDocument): boolean => types.includes("PRIVATE");

/** The endpoint that an input asks for; EDGE with ipv4 when it does not say, dualstack for PRIVATE. */
export function newDomainEndpoint(
  given: Input<"CreateDomainName">["endpointConfiguration"],
): EndpointConfigurationDocument {
  const types = [...new Set(given?.types ?? ["EDGE"])];
  const ipAddressType = given?.ipAddressType ?? (types.includes("PRIVATE") ? "dualstack" : "ipv4");
  return { types, ipAddressType: checkedIpAddressType(ipAddressType, types) };
}

function checkEndpoint({ types, ipAddressType }: EndpointConfigurationDocument): void {
  if (types.length === 0) throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
  if (types.length > 1 && types.includes("PRIVATE")) {
    throw badRequest("A private custom domain name cannot have another endpoint type.");
  }
  checkedIpAddressType(ipAddressType, types);
}

const trustStore = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[!-~]{1,1024}$/;

/** Without a trust store there is no mutual TLS. */
function withCheckedMutualTls(domain: DomainNameDocument): DomainNameDocument {
  const { truststoreUri, truststoreVersion } = domain.mutualTlsAuthentication ?? {};
  if (truststoreUri === undefined) {
    if (truststoreVersion !== undefined) throw badRequest("A truststoreVersion needs a truststoreUri.");
    return withMember(domain, "mutualTlsAuthentication", undefined);
  }
  if (!trustStore.test(truststoreUri))
    throw badRequest(
      "Invalid truststoreUri specified. It must be s3://bucket/key, and a bucket has a name of 3 to 63 characters",
    );
  checkedName(truststoreVersion, "truststoreVersion");
  if (domain.securityPolicy === "TLS_1_0") {
    throw badRequest("Mutual TLS authentication is only supported with TLS 1.2.");
  }
  if (isPrivate(domain.endpointConfiguration)) {
    throw badRequest("Mutual TLS authentication is not supported for private custom domain names.");
  }
  return domain;
}

/** Policies of services on behalf of VPC endpoints: for private names alone, as the service's model says. */
function checkPolicies({ endpointConfiguration, policy, managementPolicy }: DomainNameDocument): void {
  if ((policy ?? managementPolicy) !== undefined && !isPrivate(endpointConfiguration)) {
    throw badRequest("Policies are only supported for private custom domain names.");
  }
}

/** The DomainName as it is stored, or a BadRequestException in the service's words. */
export function checkedDomainName(draft: DomainNameDocument, context: OperationContext): DomainNameDocument {
  checkEndpoint(draft.endpointConfiguration);
  checkCertificates(draft, context);
  checkedName(draft.certificateName, "certificateName");
  checkedName(draft.regionalCertificateName, "regionalCertificateName");
  checkPolicies(draft);
  if (draft.endpointAccessMode !== undefined && !draft.securityPolicy.startsWith("SecurityPolicy_")) {
    throw badRequest("endpointAccessMode needs a security policy whose name begins with SecurityPolicy_.");
  }
  return withCheckedMutualTls(draft);
}
