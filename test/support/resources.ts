/** The Resources of a RestApi in tests: what there is, and how it is changed. */
import { resourceOperations } from "../../src/control/operations/resource.ts";
import type { ResourceDocument } from "../../src/model/documents.ts";
import type { PatchOperation } from "../../src/model/service.ts";
import type { ApiFixture } from "./api-fixture.ts";

export const resourcesOf = ({ context, restApiId }: ApiFixture): readonly ResourceDocument[] =>
  context.tx.list("resource", restApiId);

/** In order. */
export const pathsOf = (api: ApiFixture): string[] =>
  resourcesOf(api)
    .map(({ path }) => path)
    .toSorted();

export const updateResource = (api: ApiFixture, resourceId: string, ...patchOperations: PatchOperation[]) =>
  resourceOperations.UpdateResource({ restApiId: api.restApiId, resourceId, patchOperations }, api.context);
