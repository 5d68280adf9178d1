/** What a RestApi may be, whether it was created or patched (facts/control.md 1). */
import { ApiKeySourceType, EndpointAccessMode, SecurityPolicy } from "@aws-sdk/client-api-gateway";
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { EndpointConfigurationDocument } from "../../model/documents.ts";
import type { Input } from "../../model/service.ts";
import { toEnum } from "../patch/coerce.ts";
import { checkedName, checkList } from "./bounds.ts";

export const endpointTypes = ["REGIONAL", "EDGE", "PRIVATE"] as const;
const ipAddressTypes = ["ipv4", "dualstack"] as const;

/** The name; throws for an empty one. */
export function checkedApiName(name: string | undefined): string {
  if (name === undefined || name === "") throw badRequest("Name cannot be empty");
  return checkedName(name, "Name") ?? name;
}

/** Bytes from which replies are compressed; throws for what is no whole number in range. */
export function checkedCompressionSize(size: number): number {
  if (!Number.isInteger(size) || size < 0 || size > limits.minimumCompressionSizeMaximum) {
    throw badRequest(`Invalid minimum compression size, must be between 0 and ${limits.minimumCompressionSizeMaximum}`);
  }
  return size;
}

const apiKeySources = Object.values(ApiKeySourceType);

export const checkedApiKeySource = (value: string | undefined): string =>
  toEnum(value, apiKeySources, `Invalid API key source specified. Valid options are ${apiKeySources.join(",")}`);

export const securityPolicies = Object.values(SecurityPolicy);
export const endpointAccessModes = Object.values(EndpointAccessMode);

/** An address type that a PRIVATE API may have; throws for ipv4 there. */
export function checkedIpAddressType(value: string | undefined, types: readonly string[]): string {
  const type = toEnum(value, ipAddressTypes, "ipAddressType must be either ipv4 or dualstack.");
  if (type === "ipv4" && types.includes("PRIVATE")) {
    throw badRequest("Only dualstack ipAddressType is supported for Private APIs.");
  }
  return type;
}

/** Throws when an API that is not PRIVATE has VPC endpoints, or any API too many. */
export function checkVpcEndpoints(endpoint: EndpointConfigurationDocument): void {
  const { types, vpcEndpointIds } = endpoint;
  checkList(vpcEndpointIds, "vpcEndpointIds");
  if (vpcEndpointIds !== undefined && vpcEndpointIds.length > 0 && !types.includes("PRIVATE")) {
    throw badRequest("VPCEndpoints can only be specified with PRIVATE apis.");
  }
}

type GivenEndpoint = Input<"CreateRestApi">["endpointConfiguration"];

/** The endpoint that an input asks for; EDGE with ipv4 when it does not say, dualstack for PRIVATE. */
export function newEndpointConfiguration(given: GivenEndpoint): EndpointConfigurationDocument {
  const types = given?.types ?? ["EDGE"];
  if (types.length === 0) {
    throw badRequest("REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.");
  }
  if (types.length > 1) throw badRequest("Cannot create an api with multiple Endpoint Types.");
  const defaultAddress = types.includes("PRIVATE") ? "dualstack" : "ipv4";
  const ipAddressType = checkedIpAddressType(given?.ipAddressType ?? defaultAddress, types);
  const vpcEndpointIds = given?.vpcEndpointIds ?? [];
  const endpoint = { types, ipAddressType, ...(vpcEndpointIds.length > 0 ? { vpcEndpointIds } : {}) };
  checkVpcEndpoints(endpoint);
  return endpoint;
}
