/** The free parameters of an import (facts/control.md 1.1). */
import { badRequest } from "../../errors.ts";
import { compact, entryOf } from "../../model/record.ts";
import { toEnum } from "../patch/coerce.ts";
import { endpointTypes } from "../operations/rest-api-checks.ts";
import type { BasePathMode } from "./read-paths.ts";

export interface ImportParameters {
  readonly ignoreDocumentation: boolean;
  readonly basePath: BasePathMode;
  /** What the definition cannot say itself; absent: as it is, or EDGE. */
  readonly endpointTypes?: readonly string[];
  readonly vpcEndpointIds?: readonly string[];
}

const basePathModes = ["ignore", "prepend", "split"] as const;

type Sent = Readonly<Record<string, string | null>>;

/** Reads them; unknown ones are ignored. Throws a BadRequestException for a value that one cannot have. */
export function readImportParameters(sent: Sent = {}): ImportParameters {
  // SDKs send names as their users wrote them.
  const given = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value ?? ""]));
  const ignore = entryOf(given, "ignore") ?? "";
  if (ignore !== "" && ignore !== "documentation")
    throw badRequest("Invalid ignore specified. Valid options are documentation");
  return compact({
    ignoreDocumentation: ignore === "documentation",
    basePath: toEnum(
      (entryOf(given, "basepath") ?? "ignore").toLowerCase(),
      basePathModes,
      `Invalid basepath specified. Valid options are ${basePathModes.join(",")}`,
    ),
    endpointTypes: listed(entryOf(given, "endpointconfigurationtypes"))?.map(toType),
    vpcEndpointIds: listed(entryOf(given, "vpcendpointids"))?.filter((id) => id !== ""),
  });
}

const listed = (text: string | undefined): readonly string[] | undefined =>
  text?.split(",").map((element) => element.trim());

const toType = (type: string): string =>
  toEnum(
    type.toUpperCase(),
    endpointTypes,
    `Invalid EndpointTypes specified. Valid options are ${endpointTypes.join(",")}`,
  );
