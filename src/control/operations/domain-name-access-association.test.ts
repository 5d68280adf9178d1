import { describe, expect, it } from "vitest";
import { bad, labelled, missing, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { domainName, newContext, privately, regional } from "../../../test/support/domain-fixture.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import { domainNameAccessAssociationOperations } from "./domain-name-access-association.ts";
import { domainNameOperations } from "./domain-name.ts";

const {
  CreateDomainNameAccessAssociation,
  GetDomainNameAccessAssociations,
  DeleteDomainNameAccessAssociation,
  RejectDomainNameAccessAssociation,
} = domainNameAccessAssociationOperations;

/** A private domain, and what lets a VPC endpoint call it. */
function open() {
  const context = newContext();
  const make = () => domainNameOperations.CreateDomainName.run(privately, context, undefined);
  const { domainNameArn = "", domainNameId = "" } = make();
  const create = (input: Partial<Input<"CreateDomainNameAccessAssociation">> = {}) =>
    CreateDomainNameAccessAssociation(
      { domainNameArn, accessAssociationSourceType: "VPCE", accessAssociationSource: "vpce-0a1b2c3d", ...input },
      context,
    );
  return { context, make, domainNameArn, domainNameId, create };
}

const unknown = missing("Invalid domain name access association identifier specified");

describe("DomainNameAccessAssociation", () => {
  it("is made, listed and deleted", () => {
    const { context, domainNameArn, domainNameId, create } = open();
    const first = create({ tags: { a: "b" } });
    const arn = `arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations/domainname/${domainName}+${domainNameId}/vpcesource/vpce-0a1b2c3d`;
    expect(first).toStrictEqual({
      domainNameAccessAssociationArn: arn,
      domainNameArn,
      accessAssociationSourceType: "VPCE",
      accessAssociationSource: "vpce-0a1b2c3d",
      tags: { a: "b" },
    });
    const second = create({ accessAssociationSource: "vpce-0e4f" });
    for (const resourceOwner of [undefined, "SELF"]) {
      expect(GetDomainNameAccessAssociations({ resourceOwner }, context).items).toEqual([first, second]);
    }
    expect(GetDomainNameAccessAssociations({ resourceOwner: "OTHER_ACCOUNTS" }, context).items).toEqual([]);
    const page = GetDomainNameAccessAssociations({ limit: 1 }, context);
    expect(GetDomainNameAccessAssociations({ position: page.position }, context).items).toEqual([second]);
    expect(DeleteDomainNameAccessAssociation({ domainNameAccessAssociationArn: arn }, context)).toEqual({});
    expect(GetDomainNameAccessAssociations({}, context).items).toEqual([second]);
    expect(refusalOf(() => DeleteDomainNameAccessAssociation({ domainNameAccessAssociationArn: arn }, context))).toBe(
      unknown,
    );
  });

  it("is gone when the domain's owner rejects it, and stays when another domain is named", () => {
    const { context, make, domainNameArn, create } = open();
    const { domainNameAccessAssociationArn = "" } = create();
    const other = make().domainNameArn ?? "";
    const reject = (arn: string) =>
      RejectDomainNameAccessAssociation({ domainNameAccessAssociationArn, domainNameArn: arn }, context);
    expect(refusalOf(() => reject(other))).toBe(missing("Invalid domain name identifier specified"));
    expect(reject(domainNameArn)).toEqual({});
    expect(refusalOf(() => reject(domainNameArn))).toBe(unknown);
  });

  it.each(
    labelled(["", "x", "arn:aws:apigateway:us-east-1:123456789012:/domainnameaccessassociations/", "x".repeat(1e6)]),
  )("%s is no association", (_label, domainNameAccessAssociationArn) => {
    const { context, domainNameArn } = open();
    const place = { domainNameAccessAssociationArn, domainNameArn };
    expect(refusalOf(() => DeleteDomainNameAccessAssociation(place, context))).toBe(unknown);
    expect(refusalOf(() => RejectDomainNameAccessAssociation(place, context))).toBe(unknown);
  });

  it("is refused for a domain that is not there or not private, another's ARN, and a source that is no endpoint", () => {
    const { context, domainNameArn, create } = open();
    const publicOne = domainNameOperations.CreateDomainName.run(regional, context, undefined);
    const noDomain = bad("Invalid domain name identifier specified");
    for (const arn of [
      "",
      "x",
      publicOne.domainNameArn ?? "",
      `${domainNameArn}x`,
      domainNameArn.replace("123456789012", "210987654321"),
      domainNameArn.replace("us-east-1", "eu-west-1"),
      domainNameArn.replace("arn:aws:", "arn:aws-cn:"),
    ]) {
      expect(
        refusalOf(() => create({ domainNameArn: arn })),
        arn,
      ).toBe(noDomain);
    }
    for (const accessAssociationSource of ["", "vpce", "vpce-", "vpc-1", "vpce-1/x", `vpce-${"1".repeat(65)}`]) {
      expect(refusalOf(() => create({ accessAssociationSource }))).toBe(bad("Invalid VPC endpoint id specified"));
    }
    create();
    expect(refusalOf(() => create())).toBe(taken("The domain name access association already exists"));
  });

  it("has a quota", () => {
    const { create } = open();
    for (let i = 0; i < limits.domainNameAccessAssociations; i++) create({ accessAssociationSource: `vpce-${i}` });
    expect(refusalOf(() => create())).toBe(
      "LimitExceededException: Maximum number of domain name access associations for this account has been reached.",
    );
  });
});
