import { describe, expect, it } from "vitest";
import { bad, everything, missing, newApi, newMethod, refusalOf, taken } from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { PatchOperation } from "../../model/service.ts";
import { requestValidatorRules } from "../patch/rules/request-validator.ts";
import { methodOperations } from "./method.ts";
import { requestValidatorOperations } from "./request-validator.ts";
import { restApiOperations } from "./rest-api.ts";

const {
  CreateRequestValidator,
  GetRequestValidator,
  GetRequestValidators,
  UpdateRequestValidator,
  DeleteRequestValidator,
} = requestValidatorOperations;

/** A RestApi with a validator named `all`. */
function open() {
  const api = newApi();
  const { context, restApiId } = api;
  const reply = CreateRequestValidator({ restApiId, name: "all", validateRequestBody: true }, context);
  const place = { restApiId, requestValidatorId: reply.id ?? "" };
  const update = (patchOperations: readonly PatchOperation[]) => {
    const patched = UpdateRequestValidator({ ...place, patchOperations }, context);
    expect(GetRequestValidator(place, context)).toStrictEqual(patched);
    return patched;
  };
  return { api, tx: context.tx, context, restApiId, place, reply, update };
}

const unknown = missing("Invalid Request Validator identifier specified");

describe("RequestValidator", () => {
  it("is created with both flags, which are false by default", () => {
    const { reply, context, restApiId } = open();
    expect(reply).toStrictEqual({
      id: reply.id,
      name: "all",
      validateRequestBody: true,
      validateRequestParameters: false,
    });
    expect(reply.id).toMatch(/^[a-z0-9]{6}$/);
    expect(CreateRequestValidator({ restApiId }, context)).toMatchObject({ validateRequestBody: false });
    expect(GetRequestValidators({ restApiId }, context).items).toHaveLength(2);
    expect(GetRequestValidators({ restApiId, limit: 1 }, context)).toMatchObject({ items: [reply] });
  });

  it("refuses in the service's words", () => {
    const { context, restApiId, place } = open();
    const none = { ...place, requestValidatorId: "none" };
    const elsewhere = { ...place, restApiId: "none" };
    expect(refusalOf(() => CreateRequestValidator({ restApiId: "none" }, context))).toBe(
      bad("Invalid REST API identifier specified"),
    );
    expect(refusalOf(() => CreateRequestValidator({ restApiId, name: "" }, context))).toBe(
      bad("Request Validator name cannot be blank"),
    );
    expect(refusalOf(() => GetRequestValidators({ restApiId: "none" }, context))).toBe(
      missing("Invalid API identifier specified 123456789012:none"),
    );
    for (const at of [none, elsewhere]) {
      expect(refusalOf(() => GetRequestValidator(at, context))).toBe(unknown);
      expect(refusalOf(() => UpdateRequestValidator({ ...at, patchOperations: [] }, context))).toBe(unknown);
      expect(refusalOf(() => DeleteRequestValidator(at, context))).toBe(unknown);
    }
  });

  it("has a bound on their number", () => {
    const { context, restApiId } = open();
    for (let i = 1; i < limits.requestValidators; i++) CreateRequestValidator({ restApiId }, context);
    expect(refusalOf(() => CreateRequestValidator({ restApiId }, context))).toBe(
      "LimitExceededException: Maximum number of Request Validators for this API has been reached: 300",
    );
  });

  it("stays while a Method has it", () => {
    const { api, context, place } = open();
    const { requestValidatorId } = place;
    const method = newMethod(api, { requestValidatorId });
    expect(refusalOf(() => DeleteRequestValidator(place, context))).toBe(
      taken(`Cannot delete request validator '${requestValidatorId}', is referenced in method request: //GET`),
    );
    const clear = [{ op: "replace", path: "/requestValidatorId", value: "" }] as const;
    methodOperations.UpdateMethod({ ...method, patchOperations: clear }, context);
    DeleteRequestValidator(place, context);
    expect(refusalOf(() => GetRequestValidator(place, context))).toBe(unknown);
    const use = [{ op: "replace", path: "/requestValidatorId", value: requestValidatorId }] as const;
    expect(refusalOf(() => methodOperations.UpdateMethod({ ...method, patchOperations: use }, context))).toBe(
      bad("Invalid Request Validator identifier specified"),
    );
  });

  it("is cloned under a new id, and goes with its RestApi", () => {
    const { api, context, restApiId, place } = open();
    newMethod(api, { requestValidatorId: place.requestValidatorId });
    const before = everything(context.tx);
    const { id = "" } = restApiOperations.CreateRestApi({ name: "copy", cloneFrom: restApiId }, context);
    const [cloned] = context.tx.list("requestValidator", id);
    expect(cloned).toMatchObject({ name: "all", validateRequestBody: true });
    expect(cloned?.id).not.toBe(place.requestValidatorId);
    const [root] = context.tx.list("resource", id);
    expect(root?.resourceMethods["GET"]?.requestValidatorId).toBe(cloned?.id);
    restApiOperations.DeleteRestApi({ restApiId: id }, context);
    expect(everything(context.tx)).toEqual(before);
  });

  describePatchMatrix("RequestValidator", {
    rules: requestValidatorRules.table.rules as never,
    rows: [
      { rule: "/name", value: "some", ops: { replace: { name: "some" } } },
      {
        rule: "/validateRequestParameters",
        value: "TRUE",
        ops: { replace: { validateRequestParameters: true, validateRequestBody: true } },
      },
      { rule: "/validateRequestBody", value: "yes", ops: { replace: { validateRequestBody: false } } },
    ],
    open,
    ...familyA("/name, /validateRequestParameters, /validateRequestBody"),
    unlisted: ["/validateRequestHeaders", "/name/x"],
  });

  it("an update without a value clears a flag, and refuses an empty name", () => {
    expect(open().update([{ op: "replace", path: "/validateRequestBody" }])).toMatchObject({
      validateRequestBody: false,
    });
    for (const value of ["", undefined]) {
      expect(refusalOf(() => open().update([{ op: "replace", path: "/name", value }]))).toBe(
        bad("Request Validator name cannot be blank"),
      );
    }
  });
});
