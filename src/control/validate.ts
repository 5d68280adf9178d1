/**
 * Constraints that are checked before an operation runs: required members, enums, patterns. Compiled once an operation;
 * a structure or list below which nothing is constrained is never visited. Texts: facts/stage.md 1.4.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { Fault } from "../errors.ts";
import { limits } from "../limits.ts";
import { type Constraint, constraintOf } from "../model/constraints.ts";
import type { Operation } from "../model/service.ts";
import { requiredMembers } from "./wire/values.ts";

/** Throws a ValidationException that names every failure. */
export type Validate = (input: Readonly<Record<string, unknown>>) => void;

/** Adds what is wrong with the value to the list. `path` is where the value stands, in the service's notation. */
type Check = (value: unknown, path: string, failures: string[]) => void;

/** Compiles the checks of an operation's input. */
export function inputValidator(operation: Operation): Validate {
  const { input } = operation;
  if (!input.isStructSchema()) return () => undefined;
  const { name } = operation;
  const inputName = `${name.charAt(0).toLowerCase()}${name.slice(1)}Input`;
  const members = memberChecks(input).map(({ name: member, check }) => ({
    member,
    path: isBodyMember(input, member) ? `${inputName}.${member}` : member,
    check,
  }));
  if (members.length === 0) return () => undefined;
  return (value) => {
    const failures: string[] = [];
    for (const { member, path, check } of members) check(value[member], path, failures);
    if (failures.length > 0) throw validationFault(failures);
  };
}

function validationFault(failures: readonly string[]): Fault {
  const count = failures.length;
  return new Fault(
    "ValidationException",
    `${count} validation error${count === 1 ? "" : "s"} detected: ${failures.join("; ")}`,
  );
}

/** Labels, query and headers stand at their bare name, `statusCode`; the body's members below the input's name. */
const isBodyMember = (input: NormalizedSchema, member: string): boolean =>
  Object.keys(input.getMemberSchema(member).getMergedTraits()).every((trait) => !trait.startsWith("http"));

interface MemberCheck {
  readonly name: string;
  readonly check: Check;
}

function memberChecks(schema: NormalizedSchema): readonly MemberCheck[] {
  const required = new Set(requiredMembers(schema));
  const shape = schema.getName() ?? "";
  return [...schema.structIterator()].flatMap(([name, member]) => {
    const check = memberCheck(member, constraintOf(shape, name), required.has(name));
    return check === undefined ? [] : [{ name, check }];
  });
}

function memberCheck(
  schema: NormalizedSchema,
  constraint: Constraint | undefined,
  required: boolean,
): Check | undefined {
  const inner = valueCheck(schema, constraint);
  if (!required && inner === undefined) return undefined;
  return (value, path, failures) => {
    if (value !== undefined && value !== null) inner?.(value, path, failures);
    else if (required) addFailure(failures, "null", path, "Member must not be null");
  };
}

function valueCheck(schema: NormalizedSchema, constraint: Constraint | undefined): Check | undefined {
  if (schema.isStructSchema()) return structureCheck(schema);
  if (schema.isListSchema()) {
    return constraint === undefined ? listCheck(schema.getValueSchema()) : constrainedListCheck(constraint);
  }
  if (schema.isMapSchema()) return mapCheck(schema.getValueSchema());
  return constraint === undefined ? undefined : constraintCheck(constraint);
}

function structureCheck(schema: NormalizedSchema): Check | undefined {
  const members = memberChecks(schema);
  if (members.length === 0) return undefined;
  return (value, path, failures) => {
    const object = value as Readonly<Record<string, unknown>>;
    for (const { name, check } of members) check(object[name], `${path}.${name}`, failures);
  };
}

/** Elements are counted from 1: `patchOperations.1.member.op`. A null element is a failure of its own. */
function listCheck(element: NormalizedSchema): Check {
  const inner = valueCheck(element, undefined);
  return (value, path, failures) => {
    const elements = value as readonly unknown[];
    for (let i = 0; i < elements.length; i++) {
      if (elements[i] === null) addFailure(failures, "null", `${path}.${i + 1}.member`, "Member must not be null");
      else inner?.(elements[i], `${path}.${i + 1}.member`, failures);
    }
  };
}

function mapCheck(entry: NormalizedSchema): Check | undefined {
  const inner = valueCheck(entry, undefined);
  if (inner === undefined) return undefined;
  return (value, path, failures) => {
    for (const [key, item] of Object.entries(value as object)) {
      if (item !== null) inner(item, `${path}.${key}.member`, failures);
    }
  };
}

function constraintCheck(constraint: Constraint): Check {
  const satisfied = test(constraint);
  return (value, path, failures) => {
    if (!satisfied(value)) addFailure(failures, quoted(String(value)), path, demand(constraint));
  };
}

/** A list whose elements are constrained fails as a whole (recorded for endpointConfiguration.types, facts/control.md 1). */
function constrainedListCheck(constraint: Constraint): Check {
  const satisfied = test(constraint);
  return (value, path, failures) => {
    const elements = value as readonly unknown[];
    if (elements.every(satisfied)) return;
    addFailure(
      failures,
      quoted(`[${elements.join(", ")}]`),
      path,
      `Member must satisfy constraint: [${demand(constraint)}]`,
    );
  };
}

function test(constraint: Constraint): (value: unknown) => boolean {
  if ("matches" in constraint) return (value) => typeof value === "string" && constraint.matches.test(value);
  const values: ReadonlySet<unknown> = new Set(constraint.enum);
  return (value) => values.has(value);
}

const demand = (constraint: Constraint): string =>
  "matches" in constraint
    ? `Member must satisfy regular expression pattern: ${constraint.pattern}`
    : `Member must satisfy enum value set: [${constraint.enum.join(", ")}]`;

/** What a caller sent is shown up to a bound: an error is no place to send megabytes back. */
const quoted = (value: string): string =>
  `'${value.length > limits.echoedValue ? `${value.slice(0, limits.echoedValue)}...` : value}'`;

function addFailure(failures: string[], value: string, path: string, text: string): void {
  if (failures.length >= limits.validationFailures) return;
  failures.push(`Value ${value} at '${path}' failed to satisfy constraint: ${text}`);
}
