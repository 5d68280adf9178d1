/**
 * The Resources and Methods of a definition, put below a RestApi. The tree is worked out first and stored at its end, each
 * Resource once, so that ten thousand of them take no longer than they must.
 */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { MethodDocument, ResourceDocument, RestApiDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact, entryOf, toMap, withEntry } from "../../model/record.ts";
import { findResponse } from "../operations/find.ts";
import { draftedIntegration } from "../operations/integration.ts";
import { checkedIntegration } from "../operations/integration-checks.ts";
import { checkedIntegrationResponse } from "../operations/integration-response.ts";
import { checkedAuthorizationType, checkedMethod } from "../operations/method-checks.ts";
import { checkedSize, checkTotalSize } from "../operations/method-place.ts";
import { checkMethodResponse } from "../operations/method-response.ts";
import { checkParent, checkPathPart, ChildParts, joinPath } from "../operations/resource-tree.ts";
import type { OperationContext } from "../operation.ts";
import { withDeclaredResponses } from "./declared-responses.ts";
import type { Definition, IntegrationDraft, MethodDraft } from "./definition.ts";
import type { Problems } from "./problems.ts";
import { operationName } from "./read-operation.ts";

/** What Methods name, and the ids that these have below the RestApi. */
export interface NamedIds {
  readonly validators: ReadonlyMap<string, string>;
  readonly authorizers: ReadonlyMap<string, string>;
}

/** What is known while Methods are made. */
interface Making {
  readonly context: OperationContext;
  readonly restApiId: string;
  readonly ids: NamedIds;
  readonly problems: Problems;
}

/**
 * What the Methods of a definition come to at most, characters of JSON. Each gets defaults, which do not depend on it; an
 * answer is stored by its status code, and one of an integration may make another (`withDeclaredResponses`).
 */
function sizeAtMost({ paths, methodsSize }: Pick<Definition, "paths" | "methodsSize">): number {
  const count = paths.reduce((sum, { methods }) => sum + methods.length, 0);
  return 3 * methodsSize + limits.importDefaults * count;
}

/** The Resources of a RestApi as they are to be. */
class Tree {
  readonly #resources = new Map<string, ResourceDocument>();
  readonly #children = new Map<string, ChildParts>();
  /** Ids of Resources that are replaced, by path: a Resource of the same path keeps its id. */
  readonly #formerIds: ReadonlyMap<string, string>;
  #size = 0;
  /** Whether Methods that are put may be too large, one or all: to measure each takes a tenth of an import. */
  readonly #measures: boolean;

  /** `kept` stay as they are, `former` give their ids; all that is put comes to `atMost` characters. */
  constructor(kept: readonly ResourceDocument[], former: readonly ResourceDocument[], atMost: number) {
    this.#formerIds = new Map(former.map(({ path, id }) => [path, id]));
    for (const resource of kept) {
      this.#add(resource);
      for (const method of Object.values(resource.resourceMethods)) this.#size += checkedSize(method);
    }
    this.#measures = atMost > limits.method || this.#size + atMost > limits.restApiMethods;
  }

  get resources(): Iterable<ResourceDocument> {
    return this.#resources.values();
  }

