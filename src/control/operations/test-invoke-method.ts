/** TestInvokeMethod (facts/control.md 3.1): calls one Method of the live definition, through the steps of traffic. */
import { badRequest } from "../../errors.ts";
import { fromHeaderValue } from "../../gateway/headers.ts";
import { invokeForTest, type TestAnswer, type TestRequest } from "../../gateway/test-invocation.ts";
import type { MethodDocument, ResourceDocument, SnapshotDocument } from "../../model/documents.ts";
import { methodSettingVerbs } from "../../model/method-settings.ts";
import { entryOf, setEntry, withEntry } from "../../model/record.ts";
import type { Input, Output } from "../../model/service.ts";
import { compileTestStage, type TestStage } from "../../snapshot/test-stage.ts";
import { type Handlers, type OperationContext, performed } from "../operation.ts";
import { openPrivateKey } from "./client-certificate.ts";
import { findClientCertificate, findMethod, findResource, findRestApi } from "./find.ts";
import { liveSnapshot } from "./live-snapshot.ts";
import { toStageVariables } from "./stage-values.ts";
import { testHeaders, testTarget, testTurns } from "./test-request.ts";

type Tested = Input<"TestInvokeMethod">;

interface TestPlan {
  readonly stage: TestStage;
  readonly request: TestRequest;
}

/** The Method of this verb, else that of ANY, which serves the verbs that have none (docs/decisions.md). */
function findTested(resource: ResourceDocument, httpMethod: string): { method: MethodDocument; verb: string } {
  const verb = httpMethod === "ANY" ? "GET" : httpMethod;
  const any = methodSettingVerbs.has(verb) ? entryOf(resource.resourceMethods, "ANY") : undefined;
  return { method: entryOf(resource.resourceMethods, httpMethod) ?? any ?? findMethod(resource, httpMethod), verb };
}

/** The RestApi with this one Method, which nobody is kept from. */
function snapshotOf(live: SnapshotDocument, resource: ResourceDocument, method: MethodDocument): SnapshotDocument {
  const { policy: _policy, ...restApi } = live.restApi;
  const open: MethodDocument = { ...method, authorizationType: "NONE", apiKeyRequired: false };
  const tested: ResourceDocument = { ...resource, resourceMethods: withEntry({}, method.httpMethod, open) };
  return { ...live, restApi, resources: [tested] };
}

function readTest(input: Tested, context: OperationContext): TestPlan {
  const { restApiId, resourceId, clientCertificateId } = input;
  const resource = findResource(context, restApiId, resourceId);
  const { method, verb } = findTested(resource, input.httpMethod);
  if (method.methodIntegration === undefined) throw badRequest("No integration defined for method");
  const certificate = clientCertificateId ? findClientCertificate(context, clientCertificateId) : undefined;
  return {
    stage: {
      snapshot: snapshotOf(liveSnapshot(context, findRestApi(context, restApiId)), resource, method),
      variables: toStageVariables(input.stageVariables),
      clientCertificate: certificate && {
        certificate: certificate.pemEncodedCertificate,
        privateKey: openPrivateKey(certificate, context.masterKey),
      },
    },
    request: {
      verb,
      target: testTarget(input.pathWithQueryString, resource),
      headers: testHeaders(input),
      body: input.body === undefined ? undefined : Buffer.from(input.body),
      resourcePath: resource.path,
    },
  };
}

/** The answer's headers in both forms: with the last value, and with all of them. */
function headerMaps({ headers }: TestAnswer) {
  const last: Record<string, string> = {};
  const all: Record<string, string[]> = {};
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? "";
    const value = fromHeaderValue(headers[i + 1] ?? "");
    setEntry(last, name, value);
    setEntry(all, name, [...(entryOf(all, name) ?? []), value]);
  }
  return { headers: last, multiValueHeaders: all };
}

const TestInvokeMethod = performed<"TestInvokeMethod", TestPlan>({
  read: readTest,
  perform: async ({ stage, request }, services, gone): Promise<Output<"TestInvokeMethod">> => {
    const answer = await testTurns.run(() =>
      invokeForTest(compileTestStage(stage, services.accountLimits), request, services, gone),
    );
    const { status, latency, log } = answer;
    return { status, body: answer.body.toString(), ...headerMaps(answer), log, latency };
  },
});

export const testInvokeMethodOperations = { TestInvokeMethod } satisfies Partial<Handlers>;
