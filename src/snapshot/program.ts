/** A stage made ready to serve: what requests run through. Nothing here changes once it is made; changes make new ones. */
import type { AuthorizerProgram } from "../gateway/authorizers/program.ts";
import type { CacheProgram } from "../gateway/cache/program.ts";
import type { CustomisedResponses } from "../gateway/customised-response.ts";
import type { Endpoint } from "../gateway/integrate/uri.ts";
import type { HttpProgram } from "../gateway/integrate/http.ts";
import type { MockProgram } from "../gateway/integrate/mock.ts";
import type { RefusedProgram } from "../gateway/integrate/refused.ts";
import type { ResourcePolicy } from "../gateway/policy/resource-policy.ts";
import type { Routes } from "../gateway/route.ts";
import type { Step } from "../gateway/step.ts";
import type { Observer } from "../gateway/telemetry/observer.ts";
import type { ValidationProgram } from "../gateway/validation.ts";
import type {
  AuthorizerDocument,
  MethodDocument,
  MethodSettingDocument,
  RestApiDocument,
  StageDocument,
} from "../model/documents.ts";
import type { StringMap } from "../model/record.ts";

/** What stands for the method of a request that no method is for. */
export interface UnroutedProgram {
  readonly type: "NONE";
}

export type IntegrationProgram = HttpProgram | MockProgram | RefusedProgram | UnroutedProgram;

/** A method of a deployment, without anything of a stage. */
export interface MethodProgram {
  readonly document: MethodDocument;
  readonly integration: IntegrationProgram;
  /** Undefined when nothing of its requests is checked. */
  readonly validation: ValidationProgram | undefined;
}

/** A resource that has methods. */
export interface ResourceProgram {
  readonly id: string;
  /** As a template, e.g. `/pets/{id}`. */
  readonly path: string;
  /** The method for a verb: its own, else that of ANY; compiled when first asked for. */
  method(verb: string): MethodProgram | undefined;
}

/** A Deployment, compiled once for all the stages that point at it. */
export interface DeploymentProgram {
  readonly restApi: RestApiDocument;
  readonly routes: Routes<ResourceProgram>;
  /** Undefined when the RestApi sets none. */
  readonly gatewayResponses: CustomisedResponses | undefined;
  /** Undefined when the RestApi has none. */
  readonly policy: ResourcePolicy | undefined;
  /** By id. */
  readonly authorizers: ReadonlyMap<string, AuthorizerDocument>;
}

/** A token bucket that a method draws from. */
export interface ThrottleProgram {
  /** `noSlot` when there is no limit. */
  readonly slot: number;
  /** Tokens a second. */
  readonly rate: number;
  readonly burst: number;
  /** Whose limit it is: that of an API key in its usage plan, the Stage's, or the account's. */
  readonly owner: "plan" | "stage" | "account";
  /** Whether it is for one method, and not for all of its owner's. */
  readonly ofMethod: boolean;
}

/** What decides which steps a method needs. */
export interface MethodPlan {
  /** Undefined when the method's callers need no authorizer. */
  readonly authorizer: AuthorizerProgram | undefined;
  readonly restApi: RestApiDocument;
  readonly method: MethodProgram;
  readonly setting: MethodSettingDocument;
  /** Undefined when the method's answers are not cached. */
  readonly cache: CacheProgram | undefined;
  readonly observers: readonly Observer[];
  /** Whether bodies are read whole for the execution log. */
  readonly tracesData: boolean;
}

/** A method as one variant of a stage serves one verb. */
export interface BoundMethod {
  readonly method: MethodProgram;
  readonly resource: ResourceProgram;
  /** The request's own, also through ANY. */
  readonly verb: string;
  /** Who is asked about its callers; undefined when nobody is. */
  readonly authorizer: AuthorizerProgram | undefined;
  readonly setting: MethodSettingDocument;
  readonly throttle: ThrottleProgram;
  readonly cache: CacheProgram | undefined;
  /** Where an HTTP or HTTP_PROXY integration goes; undefined when its URI cannot be called. */
  readonly endpoint: Endpoint | undefined;
  /** Who is told of each request when it is over. */
  readonly observers: readonly Observer[];
  readonly steps: readonly Step[];
}

/** One side of a stage: its own deployment and variables, or the canary's. */
export interface StageVariant {
  readonly deploymentId: string;
  readonly deployment: DeploymentProgram;
  /** The canary's overrides included. */
  readonly variables: StringMap;
  readonly isCanary: boolean;
  /** The method for a verb of a resource; bound when first asked for. Undefined when there is none. */
  method(resource: ResourceProgram, verb: string): BoundMethod | undefined;
  /** Answers requests that no method is for. */
  readonly unrouted: BoundMethod;
}

export interface StageProgram {
  readonly apiId: string;
  readonly stageName: string;
  readonly document: StageDocument;
  readonly base: StageVariant;
  /** Where its active tracing takes its seconds from (telemetry/tracing/sampler.ts); undefined when tracing is off. */
  readonly samplingCell: number | undefined;
  /** Present also at 0 percent: `$context.isCanaryRequest` depends on it. */
  readonly canary: { readonly percent: number; readonly variant: StageVariant } | undefined;
}
