/** One of `x-amazon-apigateway-request-validators`, both ways (facts/control.md 9, 19). Its key is the validator's name. */
import type { RequestValidatorDocument } from "../../model/documents.ts";
import { boolean, type Members } from "./members.ts";

export const requestValidatorMembers: Members<RequestValidatorDocument> = {
  validateRequestParameters: boolean,
  validateRequestBody: boolean,
};
