/** TestInvokeAuthorizer (facts/control.md 8): asks one Authorizer of the live definition, as traffic would ask it. */
import { compileAuthorizer } from "../../gateway/authorizers/program.ts";
import { parseAnswer } from "../../gateway/authorizers/lambda-answer.ts";
import { authorizeForTest, type TestAuthorization, type TestRequest } from "../../gateway/test-invocation.ts";
import type { AuthorizerDocument, MethodDocument, SnapshotDocument } from "../../model/documents.ts";
import { isObject } from "../../model/json.ts";
import type { StringMap } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { compileTestStage, type TestStage } from "../../snapshot/test-stage.ts";
import { type Handlers, type OperationContext, performed } from "../operation.ts";
import { checkMap, withoutNulls } from "./bounds.ts";
import { findAuthorizer, findRestApi } from "./find.ts";
import { toStageVariables } from "./stage-values.ts";
import { testHeaders, testTarget, testTurns } from "./test-request.ts";

type Tested = Input<"TestInvokeAuthorizer">;

interface AuthorizerTestPlan {
  readonly authorizer: AuthorizerDocument;
  readonly stage: TestStage;
  readonly request: TestRequest;
  readonly context: StringMap;
}

/** The stage of a test's method, as its ARN names it (AWS, "Use API Gateway Lambda authorizers"). */
const stageName = "ESTestInvoke-stage";
const root = "/";

/** Answers by itself: whoever is let in gets a 200. */
function methodFor({ id, type }: AuthorizerDocument): MethodDocument {
  return {
    httpMethod: "GET",
    authorizationType: type === "COGNITO_USER_POOLS" ? type : "CUSTOM",
    authorizerId: id,
    apiKeyRequired: false,
    methodIntegration: {
      type: "MOCK",
      requestTemplates: { "application/json": '{"statusCode":200}' },
      passthroughBehavior: "NEVER",
      timeoutInMillis: 1_000,
      cacheNamespace: id,
      cacheKeyParameters: [],
      integrationResponses: { 200: { statusCode: "200" } },
    },
  };
}

/** `GET` on the root, which the Authorizer guards alone. */
function snapshotFor(context: OperationContext, restApiId: string, authorizer: AuthorizerDocument): SnapshotDocument {
  const { policy: _policy, ...restApi } = findRestApi(context, restApiId);
  const resource = { id: restApi.rootResourceId, path: root, resourceMethods: { GET: methodFor(authorizer) } };
  return { restApi, resources: [resource], authorizers: [authorizer] };
}

/** The query alone: a test has the root's path. */
function targetFor(pathWithQueryString: string | undefined): string {
  const target = testTarget(pathWithQueryString, { path: root });
  const mark = target.indexOf("?");
  return mark < 0 ? root : root + target.slice(mark);
}

function readTest(input: Tested, context: OperationContext): AuthorizerTestPlan {
  const { restApiId, additionalContext } = input;
  const authorizer = findAuthorizer(context, restApiId, input.authorizerId);
  checkMap(additionalContext, "additionalContext");
  return {
    authorizer,
    stage: {
      stageName,
      snapshot: snapshotFor(context, restApiId, authorizer),
      variables: toStageVariables(input.stageVariables),
      clientCertificate: undefined,
    },
    request: {
      verb: "GET",
      target: targetFor(input.pathWithQueryString),
      headers: testHeaders(input),
      body: undefined,
      resourcePath: root,
    },
    context: withoutNulls(additionalContext, "") ?? {},
  };
}

/** The policy as the function wrote it; undefined where none came. */
function policyText({ outcome }: TestAuthorization): string | undefined {
  const answer = outcome?.call?.body && parseAnswer(outcome.call.body);
  return isObject(answer) && outcome?.result !== undefined ? JSON.stringify(answer["policyDocument"]) : undefined;
}

/** What was said of the caller; a client status of 0 says that he was let in. */
function toOutput(tested: TestAuthorization): Output<"TestInvokeAuthorizer"> {
  const { result } = tested.outcome ?? {};
  const authorization = Array.from(result?.context ?? [], ([name, value]) => [name, [value]] as const);
  return {
    clientStatus: tested.refusal?.status ?? 0,
    log: tested.log,
    latency: tested.latency,
    principalId: result?.principalId,
    policy: policyText(tested),
    authorization: authorization.length === 0 ? undefined : Object.fromEntries(authorization),
    claims: result?.claims && Object.fromEntries(result.claims),
  };
}

const TestInvokeAuthorizer = performed<"TestInvokeAuthorizer", AuthorizerTestPlan>({
  read: readTest,
  perform: async ({ authorizer, stage, request, context }, services, gone) => {
    const program = compileTestStage(stage, services.accountLimits);
    const { apiId, document, base } = program;
    const place = { apiId, stage: document, deploymentId: "", isCanary: false, variables: base.variables, context };
    const tested = compileAuthorizer(authorizer, place);
    return toOutput(await testTurns.run(() => authorizeForTest(program, request, tested, services, gone)));
  },
});

export const testInvokeAuthorizerOperations = { TestInvokeAuthorizer } satisfies Partial<Handlers>;
