/** A VPC link's state as a function of what is stored and the clock (facts/control.md 15). */
import type { VpcLinkDocument } from "./documents.ts";
import { entryOf, type StringMap } from "./record.ts";

export type VpcLinkStatus = "PENDING" | "AVAILABLE" | "DELETING";

/** What callers see at `now` (epoch milliseconds); undefined when it is gone. */
export function vpcLinkStatus(
  { transition }: Pick<VpcLinkDocument, "transition">,
  now: number,
): VpcLinkStatus | undefined {
  if (now < transition.endsAt) return transition.status;
  return transition.status === "PENDING" ? "AVAILABLE" : undefined;
}

const placeholder = /\$\{stageVariables\.(\w+)\}/g;

/** Whether a connectionId leaves the choice of the link to each stage. */
export const namesStageVariable = (connectionId: string): boolean => connectionId.includes("${stageVariables.");

/** The id of the link that a stage with these variables uses; a variable that is not there leaves nothing. */
export const vpcLinkIdFor = (connectionId: string, variables: StringMap): string =>
  connectionId.replaceAll(placeholder, (_placeholder, name: string) => entryOf(variables, name) ?? "");
