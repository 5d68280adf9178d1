/** Tests of methods, of an API in memory with an endpoint that answers as it is told. */
import { expect } from "vitest";
import { integrationOperations } from "../../src/control/operations/integration.ts";
import { integrationResponseOperations } from "../../src/control/operations/integration-response.ts";
import { methodOperations } from "../../src/control/operations/method.ts";
import { methodResponseOperations } from "../../src/control/operations/method-response.ts";
import { testInvokeMethodOperations } from "../../src/control/operations/test-invoke-method.ts";
import type { Input } from "../../src/model/service.ts";
import { type ApiFixture, getOf, newApi, newIntegrationResponse, newResource } from "./api-fixture.ts";
import { FakeUpstream, gatewayOf, generous } from "./gateway-fixture.ts";

const { TestInvokeMethod } = testInvokeMethodOperations;

export type Tested = Input<"TestInvokeMethod">;
type Options = Partial<Tested> & { readonly upstream?: FakeUpstream; readonly gone?: AbortSignal };

/** Of a caller who waits to the end. */
export const stays = new AbortController().signal;

/** Tests the root's GET, unless the options say otherwise. */
export async function invoke(api: ApiFixture, { upstream = new FakeUpstream(), gone = stays, ...input }: Options = {}) {
  const settings = { ...generous, accountRateLimit: 0, accountBurstLimit: 0 };
  const { services } = gatewayOf({ snapshots: {}, upstream, settings });
  const plan = TestInvokeMethod.read({ ...getOf(api), ...input }, api.context);
  const output = await TestInvokeMethod.perform(plan, services, gone);
  return { ...output, lines: linesOf(output.log ?? ""), upstream };
}

/** Without the dates and with words for ids. */
function linesOf(log: string): string[] {
  expect(log.endsWith("\n")).toBe(true);
  const [first = "", ...lines] = log.slice(0, -1).split("\n");
  const id = /^Execution log for request ([0-9a-f-]{36})$/.exec(first)?.[1] ?? "none";
  return [
    first.replace(id, "{id}"),
    ...lines.map((line) => {
      expect(line).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d UTC \d{4} : /);
      return line
        .slice("Sat Nov 21 23:44:42 UTC 2026 : ".length)
        .replaceAll(id, "{id}")
        .replaceAll(/Root=1-[0-9a-f]{8}-[0-9a-f]{24}/g, "{trace}");
    }),
  ];
}

export const patch = (path: string, value: string) => ({ op: "replace" as const, path, value });

/** GET on /pets/{petId}, to an endpoint; the resource's id. */
export function withPets(api: ApiFixture, input: Partial<Input<"PutIntegration">> = {}): string {
  const resourceId = newResource(api, newResource(api, api.rootId, "pets"), "{petId}");
  const place = { ...getOf(api), resourceId };
  const { context } = api;
  methodOperations.PutMethod(
    { ...place, authorizationType: "NONE", requestParameters: { "method.request.path.petId": true } },
    context,
  );
  integrationOperations.PutIntegration(
    {
      ...place,
      type: "HTTP",
      integrationHttpMethod: "GET",
      uri: "http://backend.test:8081/animals/{petId}",
      requestParameters: { "integration.request.path.petId": "method.request.path.petId" },
      ...input,
    },
    context,
  );
  methodResponseOperations.PutMethodResponse({ ...place, statusCode: "200" }, context);
  integrationResponseOperations.PutIntegrationResponse({ ...place, statusCode: "200" }, context);
  return resourceId;
}

/** The root's GET: MOCK, with this response template. */
export function withMock(template: string, integration: Partial<Input<"PutIntegration">> = {}): ApiFixture {
  const api = newApi();
  const { statusCode: _code, ...place } = newIntegrationResponse(api);
  const requestTemplates = { "application/json": '{"statusCode": 200}' };
  integrationOperations.PutIntegration({ ...place, type: "MOCK", requestTemplates, ...integration }, api.context);
  const responseTemplates = { "application/json": template };
  integrationResponseOperations.PutIntegrationResponse({ ...place, statusCode: "200", responseTemplates }, api.context);
  return api;
}
