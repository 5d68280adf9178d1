/** Authorizers, signatures and API keys as security schemes of OpenAPI (facts/control.md 17, 19). */
import type { AuthorizerDocument, MethodDocument } from "../../model/documents.ts";
import type { JsonObject } from "../../model/json.ts";
import { compact, setEntry } from "../../model/record.ts";
import { authorizerMembers, authorizerSchemeMembers, schemeHeaderOf, unusedSchemeName } from "./authorizer-members.ts";
import { apiKeyScheme, extensions, signatureAuthtype, signatureScheme } from "./extensions.ts";
import { writeMembers } from "./members.ts";
import type { OperationScope } from "./write-operation.ts";

const inHeader = (name: string): JsonObject => ({ type: "apiKey", name, in: "header" });

function authorizerScheme(authorizer: AuthorizerDocument, { groups, documentation }: OperationScope): JsonObject {
  const header = schemeHeaderOf(authorizer);
  // A header that the scheme itself names is not said twice.
  const { identitySource, ...rest } = authorizer;
  const source = header === undefined ? identitySource : undefined;
  const { attributes, extensions: own } = documentation.of({ type: "AUTHORIZER", name: authorizer.name });
  return {
    ...inHeader(header ?? unusedSchemeName),
    ...attributes,
    ...(groups.has("authorizers")
      ? {
          ...writeMembers(authorizerSchemeMembers, authorizer),
          [extensions.authorizer]: writeMembers(authorizerMembers, compact({ ...rest, identitySource: source })),
        }
      : {}),
    ...own,
  };
}

/** The schemes of these Methods; with the Authorizers' own extension, of those too that no Method has. */
export function writeSecuritySchemes(
  authorizers: readonly AuthorizerDocument[],
  methods: readonly MethodDocument[],
  scope: OperationScope,
): JsonObject {
  const used = new Set(methods.map(({ authorizerId }) => authorizerId));
  const withExtensions = scope.groups.has("authorizers");
  const schemes: Record<string, unknown> = {};
  for (const authorizer of authorizers) {
    const name = scope.authorizers.get(authorizer.id);
    if (name === undefined || !(withExtensions || used.has(authorizer.id))) continue;
    setEntry(schemes, name, authorizerScheme(authorizer, scope));
  }
  if (methods.some(({ authorizationType }) => authorizationType === "AWS_IAM")) {
    schemes[signatureScheme] = {
      ...inHeader("Authorization"),
      ...(withExtensions ? { [extensions.authtype]: signatureAuthtype } : {}),
    };
  }
  if (methods.some(({ apiKeyRequired }) => apiKeyRequired)) schemes[apiKeyScheme] = inHeader("x-api-key");
  return schemes;
}
