/**
 * What a Method or an Integration may refer to by name. One function a kind, so that a kind that has a store of its own
 * is looked up there and nowhere else.
 */
import type { OperationContext } from "../operation.ts";

/** The Models that every RestApi has from the start (facts/control.md 1). */
const builtInModels: ReadonlySet<string> = new Set(["Empty", "Error"]);

type Exists = (context: OperationContext, restApiId: string, name: string) => boolean;

/** Whether the RestApi has a Model of this name. */
export const modelExists: Exists = (_context, _restApiId, name) => builtInModels.has(name);

/** Whether the RestApi has an Authorizer of this id: none can be made yet. */
export const authorizerExists: Exists = () => false;

/** Whether the RestApi has a RequestValidator of this id: none can be made yet. */
export const requestValidatorExists: Exists = () => false;
