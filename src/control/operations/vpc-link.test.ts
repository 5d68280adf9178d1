import { describe, expect, it } from "vitest";
import { bad, missing, newApi, newIntegration, refusalOf } from "../../../test/support/api-fixture.ts";
import { contextFor, memoryTransaction } from "../../../test/support/memory-transaction.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import type { OperationContext } from "../operation.ts";
import { vpcLinkRules } from "../patch/rules/vpc-link.ts";
import { deploymentOperations } from "./deployment.ts";
import { integrationOperations } from "./integration.ts";
import { methodOperations } from "./method.ts";
import { stageOperations } from "./stage.ts";
import { vpcLinkOperations } from "./vpc-link.ts";

const { CreateVpcLink, GetVpcLink, GetVpcLinks, UpdateVpcLink, DeleteVpcLink } = vpcLinkOperations;

const target = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/backends/0123456789abcdef";
const unknown = missing("Invalid Vpc Link identifier specified");
const create = (context: OperationContext, input: Partial<Input<"CreateVpcLink">> = {}) =>
  CreateVpcLink({ name: "backends", targetArns: [target], ...input }, context);
/** The same store, this many milliseconds later. */
const after = (context: OperationContext, milliseconds: number): OperationContext => ({
  ...context,
  now: context.now + milliseconds,
});

/** A link named `backends` that is AVAILABLE. */
function open() {
  const before = contextFor(memoryTransaction());
  const { id = "" } = create(before, { description: "some" });
  const context = after(before, limits.vpcLinkDuration);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateVpcLink({ vpcLinkId: id, patchOperations }, context);
    expect(GetVpcLink({ vpcLinkId: id }, context)).toStrictEqual(reply);
    return reply;
  };
  return { context, tx: context.tx, id, update };
}

describe("VpcLink", () => {
  it("is PENDING first and AVAILABLE then, by the clock alone", () => {
    const context = contextFor(memoryTransaction());
    const made = create(context, { description: "some", tags: { a: "b" } });
    const base = { id: made.id, name: "backends", description: "some", targetArns: [target], tags: { a: "b" } };
    expect(made.id).toMatch(/^[a-z0-9]{6}$/);
    expect(made).toStrictEqual({ ...base, status: "PENDING" });
    const place = { vpcLinkId: made.id ?? "" };
    const pending = after(context, limits.vpcLinkDuration - 1);
    expect(GetVpcLink(place, pending)).toStrictEqual({ ...base, status: "PENDING" });
    const ready = { ...base, status: "AVAILABLE", statusMessage: "Your vpc link is ready for use" };
    for (const later of [limits.vpcLinkDuration, 1e12]) {
      expect(GetVpcLink(place, after(context, later))).toStrictEqual(ready);
      expect(GetVpcLinks({}, after(context, later))).toMatchObject({ items: [ready] });
    }
  });

  it("shows empty tags when it is read or changed, and none when it is made or listed", () => {
    const { context, id, update } = open();
    expect(create(context)).not.toHaveProperty("tags");
    expect(GetVpcLinks({}, context).items?.[0]).not.toHaveProperty("tags");
    expect(GetVpcLink({ vpcLinkId: id }, context).tags).toEqual({});
    expect(update([]).tags).toEqual({});
  });

  it("is DELETING first and gone then", () => {
    const { context, id } = open();
    const place = { vpcLinkId: id };
    expect(DeleteVpcLink(place, context)).toEqual({});
    expect(GetVpcLink(place, context)).toMatchObject({ status: "DELETING" });
    for (const change of [UpdateVpcLink, DeleteVpcLink]) {
      expect(refusalOf(() => change(place, context))).toBe(bad(`Vpc link '${id}' is being deleted`));
    }
    const gone = after(context, limits.vpcLinkDuration);
    for (const operation of [GetVpcLink, UpdateVpcLink, DeleteVpcLink]) {
      expect(refusalOf(() => operation(place, gone))).toBe(unknown);
    }
    expect(GetVpcLinks({}, gone).items).toEqual([]);
    create(gone);
    expect(context.tx.get("vpcLink", "", id), "what is gone leaves the store").toBeUndefined();
  });

  it.each<[string, Partial<Input<"CreateVpcLink">>, string]>([
    ["an empty name", { name: "" }, "Name cannot be empty"],
    ["an endless name", { name: "x".repeat(1_025) }, "Name can be at most 1024 characters without control characters"],
    ["no ARN", { targetArns: ["invalid-arn"] }, "Invalid ARN. ARN is not well formed invalid-arn"],
    ["no target", { targetArns: [] }, "No target arn specified for vpc link."],
    ["two targets", { targetArns: [target, target] }, "More than one target arn specified for vpc link."],
    ["another load balancer", { targetArns: [target.replace("/net/", "/app/")] }, "NLB ARN is malformed"],
    ["something else", { targetArns: ["arn:aws:s3:::bucket"] }, "NLB ARN is malformed"],
    ["a reserved tag", { tags: { "aws:a": "b" } }, "Tag keys must not begin with 'aws:'"],
  ])("refuses %s", (_what, input, message) => {
    expect(refusalOf(() => create(contextFor(memoryTransaction()), input))).toBe(bad(message));
  });

  it("has a quota, which those that are gone do not count for", () => {
    const { context, id } = open();
    for (let i = 1; i < limits.vpcLinks; i++) create(context);
    expect(refusalOf(() => create(context))).toBe(
      "LimitExceededException: Maximum number of Vpc Links for this account has been reached: 20",
    );
    DeleteVpcLink({ vpcLinkId: id }, context);
    expect(refusalOf(() => create(after(context, limits.vpcLinkDuration)))).toBe("nothing");
  });

  describePatchMatrix("VpcLink", {
    rules: vpcLinkRules.table.rules as never,
    rows: [
      { rule: "/name", value: "others", ops: { replace: { name: "others" } } },
      { rule: "/description", value: "new", ops: { replace: { description: "new" } } },
      {
        rule: "/targetArns",
        value: target,
        ops: {
          add: bad("Target arns are not allowed to be changed/added."),
          replace: bad("Target arns are not allowed to be changed/added."),
          remove: bad("Target arns are not allowed to be changed/added."),
        },
      },
    ],
    open,
    ...familyB,
    unlisted: ["/status", "/tags", "/name/x"],
  });

  it("an update refuses an empty name and clears a description", () => {
    const { update } = open();
    expect(refusalOf(() => update([{ op: "replace", path: "/name" }]))).toBe(bad("Name cannot be empty"));
    expect(update([{ op: "replace", path: "/description", value: "" }])).not.toHaveProperty("description");
  });
});

