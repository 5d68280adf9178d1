/**
 * What a PATCH of an Integration may do (facts/control.md 5). The refusals are family B's; what must hold of the whole
 * Integration is checked once behind the last operation.
 */
import { badRequest, notFound } from "../../../errors.ts";
import type { IntegrationDocument } from "../../../model/documents.ts";
import {
  checkedPassthrough,
  connectionTypes,
  contentHandlings,
  responseTransferModes,
} from "../../operations/integration-checks.ts";
import { storedTemplate } from "../../operations/mapping-checks.ts";
import { compileTable, type Effect, type Step } from "../apply.ts";
import { readInteger, toBoolean } from "../coerce.ts";
import { familyB } from "../families.ts";
import { absentContentType, absentParameter, clearable, mapEntry, optionalWord, setMember } from "./members.ts";

/** The resource whose id is the default of the cache namespace. */
export interface IntegrationPatchContext {
  readonly resourceId: string;
}

type IntegrationEffect = Effect<IntegrationDocument, IntegrationPatchContext>;

/** A MOCK has no verb and no URI, so it has no such path either. */
const notOfMock =
  (effect: IntegrationEffect): IntegrationEffect =>
  (integration, step) => {
    if (integration.type === "MOCK") throw badRequest(`Invalid patch path ${step.path}`);
    return effect(integration, step);
  };

/** Names one cache key: in the path, as Terraform spells it, or in the value. */
const cacheKeyOf = ({ captures, value }: Step<unknown>): string => captures["key"] ?? value ?? "";

const addCacheKey: IntegrationEffect = (integration, step) => {
  const present = integration.cacheKeyParameters;
  const key = cacheKeyOf(step);
  return { ...integration, cacheKeyParameters: present.includes(key) ? present : [...present, key] };
};

const removeCacheKey: IntegrationEffect = (integration, step) => {
  const present = integration.cacheKeyParameters;
  const key = cacheKeyOf(step);
  if (key === "") return { ...integration, cacheKeyParameters: [] };
  if (!present.includes(key)) throw notFound(absentParameter);
  return { ...integration, cacheKeyParameters: present.filter((name) => name !== key) };
};

/** The value names all keys, with commas between them; an empty one takes them all out. */
const replaceCacheKeys: IntegrationEffect = (integration, { value }) => ({
  ...integration,
  cacheKeyParameters: value === undefined || value === "" ? [] : value.split(",").map((name) => name.trim()),
});

/** What an integration may have follows from what it is behind the last operation, and is checked then. */
const timeout: IntegrationEffect = setMember("timeoutInMillis", ({ value }) => readInteger(value));

export const integrationRules = compileTable<IntegrationDocument, IntegrationPatchContext>({
  rules: [
    { path: "/cacheKeyParameters", add: addCacheKey, replace: replaceCacheKeys, remove: removeCacheKey },
    { path: "/cacheKeyParameters/{key}", add: addCacheKey, remove: removeCacheKey },
    {
      path: "/cacheNamespace",
      replace: setMember("cacheNamespace", (step) => clearable(step) ?? step.context.resourceId),
    },
    { path: "/connectionId", replace: setMember("connectionId", clearable) },
    {
      path: "/connectionType",
      replace: setMember("connectionType", optionalWord(connectionTypes, "connectionType")),
    },
    {
      path: "/contentHandling",
      replace: setMember("contentHandling", optionalWord(contentHandlings, "contentHandling")),
    },
    { path: "/credentials", replace: setMember("credentials", clearable) },
    { path: "/httpMethod", replace: notOfMock(setMember("httpMethod", clearable)) },
    { path: "/integrationTarget", replace: setMember("integrationTarget", clearable) },
    {
      path: "/passthroughBehavior",
      replace: setMember("passthroughBehavior", ({ value }) => checkedPassthrough(value)),
    },
    { path: "/requestParameters/{key}", ...mapEntry("requestParameters", ({ value }) => value ?? "", absentParameter) },
    {
      path: "/requestTemplates/{key}",
      ...mapEntry("requestTemplates", ({ value }) => storedTemplate(value), absentContentType),
    },
    {
      path: "/responseTransferMode",
      replace: setMember("responseTransferMode", optionalWord(responseTransferModes, "responseTransferMode")),
    },
    { path: "/timeoutInMillis", replace: timeout },
    {
      path: "/tlsConfig/insecureSkipVerification",
      replace: setMember("tlsConfig", ({ value }) => ({ insecureSkipVerification: toBoolean(value) })),
    },
    { path: "/uri", replace: notOfMock(setMember("uri", clearable)) },
  ],
  refuse: familyB(),
});
