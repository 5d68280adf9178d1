/** Operations of Authorizer (facts/control.md 8). */
import { conflict, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { authorizerRules } from "../patch/rules/authorizer.ts";
import { checkAuthorizer, checkedAuthorizerType, defaultAuthType } from "./authorizer-checks.ts";
import { findAuthorizer, findRestApi } from "./find.ts";
import { methodPlace } from "./references.ts";

const kind = "authorizer";

/**
 * An Authorizer of a RestApi that there is, stored: new, or in place of the one that has the id. Throws in the service's
 * words for one that cannot be, and when the RestApi has as many as it may have.
 */
export function createAuthorizer(
  context: OperationContext,
  restApiId: string,
  input: Omit<Input<"CreateAuthorizer">, "restApiId">,
  id = newId(kind),
): AuthorizerDocument {
  const type = checkedAuthorizerType(input.type);
  const authorizer: AuthorizerDocument = compact({
    id,
    name: input.name,
    type,
    providerARNs: input.providerARNs?.length === 0 ? undefined : input.providerARNs,
    authType: input.authType || defaultAuthType(type),
    authorizerUri: input.authorizerUri || undefined,
    authorizerCredentials: input.authorizerCredentials || undefined,
    identitySource: input.identitySource || undefined,
    identityValidationExpression: input.identityValidationExpression || undefined,
    authorizerResultTtlInSeconds: input.authorizerResultTtlInSeconds,
  });
  checkAuthorizer(authorizer, context, restApiId);
  const others = context.tx.list(kind, restApiId).filter((other) => other.id !== id);
  if (others.length >= limits.authorizersPerApi) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Authorizers for this API has been reached: ${limits.authorizersPerApi}`,
    );
  }
  context.tx.put(kind, restApiId, authorizer.id, authorizer);
  return authorizer;
}

const CreateAuthorizer: Run<"CreateAuthorizer"> = (input, context) => {
  // Not the 404 of other operations (facts/control.md 0.2).
  if (context.tx.get("restApi", "", input.restApiId) === undefined) {
    throw conflict("Unable to complete operation due to concurrent modification. Please try again later.");
  }
  return createAuthorizer(context, input.restApiId, input);
};

const GetAuthorizer: Run<"GetAuthorizer"> = (input, context) =>
  findAuthorizer(context, input.restApiId, input.authorizerId);

const GetAuthorizers: Run<"GetAuthorizers"> = (input, context) => {
  findRestApi(context, input.restApiId);
  return paginate(context.tx.list(kind, input.restApiId), input, ({ id }) => id);
};

const UpdateAuthorizer: Run<"UpdateAuthorizer"> = (input, context) => {
  const { restApiId, patchOperations = [] } = input;
  const authorizer = findAuthorizer(context, restApiId, input.authorizerId);
  const patched = applyPatch(authorizer, patchOperations, authorizerRules, undefined);
  if (patched === authorizer) return authorizer;
  // A type and what it needs can be set in any order: the whole is checked once, behind the last operation.
  checkAuthorizer(patched, context, restApiId);
  context.tx.put(kind, restApiId, patched.id, patched);
  return patched;
};

const DeleteAuthorizer: Run<"DeleteAuthorizer"> = (input, context) => {
  const { restApiId } = input;
  const { id, name } = findAuthorizer(context, restApiId, input.authorizerId);
  const user = methodPlace(context, restApiId, ({ authorizerId }) => authorizerId === id);
  if (user !== undefined) {
    throw conflict(`Cannot delete authorizer '${name}', is referenced in method: ${user.httpMethod}/${user.path}`);
  }
  context.tx.delete(kind, restApiId, id);
  return {};
};

export const authorizerOperations = {
  CreateAuthorizer,
  GetAuthorizer,
  GetAuthorizers,
  UpdateAuthorizer,
  DeleteAuthorizer,
} satisfies Partial<Handlers>;
