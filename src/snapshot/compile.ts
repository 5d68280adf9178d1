/** Snapshot and stage → programs. Methods are compiled and bound when a request first needs them. */
import { authorizerOf, type AuthorizerProgram, compileAuthorizer } from "../gateway/authorizers/program.ts";
import { compileCache } from "../gateway/cache/program.ts";
import { compileGatewayResponses } from "../gateway/customised-response.ts";
import { type EndpointTls, compileEndpoint, withStageVariables } from "../gateway/integrate/uri.ts";
import { compileHttp, isHttp } from "../gateway/integrate/http.ts";
import { IntegrationRefused } from "../gateway/integrate/refused.ts";
import { compileMock } from "../gateway/integrate/mock.ts";
import { stepsOf } from "../gateway/pipeline.ts";
import { compileResourcePolicy } from "../gateway/policy/resource-policy.ts";
import { parameterNames, Routes } from "../gateway/route.ts";
import { type AccessLog, compileAccessLog } from "../gateway/telemetry/access-log.ts";
import { tracesData } from "../gateway/telemetry/execution-log.ts";
import type { MetricsRegistry, SeriesSource } from "../gateway/telemetry/metrics/registry.ts";
import { samplingCell } from "../gateway/telemetry/tracing/sampler.ts";
import { observersOf } from "../gateway/telemetry/observers.ts";
import { compileValidation, schemasOf, type ValidationProgram } from "../gateway/validation.ts";
import type { IntegrationDocument, MethodDocument, ResourceDocument, SnapshotDocument } from "../model/documents.ts";
import {
  defaultMethodSetting,
  effectiveMethodSetting,
  indexMethodSettings,
  type MethodSettingIndex,
  methodSettingVerbs,
} from "../model/method-settings.ts";
import { entryOf, mergeEntries, type StringMap } from "../model/record.ts";
import type {
  BoundMethod,
  DeploymentProgram,
  IntegrationProgram,
  MethodProgram,
  ResourceProgram,
  StageProgram,
  StageVariant,
} from "./program.ts";
import type { StageEntry } from "./table.ts";
import { type AccountLimits, stageThrottle } from "./throttle.ts";

function compileIntegration(document: IntegrationDocument | undefined, path: string): IntegrationProgram {
  if (document === undefined) throw new IntegrationRefused("the method has no integration");
  const { type } = document;
  if (type === "MOCK") return compileMock(document);
  if (type === "HTTP" || type === "HTTP_PROXY") return compileHttp(document, parameterNames(path));
  throw new IntegrationRefused(`an integration of type ${type} cannot be served yet`);
}

/** What cannot be compiled is refused request by request; it takes nothing else down. */
function integrationOf(document: IntegrationDocument | undefined, path: string): IntegrationProgram {
  try {
    return compileIntegration(document, path);
  } catch (error) {
    return { type: "REFUSED", reason: error instanceof IntegrationRefused ? error.message : String(error) };
  }
}

/** `path`: the Resource's. */
type ValidationOf = (method: MethodDocument, path: string) => ValidationProgram | undefined;

class CompiledResource implements ResourceProgram {
  readonly id: string;
  readonly path: string;
  readonly #documents: ResourceDocument["resourceMethods"];
  readonly #methods = new Map<MethodDocument, MethodProgram>();
  readonly #validationOf: ValidationOf;

  constructor({ id, path, resourceMethods }: ResourceDocument, validationOf: ValidationOf) {
    this.#validationOf = validationOf;
    this.id = id;
    this.path = path;
    this.#documents = resourceMethods;
  }

  method(verb: string): MethodProgram | undefined {
    const document = entryOf(this.#documents, verb) ?? entryOf(this.#documents, "ANY");
    if (document === undefined) return undefined;
    const present = this.#methods.get(document);
    if (present !== undefined) return present;
    const method = {
      document,
      integration: integrationOf(document.methodIntegration, this.path),
      validation: this.#validationOf(document, this.path),
    };
    this.#methods.set(document, method);
    return method;
  }
}

/** Programs live as long as some stage holds their snapshot. */
const deployments = new WeakMap<SnapshotDocument, DeploymentProgram>();

/** The one program of a snapshot, shared by every stage that points at it. A resource without methods serves no path. */
function compileDeployment(snapshot: SnapshotDocument): DeploymentProgram {
  const present = deployments.get(snapshot);
  if (present !== undefined) return present;
  const resources = snapshot.resources.filter(({ resourceMethods }) => Object.keys(resourceMethods).length > 0);
  const schemas = schemasOf(snapshot);
  const validationOf: ValidationOf = (method, path) => compileValidation(method, path, snapshot, schemas);
  const deployment = {
    restApi: snapshot.restApi,
    gatewayResponses: compileGatewayResponses(snapshot),
    policy: compileResourcePolicy(snapshot.restApi.policy),
    authorizers: new Map((snapshot.authorizers ?? []).map((authorizer) => [authorizer.id, authorizer])),
    routes: new Routes<ResourceProgram>(
      resources.map((resource) => [resource.path, new CompiledResource(resource, validationOf)] as const),
    ),
  };
  deployments.set(snapshot, deployment);
  return deployment;
}

/** No resource and no method: of requests that no method is for. */
const nowhere: ResourceProgram = { id: "", path: "", method: () => undefined };
const noMethod: MethodProgram = {
  document: { httpMethod: "", authorizationType: "NONE", apiKeyRequired: false },
  integration: { type: "NONE" },
  validation: undefined,
};

/** What both sides of a stage share. */
interface StageParts {
  readonly apiId: string;
  readonly entry: StageEntry;
  readonly settings: MethodSettingIndex;
  readonly account: AccountLimits;
  readonly accessLog: AccessLog | undefined;
  readonly metrics: SeriesSource | undefined;
}

class CompiledVariant implements StageVariant {
  readonly deploymentId: string;
  readonly deployment: DeploymentProgram;
  readonly variables: StringMap;
  readonly isCanary: boolean;
  readonly #parts: StageParts;
  readonly #authorizers = new Map<string, AuthorizerProgram>();
  readonly #bound = new Map<ResourceProgram, Map<string, BoundMethod>>();
  #unrouted: BoundMethod | undefined = undefined;

