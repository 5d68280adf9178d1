/** Operations of Tags: on every taggable ARN whose resource there is (facts/control.md 18). */
import { badRequest, notFound } from "../../errors.ts";
import { accessAssociationArn, domainNameKey } from "../../model/domain-name.ts";
import { isEmptyMap, type StringMap, toMap } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { withMember } from "../patch/rules/members.ts";
import {
  findAccessAssociation,
  findApiKey,
  findClientCertificate,
  findDomainName,
  findRestApi,
  findStage,
  findUsagePlan,
  findVpcLink,
} from "./find.ts";
import { withTags } from "./tag-rules.ts";

/** What carries tags: those it has, and how to store others. */
interface Taggable {
  readonly tags: StringMap | undefined;
  readonly store: (tags: StringMap | undefined) => void;
}

type Find = (context: OperationContext, ids: readonly string[]) => Taggable;

const findTaggedRestApi: Find = (context, [restApiId = ""]) => {
  const restApi = findRestApi(context, restApiId);
  return {
    tags: restApi.tags,
    store: (tags) => context.tx.put("restApi", "", restApiId, withMember(restApi, "tags", tags)),
  };
};

const findTaggedStage: Find = (context, [restApiId = "", stageName = ""]) => {
  const stage = findStage(context, restApiId, stageName);
  return {
    tags: stage.tags,
    store: (tags) => context.tx.put("stage", restApiId, stageName, withMember(stage, "tags", tags)),
  };
};

const findTaggedCertificate: Find = (context, [id = ""]) => {
  const certificate = findClientCertificate(context, id);
  return {
    tags: certificate.tags,
    store: (tags) => context.tx.put("clientCertificate", "", id, withMember(certificate, "tags", tags)),
  };
};

const findTaggedVpcLink: Find = (context, [id = ""]) => {
  const link = findVpcLink(context, id);
  return { tags: link.tags, store: (tags) => context.tx.put("vpcLink", "", id, withMember(link, "tags", tags)) };
};

const findTaggedApiKey: Find = (context, [id = ""]) => {
  const key = findApiKey(context, id);
  return { tags: key.tags, store: (tags) => context.tx.put("apiKey", "", id, withMember(key, "tags", tags)) };
};

const findTaggedUsagePlan: Find = (context, [id = ""]) => {
  const plan = findUsagePlan(context, id);
  return { tags: plan.tags, store: (tags) => context.tx.put("usagePlan", "", id, withMember(plan, "tags", tags)) };
};

const findTaggedDomainName: Find = (context, [domainName = "", domainNameId]) => {
  const domain = findDomainName(context, { domainName, domainNameId });
  return {
    tags: domain.tags,
    store: (tags) => context.tx.put("domainName", "", domainNameKey(domain), withMember(domain, "tags", tags)),
  };
};

const findTaggedAssociation: Find = (context, [key = ""]) => {
  const { association } = findAccessAssociation(context, accessAssociationArn(key, context));
  return {
    tags: association.tags,
    store: (tags) => context.tx.put("domainNameAccessAssociation", "", key, withMember(association, "tags", tags)),
  };
};

/** The resource part of an ARN → what it names. ARNs of what is private have the account in them. */
const taggables: readonly (readonly [form: RegExp, find: Find, isPrivate?: boolean])[] = [
  [/^\/restapis\/([^/]+)$/, findTaggedRestApi],
  [/^\/restapis\/([^/]+)\/stages\/([^/]+)$/, findTaggedStage],
  [/^\/clientcertificates\/([^/]+)$/, findTaggedCertificate],
  [/^\/apikeys\/([^/]+)$/, findTaggedApiKey],
  [/^\/usageplans\/([^/]+)$/, findTaggedUsagePlan],
  [/^\/vpclinks\/([^/]+)$/, findTaggedVpcLink],
  [/^\/domainnames\/([^/+]+)$/, findTaggedDomainName],
  [/^\/domainnames\/([^/+]+)\+([^/+]+)$/, findTaggedDomainName, true],
  [/^\/domainnameaccessassociations\/(.+)$/, findTaggedAssociation, true],
];

/** ARNs of what is private have the account in them. */
const arn = /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):(\d{12})?:(\/.+)$/;

/** What an ARN names; 400 when it is none, 404 when there is no such thing to tag. */
function findTaggable(context: OperationContext, text: string): Taggable {
  const [, region, account, path] = arn.exec(text) ?? [];
  if (region === undefined || path === undefined) throw badRequest("Invalid ARN specified in the request");
  if (region !== context.region) throw notFound("Invalid resource identifier specified");
  for (const [form, find, isPrivate = false] of taggables) {
    const ids = isPrivate === (account !== undefined) ? form.exec(path)?.slice(1) : undefined;
    if (ids !== undefined && (account ?? context.accountId) === context.accountId) return find(context, ids);
  }
  if (account === context.accountId) throw badRequest("Invalid ARN specified in the request");
  throw notFound("Invalid resource identifier specified");
}

const TagResource: Run<"TagResource"> = (input, context) => {
  const { tags, store } = findTaggable(context, input.resourceArn);
  store(withTags(tags, input.tags));
  return {};
};

const UntagResource: Run<"UntagResource"> = (input, context) => {
  const { tags, store } = findTaggable(context, input.resourceArn);
  const removed = new Set(input.tagKeys);
  const remaining = toMap(Object.entries(tags ?? {}).filter(([key]) => !removed.has(key)));
  store(isEmptyMap(remaining) ? undefined : remaining);
  return {};
};

const GetTags: Run<"GetTags"> = (input, context) => ({ tags: findTaggable(context, input.resourceArn).tags ?? {} });

export const tagsOperations = { TagResource, UntagResource, GetTags } satisfies Partial<Handlers>;
