/** What a policy's text may hold, whoever wrote it. */

/** A policy that cannot be read. Its message is for whoever wrote it. */
export class PolicyRefused extends Error {
  override readonly name = "PolicyRefused";
}

/** One text, or a list of some. Throws a `PolicyRefused` for anything else. */
export function namesOf(value: unknown): readonly string[] {
  const names = (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === "string");
  if (names.length === 0 || (Array.isArray(value) && names.length < value.length)) {
    throw new PolicyRefused("a policy names actions, resources and principals by texts");
  }
  return names;
}

/** One scalar or a list of them, as texts. Throws a `PolicyRefused` for anything else. */
export function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((one: unknown) => {
    if (typeof one === "string") return one;
    if (typeof one === "number" || typeof one === "boolean") return String(one);
    throw new PolicyRefused("a policy holds texts, numbers and booleans alone");
  });
}
