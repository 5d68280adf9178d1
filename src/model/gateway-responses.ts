/** Which gateway response holds for a type: its own, that of its class, or the service's (facts/control.md 11). */
import { type GatewayResponseType, gatewayResponses } from "../errors.ts";
import type { GatewayResponseDocument } from "./documents.ts";
import type { StringMap } from "./record.ts";

/** The types of the catalogue, and those that stand for a class of them. */
export type AnyGatewayResponseType = GatewayResponseType | "DEFAULT_4XX" | "DEFAULT_5XX";

/** In the order in which they are listed. */
export const gatewayResponseTypes: readonly AnyGatewayResponseType[] = (
  [...Object.keys(gatewayResponses), "DEFAULT_4XX", "DEFAULT_5XX"] as AnyGatewayResponseType[]
).sort();

/** The body of every type until it is set. */
export const defaultTemplates: StringMap = Object.freeze({
  "application/json": '{"message":$context.error.messageString}',
});

/** The class that a status belongs to. */
export const classOf = (status: number): "DEFAULT_4XX" | "DEFAULT_5XX" =>
  status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX";

const isOfCatalogue = (type: string): type is GatewayResponseType => Object.hasOwn(gatewayResponses, type);

export interface EffectiveGatewayResponse {
  readonly responseType: string;
  /** Undefined for a class without a status of its own. */
  readonly statusCode: string | undefined;
  readonly responseParameters: StringMap;
  readonly responseTemplates: StringMap;
  /** Whether the type itself is not set. */
  readonly defaultResponse: boolean;
}

/** `find`: what is set for a type. A type that is set takes nothing from its class. */
export function effectiveGatewayResponse(
  responseType: string,
  find: (type: string) => GatewayResponseDocument | undefined,
): EffectiveGatewayResponse {
  const own = find(responseType);
  const status = isOfCatalogue(responseType) ? gatewayResponses[responseType].status : undefined;
  const set = own ?? (status === undefined ? undefined : find(classOf(status)));
  return {
    responseType,
    statusCode: set?.statusCode ?? (status === undefined ? undefined : String(status)),
    responseParameters: set?.responseParameters ?? {},
    responseTemplates: set?.responseTemplates ?? defaultTemplates,
    defaultResponse: own === undefined,
  };
}
