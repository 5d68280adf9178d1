/** Custom domain names as the gateway knows them: host → base path → stage (facts/runtime.md 1, 20). */
import { type Address, segmentEnd, skipSlashes } from "../gateway/address.ts";
import { decodePercent } from "../gateway/url.ts";
import type { BasePathMappingDocument } from "../model/documents.ts";
import { none } from "../model/domain-name.ts";

/** Paths of every domain that the service keeps for its own health checks (facts/runtime.md 1). */
const reservedPaths: ReadonlySet<string> = new Set(["/ping", "/sping"]);
export const isReserved = (path: string): boolean => reservedPaths.has(path);

/** A domain, ready to say which stage a path is for. */
export class DomainProgram {
  readonly #mappings: ReadonlyMap<string, BasePathMappingDocument>;
  readonly #root: BasePathMappingDocument | undefined;

  constructor(mappings: readonly BasePathMappingDocument[]) {
    this.#mappings = new Map(mappings.map((mapping) => [mapping.basePath, mapping]));
    this.#root = this.#mappings.get(none);
  }

  /**
   * The stage that a path is for: by its first segment, which the mapping takes away, or by the root's mapping. Where the
   * mapping has no stage, the next segment names it. Undefined when no mapping is for the path, or the path is reserved or
   * none, as `*` of OPTIONS is.
   */
  addressOf(path: string): Address | undefined {
    if (isReserved(path) || path === "*") return undefined;
    const start = skipSlashes(path, 0);
    const end = segmentEnd(path, start);
    const mapping = this.#mappings.size === 0 ? undefined : this.#mappings.get(decodePercent(path.slice(start, end)));
    if (mapping !== undefined && mapping !== this.#root) return addressIn(path, end, mapping);
    return this.#root && addressIn(path, 0, this.#root);
  }
}

/** The address of a path whose part behind `from` is the mapping's. */
function addressIn(path: string, from: number, { basePath, restApiId, stage }: BasePathMappingDocument): Address {
  if (stage !== undefined) return { apiId: restApiId, stageName: stage, path: path.slice(from), basePath };
  const start = skipSlashes(path, from);
  const end = segmentEnd(path, start);
  return { apiId: restApiId, stageName: path.slice(start, end), path: path.slice(end), basePath };
}

const wildcard = "*.";

/** All domains, by host. `*.example.com` is every host that is one label below, unless that has a domain of its own. */
export class Domains {
  readonly #hosts = new Map<string, DomainProgram>();
  /** By what stands behind the asterisk's dot. */
  readonly #wildcards = new Map<string, DomainProgram>();

  put(domainName: string, mappings: readonly BasePathMappingDocument[]): void {
    const program = new DomainProgram(mappings);
    if (domainName.startsWith(wildcard)) this.#wildcards.set(domainName.slice(wildcard.length), program);
    else this.#hosts.set(domainName, program);
  }

  delete(domainName: string): void {
    if (domainName.startsWith(wildcard)) this.#wildcards.delete(domainName.slice(wildcard.length));
    else this.#hosts.delete(domainName);
  }

  /** The domain of a host (in lower case, without a port), or undefined. */
  find(host: string): DomainProgram | undefined {
    const own = this.#hosts.get(host);
    if (own !== undefined || this.#wildcards.size === 0) return own;
    const dot = host.indexOf(".");
    return dot < 0 ? undefined : this.#wildcards.get(host.slice(dot + 1));
  }
}
