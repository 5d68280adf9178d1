/**
 * Which resource serves a path: a tree of segments, compiled once a deployment.
 *
 * A literal segment beats `{param}`, which beats `{proxy+}`; what a more exact branch cannot finish, the next one tries.
 * Each node of the tree stands for one prefix, so a search visits a node at most once: it is linear in the path, and
 * bounded by the number of resources whatever the path. Nothing is allocated but the captures.
 */

import { decodePercent, hasDotSegment } from "./url.ts";

interface Node<R> {
  readonly literals: Map<string, Node<R>>;
  parameter: Node<R> | undefined;
  /** What `{proxy+}` under this node leads to. */
  greedy: R | undefined;
  resource: R | undefined;
}

export interface Routed<R> {
  readonly resource: R;
  /** Values of the path's parameters, in the order of the resource's path, still percent-encoded. */
  readonly captures: readonly string[];
}

const isParameter = (segment: string): boolean => segment.startsWith("{") && segment.endsWith("}");
const isGreedy = (segment: string): boolean => segment.startsWith("{") && segment.endsWith("+}");

/** Names of a path's parameters, in order: `/a/{b}/{c+}` has `b` and `c`. */
export function parameterNames(path: string): readonly string[] {
  return path
    .split("/")
    .filter(isParameter)
    .map((segment) => segment.slice(1, isGreedy(segment) ? -2 : -1));
}

const newNode = <R>(): Node<R> => ({
  literals: new Map(),
  parameter: undefined,
  greedy: undefined,
  resource: undefined,
});

const slash = 0x2f;
const noCaptures: readonly string[] = Object.freeze([]);

/** `{proxy+}` takes at least one segment (facts/runtime.md 1). */
function isAllSlashes(rest: string): boolean {
  for (let i = 0; i < rest.length; i++) if (rest.charCodeAt(i) !== slash) return false;
  return true;
}

export class Routes<R> {
  readonly #root: Node<R> = newNode();
  /** Captures of the search under way; searches never overlap, since none of them waits. */
  readonly #captures: string[] = [];

  constructor(resources: Iterable<readonly [path: string, resource: R]>) {
    for (const [path, resource] of resources) this.#add(path, resource);
  }

  #add(path: string, resource: R): void {
    let node = this.#root;
    for (const segment of path.split("/").filter((part) => part !== "")) {
      if (isGreedy(segment)) {
        node.greedy = resource;
        return;
      }
      if (isParameter(segment)) {
        node = node.parameter ??= newNode();
        continue;
      }
      const next = node.literals.get(segment) ?? newNode<R>();
      node.literals.set(segment, next);
      node = next;
    }
    node.resource = resource;
  }

  /** The resource for a path (without query, `/` or empty for the root), or undefined. */
  find(path: string): Routed<R> | undefined {
    let start = 0;
    while (path.charCodeAt(start) === slash) start++;
    this.#captures.length = 0;
    const resource = this.#search(this.#root, path, start);
    if (resource === undefined) return undefined;
    return { resource, captures: this.#captures.length === 0 ? noCaptures : [...this.#captures] };
  }

  #search(node: Node<R>, path: string, start: number): R | undefined {
    // A slash at the end leads nowhere else: `/pets/` is `/pets`.
    if (start >= path.length) return node.resource;
    const slashAt = path.indexOf("/", start);
    const end = slashAt < 0 ? path.length : slashAt;
    const segment = path.slice(start, end);
    const next = end + 1;
    if (node.literals.size > 0) {
      const literal = node.literals.get(decodePercent(segment));
      const found = literal === undefined ? undefined : this.#search(literal, path, next);
      if (found !== undefined) return found;
    }
    if (node.parameter !== undefined && segment !== "" && !hasDotSegment(segment)) {
      const depth = this.#captures.push(segment);
      const found = this.#search(node.parameter, path, next);
      if (found !== undefined) return found;
      this.#captures.length = depth - 1;
    }
    if (node.greedy !== undefined) {
      const rest = path.slice(start);
      if (!isAllSlashes(rest) && !hasDotSegment(rest)) {
        this.#captures.push(rest);
        return node.greedy;
      }
    }
    return undefined;
  }
}
