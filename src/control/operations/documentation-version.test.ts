import { describe, expect, it } from "vitest";
import { bad, everything, labelled, missing, newApi, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { contextFor } from "../../../test/support/memory-transaction.ts";
import type { StageDocument } from "../../model/documents.ts";
import { documentationVersionOperations } from "./documentation-version.ts";

const {
  CreateDocumentationVersion,
  GetDocumentationVersion,
  GetDocumentationVersions,
  UpdateDocumentationVersion,
  DeleteDocumentationVersion,
} = documentationVersionOperations;

const stage: StageDocument = {
  stageName: "dev",
  deploymentId: "dep001",
  cacheClusterEnabled: false,
  methodSettings: {},
  tracingEnabled: false,
  createdDate: 1,
  lastUpdatedDate: 1,
};
const created = Date.UTC(2026, 0, 2, 3, 4, 5) / 1000;

/** A RestApi with a stage and the version 1.0. */
function open() {
  const { context, restApiId } = newApi();
  context.tx.put("stage", restApiId, "dev", stage);
  const place = { restApiId, documentationVersion: "1.0" };
  const reply = CreateDocumentationVersion({ ...place, description: "first" }, context);
  return { context, restApiId, place, reply, stageNow: () => context.tx.get("stage", restApiId, "dev") };
}

describe("CreateDocumentationVersion", () => {
  it("answers version, date and description", () => {
    const { context, place, reply, restApiId, stageNow } = open();
    expect(reply).toStrictEqual({ version: "1.0", createdDate: created, description: "first" });
    expect(GetDocumentationVersion(place, context)).toStrictEqual(reply);
    expect(
      CreateDocumentationVersion({ restApiId, documentationVersion: "2", description: "" }, context),
    ).toStrictEqual({
      version: "2",
      createdDate: created,
    });
    expect(stageNow()).toEqual(stage);
  });

  it("links the version to the stage that it names", () => {
    const { context, restApiId, stageNow } = open();
    CreateDocumentationVersion({ restApiId, documentationVersion: "2", stageName: "dev" }, context);
    expect(stageNow()).toEqual({ ...stage, documentationVersion: "2", lastUpdatedDate: created });
  });

  it("takes any name that can be stored", () => {
    const { context, restApiId } = open();
    for (const documentationVersion of ["__proto__", "constructor", "1/2", "é", " "]) {
      const input = { restApiId, documentationVersion };
      expect(CreateDocumentationVersion(input, context).version).toBe(documentationVersion);
      expect(GetDocumentationVersion(input, context).version).toBe(documentationVersion);
    }
  });

  const badName = bad("Documentation version can be at most 1024 characters without control characters");
  it.each([
    ["twice", { documentationVersion: "1.0" }, taken("Documentation version already exists")],
    ["an empty one", { documentationVersion: "" }, bad("Documentation version cannot be an empty string")],
    ["a huge one", { documentationVersion: "x".repeat(1_000_000) }, badName],
    ["control characters", { documentationVersion: "a\u0000" }, badName],
    [
      "an unknown stage",
      { documentationVersion: "2", stageName: "nope" },
      missing("Invalid Stage identifier specified"),
    ],
    [
      "an unknown API",
      { restApiId: "nope", documentationVersion: "2" },
      missing("Invalid API identifier specified 123456789012:nope"),
    ],
  ])("refuses %s, and then nothing has changed", (_name, input, expected) => {
    const { context, restApiId } = open();
    const before = everything(context.tx);
    expect(refusalOf(() => CreateDocumentationVersion({ restApiId, ...input }, context))).toBe(expected);
    expect(everything(context.tx)).toEqual(before);
  });
});

describe("GetDocumentationVersions", () => {
  it("answers in pages, in order of creation", () => {
    const { context, restApiId } = open();
    for (const documentationVersion of ["0", "2"])
      CreateDocumentationVersion({ restApiId, documentationVersion }, context);
    const first = GetDocumentationVersions({ restApiId, limit: 2 }, context);
    const second = GetDocumentationVersions({ restApiId, limit: 2, position: first.position }, context);
    expect([first, second].map(({ items }) => items?.map(({ version }) => version))).toEqual([["1.0", "0"], ["2"]]);
  });
});

describe("DeleteDocumentationVersion", () => {
  it("does not take one that a stage shows", () => {
    const { context, restApiId, place } = open();
    context.tx.put("stage", restApiId, "dev", { ...stage, documentationVersion: "1.0" });
    expect(refusalOf(() => DeleteDocumentationVersion(place, context))).toBe(
      bad("Active stages pointing to this documentation version must be moved or deleted"),
    );
    context.tx.put("stage", restApiId, "dev", stage);
    expect(DeleteDocumentationVersion(place, context)).toStrictEqual({});
    expect(refusalOf(() => GetDocumentationVersion(place, context))).toBe(
      missing("Invalid Documentation version specified"),
    );
  });

  it.each(
    labelled([GetDocumentationVersion, UpdateDocumentationVersion, DeleteDocumentationVersion]).map(
      ([, run]) => [run.name, run] as const,
    ),
  )("%s says what there is not", (_name, run) => {
    const { context, place } = open();
    expect(refusalOf(() => run({ ...place, documentationVersion: "nope" }, context))).toBe(
      missing("Invalid Documentation version specified"),
    );
    expect(refusalOf(() => run({ ...place, restApiId: "nope" }, contextFor(context.tx)))).toBe(
      missing("Invalid API identifier specified 123456789012:nope"),
    );
  });
});
