/** What a BasePathMapping may be, and what it keeps from going (facts/control.md 14). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { BasePathMappingDocument, DomainNameDocument } from "../../model/documents.ts";
import { none } from "../../model/domain-name.ts";
import type { OperationContext } from "../operation.ts";

const legal = /^[A-Za-z0-9$_.+!*'()-]+$/;

/** One segment, or `(none)` where there is none. Throws for more than one, and for characters that a base path has not. */
export function toBasePath(given: string | undefined): string {
  if (given === undefined || given === "" || given === none) return none;
  if (given.includes("/")) {
    throw badRequest(
      "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
    );
  }
  if (given.length > limits.basePathLength || !legal.test(given)) {
    throw badRequest(`Base paths have at most ${limits.basePathLength} letters, digits and the characters $-_.+!*'()`);
  }
  return given;
}

/** The stage; undefined where the path is to name it. */
export const toMappedStage = (given: string | undefined): string | undefined =>
  given === "" || given === none ? undefined : given;

/** Throws unless the RestApi and its stage are there, and the RestApi is as private as the domain is. */
export function checkMappingTarget(
  { tx }: OperationContext,
  { domainNameId }: DomainNameDocument,
  { restApiId, stage }: BasePathMappingDocument,
): void {
  const restApi = tx.get("restApi", "", restApiId);
  if (restApi === undefined) throw badRequest("Invalid REST API identifier specified");
  if (stage !== undefined && tx.get("stage", restApiId, stage) === undefined) {
    throw badRequest("Invalid stage identifier specified");
  }
  if (restApi.endpointConfiguration.types.includes("PRIVATE") !== (domainNameId !== undefined)) {
    throw badRequest("Private APIs can be mapped to private custom domain names, and to no others.");
  }
}

/** Names of the domains that have a mapping for which this holds. */
function domainsThat(
  { tx }: OperationContext,
  holds: (mapping: BasePathMappingDocument) => boolean,
): readonly string[] {
  const names = new Set<string>();
  for (const [parent, , mapping] of tx.all("basePathMapping")) if (holds(mapping)) names.add(parent);
  return [...names].map((key) => key.replace(/\+.*$/, "")).slice(0, limits.namedReferences);
}

/** Throws while a mapping leads to the RestApi. */
export function checkRestApiUnmapped(context: OperationContext, restApiId: string): void {
  const domains = domainsThat(context, (mapping) => mapping.restApiId === restApiId);
  if (domains.length > 0) {
    throw badRequest(
      `Deleting RestApi ${restApiId} failed. Please remove all base path mappings related to the RestApi in your domains: ${domains.join(", ")}`,
    );
  }
}

/** Throws while a mapping leads to the Stage. */
export function checkStageUnmapped(context: OperationContext, restApiId: string, stageName: string): void {
  const domains = domainsThat(context, (mapping) => mapping.restApiId === restApiId && mapping.stage === stageName);
  if (domains.length > 0) {
    throw badRequest(
      `Deleting stage ${stageName} failed. Please remove all base path mappings related to the stage in your domains: ${domains.join(", ")}`,
    );
  }
}
