/** A RestApi as it is now, with all that serves traffic. */
import type { RestApiDocument, SnapshotDocument } from "../../model/documents.ts";
import type { OperationContext } from "../operation.ts";

/** The documents themselves are shared: they are frozen, and a later change of the RestApi stores new ones. */
export function liveSnapshot({ tx }: OperationContext, restApi: RestApiDocument): SnapshotDocument {
  const { id } = restApi;
  return {
    restApi,
    resources: tx.list("resource", id),
    requestValidators: tx.list("requestValidator", id),
    models: tx.list("model", id),
    gatewayResponses: tx.list("gatewayResponse", id),
    authorizers: tx.list("authorizer", id),
  };
}
