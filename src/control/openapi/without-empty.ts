const says = (value: unknown): boolean =>
  value !== undefined && (typeof value !== "object" || value === null || Object.keys(value).length > 0);

/** The object without members that say nothing: undefined ones, and lists and objects without anything in them. */
export const withoutEmpty = (object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => says(value)));
