/** The ways in which resources other than Stage refuse a patch (facts/control.md 0.1). */
import { badRequest } from "../../errors.ts";
import type { PatchTable } from "./apply.ts";

/** Family A names the paths that there are. Resource, Model, RequestValidator, DocumentationPart, ApiKey. */
export function familyA<D, C>(paths: readonly string[]): PatchTable<D, C>["refuse"] {
  return (_document, { op, path }) =>
    op === "replace"
      ? badRequest(`Invalid patch path  '${path}' specified for op '${op}'. Must be one of: [${paths.join(", ")}]`)
      : badRequest(`Invalid patch path  '${path}' specified for op '${op}'. Please choose supported operations`);
}

/** Family A of resources that name, for each op, the paths that have it. UsagePlan and Usage. */
export function familyAByOp<D, C>(
  paths: Readonly<Record<"add" | "replace" | "remove", readonly string[]>>,
): PatchTable<D, C>["refuse"] {
  return (_document, { op, path }) => {
    const listed = op === "add" || op === "replace" || op === "remove" ? paths[op] : undefined;
    const advice =
      listed === undefined ? "Please choose supported operations" : `Must be one of: [${listed.join(", ")}]`;
    return badRequest(`Invalid patch path  '${path}' specified for op '${op}'. ${advice}`);
  };
}

/** Family B names the ops that the path has. RestApi, Method, MethodResponse, GatewayResponse. */
export function familyB<D, C>(): PatchTable<D, C>["refuse"] {
  return (_document, { path }, rule) => {
    if (rule === undefined) return badRequest(`Invalid patch path ${path}`);
    const ops = (["add", "remove", "replace", "copy"] as const).filter((name) => rule[name] !== undefined);
    return badRequest(`Invalid patch operation specified. Must be one of: [${ops.join(", ")}]`);
  };
}
