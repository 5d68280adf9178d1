/**
 * What a PATCH of a DomainName may do (facts/control.md 14). The refusals are family B's; what must hold of the whole is
 * checked once behind the last operation.
 */
import { EndpointAccessMode, RoutingMode, SecurityPolicy } from "@aws-sdk/client-api-gateway";
import { badRequest, notFound } from "../../../errors.ts";
import type { DomainNameDocument } from "../../../model/documents.ts";
import type { PatchOperation } from "../../../model/service.ts";
import { checkedPolicy } from "../../operations/policy.ts";
import { checkedIpAddressType, endpointTypes } from "../../operations/rest-api-checks.ts";
import { compileTable, type Effect, type PatchRule, type Step } from "../apply.ts";
import { toEnum } from "../coerce.ts";
import { familyB } from "../families.ts";
import { clearable, optionalWord, setMember, withMember } from "./members.ts";

type DomainEffect = Effect<DomainNameDocument, unknown>;

/** Members that are a text and nothing more, until all of them are looked at together. */
const certificateMembers = [
  "certificateArn",
  "certificateName",
  "regionalCertificateArn",
  "regionalCertificateName",
  "ownershipVerificationCertificateArn",
] as const;

const certificateRules = certificateMembers.map((member): PatchRule<DomainNameDocument, unknown> => {
  const setText: DomainEffect = setMember(member, clearable);
  // An ARN takes the place of what was uploaded.
  const set: DomainEffect =
    member === "certificateArn"
      ? (domain, step) => withMember(setText(domain, step), "uploadedCertificate", undefined)
      : setText;
  return { path: `/${member}`, add: set, replace: set, remove: setMember(member, () => undefined) };
});

const certificatePaths: ReadonlySet<string> = new Set(certificateMembers.map((member) => `/${member}`));

/** One request may add certificates or remove some, and not both (facts/control.md 14). */
export function checkCertificateOperations(operations: readonly PatchOperation[]): void {
  const ops = new Set(operations.filter(({ path }) => certificatePaths.has(path ?? "")).map(({ op }) => op));
  if (ops.has("add") && ops.has("remove")) {
    throw badRequest("Invalid patch specified. Certificates cannot be added and removed in one request");
  }
}

const typeText = `Invalid EndpointTypes specified. Valid options are ${endpointTypes.join(",")}`;
type EndpointType = (typeof endpointTypes)[number];

const withTypes = (domain: DomainNameDocument, types: readonly string[]): DomainNameDocument => ({
  ...domain,
  endpointConfiguration: { ...domain.endpointConfiguration, types },
});

/** A public name stays public, and a private one private: they are different resources. */
function checkMigration({ endpointConfiguration: { types } }: DomainNameDocument, type: EndpointType): void {
  if (types.includes("PRIVATE") !== (type === "PRIVATE")) {
    throw badRequest("A custom domain name cannot be migrated between public and private endpoint types.");
  }
}

const addType: DomainEffect = (domain, { value }) => {
  const type = toEnum(value, endpointTypes, typeText);
  checkMigration(domain, type);
  const { types } = domain.endpointConfiguration;
  return types.includes(type) ? domain : withTypes(domain, [...types, type]);
};

/** Its certificate goes with an endpoint. */
function withoutType(domain: DomainNameDocument, type: string): DomainNameDocument {
  const remaining = withTypes(
    domain,
    domain.endpointConfiguration.types.filter((other) => other !== type),
  );
  if (type === "REGIONAL") {
    return withMember(withMember(remaining, "regionalCertificateArn", undefined), "regionalCertificateName", undefined);
  }
  const bare = withMember(withMember(remaining, "certificateArn", undefined), "certificateName", undefined);
  return withMember(bare, "uploadedCertificate", undefined);
}

const removeType: DomainEffect = (domain, { value }) => {
  const type = toEnum(value, endpointTypes, typeText);
  if (!domain.endpointConfiguration.types.includes(type)) throw notFound("Invalid endpoint type specified");
  return withoutType(domain, type);
};

/** The type is named in the path, by its word or its place in the list, as Terraform does; the value is the new one. */
const replaceType: DomainEffect = (domain, { captures: { type: named = "" }, value, path }) => {
  const { types } = domain.endpointConfiguration;
  const present = types[["0", "1"].indexOf(named)] ?? types.find((type) => type === named);
  if (present === undefined) throw badRequest(`Invalid patch path ${path}`);
  const type = toEnum(value, endpointTypes, typeText);
  checkMigration(domain, type);
  if (type === present) return domain;
  const rest = withoutType(domain, present);
  return withTypes(rest, [...rest.endpointConfiguration.types.filter((other) => other !== type), type]);
};

const replaceIpAddressType: DomainEffect = (domain, { value }) => ({
  ...domain,
  endpointConfiguration: {
    ...domain.endpointConfiguration,
    ipAddressType: checkedIpAddressType(value, domain.endpointConfiguration.types),
  },
});

const setTrustStore =
  (member: "truststoreUri" | "truststoreVersion", toValue: (step: Step<unknown>) => string | undefined): DomainEffect =>
  (domain, step) => ({
    ...domain,
    mutualTlsAuthentication: withMember(domain.mutualTlsAuthentication ?? {}, member, toValue(step)),
  });

/** Without a trust store its version means nothing. */
const clearTrustStore: DomainEffect = (domain) => withMember(domain, "mutualTlsAuthentication", undefined);

const setTrustStoreUri: DomainEffect = (domain, step) =>
  clearable(step) === undefined
    ? clearTrustStore(domain, step)
    : setTrustStore("truststoreUri", clearable)(domain, step);

const setTrustStoreVersion = setTrustStore("truststoreVersion", clearable);

const policy = ({ value }: Step<unknown>): string | undefined => checkedPolicy(value, undefined);

/** What a domain has that says nothing. */
export const defaultSecurityPolicy = "TLS_1_2";
export const defaultRoutingMode = "BASE_PATH_MAPPING_ONLY";

const orDefault =
  (words: readonly string[], name: string, fallback: string) =>
  (step: Step<unknown>): string =>
    optionalWord(words, name)(step) ?? fallback;

export const domainNameRules = compileTable<DomainNameDocument, unknown>({
  rules: [
    ...certificateRules,
    { path: "/endpointConfiguration/types", add: addType, remove: removeType },
    { path: "/endpointConfiguration/types/{type}", replace: replaceType },
    { path: "/endpointConfiguration/ipAddressType", replace: replaceIpAddressType },
    {
      path: "/endpointAccessMode",
      replace: setMember("endpointAccessMode", optionalWord(Object.values(EndpointAccessMode), "endpointAccessMode")),
    },
    { path: "/managementPolicy", replace: setMember("managementPolicy", policy) },
    { path: "/policy", replace: setMember("policy", policy) },
    {
      path: "/mutualTlsAuthentication/truststoreUri",
      add: setTrustStoreUri,
      replace: setTrustStoreUri,
      remove: clearTrustStore,
    },
    {
      path: "/mutualTlsAuthentication/truststoreVersion",
      add: setTrustStoreVersion,
      replace: setTrustStoreVersion,
      remove: setTrustStore("truststoreVersion", () => undefined),
    },
    {
      path: "/routingMode",
      replace: setMember("routingMode", orDefault(Object.values(RoutingMode), "routingMode", defaultRoutingMode)),
    },
    {
      path: "/securityPolicy",
      replace: setMember(
        "securityPolicy",
        orDefault(Object.values(SecurityPolicy), "securityPolicy", defaultSecurityPolicy),
      ),
    },
  ],
  refuse: familyB(),
});
