/** Operations of GatewayResponse (facts/control.md 11). */
import { notFound } from "../../errors.ts";
import type { GatewayResponseDocument } from "../../model/documents.ts";
import {
  defaultTemplates,
  type EffectiveGatewayResponse,
  effectiveGatewayResponse,
  gatewayResponseTypes,
} from "../../model/gateway-responses.ts";
import { compact } from "../../model/record.ts";
import type { Handlers, OperationContext, Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { gatewayResponseRules } from "../patch/rules/gateway-response.ts";
import { withoutNulls } from "./bounds.ts";
import { findRestApi } from "./find.ts";
import { checkedGatewayResponse } from "./gateway-response-checks.ts";

const kind = "gatewayResponse";

/** What holds for a type, set or not. */
const shown = ({ tx }: OperationContext, restApiId: string, type: string): EffectiveGatewayResponse =>
  effectiveGatewayResponse(type, (each) => tx.get(kind, restApiId, each));

/** Stores what a type of gateway response is to be: what is left out is the type's own default. */
export function putGatewayResponse(
  context: OperationContext,
  restApiId: string,
  given: Partial<GatewayResponseDocument> & Pick<GatewayResponseDocument, "responseType">,
): EffectiveGatewayResponse {
  const { responseType, statusCode, responseParameters = {}, responseTemplates = defaultTemplates } = given;
  return put(context, restApiId, compact({ responseType, statusCode, responseParameters, responseTemplates }));
}

function put(
  context: OperationContext,
  restApiId: string,
  response: GatewayResponseDocument,
): EffectiveGatewayResponse {
  const checked = checkedGatewayResponse(response);
  context.tx.put(kind, restApiId, checked.responseType, checked);
  return shown(context, restApiId, checked.responseType);
}

/** Replaces all of it: what is left out is the type's own default again. */
const PutGatewayResponse: Run<"PutGatewayResponse"> = (input, context) => {
  const { restApiId } = input;
  findRestApi(context, restApiId);
  const given = {
    responseType: input.responseType,
    statusCode: input.statusCode,
    responseParameters: withoutNulls(input.responseParameters, ""),
    responseTemplates: withoutNulls(input.responseTemplates, ""),
  };
  return putGatewayResponse(context, restApiId, compact(given));
};

const GetGatewayResponse: Run<"GetGatewayResponse"> = (input, context) => {
  findRestApi(context, input.restApiId);
  return shown(context, input.restApiId, input.responseType);
};

/** All types are listed, whether set or not. */
const GetGatewayResponses: Run<"GetGatewayResponses"> = (input, context) => {
  findRestApi(context, input.restApiId);
  const { items, position } = paginate(gatewayResponseTypes, input, (type) => type);
  return { items: items.map((type) => shown(context, input.restApiId, type)), position };
};

/** A type that is not set becomes so, from what held for it. */
const UpdateGatewayResponse: Run<"UpdateGatewayResponse"> = (input, context) => {
  const { restApiId, responseType, patchOperations = [] } = input;
  findRestApi(context, restApiId);
  const { defaultResponse: _default, ...present } = shown(context, restApiId, responseType);
  const response: GatewayResponseDocument = context.tx.get(kind, restApiId, responseType) ?? compact(present);
  const patched = applyPatch(response, patchOperations, gatewayResponseRules, undefined);
  return patched === response ? shown(context, restApiId, responseType) : put(context, restApiId, patched);
};

const DeleteGatewayResponse: Run<"DeleteGatewayResponse"> = (input, context) => {
  const { restApiId, responseType } = input;
  findRestApi(context, restApiId);
  if (context.tx.get(kind, restApiId, responseType) === undefined) {
    throw notFound("Gateway response type not defined on api");
  }
  context.tx.delete(kind, restApiId, responseType);
  return {};
};

export const gatewayResponseOperations = {
  PutGatewayResponse,
  GetGatewayResponse,
  GetGatewayResponses,
  UpdateGatewayResponse,
  DeleteGatewayResponse,
} satisfies Partial<Handlers>;
