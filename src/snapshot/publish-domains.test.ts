import { describe, expect, it } from "vitest";
import { memoryTransaction } from "../../test/support/memory-transaction.ts";
import type { DomainNameDocument, Documents, Kind } from "../model/documents.ts";
import { DomainPublisher } from "./publish-domains.ts";
import { GatewayTable, type TableMessage } from "./table.ts";

const domainOf = (input: Partial<DomainNameDocument> = {}): DomainNameDocument => ({
  domainName: "api.example.com",
  endpointConfiguration: { types: ["REGIONAL"], ipAddressType: "ipv4" },
  securityPolicy: "TLS_1_2",
  routingMode: "BASE_PATH_MAPPING_ONLY",
  ...input,
});
const mapping = (basePath: string, stage: string) => ({ basePath, restApiId: "a1b2c3d4e5", stage });

/** A store whose every change is told to the publisher at once, and a table that it feeds. */
function open() {
  const tx = memoryTransaction();
  const messages: TableMessage[] = [];
  const table = new GatewayTable({ accountRateLimit: 1, accountBurstLimit: 1 });
  const send = (message: TableMessage): void => {
    messages.push(message);
    table.apply(message);
  };
  const publisher = new DomainPublisher(tx, send);
  const change = <K extends Kind>(kind: K, parent: string, id: string, after: Documents[K] | undefined): void => {
    const before = tx.get(kind, parent, id);
    if (after === undefined) tx.delete(kind, parent, id);
    else tx.put(kind, parent, id, after);
    publisher.follow({ kind, parent, id, before, after });
  };
  const stageAt = (path: string, host = "api.example.com") => table.domains.find(host)?.addressOf(path)?.stageName;
  return { tx, messages, publisher, change, stageAt };
}

const name = "api.example.com";

describe("custom domain names on their way to the tables", () => {
  it("come with their mappings, change with them, and go", () => {
    const { change, stageAt } = open();
    change("domainName", "", name, domainOf());
    expect(stageAt("/v1")).toBeUndefined();
    change("basePathMapping", name, "v1", mapping("v1", "prod"));
    change("basePathMapping", name, "(none)", mapping("(none)", "root"));
    expect([stageAt("/v1"), stageAt("/v2")]).toEqual(["prod", "root"]);
    change("basePathMapping", name, "v1", mapping("v1", "test"));
    expect(stageAt("/v1")).toBe("test");
    change("basePathMapping", name, "v1", undefined);
    expect(stageAt("/v1")).toBe("root");
    change("domainName", "", name, domainOf({ tags: { a: "b" } }));
    expect(stageAt("/v1")).toBe("root");
    change("domainName", "", name, undefined);
    expect(stageAt("/v1")).toBeUndefined();
  });

  it.each([
    [
      "certificates of clients, which cannot be checked",
      { mutualTlsAuthentication: { truststoreUri: "s3://trust/store.pem" } },
    ],
    ["routing rules alone", { routingMode: "ROUTING_RULE_ONLY" }],
  ])("serve nothing while they are for %s", (_what, closed) => {
    const { change, stageAt } = open();
    change("domainName", "", name, domainOf(closed));
    change("basePathMapping", name, "v1", mapping("v1", "prod"));
    expect(stageAt("/v1")).toBeUndefined();
    change("domainName", "", name, domainOf());
    expect(stageAt("/v1")).toBe("prod");
    change("domainName", "", name, domainOf({ routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" }));
    expect(stageAt("/v1")).toBe("prod");
  });

  it("are not told of when they are private", () => {
    const { change, messages } = open();
    const domainNameId = "a1b2c3d4e5";
    change("domainName", "", `${name}+${domainNameId}`, domainOf({ domainNameId }));
    change("basePathMapping", `${name}+${domainNameId}`, "v1", mapping("v1", "prod"));
    change("domainName", "", `${name}+${domainNameId}`, undefined);
    expect(messages).toEqual([]);
  });

  it("are all there for a table that begins", () => {
    const { tx } = open();
    tx.put("domainName", "", name, domainOf());
    tx.put("domainName", "", `in.example.com+a1`, domainOf({ domainName: "in.example.com", domainNameId: "a1" }));
    tx.put("basePathMapping", name, "v1", mapping("v1", "prod"));
    tx.put("basePathMapping", "in.example.com+a1", "v1", mapping("v1", "prod"));
    const publisher = new DomainPublisher(tx, () => undefined);
    expect([...publisher.messages()]).toEqual([
      { kind: "putDomain", domainName: name, mappings: [mapping("v1", "prod")] },
    ]);
  });
});