  #add(resource: ResourceDocument): void {
    this.#resources.set(resource.path, resource);
    const { parentId, pathPart } = resource;
    if (parentId === undefined || pathPart === undefined) return;
    const siblings = this.#children.get(parentId) ?? new ChildParts();
    siblings.add(pathPart);
    this.#children.set(parentId, siblings);
  }

  /** The Resource of a path, made with all above it where it is not there yet. */
  ensure(path: string): ResourceDocument {
    let resource = this.#root();
    for (const part of path.split("/").filter((text) => text !== "")) {
      const below = joinPath(resource.path, part);
      resource = this.#resources.get(below) ?? this.#create(resource, part, below);
    }
    return resource;
  }

  #root(): ResourceDocument {
    const root = this.#resources.get("/");
    if (root === undefined) throw new Error("A RestApi has no root.");
    return root;
  }

  #create(parent: ResourceDocument, pathPart: string, path: string): ResourceDocument {
    checkPathPart(pathPart);
    checkParent(parent.pathPart);
    this.#children.get(parent.id)?.check(pathPart);
    if (this.#resources.size >= limits.importResources) throw tooManyResources();
    const id = this.#formerIds.get(path) ?? newId("resource");
    const resource: ResourceDocument = { id, parentId: parent.id, pathPart, path, resourceMethods: {} };
    this.#add(resource);
    return resource;
  }

  /** Puts a Method, new or in place of the present one. Throws when all of them are too large. */
  putMethod(path: string, method: MethodDocument): void {
    const resource = this.#resources.get(path);
    if (resource === undefined) return;
    if (this.#measures) {
      const present = entryOf(resource.resourceMethods, method.httpMethod);
      this.#size += checkedSize(method) - (present === undefined ? 0 : checkedSize(present));
    }
    const resourceMethods = withEntry(resource.resourceMethods, method.httpMethod, method);
    this.#resources.set(path, { ...resource, resourceMethods });
  }

  checkSize(): void {
    checkTotalSize(this.#size);
  }
}

const tooManyResources = (): Fault =>
  new Fault("LimitExceededException", `An API that is imported can have at most ${limits.importResources} resources`);

/** Answers by their status codes; of two with the same the last counts. */
const byStatusCode = <R extends { readonly statusCode: string }>(
  responses: readonly R[],
): Readonly<Record<string, R>> => toMap(responses.map((response) => [response.statusCode, response]));

/** The Method itself with its answers; undefined, with an error, for one that cannot be. */
function makeMethod(path: string, draft: MethodDraft, making: Making): MethodDocument | undefined {
  const { context, restApiId, ids, problems } = making;
  const name = operationName({ path, httpMethod: draft.httpMethod });
  const method = problems.attempt(`Unable to put method ${name}`, () => {
    const { validatorName, authorizerName } = draft;
    const requestValidatorId = validatorName === undefined ? undefined : ids.validators.get(validatorName);
    if (validatorName !== undefined && requestValidatorId === undefined) {
      throw badRequest("Invalid Request Validator identifier specified");
    }
    const drafted: MethodDocument = compact({
      httpMethod: draft.httpMethod,
      authorizationType: checkedAuthorizationType(draft.authorizationType),
      authorizerId: authorizerName === undefined ? undefined : ids.authorizers.get(authorizerName),
      apiKeyRequired: draft.apiKeyRequired,
      requestValidatorId,
      operationName: draft.operationName,
      requestParameters: draft.requestParameters,
      requestModels: draft.requestModels,
      authorizationScopes: draft.authorizationScopes,
    });
    return checkedMethod(drafted, context, restApiId);
  });
  if (method === undefined) return undefined;
  const { responses } = draft;
  for (const response of responses) {
    problems.attempt(`Unable to put method response ${response.statusCode} on ${name}`, () =>
      checkMethodResponse(response, context, restApiId),
    );
  }
  return responses.length === 0 ? method : { ...method, methodResponses: byStatusCode(responses) };
}

/** The Method with its Integration, and that with its answers. */
function withIntegration(
  resource: ResourceDocument,
  bare: MethodDocument,
  draft: IntegrationDraft,
  making: Making,
): MethodDocument {
  const { context, problems } = making;
  const where = `'${bare.httpMethod}' for resource at path '${resource.path}'`;
  const integration = problems.attempt(`Unable to put integration on ${where}`, () => {
    const { type } = draft.integration;
    if (type === undefined) throw badRequest("Enumeration value for type must be non-empty");
    return checkedIntegration(draftedIntegration({ ...draft.integration, type }, resource.id), bare, context);
  });
  if (integration === undefined) return bare;
  const method = withDeclaredResponses(bare, draft, where, problems);
  if (draft.responses.length === 0) return { ...method, methodIntegration: integration };
  const responses = draft.responses.flatMap(
    (response) =>
      problems.attempt(`Unable to put integration response on ${where}`, () =>
        checkedIntegrationResponse(response, findResponse(method.methodResponses, response.statusCode)),
      ) ?? [],
  );
  return { ...method, methodIntegration: { ...integration, integrationResponses: byStatusCode(responses) } };
}

