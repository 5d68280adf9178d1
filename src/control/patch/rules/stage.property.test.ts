/** Random patch lists against a plain model of UpdateStage that shares nothing with the code (test/support/stage-reference.ts). */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { freshStage, present, refusal, stageFixture } from "../../../../test/support/stage-fixture.ts";
import { patchLists } from "../../../../test/support/stage-operations.ts";
import {
  referenceDocument,
  type ReferenceOperation,
  type ReferenceStage,
  referenceStep,
  type ReferenceWorld,
} from "../../../../test/support/stage-reference.ts";
import { contextFor, memoryTransaction } from "../../../../test/support/memory-transaction.ts";

const { now, cacheClusterDuration } = contextFor(memoryTransaction());

/** A map without a prototype, as the model has them. */
const bag = (from: object | undefined): Record<string, string> => Object.assign(Object.create(null), from);

/** `structuredClone` would give the maps a prototype, and with it a `__proto__` that is not their own. */
function copyOf(stage: ReferenceStage): ReferenceStage {
  return {
    ...structuredClone(stage),
    variables: bag(stage.variables),
    canary: stage.canary && { ...stage.canary, overrides: bag(stage.canary.overrides) },
  };
}

/** Either the model after every operation, or the message of the first refusal. */
function expected(before: ReferenceStage, operations: readonly ReferenceOperation[], world: ReferenceWorld) {
  const stage = copyOf(before);
  try {
    for (const operation of operations) referenceStep(stage, operation, world);
    return { stage, message: undefined };
  } catch (error) {
    return { stage: before, message: (error as Error).message };
  }
}

test.each(["with role", "bare"] as const)("random requests do what the model does, in an account %s", (account) => {
  const world: ReferenceWorld = {
    deploymentIds: present.deploymentIds,
    documentationVersions: [present.documentationVersion],
    clientCertificateIds: [present.clientCertificateId],
    hasLoggingRole: account === "with role",
    endsAt: now + cacheClusterDuration,
  };
  let refused = 0;
  let done = 0;
  fc.assert(
    fc.property(fc.array(patchLists, { minLength: 1, maxLength: 6 }), (lists) => {
      const { patch, stored } = stageFixture({}, account);
      let model: ReferenceStage = {
        deploymentId: "dep001",
        cacheClusterEnabled: false,
        methodSettings: new Map(),
        variables: Object.create(null),
        accessLogSettings: {},
        tracingEnabled: false,
      };
      for (const list of lists) {
        const before = stored();
        const wanted = expected(model, list, world);
        const operations = list.map(({ op, path: at, value, from: source }) => ({
          op,
          path: at,
          value: value.text,
          from: source,
        }));
        const said = refusal(() => patch(operations));
        expect(said?.message).toBe(wanted.message);
        if (said === undefined) {
          done++;
        } else {
          refused++;
          expect(said.name).toBe("BadRequestException");
          expect(stored()).toBe(before);
        }
        model = wanted.stage;
        const { stageName, createdDate, lastUpdatedDate: _moved, ...rest } = stored();
        expect({ stageName, createdDate }).toEqual({ stageName: "dev", createdDate: freshStage.createdDate });
        // Through text: it is what is stored, and it tells an own `__proto__` from a prototype.
        expect(JSON.stringify(sorted(rest))).toBe(JSON.stringify(sorted(referenceDocument(wanted.stage))));
      }
      expect(Object.keys(Object.prototype)).toEqual([]);
    }),
    { numRuns: 1_500, seed: 20_150_709 },
  );
  // Neither kind may be so rare that the comparison proves nothing.
  expect(Math.min(refused, done)).toBeGreaterThan(1_000);
});

/** The same value with the members of every object in alphabetical order. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
