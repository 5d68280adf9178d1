/** What the members of a Deployment may be, at creation and in a patch. */
import { limits } from "../../limits.ts";
import { toText } from "../patch/coerce.ts";

export const toDeploymentDescription = (description: string): string =>
  toText(description, limits.descriptionLength, "Invalid deployment description specified.");