/** All Methods of a path. */
function applyMethods(tree: Tree, resource: ResourceDocument, methods: readonly MethodDraft[], making: Making): void {
  for (const draft of methods) {
    const bare = makeMethod(resource.path, draft, making);
    if (bare === undefined) continue;
    const { httpMethod, integration } = draft;
    const method = integration === undefined ? bare : withIntegration(resource, bare, integration, making);
    making.problems.attempt(`Unable to put method ${operationName({ path: resource.path, httpMethod })}`, () =>
      tree.putMethod(resource.path, method),
    );
    // Not one error for each: what is too large for the store is not even worked out.
    tree.checkSize();
  }
}

/** `/pets` and `/pets/` are one Resource: a definition may say twice what a Method is. `verbs` are those so far, by path. */
function warnOfSecond(
  { path }: ResourceDocument,
  methods: readonly MethodDraft[],
  verbs: Map<string, Set<string>>,
  problems: Problems,
): void {
  const known = verbs.get(path) ?? new Set<string>();
  verbs.set(path, known);
  for (const { httpMethod } of methods) {
    if (known.has(httpMethod)) {
      problems.warn(`Method ${operationName({ path, httpMethod })} is defined more than once. The last one is taken.`);
    }
    known.add(httpMethod);
  }
}

/** Where paths are put, and what they may refer to. */
export interface PathsPlace {
  readonly context: OperationContext;
  readonly restApi: RestApiDocument;
  readonly ids: NamedIds;
  readonly problems: Problems;
}

/** Puts the paths of a definition. `overwrite` removes all Resources and Methods that it does not have. */
export function applyPaths(
  { context, restApi, ids, problems }: PathsPlace,
  definition: Pick<Definition, "paths" | "methodsSize">,
  overwrite: boolean,
): void {
  const restApiId = restApi.id;
  const present = context.tx.list("resource", restApiId);
  const root: ResourceDocument = { id: restApi.rootResourceId, path: "/", resourceMethods: {} };
  const tree = new Tree(overwrite ? [root] : present, present, sizeAtMost(definition));
  const making: Making = { context, restApiId, ids, problems };
  const verbs = new Map<string, Set<string>>();
  for (const { path, methods } of definition.paths) {
    const resource = problems.attempt(`Unable to create resource at path '${path}'`, () => {
      if (!path.startsWith("/")) throw badRequest("A path must begin with a slash");
      return tree.ensure(path);
    });
    if (resource === undefined) continue;
    warnOfSecond(resource, methods, verbs, problems);
    applyMethods(tree, resource, methods, making);
  }
  storeTree(context, restApiId, present, tree);
}

/** Whether there is nothing to store. The order of what is in a Resource counts: exports keep it. */
const isUnchanged = (present: ResourceDocument | undefined, resource: ResourceDocument): boolean =>
  present === resource || (present !== undefined && JSON.stringify(present) === JSON.stringify(resource));

function storeTree(
  { tx }: OperationContext,
  restApiId: string,
  present: readonly ResourceDocument[],
  tree: Tree,
): void {
  const left = new Map(present.map((resource) => [resource.id, resource]));
  for (const resource of tree.resources) {
    if (!isUnchanged(left.get(resource.id), resource)) tx.put("resource", restApiId, resource.id, resource);
    left.delete(resource.id);
  }
  for (const id of left.keys()) tx.delete("resource", restApiId, id);
}
