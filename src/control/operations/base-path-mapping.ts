/** Operations of BasePathMapping (facts/control.md 14): which stage a DomainName serves below which path. */
import { conflict, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { BasePathMappingDocument, DomainNameDocument } from "../../model/documents.ts";
import { domainNameKey } from "../../model/domain-name.ts";
import { compact } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { basePathMappingRules } from "../patch/rules/base-path-mapping.ts";
import { checkMappingTarget, toBasePath, toMappedStage } from "./base-path-mapping-checks.ts";
import { findBasePathMapping, findDomainName } from "./find.ts";

const kind = "basePathMapping";

function checkNew({ tx }: OperationContext, domain: DomainNameDocument, basePath: string): void {
  if (tx.get(kind, domainNameKey(domain), basePath) !== undefined) {
    throw conflict("Base path already exists for this domain name");
  }
}

const CreateBasePathMapping: Run<"CreateBasePathMapping"> = (input, context) => {
  const domain = findDomainName(context, input);
  const key = domainNameKey(domain);
  const mapping: BasePathMappingDocument = compact({
    basePath: toBasePath(input.basePath),
    restApiId: input.restApiId,
    stage: toMappedStage(input.stage),
  });
  checkMappingTarget(context, domain, mapping);
  checkNew(context, domain, mapping.basePath);
  if (context.tx.list(kind, key).length >= limits.basePathMappings) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of base path mappings for this domain name has been reached: ${limits.basePathMappings}`,
    );
  }
  context.tx.put(kind, key, mapping.basePath, mapping);
  return mapping;
};

const GetBasePathMapping: Run<"GetBasePathMapping"> = (input, context) => findBasePathMapping(context, input).mapping;

const GetBasePathMappings: Run<"GetBasePathMappings"> = (input, context) => {
  const mappings = context.tx.list(kind, domainNameKey(findDomainName(context, input)));
  return paginate(mappings, input, ({ basePath }) => basePath);
};

const UpdateBasePathMapping: Run<"UpdateBasePathMapping"> = (input, context) => {
  const { domain, mapping } = findBasePathMapping(context, input);
  const patched = applyPatch(mapping, input.patchOperations ?? [], basePathMappingRules, undefined);
  if (patched === mapping) return mapping;
  checkMappingTarget(context, domain, patched);
  const key = domainNameKey(domain);
  if (patched.basePath !== mapping.basePath) {
    checkNew(context, domain, patched.basePath);
    context.tx.delete(kind, key, mapping.basePath);
  }
  context.tx.put(kind, key, patched.basePath, patched);
  return patched;
};

const DeleteBasePathMapping: Run<"DeleteBasePathMapping"> = (input, context) => {
  const { domain, mapping } = findBasePathMapping(context, input);
  context.tx.delete(kind, domainNameKey(domain), mapping.basePath);
  return {};
};

export const basePathMappingOperations = {
  CreateBasePathMapping,
  GetBasePathMapping,
  GetBasePathMappings,
  UpdateBasePathMapping,
  DeleteBasePathMapping,
} satisfies Partial<Handlers>;
