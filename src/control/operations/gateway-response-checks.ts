/** What a GatewayResponse may be, whether it was put or patched (facts/control.md 11). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { GatewayResponseDocument } from "../../model/documents.ts";
import { parseGatewayResponseHeader, parseGatewayResponseSource } from "../../model/mapping-expression.ts";
import { checkMap, isStatusCode, megabytes } from "./bounds.ts";
import { checkTemplates, invalidMapping } from "./mapping-checks.ts";

function checkNoneEmpty(map: Readonly<Record<string, string | null>>, what: string): void {
  if (Object.values(map).some((value) => value === null || value === "")) {
    throw badRequest(`Invalid null or empty value in ${what}`);
  }
}

/** The GatewayResponse as it is stored, or a BadRequestException in the service's words. */
export function checkedGatewayResponse(response: GatewayResponseDocument): GatewayResponseDocument {
  const { responseParameters, responseTemplates } = response;
  if (response.statusCode !== undefined && !isStatusCode(response.statusCode)) {
    throw badRequest("Invalid status code specified. Status codes are between 100 and 599");
  }
  checkMap(responseParameters, "responseParameters");
  checkNoneEmpty(responseParameters, "responseParameters");
  for (const [key, source] of Object.entries(responseParameters)) {
    if (parseGatewayResponseHeader(key) === undefined) {
      throw invalidMapping(`Invalid mapping expression parameter specified: ${key}`);
    }
    if (parseGatewayResponseSource(source) === undefined) {
      throw invalidMapping(`Invalid mapping expression specified: ${source}`);
    }
  }
  checkNoneEmpty(responseTemplates, "responseTemplates");
  checkTemplates(responseTemplates, "responseTemplates");
  if (JSON.stringify(response).length > limits.gatewayResponse) {
    throw badRequest(`A gateway response can be at most ${megabytes(limits.gatewayResponse)}`);
  }
  return response;
}
