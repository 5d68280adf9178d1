/** What the values of a JSON text are, told apart. */

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isText = (value: unknown): value is string => typeof value === "string";
export const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
export const isTextList = (value: unknown): value is readonly string[] => isList(value) && value.every(isText);