  constructor(
    parts: StageParts,
    deploymentId: string,
    snapshot: SnapshotDocument,
    variables: StringMap,
    isCanary: boolean,
  ) {
    this.deploymentId = deploymentId;
    this.deployment = compileDeployment(snapshot);
    this.variables = variables;
    this.isCanary = isCanary;
    this.#parts = parts;
  }

  method(resource: ResourceProgram, verb: string): BoundMethod | undefined {
    const present = this.#bound.get(resource)?.get(verb);
    if (present !== undefined) return present;
    // ANY stands for these verbs and no others, so there is a bound on what is kept here.
    if (!methodSettingVerbs.has(verb)) return undefined;
    const method = resource.method(verb);
    if (method === undefined) return undefined;
    const bound = this.#bind(resource, method, verb);
    const verbs = this.#bound.get(resource) ?? new Map<string, BoundMethod>();
    this.#bound.set(resource, verbs.set(verb, bound));
    return bound;
  }

  get unrouted(): BoundMethod {
    return (this.#unrouted ??= this.#bind(nowhere, noMethod, ""));
  }

  #bind(resource: ResourceProgram, method: MethodProgram, verb: string): BoundMethod {
    const { apiId, entry, settings, account, accessLog, metrics } = this.#parts;
    const { stageName } = entry.stage;
    const setting = method === noMethod ? defaultMethodSetting : effectiveMethodSetting(settings, resource.path, verb);
    const { deploymentId, isCanary } = this;
    const cache = compileCache({ apiId, stage: entry.stage, deploymentId, isCanary, resource, method, verb, setting });
    const { restApi } = this.deployment;
    const authorizer = authorizerOf(method.document, (id) => this.#authorizer(id));
    const observers = observersOf({
      apiId,
      apiName: restApi.name,
      stageName,
      isCanary,
      accessLog,
      setting,
      method: method === noMethod ? undefined : { verb, resource: resource.path },
      metrics,
    });
    return {
      method,
      resource,
      verb,
      authorizer,
      setting,
      cache,
      throttle: stageThrottle(settings, entry.slots, account, resource.path, verb),
      endpoint: this.#endpoint(method.integration),
      observers,
      steps: stepsOf({ restApi, method, authorizer, setting, cache, observers, tracesData: tracesData(setting) }),
    };
  }

  /** One program for all methods that name the same. */
  #authorizer(id: string): AuthorizerProgram | undefined {
    const document = this.deployment.authorizers.get(id);
    const present = this.#authorizers.get(id);
    if (document === undefined || present !== undefined) return present;
    const { apiId, entry } = this.#parts;
    const { deploymentId, isCanary, variables } = this;
    const program = compileAuthorizer(document, { apiId, stage: entry.stage, deploymentId, isCanary, variables });
    this.#authorizers.set(id, program);
    return program;
  }

  #endpoint(integration: IntegrationProgram): BoundMethod["endpoint"] {
    if (!isHttp(integration)) return undefined;
    const { clientCertificate } = this.#parts.entry;
    const tls: EndpointTls = {
      insecureSkipVerification: integration.insecureSkipVerification,
      certificate: clientCertificate?.certificate,
      privateKey: clientCertificate?.privateKey,
    };
    return compileEndpoint(withStageVariables(integration.uri, this.variables), integration.path, tls);
  }
}

/** The program of a stage. Throws when a deployment that it points at is missing. */
export function compileStage(
  apiId: string,
  entry: StageEntry,
  snapshotOf: (deploymentId: string) => SnapshotDocument | undefined,
  account: AccountLimits,
  metrics?: MetricsRegistry,
): StageProgram {
  const { stage } = entry;
  const parts = {
    apiId,
    entry,
    settings: indexMethodSettings(stage.methodSettings),
    account,
    accessLog: compileAccessLog(stage),
    metrics: metrics?.begin(apiId, stage.stageName),
  };
  const variables = stage.variables ?? {};
  const variant = (deploymentId: string, ofVariant: StringMap, isCanary: boolean): StageVariant => {
    const snapshot = snapshotOf(deploymentId);
    if (snapshot === undefined) {
      throw new Error(
        `stage ${stage.stageName} of ${apiId} points at the deployment ${deploymentId}, which is missing`,
      );
    }
    return new CompiledVariant(parts, deploymentId, snapshot, ofVariant, isCanary);
  };
  const canary = stage.canarySettings;
  return {
    apiId,
    stageName: stage.stageName,
    document: stage,
    samplingCell: stage.tracingEnabled ? samplingCell(apiId, stage.stageName) : undefined,
    base: variant(stage.deploymentId, variables, false),
    canary: canary && {
      percent: canary.percentTraffic,
      variant: variant(canary.deploymentId, mergeEntries(variables, canary.stageVariableOverrides), true),
    },
  };
}
