import { describe, expect, it } from "vitest";
import { bad, labelled, missing, newApi, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { domainName, privately, regional } from "../../../test/support/domain-fixture.ts";
import { stageOf } from "../../../test/support/gateway-fixture.ts";
import { describePatchMatrix, familyB } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { basePathMappingRules } from "../patch/rules/base-path-mapping.ts";
import { basePathMappingOperations } from "./base-path-mapping.ts";
import { domainNameOperations } from "./domain-name.ts";
import { restApiOperations } from "./rest-api.ts";
import { stageOperations } from "./stage.ts";

const { CreateBasePathMapping, GetBasePathMapping, GetBasePathMappings, UpdateBasePathMapping, DeleteBasePathMapping } =
  basePathMappingOperations;

type Given = Input<"CreateBasePathMapping">;

const slash = bad(
  "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
);
const illegal = bad("Base paths have at most 300 letters, digits and the characters $-_.+!*'()");
const unknown = missing("Invalid base path mapping identifier specified");
const noDomain = missing("Invalid domain name identifier specified");

const one = (path: string, value?: string): readonly PatchOperation[] => [{ op: "replace", path, value }];

/** A domain with `v1` and `v2` of an API with a stage. */
function openMapping() {
  const { context, restApiId } = newApi();
  domainNameOperations.CreateDomainName.run(regional, context, undefined);
  context.tx.put("stage", restApiId, "dev", stageOf({ stageName: "dev" }));
  for (const basePath of ["v1", "v2"]) CreateBasePathMapping({ domainName, basePath, restApiId }, context);
  const update = (patchOperations: readonly PatchOperation[]) => {
    const reply = UpdateBasePathMapping({ domainName, basePath: "v1", patchOperations }, context);
    expect(GetBasePathMapping({ domainName, basePath: reply.basePath ?? "" }, context)).toStrictEqual(reply);
    return reply;
  };
  return { context, tx: context.tx, restApiId, update };
}

const noApi = bad("Invalid REST API identifier specified");

describe("BasePathMapping", () => {
  it("is made, read, listed and deleted; the root's is called (none)", () => {
    const { context, restApiId } = openMapping();
    const root = CreateBasePathMapping({ domainName, restApiId, stage: "dev" }, context);
    expect(root).toStrictEqual({ basePath: "(none)", restApiId, stage: "dev" });
    for (const basePath of ["(none)", ""]) {
      expect(GetBasePathMapping({ domainName, basePath }, context)).toStrictEqual(root);
    }
    expect(GetBasePathMappings({ domainName }, context)).toStrictEqual({
      items: [{ basePath: "v1", restApiId }, { basePath: "v2", restApiId }, root],
      position: undefined,
    });
    const first = GetBasePathMappings({ domainName, limit: 2 }, context);
    expect(GetBasePathMappings({ domainName, position: first.position }, context).items).toEqual([root]);
    expect(DeleteBasePathMapping({ domainName, basePath: "(none)" }, context)).toEqual({});
    expect(refusalOf(() => GetBasePathMapping({ domainName, basePath: "(none)" }, context))).toBe(unknown);
  });

  it.each<[string, Partial<Given>, string]>([
    ["a domain that there is not", { domainName: "other.example.com" }, noDomain],
    ["a private domain's id", { domainNameId: "nope" }, noDomain],
    ["an API that there is not", { restApiId: "nope" }, noApi],
    ["a stage that there is not", { stage: "nope" }, bad("Invalid stage identifier specified")],
    ["a path that is taken", { basePath: "v1" }, taken("Base path already exists for this domain name")],
    ["two segments", { basePath: "a/b" }, slash],
    ["a slash before it", { basePath: "/a" }, slash],
  ])("is refused for %s", (_what, input, expected) => {
    const { context, restApiId } = openMapping();
    expect(refusalOf(() => CreateBasePathMapping({ domainName, restApiId, basePath: "new", ...input }, context))).toBe(
      expected,
    );
  });

  it.each(labelled(["a b", "a%20b", "a?b", "ä", "a\u0000", "x".repeat(301), "x".repeat(1_000_000)]))(
    "%s is no base path",
    (_label, basePath) => {
      const { context, restApiId } = openMapping();
      expect(refusalOf(() => CreateBasePathMapping({ domainName, restApiId, basePath }, context))).toBe(illegal);
    },
  );

  it.each(["$-_.+!*'()", "(none)x", "__proto__", "constructor", "x".repeat(300)])("%s is one", (basePath) => {
    const { context, restApiId } = openMapping();
    expect(CreateBasePathMapping({ domainName, restApiId, basePath }, context)).toMatchObject({ basePath });
    expect(GetBasePathMapping({ domainName, basePath }, context)).toMatchObject({ basePath });
  });

  it("does not find what there is not", () => {
    const { context } = openMapping();
    for (const operation of [GetBasePathMapping, UpdateBasePathMapping, DeleteBasePathMapping]) {
      expect(refusalOf(() => operation({ domainName, basePath: "nope" }, context))).toBe(unknown);
      expect(refusalOf(() => operation({ domainName: "x.y", basePath: "v1" }, context))).toBe(noDomain);
    }
    expect(refusalOf(() => GetBasePathMappings({ domainName: "x.y" }, context))).toBe(noDomain);
  });

  it("has a quota", () => {
    const { context, restApiId } = openMapping();
    const create = (basePath: string) => CreateBasePathMapping({ domainName, basePath, restApiId }, context);
    for (let i = 2; i < limits.basePathMappings; i++) create(`x${i}`);
    expect(refusalOf(() => create("more"))).toBe(
      "LimitExceededException: Maximum number of base path mappings for this domain name has been reached: 200",
    );
  });

  it("leads from private domains to private APIs, and from public ones to public APIs", () => {
    const { context, restApiId } = openMapping();
    const inside = domainNameOperations.CreateDomainName.run(privately, context, undefined);
    const place = { domainName, domainNameId: inside.domainNameId };
    const { id: privateId = "" } = restApiOperations.CreateRestApi(
      { name: "inside", endpointConfiguration: { types: ["PRIVATE"] } },
      context,
    );
    const mixed = bad("Private APIs can be mapped to private custom domain names, and to no others.");
    expect(refusalOf(() => CreateBasePathMapping({ ...place, restApiId }, context))).toBe(mixed);
    expect(refusalOf(() => CreateBasePathMapping({ domainName, restApiId: privateId }, context))).toBe(mixed);
    expect(CreateBasePathMapping({ ...place, restApiId: privateId }, context)).toMatchObject({ restApiId: privateId });
    expect(GetBasePathMappings(place, context).items).toHaveLength(1);
    expect(GetBasePathMappings({ domainName }, context).items).toHaveLength(2);
  });

  it("keeps its RestApi, and the Stage that it names", () => {
    const { context, restApiId, update } = openMapping();
    const deleteStage = () => stageOperations.DeleteStage({ restApiId, stageName: "dev" }, context);
    const deleteApi = () => restApiOperations.DeleteRestApi({ restApiId }, context);
    update(one("/stage", "dev"));
    expect(refusalOf(deleteStage)).toBe(
      bad(
        "Deleting stage dev failed. Please remove all base path mappings related to the stage in your domains: api.example.com",
      ),
    );
    const apiKept = bad(
      `Deleting RestApi ${restApiId} failed. Please remove all base path mappings related to the RestApi in your domains: api.example.com`,
    );
    expect(refusalOf(deleteApi)).toBe(apiKept);
    update(one("/stage", ""));
    expect(refusalOf(deleteStage)).toBe("nothing");
    expect(refusalOf(deleteApi)).toBe(apiKept);
    for (const basePath of ["v1", "v2"]) DeleteBasePathMapping({ domainName, basePath }, context);
    expect(refusalOf(deleteApi)).toBe("nothing");
  });
});

describePatchMatrix("BasePathMapping", {
  rules: basePathMappingRules.table.rules as never,
  rows: [
    { rule: "/basepath", value: "v3", ops: { replace: { basePath: "v3" } } },
    { rule: "/basePath", value: "v3", ops: { replace: { basePath: "v3" } } },
    { rule: "/restapiId", value: "nope", ops: { replace: noApi } },
    { rule: "/restApiId", value: "nope", ops: { replace: noApi } },
    { rule: "/stage", value: "dev", ops: { replace: { stage: "dev" } } },
  ],
  open: openMapping,
  ...familyB,
  unlisted: ["/Stage", "/domainName"],
});

describe("a patch of a BasePathMapping", () => {
  it("moves it to another path, and to the root", () => {
    const { context, update } = openMapping();
    expect(update(one("/basepath", ""))).toMatchObject({ basePath: "(none)" });
    const { items } = GetBasePathMappings({ domainName }, context);
    expect(items?.map(({ basePath }) => basePath)).toEqual(["v2", "(none)"]);
  });

  it("leads it to another API and stage, and to no stage", () => {
    const { context, restApiId, update } = openMapping();
    const { restApiId: otherId } = newApi();
    const otherApi = context.tx.get("restApi", "", restApiId);
    if (otherApi !== undefined) context.tx.put("restApi", "", otherId, { ...otherApi, id: otherId });
    context.tx.put("stage", otherId, "test", stageOf({ stageName: "test" }));
    expect(update([...one("/stage", "test"), ...one("/restapiId", otherId)])).toStrictEqual({
      basePath: "v1",
      restApiId: otherId,
      stage: "test",
    });
    expect(update(one("/stage", "(none)"))).toStrictEqual({ basePath: "v1", restApiId: otherId });
  });

  it.each<[string, readonly PatchOperation[], string]>([
    ["a path that is taken", one("/basepath", "v2"), taken("Base path already exists for this domain name")],
    ["a stage that there is not", one("/stage", "nope"), bad("Invalid stage identifier specified")],
    ["no API", one("/restapiId"), noApi],
    ["a path of two segments", one("/basepath", "a/b"), slash],
  ])("is refused for %s", (_what, operations, expected) => {
    const { update } = openMapping();
    expect(refusalOf(() => update(operations))).toBe(expected);
  });
});
