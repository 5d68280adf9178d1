/** The tree of a RestApi's Resources: where one may stand, and the paths that follow from it (facts/control.md 2). */
import { badRequest, conflict } from "../../errors.ts";
import type { ResourceDocument } from "../../model/documents.ts";
import { limits } from "../../limits.ts";

/** A literal part, `{name}` or the greedy `{name+}`. */
const pathPart = /^(?:[a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\})$/;

const isVariable = (part: string | undefined): boolean => part?.startsWith("{") ?? false;
const isGreedy = (part: string | undefined): boolean => part?.endsWith("+}") ?? false;

/** Throws when a path part has characters that it must not have. */
export function checkPathPart(part: string): void {
  if (part.length > limits.pathPartLength || !pathPart.test(part)) {
    throw badRequest(
      "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
    );
  }
}

/** The path of a part below a parent's path: `/` and `pets` give `/pets`. */
export const joinPath = (parent: string, part: string): string => (parent === "/" ? `/${part}` : `${parent}/${part}`);

/** The path parts of a Resource's children. */
export class ChildParts {
  readonly #parts = new Set<string>();
  #variable: string | undefined;

  add(part: string): void {
    this.#parts.add(part);
    if (isVariable(part)) this.#variable ??= part;
  }

  /** Throws when another child cannot have this part: there is one of this name, or another with a variable. */
  check(part: string): void {
    if (this.#parts.has(part)) {
      throw conflict(`Another resource with the same parent already has this name: ${part}`);
    }
    if (isVariable(part) && this.#variable !== undefined) {
      throw badRequest(
        `A sibling (${this.#variable}) of this resource already has a variable path part -- only one is allowed`,
      );
    }
  }
}

/** Throws when a Resource of this part can have no children. */
export function checkParent(part: string | undefined): void {
  if (isGreedy(part)) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${part}`);
  }
}

/**
 * Throws when a Resource cannot stand below its parent: the parent is greedy, or it has a child of this name already, or
 * another child with a variable. `all` are the Resources of the RestApi; the present place of this one does not count.
 */
export function checkPlace(all: readonly ResourceDocument[], parent: ResourceDocument, id: string, part: string): void {
  checkParent(parent.pathPart);
  const siblings = new ChildParts();
  for (const other of all) {
    if (other.parentId === parent.id && other.id !== id) siblings.add(other.pathPart ?? "");
  }
  siblings.check(part);
}

/** Throws when a Resource that has children is to become greedy. */
export function checkChildless(all: readonly ResourceDocument[], id: string, part: string): void {
  if (isGreedy(part) && all.some((other) => other.parentId === id)) {
    throw badRequest(`Cannot create a child of a resource with a greedy path variable: ${part}`);
  }
}

/** Whether `id` is `ancestor` or stands somewhere below it. */
export function isWithin(all: readonly ResourceDocument[], id: string, ancestor: string): boolean {
  const byId = new Map(all.map((resource) => [resource.id, resource]));
  for (let at: string | undefined = id; at !== undefined; at = byId.get(at)?.parentId) {
    if (at === ancestor) return true;
  }
  return false;
}

/** A Resource's children, their children and so on, parents before children; without the Resource itself. */
export function descendants(all: readonly ResourceDocument[], id: string): ResourceDocument[] {
  const children = Map.groupBy(all, (resource) => resource.parentId);
  const found: ResourceDocument[] = [...(children.get(id) ?? [])];
  // The list grows while it is walked.
  for (const resource of found) found.push(...(children.get(resource.id) ?? []));
  return found;
}

/** The descendants of a moved or renamed Resource, with the paths that follow from its new one. */
export function withNewPaths(all: readonly ResourceDocument[], moved: ResourceDocument): ResourceDocument[] {
  const paths = new Map([[moved.id, moved.path]]);
  const renamed: ResourceDocument[] = [];
  for (const resource of descendants(all, moved.id)) {
    const path = joinPath(paths.get(resource.parentId ?? "") ?? "/", resource.pathPart ?? "");
    paths.set(resource.id, path);
    renamed.push({ ...resource, path });
  }
  return renamed;
}
