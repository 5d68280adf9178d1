/** Whether all that is stored can be shown: each Get of it answers, in plain JSON and in HAL, what the SDK's schemas say. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { handlers } from "../../../src/control/handlers.ts";
import type { Handler, OperationContext } from "../../../src/control/operation.ts";
import { wireOf } from "../../../src/control/wire.ts";
import { requiredMembers, wireName } from "../../../src/control/wire/values.ts";
import { constraintOf } from "../../../src/model/constraints.ts";
import { type Operation, type OperationName, operations } from "../../../src/model/service.ts";
import type { Reader } from "../../../src/store/store.ts";
import { knownNames } from "./known-names.ts";
import type { Call } from "./random-calls.ts";

/** Those that need more than names, make much of what there is, or may refuse what can be stored. */
const unasked: ReadonlySet<OperationName> = new Set([
  "GetExport",
  "GetSdk",
  "GetSdkType",
  "GetUsage",
  "GetModelTemplate",
]);

/** Members without which a Get is of something else. */
const telling: Partial<Readonly<Record<OperationName, readonly string[]>>> = {
  GetDomainName: ["domainNameId"],
  GetBasePathMapping: ["domainNameId", "basePath"],
  GetBasePathMappings: ["domainNameId"],
  GetApiKeys: [],
};

/** Every input of the operation that names what there is. */
function inputsOf(operation: Operation, present: Reader): readonly Readonly<Record<string, unknown>>[] {
  const { name, input } = operation;
  if (!input.isStructSchema()) return [{}];
  const members = new Set([...requiredMembers(input), ...(telling[name] ?? [])]);
  let inputs: Readonly<Record<string, unknown>>[] = [{}];
  for (const member of ["domainName", "domainNameId", ...members]) {
    if (!members.has(member)) continue;
    inputs = inputs.flatMap((chosen) => {
      const known = knownNames[member];
      if (known === undefined) throw new Error(`no ${member} is known for ${name}`);
      const names = known({ operation: name, present, chosen });
      const isPublic =
        member === "domainNameId" && present.get("domainName", "", String(chosen["domainName"])) !== undefined;
      const values: (string | undefined)[] = isPublic ? [undefined, ...names] : [...names];
      return values.map((value) => (value === undefined ? chosen : Object.assign({}, chosen, { [member]: value })));
    });
  }
  const lists = [...input.structIterator()].some(([member]) => member === "limit");
  return lists ? inputs.map((chosen) => ({ ...chosen, limit: 500 })) : inputs;
}

/** Calls that have to be answered. */
export const readingCalls = (present: Reader): readonly Call[] =>
  [...operations.values()]
    .filter(({ name }) => name.startsWith("Get") && !unasked.has(name))
    .flatMap((operation) => inputsOf(operation, present).map((input) => ({ name: operation.name, input })));

/** Throws when a value is none of the schema. */
function checkShape(schema: NormalizedSchema, value: unknown, where: string, legal?: readonly string[]): void {
  const is = (right: boolean): void => {
    if (!right) throw new Error(`${where} is ${JSON.stringify(value)?.slice(0, 200)}`);
  };
  if (schema.isStructSchema()) {
    is(typeof value === "object" && value !== null && !Array.isArray(value));
    const members = new Map(
      [...schema.structIterator()].map(([name, of]) => [wireName(name, of), [name, of] as const]),
    );
    for (const [wire, item] of Object.entries(value as object)) {
      const [name, of] = members.get(wire) ?? [];
      if (of === undefined || name === undefined) throw new Error(`${where} has ${wire}`);
      const constraint = constraintOf(schema.getName() ?? "", name);
      checkShape(of, item, `${where}.${wire}`, constraint && "enum" in constraint ? constraint.enum : undefined);
    }
  } else if (schema.isListSchema()) {
    is(Array.isArray(value));
    for (const item of value as unknown[]) checkShape(schema.getValueSchema(), item, `${where}[]`, legal);
  } else if (schema.isMapSchema()) {
    is(typeof value === "object" && value !== null && !Array.isArray(value));
    for (const [key, item] of Object.entries(value as object)) {
      if (item !== null) checkShape(schema.getValueSchema(), item, `${where}.${key}`);
    }
  } else if (schema.isBooleanSchema()) is(typeof value === "boolean");
  else if (schema.isNumericSchema() || schema.isTimestampSchema())
    is(typeof value === "number" && Number.isFinite(value));
  else {
    is(typeof value === "string");
    if (legal !== undefined) is(legal.includes(value as string));
  }
}

/** Throws when what a reading operation answers cannot be shown. */
export function checkShown({ name, input }: Call, context: OperationContext): void {
  const { operation, writeReply } = wireOf(name);
  const handler = handlers[name] as Handler<never>;
  if (typeof handler !== "function") throw new Error(`${name} does more than read`);
  const output: unknown = handler(input as never, context);
  const request = { input, path: operation.path, query: "" };
  const plain = JSON.parse(String(writeReply(output, request, "application/json").body)) as object;
  checkShape(operation.output, plain, name);
  const hal = JSON.parse(String(writeReply(output, request, undefined).body)) as object;
  if (Object.keys(plain).length > 0 && Object.keys(hal).length === 0) throw new Error(`${name} is empty in HAL`);
}
