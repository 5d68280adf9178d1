/** Operations of DomainNameAccessAssociation (facts/control.md 14): which VPC endpoints may call a private DomainName. */
import { badRequest, conflict, Fault, notFound } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DomainNameAccessAssociationDocument, DomainNameDocument } from "../../model/documents.ts";
import { accessAssociationArn, accessAssociationKey, domainNameArn } from "../../model/domain-name.ts";
import { compact } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { findAccessAssociation } from "./find.ts";
import { newTags } from "./tag-rules.ts";

const kind = "domainNameAccessAssociation";

const vpcEndpoint = /^vpce-[a-z0-9]{1,64}$/;
const privateDomainArn = /^arn:aws[a-z-]*:apigateway:[a-z0-9-]+:\d{12}:\/domainnames\/([^/+]+\+[^/+]+)$/;

/** The private domain that a body names by its ARN; 400 when there is none. */
function namedDomain(context: OperationContext, arn: string): DomainNameDocument {
  const [, key = ""] = privateDomainArn.exec(arn) ?? [];
  const domain = context.tx.get("domainName", "", key);
  if (domain === undefined || domainNameArn(domain, context) !== arn) {
    throw badRequest("Invalid domain name identifier specified");
  }
  return domain;
}

const CreateDomainNameAccessAssociation: Run<"CreateDomainNameAccessAssociation"> = (input, context) => {
  const { tx } = context;
  const { accessAssociationSource: source } = input;
  const domain = namedDomain(context, input.domainNameArn);
  if (!vpcEndpoint.test(source)) throw badRequest("Invalid VPC endpoint id specified");
  const key = accessAssociationKey(domain, source);
  if (tx.get(kind, "", key) !== undefined) throw conflict("The domain name access association already exists");
  if (tx.list(kind, "").length >= limits.domainNameAccessAssociations) {
    throw new Fault(
      "LimitExceededException",
      "Maximum number of domain name access associations for this account has been reached.",
    );
  }
  const association: DomainNameAccessAssociationDocument = compact({
    domainNameAccessAssociationArn: accessAssociationArn(key, context),
    domainNameArn: input.domainNameArn,
    accessAssociationSourceType: input.accessAssociationSourceType,
    accessAssociationSource: source,
    tags: newTags(input.tags),
  });
  tx.put(kind, "", key, association);
  return association;
};

/** Those of other accounts, which are none. */
const GetDomainNameAccessAssociations: Run<"GetDomainNameAccessAssociations"> = (input, { tx }) => {
  const all = input.resourceOwner === "OTHER_ACCOUNTS" ? [] : tx.list(kind, "");
  return paginate(all, input, ({ domainNameAccessAssociationArn: arn }) => arn);
};

const DeleteDomainNameAccessAssociation: Run<"DeleteDomainNameAccessAssociation"> = (input, context) => {
  const { key } = findAccessAssociation(context, input.domainNameAccessAssociationArn);
  context.tx.delete(kind, "", key);
  return {};
};

/** What the domain's owner says to an association of somebody else; here both are one account, so it goes likewise. */
const RejectDomainNameAccessAssociation: Run<"RejectDomainNameAccessAssociation"> = (input, context) => {
  const { key, association } = findAccessAssociation(context, input.domainNameAccessAssociationArn);
  if (association.domainNameArn !== input.domainNameArn) throw notFound("Invalid domain name identifier specified");
  context.tx.delete(kind, "", key);
  return {};
};

export const domainNameAccessAssociationOperations = {
  CreateDomainNameAccessAssociation,
  GetDomainNameAccessAssociations,
  DeleteDomainNameAccessAssociation,
  RejectDomainNameAccessAssociation,
} satisfies Partial<Handlers>;
