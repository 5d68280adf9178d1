/** The answers of a Method that its Integration has and the definition does not declare. */
import type {
  IntegrationResponseDocument,
  IntegrationType,
  MethodDocument,
  MethodResponseDocument,
} from "../../model/documents.ts";
import { entryOf, isEmptyMap, mergeEntries, toMap } from "../../model/record.ts";
import { isStatusCode } from "../operations/bounds.ts";
import type { IntegrationDraft } from "./definition.ts";
import type { Problems } from "./problems.ts";

const proxies: ReadonlySet<string | undefined> = new Set<IntegrationType>(["HTTP_PROXY", "AWS_PROXY"]);

/**
 * What an answer of an Integration needs of its MethodResponse, beside what another one of its status does. A key that is
 * no header's is told when the answer itself is checked.
 */
function declaredFor(
  { statusCode, responseParameters: mapped = {} }: IntegrationResponseDocument,
  other: MethodResponseDocument | undefined,
): MethodResponseDocument {
  const headers = Object.fromEntries(Object.keys(mapped).map((key) => [key, false]));
  const responseParameters = mergeEntries(other?.responseParameters, headers);
  return isEmptyMap(responseParameters) ? { statusCode } : { statusCode, responseParameters };
}

/**
 * The Method with the answers of its Integration that it does not declare itself. Those of a proxy mean nothing to it, and
 * real exports of proxies do not declare them: nobody is told.
 */
export function withDeclaredResponses(
  method: MethodDocument,
  { integration: { type }, responses }: IntegrationDraft,
  where: string,
  problems: Problems,
): MethodDocument {
  const created = new Map<string, MethodResponseDocument>();
  for (const response of responses) {
    const { statusCode } = response;
    if (!isStatusCode(statusCode) || entryOf(method.methodResponses, statusCode) !== undefined) continue;
    const other = created.get(statusCode);
    if (other === undefined && !proxies.has(type)) {
      problems.warn(`Method response ${statusCode} of ${where} is not defined. Creating it.`);
    }
    created.set(statusCode, declaredFor(response, other));
  }
  if (created.size === 0) return method;
  return { ...method, methodResponses: mergeEntries(method.methodResponses, toMap([...created])) };
}
