/** Every operation, driven by the official JavaScript SDK against the real server in its own process. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../src/model/service.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { sdkClient } from "../support/sdk.ts";
import { describeAccountWide } from "./sdk/account-wide.ts";
import { describeAuthorizers } from "./sdk/authorizers.ts";
import { describeDefinition } from "./sdk/definition.ts";
import { describeDocumentation } from "./sdk/documentation.ts";
import { describeDomains } from "./sdk/domains.ts";
import { describeImports } from "./sdk/imports.ts";
import { describeOpenApi } from "./sdk/openapi.ts";
import { describeGeneration } from "./sdk/generation.ts";
import { describeRefusals } from "./sdk/refusals.ts";
import { describeStages } from "./sdk/stages.ts";
import { describeTestInvoke } from "./sdk/test-invoke.ts";
import { describeUsagePlans } from "./sdk/usage-plans.ts";
import { describeValidation } from "./sdk/validation.ts";

let server: RunningServer;
let client: APIGateway;
/** `CreateRestApi` and so on: what the tests above the last one called with success. */
const succeeded = new Set<string>();

beforeAll(async () => {
  server = await startServer();
  client = sdkClient(server);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const result = await next(args);
      succeeded.add(String(context.commandName).replace(/Command$/, ""));
      return result;
    },
    { step: "initialize", name: "recordOperation" },
  );
});

afterAll(async () => {
  client.destroy();
  expect(await server.stop()).toBe(0);
});

describe("the official JavaScript SDK", () => {
  describeDefinition(() => client);
  describeStages(() => client);
  describeValidation(() => client);
  describeAuthorizers(() => client);
  describeAccountWide(() => client);
  describeDocumentation(() => client);
  describeDomains(() => client);
  describeTestInvoke(
    () => client,
    () => server.gateway,
  );
  describeUsagePlans(() => client);
  describeOpenApi(() => client);
  describeImports(() => client);
  describeGeneration(() => client);
  describeRefusals(() => client);

  it("has now called every operation", () => {
    expect([...operations.keys()].filter((name) => !succeeded.has(name))).toEqual([]);
  });
});
