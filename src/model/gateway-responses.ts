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
const classOf = (status: number): "DEFAULT_4XX" | "DEFAULT_5XX" => (status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");

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

type Find = (type: string) => GatewayResponseDocument | undefined;

const statusOf = (type: string): number | undefined =>
  isOfCatalogue(type) ? gatewayResponses[type].status : undefined;

/** What is set for a type, itself or its class; a type that is set takes nothing from its class. `find`: by type alone. */
export function gatewayResponseFor(type: string, find: Find): GatewayResponseDocument | undefined {
  const status = statusOf(type);
  return find(type) ?? (status === undefined ? undefined : find(classOf(status)));
}

/** What holds for a type, whether set or not. `find`: what is set for a type alone. */
export function effectiveGatewayResponse(responseType: string, find: Find): EffectiveGatewayResponse {
  const set = gatewayResponseFor(responseType, find);
  return {
    responseType,
    statusCode: set?.statusCode ?? statusOf(responseType)?.toString(),
    responseParameters: set?.responseParameters ?? {},
    responseTemplates: set?.responseTemplates ?? defaultTemplates,
    defaultResponse: find(responseType) === undefined,
  };
}
