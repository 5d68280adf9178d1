/** The parameters of GetSdk: which a type has, and whether what was given can become code. */
import { badRequest, type Fault, notFound } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { entryOf, type StringMap } from "../../model/record.ts";
import type { SdkParameters } from "./generate.ts";
import { javaChecks } from "./java/parameters.ts";
import { type SdkProperty, type SdkType, sdkTypes } from "./sdk-types.ts";

/** Throws a BadRequestException for a value that cannot be used; `name` as the caller may know the parameter. */
export type CheckParameter = (value: string, name: string) => void;

/** The types that are generated here, with the checks of their parameters. */
const generated: Readonly<Record<string, Readonly<Record<string, CheckParameter>>>> = {
  java: javaChecks,
  javascript: {},
};

/** The type; 404 for one that the service does not know. */
export function findSdkType(id: string): SdkType {
  const type = sdkTypes.find((known) => known.id === id);
  if (type === undefined) throw notFound("Invalid SDK type identifier specified");
  return type;
}

const notGenerated = (id: string): Fault =>
  badRequest(
    `SDKs of type ${id} cannot be generated here. Those of these types can: ${Object.keys(generated).join(", ")}`,
  );

function valueOf({ name, alias }: SdkProperty, given: StringMap): string | undefined {
  const value = entryOf(given, name) ?? (alias === undefined ? undefined : entryOf(given, alias));
  return value?.trim() === "" ? undefined : value;
}

/** The parameters that the type has, by name, checked; others are ignored. Throws for a type that is not generated. */
export function checkedSdkParameters(type: SdkType, given: StringMap): SdkParameters {
  const checks = entryOf(generated, type.id);
  if (checks === undefined) throw notGenerated(type.id);
  const values = type.configurationProperties.flatMap((property): [string, string][] => {
    const shown = property.alias ?? property.name;
    const value = valueOf(property, given);
    if (value === undefined && property.required) throw badRequest(`Missing required parameter: ${shown}`);
    if (value === undefined) return [];
    if (value.length > limits.sdkParameter) throw badRequest(`The parameter ${shown} is too long`);
    checks[property.name]?.(value, shown);
    return [[property.name, value]];
  });
  return Object.fromEntries(values);
}
