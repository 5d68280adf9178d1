import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cacheClusterStatus, withCacheCluster, withCacheClusterSize, withFlushedCache } from "./cache-cluster.ts";
import type { StageDocument } from "./documents.ts";

type Cluster = Pick<StageDocument, "cacheClusterEnabled" | "cacheClusterSize" | "cacheClusterTransition">;

const off: Cluster = { cacheClusterEnabled: false };
const at = (now: number) => ({ now, cacheClusterDuration: 100 });
const on = withCacheCluster(off, true, at(0));

/** What is left of a document when the process ends, and what the next one reads. */
const reread = (cluster: Cluster): Cluster => JSON.parse(JSON.stringify(cluster)) as Cluster;

/** The states at these times, each read by a process of its own. */
const statesOf = (cluster: Cluster, times: readonly number[]) =>
  times.map((now) => cacheClusterStatus(reread(cluster), now));

describe("the status", () => {
  test("of a cluster that never was", () => {
    expect(statesOf(off, [0, 1e15])).toEqual(["NOT_AVAILABLE", "NOT_AVAILABLE"]);
  });

  test("of one that is created", () => {
    expect(statesOf(on, [0, 99, 100, 1e15])).toEqual([
      "CREATE_IN_PROGRESS",
      "CREATE_IN_PROGRESS",
      "AVAILABLE",
      "AVAILABLE",
    ]);
  });

  test("of one that is deleted, even while it is created", () => {
    const deleted = withCacheCluster(on, false, at(50));
    expect(statesOf(deleted, [50, 149, 150])).toEqual(["DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS", "NOT_AVAILABLE"]);
  });

  test("of one that is created while it is deleted", () => {
    const again = withCacheCluster(withCacheCluster(on, false, at(200)), true, at(250));
    expect(statesOf(again, [250, 349, 350])).toEqual(["CREATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "AVAILABLE"]);
  });

  test("of one that is flushed", () => {
    const flushed = withFlushedCache(on, at(200));
    expect(statesOf(flushed, [200, 299, 300])).toEqual(["FLUSH_IN_PROGRESS", "FLUSH_IN_PROGRESS", "AVAILABLE"]);
    expect(statesOf(withFlushedCache(flushed, at(250)), [299, 300, 349, 350])).toEqual([
      "FLUSH_IN_PROGRESS",
      "FLUSH_IN_PROGRESS",
      "FLUSH_IN_PROGRESS",
      "AVAILABLE",
    ]);
  });

  test("of one that is resized", () => {
    expect(statesOf(withCacheClusterSize(on, "237", at(200)), [200, 299, 300])).toEqual([
      "CREATE_IN_PROGRESS",
      "CREATE_IN_PROGRESS",
      "AVAILABLE",
    ]);
  });

  test("takes no time when no time is given", () => {
    const instant = withCacheCluster(off, true, { now: 7, cacheClusterDuration: 0 });
    expect(cacheClusterStatus(instant, 7)).toBe("AVAILABLE");
  });
});

describe("what changes nothing gives the stage itself back", () => {
  test.each([
    ["on again", () => [on, withCacheCluster(on, true, at(500))]],
    ["off again", () => [off, withCacheCluster(off, false, at(500))]],
    ["the same size", () => [on, withCacheClusterSize(on, "0.5", at(500))]],
    ["a flush without a cluster", () => [off, withFlushedCache(off, at(500))]],
    ["a flush of what is being created", () => [on, withFlushedCache(on, at(50))]],
    [
      "a flush of what is being deleted",
      () => {
        const deleted = withCacheCluster(on, false, at(200));
        return [deleted, withFlushedCache(deleted, at(250))];
      },
    ],
  ])("%s", (_name, act) => {
    const [before, after] = act();
    expect(after).toBe(before);
  });
});

test("a size is remembered while the cluster is off, and 0.5 GB is the default", () => {
  expect(on.cacheClusterSize).toBe("0.5");
  const sized = withCacheClusterSize(off, "6.1", at(0));
  expect(cacheClusterStatus(sized, 0)).toBe("NOT_AVAILABLE");
  expect(withCacheCluster(sized, true, at(0)).cacheClusterSize).toBe("6.1");
  expect(withCacheCluster(withCacheCluster(on, false, at(0)), true, at(0)).cacheClusterSize).toBe("0.5");
});

test("whatever is done, it comes to rest in the state that its switch says, and never sooner than its time", () => {
  const step = fc.record({
    wait: fc.nat(200),
    act: fc.constantFrom<(cluster: Cluster, now: number) => Cluster>(
      (cluster, now) => withCacheCluster(cluster, true, at(now)),
      (cluster, now) => withCacheCluster(cluster, false, at(now)),
      (cluster, now) => withCacheClusterSize(cluster, "1.6", at(now)),
      (cluster, now) => withCacheClusterSize(cluster, "118", at(now)),
      (cluster, now) => withFlushedCache(cluster, at(now)),
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let cluster = off;
      let now = 0;
      for (const { wait, act } of steps) {
        now += wait;
        const next = act(cluster, now);
        if (next !== cluster && next.cacheClusterTransition !== cluster.cacheClusterTransition) {
          expect(cacheClusterStatus(next, now + 99)).toMatch(/_IN_PROGRESS$/);
        }
        cluster = reread(next);
        expect(cacheClusterStatus(cluster, now + 100)).toBe(
          cluster.cacheClusterEnabled ? "AVAILABLE" : "NOT_AVAILABLE",
        );
      }
    }),
  );
});

test("changes that come within a millisecond differ, and end when the last of them does", () => {
  const clock = { now: 5, cacheClusterDuration: 0 };
  const changes: readonly ((cluster: Cluster) => Cluster)[] = [
    (cluster) => withCacheCluster(cluster, true, clock),
    (cluster) => withFlushedCache(cluster, clock),
    (cluster) => withFlushedCache(cluster, clock),
    (cluster) => withCacheClusterSize(cluster, "237", clock),
    (cluster) => withCacheCluster(cluster, false, clock),
    (cluster) => withCacheCluster(cluster, true, clock),
  ];
  let cluster = off;
  const seen = changes.map((change) => {
    cluster = change(cluster);
    return { cluster: JSON.stringify(cluster.cacheClusterTransition), status: cacheClusterStatus(cluster, 5) };
  });
  expect(new Set(seen.map((each) => each.cluster)).size).toBe(changes.length);
  expect(seen.map(({ status }) => status)).toEqual([
    "AVAILABLE",
    "AVAILABLE",
    "AVAILABLE",
    "AVAILABLE",
    "NOT_AVAILABLE",
    "AVAILABLE",
  ]);
});
