/** From the store to the tables: custom domain names with their mappings, in the order of the commits. */
import type { BasePathMappingDocument, DomainNameDocument } from "../model/documents.ts";
import { domainNameKey } from "../model/domain-name.ts";
import type { Change, Reader } from "../store/store.ts";
import type { TableMessage } from "./table.ts";

/** A public domain as it was sent. */
interface Published {
  domain: DomainNameDocument;
  readonly mappings: Map<string, BasePathMappingDocument>;
}

/**
 * What a domain serves. One that asks its clients for certificates, which nobody could check here, serves nothing; so
 * does one that is for routing rules alone, which are made by another service.
 */
const served = ({ domain, mappings }: Published): readonly BasePathMappingDocument[] =>
  domain.mutualTlsAuthentication !== undefined || domain.routingMode === "ROUTING_RULE_ONLY"
    ? []
    : [...mappings.values()];

const message = (published: Published): TableMessage => ({
  kind: "putDomain",
  domainName: published.domain.domainName,
  mappings: served(published),
});

/** Follows the store. Private domains are for VPC endpoints, of which there are none here, so no table hears of them. */
export class DomainPublisher {
  readonly #domains = new Map<string, Published>();
  readonly #send: (message: TableMessage) => void;

  constructor(present: Reader, send: (message: TableMessage) => void) {
    this.#send = send;
    for (const [, key, domain] of present.all("domainName")) {
      if (domain.domainNameId === undefined) this.#domains.set(key, { domain, mappings: new Map() });
    }
    for (const [key, basePath, mapping] of present.all("basePathMapping")) {
      this.#domains.get(key)?.mappings.set(basePath, mapping);
    }
  }

  /** All that there is now, for a table that begins. */
  *messages(): Iterable<TableMessage> {
    for (const published of this.#domains.values()) yield message(published);
  }

  follow({ kind, parent, id, after }: Change): void {
    if (kind === "domainName") this.#followDomain(id, after as DomainNameDocument | undefined);
    else if (kind === "basePathMapping") this.#followMapping(parent, id, after as BasePathMappingDocument | undefined);
  }

  #followDomain(key: string, domain: DomainNameDocument | undefined): void {
    if (domain === undefined) {
      if (this.#domains.delete(key)) this.#send({ kind: "deleteDomain", domainName: key });
      return;
    }
    if (domain.domainNameId !== undefined) return;
    const published = this.#domains.get(domainNameKey(domain)) ?? { domain, mappings: new Map() };
    published.domain = domain;
    this.#domains.set(key, published);
    this.#send(message(published));
  }

  #followMapping(key: string, basePath: string, mapping: BasePathMappingDocument | undefined): void {
    const published = this.#domains.get(key);
    if (published === undefined) return;
    if (mapping === undefined) published.mappings.delete(basePath);
    else published.mappings.set(basePath, mapping);
    this.#send(message(published));
  }
}
