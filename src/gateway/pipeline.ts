/**
 * The life of a request, top to bottom. A method's own list is made when a stage is compiled and holds only the steps
 * that have something to do for it.
 */
import type { MethodPlan } from "../snapshot/program.ts";
import { apiKey } from "./steps/api-key.ts";
import { authorizer } from "./steps/authorizer.ts";
import { authorizerVerdict } from "./steps/authorizer-verdict.ts";
import { cacheLookup } from "./steps/cache-lookup.ts";
import { cacheStore } from "./steps/cache-store.ts";
import { configurationError } from "./steps/configuration-error.ts";
import { firstContent } from "./steps/first-content.ts";
import { iamAuthorization } from "./steps/iam-authorization.ts";
import { integrationCall } from "./steps/integration-call.ts";
import { integrationRequest } from "./steps/integration-request.ts";
import { integrationResponse } from "./steps/integration-response.ts";
import { mock } from "./steps/mock.ts";
import { observe } from "./steps/observe.ts";
import { proxyResponse } from "./steps/proxy-response.ts";
import { readBody } from "./steps/read-body.ts";
import { readEndpointBody } from "./steps/read-endpoint-body.ts";
import { reply } from "./steps/reply.ts";
import { requestTemplate } from "./steps/request-template.ts";
import { resourcePolicy, resourcePolicyBehindToken } from "./steps/resource-policy.ts";
import { throttle } from "./steps/throttle.ts";
import { trace } from "./steps/trace.ts";
import { unrouted } from "./steps/unrouted.ts";
import { usagePlan } from "./steps/usage-plan.ts";
import { validateBody } from "./steps/validate-body.ts";
import { validateParameters } from "./steps/validate-parameters.ts";
import type { PipelineStep, Step } from "./step.ts";

/**
 * The order of the service's gates (facts/runtime.md 1). A firewall, which a stage's `webAclArn` names, has its place right
 * before `iamAuthorization`: it is asked before every other access control (facts/runtime.md 8).
 */
export const pipeline: readonly PipelineStep[] = [
  observe,
  unrouted,
  trace,
  iamAuthorization,
  resourcePolicy,
  authorizer,
  authorizerVerdict,
  resourcePolicyBehindToken,
  apiKey,
  usagePlan,
  throttle,
  validateParameters,
  configurationError,
  readBody,
  validateBody,
  cacheLookup,
  mock,
  requestTemplate,
  integrationRequest,
  integrationCall,
  firstContent,
  readEndpointBody,
  integrationResponse,
  proxyResponse,
  cacheStore,
  reply,
];

/** The steps that a method needs, in order. */
export const stepsOf = (plan: MethodPlan): readonly Step[] =>
  pipeline.filter(({ needed }) => needed(plan)).map(({ run }) => run);
