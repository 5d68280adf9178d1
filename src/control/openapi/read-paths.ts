/** The `paths` of a definition: where Resources stand, and their operations. */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isObject } from "../../model/json.ts";
import { entryOf } from "../../model/record.ts";
import type { MethodDraft, PathDraft } from "./definition.ts";
import { extensions } from "./extensions.ts";
import { resolved } from "./local-references.ts";
import { checkType } from "./member-types.ts";
import { readOperation, readParameters, type Reading } from "./read-operation.ts";
import { isExtension, mapAt } from "./values.ts";

/** Members of a path that are operations, and their verbs. */
const operations = [
  ["get", "GET"],
  ["put", "PUT"],
  ["post", "POST"],
  ["delete", "DELETE"],
  ["options", "OPTIONS"],
  ["head", "HEAD"],
  ["patch", "PATCH"],
  [extensions.anyMethod, "ANY"],
] as const;

/** What becomes of the base path (facts/control.md 1.1). */
export type BasePathMode = "ignore" | "prepend" | "split";

/** What stands in front of each path: all of the base path, what is behind its first part, or nothing. */
function prefixOf(basePath: string, mode: BasePathMode): string {
  const parts = basePath.split("/").filter((part) => part !== "");
  const kept = mode === "ignore" ? [] : mode === "split" ? parts.slice(1) : parts;
  return kept.map((part) => `/${part}`).join("");
}

function readMethods(path: string, given: unknown, reading: Reading): readonly MethodDraft[] {
  const { problems } = reading;
  const location = `paths.'${path}'`;
  checkType(given, "object", location, problems);
  const item = resolved(reading.root, given);
  if (isObject(entryOf(item, "trace"))) problems.warn(`Method 'TRACE' at path '${path}' is not supported. Ignoring.`);
  const shared = readParameters(item, location, reading);
  const methods: MethodDraft[] = [];
  for (const [member, httpMethod] of operations) {
    const operation = entryOf(item, member);
    if (operation === undefined || operation === null) continue;
    if (!isObject(operation))
      throw badRequest(`Unable to parse API definition: '${member}' at path ${path} is no operation.`);
    reading.spend(shared.length);
    const method = readOperation(operation, { path, httpMethod, location: `${location}(${member})`, shared }, reading);
    reading.measure(method);
    methods.push(method);
  }
  return methods;
}

/** Reads all paths, in their order. Throws a BadRequestException for what cannot be read. */
export function readPaths(mode: BasePathMode, reading: Reading): readonly PathDraft[] {
  const { root, dialect } = reading;
  const prefix = prefixOf(dialect.basePath(root), mode);
  const paths = Object.entries(mapAt(root, "paths")).filter(([path]) => !isExtension(path));
  if (paths.length > limits.importResources) {
    throw badRequest(`A definition can have at most ${limits.importResources} paths`);
  }
  let count = 0;
  return paths.map(([path, item]) => {
    const methods = readMethods(path, item, reading);
    count += methods.length;
    if (count > limits.importMethods)
      throw badRequest(`A definition can have at most ${limits.importMethods} operations`);
    return { path: `${prefix}${path}`, methods };
  });
}
