/** What a PATCH of a RestApi may do (facts/control.md 1). The refusals are family B's, with one of its own. */
import { badRequest, notFound } from "../../../errors.ts";
import { limits } from "../../../limits.ts";
import type { RestApiDocument } from "../../../model/documents.ts";
import type { OperationContext } from "../../operation.ts";
import { checkedDescription } from "../../operations/bounds.ts";
import { checkedPolicy } from "../../operations/policy.ts";
import {
  checkedApiKeySource,
  checkedApiName,
  checkedIpAddressType,
  endpointAccessModes,
  endpointTypes,
  securityPolicies,
} from "../../operations/rest-api-checks.ts";
import { compileTable, type Effect, type PatchTable } from "../apply.ts";
import { toBoolean, toEnum, toInteger } from "../coerce.ts";
import { familyB } from "../families.ts";
import { absentContentType, clearable, optionalWord, setMember, withMember } from "./members.ts";

type RestApiEffect = Effect<RestApiDocument, OperationContext>;
type Endpoint = RestApiDocument["endpointConfiguration"];

const withEndpoint = (restApi: RestApiDocument, change: Partial<Endpoint>): RestApiDocument => ({
  ...restApi,
  endpointConfiguration: { ...restApi.endpointConfiguration, ...change },
});

/** The type is named in the path, by its word or as the first of the list; the value is the new one. */
const replaceType: RestApiEffect = (restApi, { captures, value, path }) => {
  const named = captures["type"];
  if (named !== "0" && !endpointTypes.some((type) => type === named)) throw badRequest(`Invalid patch path ${path}`);
  const type = toEnum(
    value,
    endpointTypes,
    `Invalid EndpointTypes specified. Valid options are ${endpointTypes.join(",")}`,
  );
  return withEndpoint(restApi, { types: [type], ...(type === "PRIVATE" ? { ipAddressType: "dualstack" } : {}) });
};

const replaceIpAddressType: RestApiEffect = (restApi, { value }) =>
  withEndpoint(restApi, { ipAddressType: checkedIpAddressType(value, restApi.endpointConfiguration.types) });

function vpcEndpointId(value: string | undefined): string {
  if (value === undefined || !/^vpce-[a-z0-9]+$/.test(value)) throw badRequest("Invalid VPC endpoint id specified");
  return value;
}

const addVpcEndpoint: RestApiEffect = (restApi, { value }) => {
  const present = restApi.endpointConfiguration.vpcEndpointIds ?? [];
  const id = vpcEndpointId(value);
  return withEndpoint(restApi, { vpcEndpointIds: present.includes(id) ? present : [...present, id] });
};

/** Removes the one that the value names. */
const removeVpcEndpoint: RestApiEffect = (restApi, { value }) => {
  const id = vpcEndpointId(value);
  const remaining = (restApi.endpointConfiguration.vpcEndpointIds ?? []).filter((present) => present !== id);
  const endpointConfiguration = withMember(
    restApi.endpointConfiguration,
    "vpcEndpointIds",
    remaining.length > 0 ? remaining : undefined,
  );
  return { ...restApi, endpointConfiguration };
};

const withTypes = (restApi: RestApiDocument, types: readonly string[]): RestApiDocument =>
  withMember(restApi, "binaryMediaTypes", types.length > 0 ? types : undefined);

/** The types are an ordered map whose keys are the types themselves (facts/control.md 1). */
const addMediaType: RestApiEffect = (restApi, { captures }) => {
  const present = restApi.binaryMediaTypes ?? [];
  const type = captures["type"] ?? "";
  return present.includes(type) ? restApi : withTypes(restApi, [...present, type]);
};

const removeMediaType: RestApiEffect = (restApi, { captures }) => {
  const present = restApi.binaryMediaTypes ?? [];
  const type = captures["type"] ?? "";
  if (!present.includes(type)) throw notFound(absentContentType);
  return withTypes(
    restApi,
    present.filter((other) => other !== type),
  );
};

/** Drops the type of the path and appends that of the value, which may be there already. */
const replaceMediaType: RestApiEffect = (restApi, step) => {
  const rest = removeMediaType(restApi, step).binaryMediaTypes ?? [];
  const type = step.value ?? step.captures["type"] ?? "";
  return withTypes(restApi, [...rest.filter((other) => other !== type), type]);
};

const compressionSize: RestApiEffect = setMember("minimumCompressionSize", (step) => {
  const text = clearable(step);
  if (text === undefined || text === "null") return undefined;
  const { minimumCompressionSizeMaximum: maximum } = limits;
  return toInteger(text, 0, maximum, `Invalid minimum compression size, must be between 0 and ${maximum}`);
});

const policy: RestApiEffect = (restApi, { value, context }) =>
  withMember(restApi, "policy", checkedPolicy(value, { ...context, restApiId: restApi.id }));

const apiKeySource: RestApiEffect = setMember("apiKeySource", ({ value }) => checkedApiKeySource(value));

const refuse: PatchTable<RestApiDocument, OperationContext>["refuse"] = (restApi, step, rule) =>
  rule?.path === typePath
    ? badRequest("Invalid patch operation specified. Must be 'add'|'remove'|'replace'")
    : familyB<RestApiDocument, OperationContext>()(restApi, step, rule);

const typePath = "/endpointConfiguration/types/{type}";

const description: RestApiEffect = setMember("description", (step) => checkedDescription(clearable(step)));

export const restApiRules = compileTable<RestApiDocument, OperationContext>({
  rules: [
    { path: "/apiKeySource", replace: apiKeySource },
    {
      path: "/binaryMediaTypes/{type}",
      add: addMediaType,
      replace: replaceMediaType,
      remove: removeMediaType,
    },
    {
      path: "/description",
      add: description,
      replace: description,
      remove: setMember("description", () => undefined),
    },
    {
      path: "/disableExecuteApiEndpoint",
      replace: setMember("disableExecuteApiEndpoint", ({ value }) => toBoolean(value)),
    },
    { path: typePath, replace: replaceType },
    { path: "/endpointConfiguration/ipAddressType", replace: replaceIpAddressType },
    { path: "/endpointConfiguration/vpcEndpointIds", add: addVpcEndpoint, remove: removeVpcEndpoint },
    {
      path: "/endpointAccessMode",
      replace: setMember("endpointAccessMode", optionalWord(endpointAccessModes, "endpointAccessMode")),
    },
    { path: "/minimumCompressionSize", replace: compressionSize },
    { path: "/name", replace: setMember("name", ({ value }) => checkedApiName(value)) },
    { path: "/policy", replace: policy },
    {
      path: "/securityPolicy",
      replace: setMember("securityPolicy", optionalWord(securityPolicies, "securityPolicy")),
    },
  ],
  refuse,
});
