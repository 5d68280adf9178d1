/**
 * From method, path and query to the operation: a tree of path segments, built once from the SDK's 124 URI templates.
 * Finding a route costs one look-up a segment; nothing is compiled per request.
 */
import { badRequest, Fault } from "../errors.ts";
import { type Operation, operations } from "../model/service.ts";

/** An operation and the decoded values of its labels, in the order of its URI template. */
export interface Route {
  readonly operation: Operation;
  readonly labels: readonly string[];
}

/** Operations of one path and one method: `POST /restapis` and `POST /restapis?mode=import` are two. */
interface Choice {
  plain: Operation | undefined;
  /** Those whose template demands a query such as `mode=import`. */
  readonly queried: Operation[];
}

interface Node {
  readonly literals: Map<string, Node>;
  label: Node | undefined;
  /** The label takes all the rest of the path: an ARN, whose slashes some clients do not encode. */
  greedy: boolean;
  readonly methods: Map<string, Choice>;
}

const newNode = (): Node => ({ literals: new Map(), label: undefined, greedy: false, methods: new Map() });

function childOf(node: Node, segment: string): Node {
  if (segment.startsWith("{")) return (node.label ??= newNode());
  const present = node.literals.get(segment);
  if (present !== undefined) return present;
  const child = newNode();
  node.literals.set(segment, child);
  return child;
}

function add(root: Node, operation: Operation): void {
  let node = root;
  const segments = operation.path.slice(1).split("/");
  for (const segment of segments) node = childOf(node, segment);
  node.greedy ||= /\w*arn\}$/i.test(operation.path);
  const choice = node.methods.get(operation.method) ?? { plain: undefined, queried: [] };
  if (operation.query === "") choice.plain = operation;
  else choice.queried.push(operation);
  node.methods.set(operation.method, choice);
}

function buildTree(): Node {
  const root = newNode();
  for (const operation of operations.values()) add(root, operation);
  return root;
}

const tree = buildTree();

/** The names in a URI template's braces, in order: those of `Route.labels`. */
export const labelNames = (operation: Operation): readonly string[] =>
  [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);

/**
 * Finds the operation. `path` and `query` are as sent. Throws UnknownOperationException (404) when there is no such
 * path, MethodNotAllowedException (405) when the path has other methods, BadRequestException for a path that cannot be
 * decoded.
 */
export function findRoute(method: string, path: string, query: string): Route {
  const labels: string[] = [];
  const node = walk(path, labels);
  if (node === undefined || node.methods.size === 0) throw unknownPath(method, path);
  const choice = node.methods.get(method);
  if (choice === undefined) {
    throw new Fault(
      "MethodNotAllowedException",
      `${method} is not allowed here. Allowed are ${[...node.methods.keys()].sort().join(", ")}`,
    );
  }
  const operation = choice.queried.find((candidate) => hasPair(query, candidate.query)) ?? choice.plain;
  if (operation === undefined) throw unknownPath(method, path);
  return { operation, labels: labels.map(decodeLabel) };
}

const shownPath = 256;
const unknownPath = (method: string, path: string) =>
  new Fault("UnknownOperationException", `There is no operation ${method} ${path.slice(0, shownPath)}`);

/** Follows the path down the tree, collecting raw labels. One slash at the end is ignored. */
function walk(path: string, labels: string[]): Node | undefined {
  let node = tree;
  const end = path.length > 1 && path.endsWith("/") ? path.length - 1 : path.length;
  for (let from = 1; from <= end;) {
    const slash = path.indexOf("/", from);
    const to = slash < 0 || slash > end ? end : slash;
    const segment = path.slice(from, to);
    const literal = node.literals.get(segment);
    if (literal !== undefined) node = literal;
    else {
      // Dot segments never name anything; signing clients fold them away, so a proxy could have put them in unnoticed.
      if (node.label === undefined || segment === "" || segment === "." || segment === "..") return undefined;
      node = node.label;
      if (node.greedy) {
        labels.push(path.slice(from, end));
        return node;
      }
      labels.push(segment);
    }
    from = to + 1;
  }
  return node;
}

function hasPair(query: string, pair: string): boolean {
  return query === pair || query.split("&").includes(pair);
}

function decodeLabel(raw: string): string {
  if (!raw.includes("%")) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw badRequest("The request path is not valid percent-encoded UTF-8");
  }
}
