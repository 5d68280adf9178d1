/** HAL of domain names and what belongs to them, as the service's own samples have it (API reference: GetDomainName(s)). */
import { describe, expect, it } from "vitest";
import { testControl } from "../../../test/support/control.ts";
import { drive } from "../../../test/support/drive.ts";
import { signed } from "../../../test/support/signer.ts";
import type { Handlers } from "../operation.ts";

type Json = Record<string, unknown>;

const date = new Date("2026-01-02T03:04:05Z");

/** What a request without Accept gets when the operation's output is this. */
async function hal(path: string, query: Record<string, string>, answers: Partial<Handlers>): Promise<Json> {
  const { serve } = testControl({ handlers: answers, now: () => date.getTime() });
  const reply = await drive(serve, await signed({ method: "GET", path, query }, date));
  return JSON.parse(reply.body.toString()) as Json;
}

const hrefs = (links: unknown): Json =>
  Object.fromEntries(
    Object.entries(links as Record<string, { href: string; templated?: boolean }>)
      .filter(([rel]) => rel !== "curies")
      .map(([rel, { href }]) => [rel, href]),
  );

const publicLinks = {
  self: "/domainnames/a.b.c.com",
  "basepathmapping:by-base-path": "/domainnames/a.b.c.com/basepathmappings/{base_path}",
  "basepathmapping:create": "/domainnames/a.b.c.com/basepathmappings",
  "domainname:basepathmappings": "/domainnames/a.b.c.com/basepathmappings{?limit}",
  "domainname:delete": "/domainnames/a.b.c.com",
  "domainname:update": "/domainnames/a.b.c.com",
};
const privateLinks = {
  self: "/domainnames/in.b.c.com?domainNameId=abcd1234",
  "basepathmapping:by-base-path": "/domainnames/in.b.c.com/basepathmappings/{base_path}?domainNameId=abcd1234",
  "basepathmapping:create": "/domainnames/in.b.c.com/basepathmappings?domainNameId=abcd1234",
  "domainname:basepathmappings": "/domainnames/in.b.c.com/basepathmappings?domainNameId=abcd1234{&limit}",
  "domainname:delete": "/domainnames/in.b.c.com?domainNameId=abcd1234",
  "domainname:update": "/domainnames/in.b.c.com?domainNameId=abcd1234",
};
const publicOne = { domainName: "a.b.c.com" };
const privateOne = { domainName: "in.b.c.com", domainNameId: "abcd1234" };

describe("a DomainName", () => {
  it("links to itself and its mappings, a private one by its id too", async () => {
    const own = await hal("/domainnames/a.b.c.com", {}, { GetDomainName: () => publicOne });
    expect(hrefs(own["_links"])).toEqual(publicLinks);
    expect(own).toMatchObject({ _links: { curies: [{ name: "basepathmapping" }, { name: "domainname" }] } });
    const query = { domainNameId: "abcd1234" };
    const inside = await hal("/domainnames/in.b.c.com", query, { GetDomainName: () => privateOne });
    expect(hrefs(inside["_links"])).toEqual(privateLinks);
  });

  it("is listed with the same links", async () => {
    const items = [publicOne, privateOne];
    const list = await hal("/domainnames", { limit: "10" }, { GetDomainNames: () => ({ items }) });
    const embedded = (list["_embedded"] as { item: Json[] }).item;
    expect(embedded.map((item) => hrefs(item["_links"]))).toEqual([publicLinks, privateLinks]);
    expect(list["_links"]).toMatchObject({
      self: { href: "/domainnames?limit=10" },
      "domainname:by-name": { href: "/domainnames/{domain_name}{?domain_name_id}", templated: true },
      "domainname:create": { href: "/domainnames" },
      item: [{ href: publicLinks.self }, { href: privateLinks.self }],
    });
  });

  it("is found by the id under the name that its own links have for it", async () => {
    let given: string | undefined;
    const GetDomainName: Handlers["GetDomainName"] = (input) => {
      given = input.domainNameId;
      return privateOne;
    };
    await hal("/domainnames/in.b.c.com", { domain_name_id: "abcd1234" }, { GetDomainName });
    expect(given).toBe("abcd1234");
  });
});

const linksBelow = (query: string) => ({
  self: `/domainnames/a.b.c.com/basepathmappings/TestApi${query}`,
  "basepathmapping:create": `/domainnames/a.b.c.com/basepathmappings${query}`,
  "basepathmapping:delete": `/domainnames/a.b.c.com/basepathmappings/TestApi${query}`,
  "basepathmapping:update": `/domainnames/a.b.c.com/basepathmappings/TestApi${query}`,
});

describe("a BasePathMapping", () => {
  const mapping = { basePath: "TestApi", restApiId: "fugvjdxtri", stage: "stage1" };
  it("links to itself, alone and in a list", async () => {
    const path = "/domainnames/a.b.c.com/basepathmappings";
    const one = await hal(`${path}/TestApi`, {}, { GetBasePathMapping: () => mapping });
    expect(hrefs(one["_links"])).toEqual(linksBelow(""));
    const answers = { GetBasePathMappings: () => ({ items: [mapping] }) };
    const list = await hal(path, {}, answers);
    expect(hrefs((list["_embedded"] as { item: Json }).item["_links"])).toEqual(linksBelow(""));
    expect(hrefs(list["_links"])).toEqual({
      self: `${path}{?limit}`,
      "basepathmapping:by-path": `${path}/{base_path}`,
      "basepathmapping:create": path,
      item: `${path}/TestApi`,
    });
    const inside = await hal(path, { domainNameId: "x1" }, answers);
    expect(hrefs((inside["_embedded"] as { item: Json }).item["_links"])).toEqual(linksBelow("?domainNameId=x1"));
    expect(hrefs(inside["_links"])).toMatchObject({ self: `${path}?domainNameId=x1{&limit}` });
  });
});

describe("VpcLinks and access associations", () => {
  it("link to themselves", async () => {
    const link = await hal("/vpclinks/a1b2c3", {}, { GetVpcLink: () => ({ id: "a1b2c3" }) });
    const self = "/vpclinks/a1b2c3";
    expect(hrefs(link["_links"])).toEqual({ self, "vpclink:delete": self, "vpclink:update": self });
    const arn = "arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations/domainname/a.b+c/vpcesource/v";
    const list = await hal(
      "/domainnameaccessassociations",
      {},
      { GetDomainNameAccessAssociations: () => ({ items: [{ domainNameAccessAssociationArn: arn }] }) },
    );
    expect(hrefs(list["_links"])).toEqual({
      self: "/domainnameaccessassociations",
      "domainnameaccessassociation:create": "/domainnameaccessassociations",
      item: `/domainnameaccessassociations/${encodeURIComponent(arn)}`,
    });
  });
});
