/** The JSON encoding of OTLP: 64-bit integers are texts, attributes are lists of typed values. */

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean };

function valueOf(value: string | number | boolean): OtlpValue {
  // Half a character has no UTF-8, and a receiver would refuse all that came with it.
  if (typeof value === "string") return { stringValue: value.toWellFormed() };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Members that are undefined are left out. */
export function attributesOf(
  members: Readonly<Record<string, string | number | boolean | undefined>>,
): readonly OtlpAttribute[] {
  const attributes: OtlpAttribute[] = [];
  for (const [key, value] of Object.entries(members)) {
    if (value !== undefined) attributes.push({ key, value: valueOf(value) });
  }
  return attributes;
}

/** Epoch milliseconds as epoch nanoseconds. */
export const nanoseconds = (epochMilliseconds: number): string => `${Math.floor(epochMilliseconds)}000000`;
