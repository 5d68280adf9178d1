/** One of `x-amazon-apigateway-gateway-responses`, both ways (facts/control.md 11, 19). Its key is the response type. */
import type { GatewayResponseDocument } from "../../model/documents.ts";
import { type Members, numeral, textMap, unlessEmpty } from "./members.ts";

export const gatewayResponseMembers: Members<GatewayResponseDocument> = {
  statusCode: numeral,
  responseParameters: unlessEmpty(textMap),
  responseTemplates: textMap,
};
