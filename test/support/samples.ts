/** Sample values made from the SDK's own schemas: what an operation's input or output may look like in full. */
import type { NormalizedSchema } from "@smithy/core/schema";
import { type Constraint, constraintOf } from "../../src/model/constraints.ts";

/** An input or output with every member set. `dates` makes the values of timestamps. */
export function sampleOf(schema: NormalizedSchema, dates: () => unknown = () => new Date(1_767_323_045_000)): unknown {
  return sample(schema, undefined, "", dates);
}

function sample(
  schema: NormalizedSchema,
  constraint: Constraint | undefined,
  name: string,
  dates: () => unknown,
): unknown {
  if (schema.isUnitSchema()) return {};
  if (schema.isStructSchema()) {
    const shape = schema.getName() ?? "";
    return Object.fromEntries(
      [...schema.structIterator()].map(([member, inner]) => [
        member,
        sample(inner, constraintOf(shape, member), member, dates),
      ]),
    );
  }
  if (schema.isListSchema()) return [sample(schema.getValueSchema(), constraint, `${name} 1`, dates)];
  if (schema.isMapSchema())
    return { [`${name}/key`]: sample(schema.getValueSchema(), constraint, `${name} value`, dates) };
  if (schema.isBooleanSchema()) return true;
  if (schema.isNumericSchema()) return 7;
  if (schema.isTimestampSchema()) return dates();
  if (schema.isBlobSchema()) return new TextEncoder().encode(`bytes of ${name}`);
  if (constraint === undefined) return `a:${name}/é?&=+%`;
  return "enum" in constraint ? constraint.enum[0] : "200";
}
