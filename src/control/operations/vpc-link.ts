/** Operations of VpcLink (facts/control.md 15). Integrations that name one are called at their own URI. */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { VpcLinkDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import { vpcLinkStatus } from "../../model/vpc-link.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { vpcLinkRules } from "../patch/rules/vpc-link.ts";
import { checkedDescription, checkedVpcLinkName } from "./bounds.ts";
import { findVpcLink } from "./find.ts";
import { newTags } from "./tag-rules.ts";
import { vpcLinkUses } from "./vpc-link-uses.ts";

const kind = "vpcLink";

const arn = /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:\d*:\S+$/;
const networkLoadBalancer =
  /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/net\/[^/\s]+\/[^/\s]+$/;

/** The one load balancer that a link leads to. */
function checkedTargetArns(targetArns: readonly string[]): readonly string[] {
  if (targetArns.length > 1) throw badRequest("More than one target arn specified for vpc link.");
  const [target] = targetArns;
  if (target === undefined) throw badRequest("No target arn specified for vpc link.");
  if (target.length > limits.nameLength || !arn.test(target)) {
    throw badRequest(`Invalid ARN. ARN is not well formed ${target.slice(0, limits.echoedValue)}`);
  }
  if (!networkLoadBalancer.test(target)) throw badRequest("NLB ARN is malformed");
  return targetArns;
}

/** A link as the replies of creation and lists show it. */
function listedShape(link: VpcLinkDocument, now: number): Output<"CreateVpcLink"> {
  const { transition: _transition, ...rest } = link;
  const status = vpcLinkStatus(link, now);
  return { ...rest, status, ...(status === "AVAILABLE" && { statusMessage: "Your vpc link is ready for use" }) };
}

/** As the others show it: with tags where there are none (facts/control.md 0.3). */
const fullShape = (link: VpcLinkDocument, now: number): Output<"GetVpcLink"> => ({
  ...listedShape(link, now),
  tags: link.tags ?? {},
});

/** The links that are not gone; some of those that are may still be in the store. */
function presentLinks({ tx, now }: OperationContext): readonly VpcLinkDocument[] {
  return tx.list(kind, "").filter((link) => vpcLinkStatus(link, now) !== undefined);
}

/** Nobody is told when the time of a deletion is up, so the next creation takes out what is gone by then. */
function sweep({ tx, now }: OperationContext): void {
  for (const link of tx.list(kind, "")) if (vpcLinkStatus(link, now) === undefined) tx.delete(kind, "", link.id);
}

const CreateVpcLink: Run<"CreateVpcLink"> = (input, context) => {
  const { tx, now } = context;
  const link: VpcLinkDocument = compact({
    id: newId("vpcLink"),
    name: checkedVpcLinkName(input.name),
    description: checkedDescription(input.description || undefined),
    targetArns: checkedTargetArns(input.targetArns),
    transition: { status: "PENDING" as const, endsAt: now + limits.vpcLinkDuration },
    tags: newTags(input.tags),
  });
  sweep(context);
  if (tx.list(kind, "").length >= limits.vpcLinks) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Vpc Links for this account has been reached: ${limits.vpcLinks}`,
    );
  }
  tx.put(kind, "", link.id, link);
  return listedShape(link, now);
};

const GetVpcLink: Run<"GetVpcLink"> = (input, context) => fullShape(findVpcLink(context, input.vpcLinkId), context.now);

const GetVpcLinks: Run<"GetVpcLinks"> = (input, context) => {
  const { items, position } = paginate(presentLinks(context), input, ({ id }) => id);
  return { items: items.map((link) => listedShape(link, context.now)), position };
};

/** A link that is on its way out stays as it is. */
function findKeptLink(context: OperationContext, id: string): VpcLinkDocument {
  const link = findVpcLink(context, id);
  if (link.transition.status === "DELETING") throw badRequest(`Vpc link '${id}' is being deleted`);
  return link;
}

const UpdateVpcLink: Run<"UpdateVpcLink"> = (input, context) => {
  const link = findKeptLink(context, input.vpcLinkId);
  const patched = applyPatch(link, input.patchOperations ?? [], vpcLinkRules, undefined);
  context.tx.put(kind, "", patched.id, patched);
  return fullShape(patched, context.now);
};

/** A link that methods of a stage use stays (docs/decisions.md); any other is DELETING for a while, and then gone. */
const DeleteVpcLink: Run<"DeleteVpcLink"> = (input, context) => {
  const link = findKeptLink(context, input.vpcLinkId);
  const uses = vpcLinkUses(context, link.id);
  if (uses.length > 0) {
    throw badRequest(
      `Cannot delete vpc link. Vpc link '${link.id}', is referenced in [${uses.join(", ")}] in format of [RESTApiId:Method:Resource:Stage].`,
    );
  }
  const transition = { status: "DELETING" as const, endsAt: context.now + limits.vpcLinkDuration };
  context.tx.put(kind, "", link.id, { ...link, transition });
  return {};
};

export const vpcLinkOperations = {
  CreateVpcLink,
  GetVpcLink,
  GetVpcLinks,
  UpdateVpcLink,
  DeleteVpcLink,
} satisfies Partial<Handlers>;
