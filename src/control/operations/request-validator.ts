/** Operations of RequestValidator (facts/control.md 9). */
import { badRequest, conflict, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { RequestValidatorDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Input } from "../../model/service.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { requestValidatorRules } from "../patch/rules/request-validator.ts";
import { checkedValidatorName } from "./bounds.ts";
import { findRequestValidator, findRestApi } from "./find.ts";
import { methodThat } from "./references.ts";

const kind = "requestValidator";

/** Stores a RequestValidator: new, or in place of the one that has the id. Throws for a bad name, and when there are too many. */
export function createRequestValidator(
  { tx }: OperationContext,
  input: Input<"CreateRequestValidator">,
  id = newId("requestValidator"),
): RequestValidatorDocument {
  const { restApiId } = input;
  const validator: RequestValidatorDocument = compact({
    id,
    name: checkedValidatorName(input.name),
    validateRequestBody: input.validateRequestBody ?? false,
    validateRequestParameters: input.validateRequestParameters ?? false,
  });
  if (tx.list(kind, restApiId).filter((other) => other.id !== id).length >= limits.requestValidators) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of Request Validators for this API has been reached: ${limits.requestValidators}`,
    );
  }
  tx.put(kind, restApiId, validator.id, validator);
  return validator;
}

const CreateRequestValidator: Run<"CreateRequestValidator"> = (input, context) => {
  // Not the 404 of other operations (facts/control.md 0.2).
  if (context.tx.get("restApi", "", input.restApiId) === undefined) {
    throw badRequest("Invalid REST API identifier specified");
  }
  return createRequestValidator(context, input);
};

const GetRequestValidator: Run<"GetRequestValidator"> = (input, context) =>
  findRequestValidator(context, input.restApiId, input.requestValidatorId);

const GetRequestValidators: Run<"GetRequestValidators"> = (input, context) => {
  findRestApi(context, input.restApiId);
  return paginate(context.tx.list(kind, input.restApiId), input, ({ id }) => id);
};

const UpdateRequestValidator: Run<"UpdateRequestValidator"> = (input, context) => {
  const validator = findRequestValidator(context, input.restApiId, input.requestValidatorId);
  const patched = applyPatch(validator, input.patchOperations ?? [], requestValidatorRules, undefined);
  context.tx.put(kind, input.restApiId, patched.id, patched);
  return patched;
};

const DeleteRequestValidator: Run<"DeleteRequestValidator"> = (input, context) => {
  const { restApiId } = input;
  const { id } = findRequestValidator(context, restApiId, input.requestValidatorId);
  const user = methodThat(context, restApiId, ({ requestValidatorId }) => requestValidatorId === id);
  if (user !== undefined) {
    throw conflict(`Cannot delete request validator '${id}', is referenced in method request: ${user}`);
  }
  context.tx.delete(kind, restApiId, id);
  return {};
};

export const requestValidatorOperations = {
  CreateRequestValidator,
  GetRequestValidator,
  GetRequestValidators,
  UpdateRequestValidator,
  DeleteRequestValidator,
} satisfies Partial<Handlers>;