describe("an integration through a VPC link", () => {
  const http = { type: "HTTP_PROXY", integrationHttpMethod: "GET", uri: "http://backends.example" } as const;
  const through = (connectionId: string) => ({ ...http, connectionType: "VPC_LINK", connectionId }) as const;

  /** An API whose `GET /` goes through a new link, or through what the function makes of its id. */
  function openApi(connectionOf: (id: string) => string = (id) => id) {
    const api = newApi();
    const { id = "" } = create(api.context);
    const place = newIntegration(api, through(connectionOf(id)));
    const deploy = (input: Partial<Input<"CreateDeployment">> = {}, context = api.context) =>
      deploymentOperations.CreateDeployment({ restApiId: api.restApiId, stageName: "dev", ...input }, context);
    return { api, context: api.context, id, place, deploy };
  }
  const noLink = bad("Invalid Vpc Link identifier specified");

  it("needs a link that is there, if only just made", () => {
    const { context, id, place } = openApi();
    expect(integrationOperations.GetIntegration(place, context)).toMatchObject({ connectionId: id });
    const put = (connectionId: string, more: object = {}, at = context) =>
      refusalOf(() => integrationOperations.PutIntegration({ ...place, ...through(connectionId), ...more }, at));
    expect(put("nope00")).toBe(noLink);
    expect(put("${stageVariables.link}")).toBe("nothing");
    expect(put("nope00", { connectionType: "INTERNET" })).toBe("nothing");
    const balancer = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/a/b";
    expect(put("madeby", { integrationTarget: balancer })).toBe("nothing");
    DeleteVpcLink({ vpcLinkId: id }, context);
    expect(put(id)).toBe(noLink);
    expect(put(id, {}, after(context, 1e9))).toBe(noLink);
  });

  it("keeps its link once a stage serves it", () => {
    const { api, context, id, deploy } = openApi();
    deploy();
    const inUse = bad(
      `Cannot delete vpc link. Vpc link '${id}', is referenced in [${api.restApiId}:GET:${api.rootId}:dev] in format of [RESTApiId:Method:Resource:Stage].`,
    );
    expect(refusalOf(() => DeleteVpcLink({ vpcLinkId: id }, context))).toBe(inUse);
    stageOperations.DeleteStage({ restApiId: api.restApiId, stageName: "dev" }, context);
    expect(refusalOf(() => DeleteVpcLink({ vpcLinkId: id }, context))).toBe("nothing");
    expect(refusalOf(() => deploy())).toBe(noLink);
  });

  it("keeps it by a stage variable, and by a canary's", () => {
    const { api, context, id, deploy } = openApi(() => "${stageVariables.link}");
    const { restApiId } = api;
    const remove = () => refusalOf(() => DeleteVpcLink({ vpcLinkId: id }, context));
    const { id: deploymentId = "" } = deploy({ variables: { link: id } });
    expect(remove()).toMatch(/is referenced in \[.*:GET:.*:dev\]/);
    const set = (path: string, value: string) =>
      stageOperations.UpdateStage(
        { restApiId, stageName: "dev", patchOperations: [{ op: "replace", path, value }] },
        context,
      );
    set("/variables/link", "others");
    set("/canarySettings/deploymentId", deploymentId);
    set("/canarySettings/stageVariableOverrides/link", id);
    expect(remove()).toMatch(/is referenced in \[.*:GET:.*:dev\]/);
    set("/canarySettings/stageVariableOverrides/link", "others");
    expect(remove()).toBe("nothing");
  });

  it("is named among the first when there are many", () => {
    const { api, context, id, deploy } = openApi();
    for (const httpMethod of ["PUT", "POST", "DELETE"]) {
      const place = { restApiId: api.restApiId, resourceId: api.rootId, httpMethod };
      methodOperations.PutMethod({ ...place, authorizationType: "NONE" }, context);
      integrationOperations.PutIntegration({ ...place, ...through(id) }, context);
    }
    for (let at = 0; at < limits.stagesPerApi; at++) deploy({ stageName: `stage${at}` });
    const refusal = refusalOf(() => DeleteVpcLink({ vpcLinkId: id }, context));
    expect(refusal.match(/:stage\d/g)).toHaveLength(limits.namedReferences);
  });
});
